"""When a device's key ends, unless somebody says otherwise, and how long it may last. Pure: the time is a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bulou.ledger.areas import span

#: Hours of the day at which shifts change, and what of a shift must be left that a device is enrolled for it.
CHANGES, LEFT = (8, 20), timedelta(hours=2)
#: The longest that a device's key lasts, and that a shift card admits.
LONGEST, CARD_LONGEST = timedelta(days=31), timedelta(hours=36)
#: How many devices a card admits unless somebody says otherwise.
USUAL = 10
#: Characters of a device's name.
LONGEST_NAME = 60


def shift_end(now: datetime) -> datetime:
    """Return the next change of shift that is not just about to be; ``now`` in the zone that the shifts are told in."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    changes = (midnight + timedelta(days=day, hours=hour) for day in (0, 1, 2) for hour in CHANGES)
    return next(change for change in changes if change >= now + LEFT)


def plain(text: str) -> str:
    """Return a name as it is kept: what cannot be printed is a space, words one space apart."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def listed(text: str) -> tuple[str, ...]:
    """Return the names of a pasted list: one a line or a cell, without numbering before it and empty lines."""
    pieces = (plain(piece) for piece in re.split(r"[\r\n\t;；]+", text))
    return tuple(name for piece in pieces if (name := re.sub(r"^[0-9]{1,3}[.、)）]\s*", "", piece)))


def outermost(areas: Iterable[int]) -> tuple[int, ...]:
    """Return the areas without those that lie within another of them, in order."""
    out: list[int] = []
    for area in sorted(set(areas)):
        if not out or area > span(out[-1])[1]:
            out.append(area)
    return tuple(out)
