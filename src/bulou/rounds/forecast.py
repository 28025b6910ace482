"""When the round will be finished, with an interval, from the rates that were really reached. Pure and seeded.

Method: the moving-block bootstrap (Künsch, Annals of Statistics 17, 1989). The past is cut into intervals of ten
minutes; a future is put together from runs of consecutive past intervals, drawn with replacement, until nobody remains.
Runs keep breaks and rushes as long as they were: an interval without any sample is a rate like any other. The interval
shown holds the middle 80 percent of the futures. It knows nothing of teams that will come or go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

INTERVAL = timedelta(minutes=10)
#: Runs of half an hour: a meal or a change of team stays in one piece.
BLOCK = 3
FUTURES = 400
HORIZON = 7 * 24 * 6
#: Less than an hour of work, less than three intervals with samples or fewer people say nothing about the rest.
LEAST_INTERVALS, LEAST_BUSY, LEAST_PEOPLE = 6, 3, 30
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The finish: a tenth of the futures ends before ``early``, half before ``likely``, a tenth after ``late``."""

    early: datetime
    likely: datetime
    late: datetime


def finish(done: Sequence[int], remaining: int, now: datetime, seed: int = 0) -> Forecast | None:
    """Return the forecast, or None where it cannot be said yet.

    Parameters:
        done: people covered in each past interval, oldest first; the last interval is complete and ends at ``now``.
        remaining: people still to be covered; zero is finished now.

    Raises:
        ValueError: a negative number.
    """
    if remaining < 0 or any(n < 0 for n in done):
        raise ValueError("counts are never negative")
    if not remaining:
        return Forecast(now, now, now)
    busy = sum(1 for n in done if n)
    if len(done) < LEAST_INTERVALS or busy < LEAST_BUSY or sum(done) < LEAST_PEOPLE:
        return None
    rates = np.asarray(done, dtype=np.int64)
    dice = np.random.default_rng(seed)
    starts = dice.integers(0, len(rates) - BLOCK + 1, size=(FUTURES, HORIZON // BLOCK))
    futures = rates[starts[:, :, None] + np.arange(BLOCK)].reshape(FUTURES, -1).cumsum(axis=1)
    ended = futures[:, -1] >= remaining
    if ended.mean() < QUANTILES[-1]:
        return None
    # A future that does not end within the horizon stands behind all that do.
    steps = np.sort(np.where(ended, (futures >= remaining).argmax(axis=1) + 1, HORIZON))
    early, likely, late = (now + int(steps[min(int(q * FUTURES), FUTURES - 1)]) * INTERVAL for q in QUANTILES)
    return Forecast(early, likely, late)
