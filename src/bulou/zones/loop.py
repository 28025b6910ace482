"""Positives that were found inside the closed loop, and those outside of it (社会面). Pure.

Inside: somebody who lived where nobody leaves, or was quarantined as a contact, when found. What is found outside has
been among others until then, so the two are never one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bulou.ledger.areas import ancestor, level
from bulou.zones.consequences import CLOSED

#: The last days that are counted, today included.
WINDOWS = (1, 7, 14)


@dataclass(frozen=True, slots=True)
class Set:
    """A level that was set for an area at a moment. ``until``: it ended by itself."""

    at: datetime
    level: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """People of one building found at one moment. ``day``: the installation's; ``quarantined``: as contacts."""

    area: int
    at: datetime
    day: date
    n: int
    quarantined: bool


@dataclass(frozen=True, slots=True)
class Count:
    """People found within the last ``days``."""

    days: int
    inside: int
    outside: int


def level_at(area: int, at: datetime, past: Mapping[int, Sequence[Set]]) -> str:
    """Return the level that held for an area just before a moment, "" for none: its own, else the nearest above.

    What is decided because of a positive comes after it, so a level that begins at the same moment does not count.
    """
    for depth in range(level(area), 0, -1):
        before = [one for one in past.get(ancestor(area, depth), ()) if one.at < at]
        latest = max(before, key=lambda one: one.at, default=None)
        if latest is not None and (latest.until is None or at < latest.until):
            return latest.level
    return ""


def inside(one: Found, past: Mapping[int, Sequence[Set]]) -> bool:
    """Tell whether people were in the closed loop when they were found."""
    return one.quarantined or level_at(one.area, one.at, past) in CLOSED


def counted(found: Iterable[Found], past: Mapping[int, Sequence[Set]], today: date) -> list[Count]:
    """Return the people found in each of WINDOWS, inside and outside."""
    told = [((today - one.day).days, one.n, inside(one, past)) for one in found]
    return [
        Count(
            days, sum(n for ago, n, within in told if 0 <= ago < days and within),
            sum(n for ago, n, within in told if 0 <= ago < days and not within),
        )
        for days in WINDOWS
    ]  # fmt: skip
