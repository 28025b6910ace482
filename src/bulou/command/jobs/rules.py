"""How fast a piece of work goes and when it will be done. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """``percent`` done, None where nobody knows of how much; ``per_minute``; ``left_s``: seconds still to go."""

    percent: int | None
    per_minute: float | None
    left_s: float | None


def pace(done: int, total: int | None, seconds: float) -> Pace:
    """Return the pace of a piece of work.

    Parameters:
        done: units done. ``total``: of how many, None or 0 where nobody knows. ``seconds``: since it began.
    """
    percent = min(100, 100 * done // total) if total else None
    if done <= 0 or seconds <= 0:
        return Pace(percent, None, None)
    left = max(0, total - done) * seconds / done if total else None
    return Pace(percent, 60 * done / seconds, left)
