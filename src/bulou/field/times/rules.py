"""When something happened of which a phone told a wrong time. Pure: facts in, proposals out.

Between two entries whose times are good the phone wrote the others, in the order of their numbers. Such a stretch has
one error of the clock, so that the distances within it are right, and one true time settles all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An entry whose time is in doubt.

    ``at``: what the phone said, None where it was no date; ``jump``: by how much its clock was found to have jumped;
    ``low`` and ``high``: times of the entries with a good time before and after it, None where there is none;
    ``before``: the number of the former, 0 for none; ``counts``: it is in the books, by the time that it told.
    """

    number: int
    kind: str
    at: datetime | None
    jump: timedelta | None
    received_at: datetime
    before: int
    low: datetime | None
    high: datetime | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries that one time settles. ``low`` and ``high``: between these it happened; ``first``: the proposed time."""

    doubts: tuple[Doubt, ...]
    low: datetime
    high: datetime
    first: datetime

    def at(self, doubt: Doubt, first: datetime) -> datetime:
        """Return when one of them happened if the first of them happened at ``first``."""
        return first + _after(self.doubts, doubt)


def stretches(doubts: Iterable[Doubt], enrolled_at: datetime) -> list[Stretch]:
    """Return the stretches of a device's entries, which come in the order of their numbers."""
    found = []
    for _, group in groupby(doubts, key=lambda one: (one.before, one.counts, one.jump is None)):
        members = tuple(group)
        low = members[0].low or enrolled_at
        # The server had the last one then, whatever any clock says.
        high = min(at for at in (members[-1].high, members[-1].received_at) if at)
        found.append(Stretch(members, low, max(low, high), _first(members, high)))
    return found


def _first(members: tuple[Doubt, ...], high: datetime) -> datetime:
    """Return the proposal: without the jump where it is known, else as late as it can have been."""
    head = members[0]
    if head.at and head.counts:
        return head.at
    latest = high - _after(members, members[-1])
    if head.at and head.jump is not None:
        try:
            return min(head.at - head.jump, latest)
        except OverflowError:  # a jump that no clock can have made
            return latest
    return latest


def _after(members: tuple[Doubt, ...], doubt: Doubt) -> timedelta:
    """Return how long after the first of them one was told."""
    start = members[0].at
    return max(NONE, doubt.at - start) if start and doubt.at else NONE
