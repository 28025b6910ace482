"""What is found again and again: the same kind of finding at one place, or with one unit, within some days. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: House rules: how many of a kind make a pattern, and within how long.
TIMES, WITHIN = 2, timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding: where, with which unit (0: none named), about what, when, how grave, still open."""

    area: int
    unit: int
    topic: str
    at: datetime
    severity: str
    open: bool
    key: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A pattern. ``unit`` 0: at the place, whoever it was. ``times``: findings in it; ``open``: of these still open."""

    area: int
    unit: int
    topic: str
    times: int
    open: int
    first: datetime
    last: datetime
    keys: tuple[tuple[int, int, int], ...]


def repeats(
    found: Iterable[Told], now: datetime, times: int = TIMES, within: timedelta = WITHIN
) -> list[Repeat]:  # fmt: skip
    """Return patterns among findings, the most frequent first, then the latest.

    A finding with a unit counts for the unit, wherever it was; one without counts for its place. Findings older than
    ``within`` before ``now`` count for nothing, and no order of them changes the answer.
    """
    groups: dict[tuple[int, int, str], list[Told]] = defaultdict(list)
    for one in found:
        if now - within <= one.at <= now:
            groups[0 if one.unit else one.area, one.unit, one.topic].append(one)
    out = []
    for (_area, unit, topic), own in groups.items():
        if len(own) >= times:
            own.sort(key=lambda one: (one.at, one.key))
            out.append(Repeat(
                own[-1].area, unit, topic, len(own), sum(one.open for one in own), own[0].at, own[-1].at,
                tuple(one.key for one in own),
            ))  # fmt: skip
    return sorted(out, key=lambda one: (-one.times, -one.last.timestamp(), one.area, one.unit, one.topic))
