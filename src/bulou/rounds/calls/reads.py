"""What the page of sites and calls shows, and what a timetable is made of. Run inside ``ledger.scope.scoped``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.places import units
from bulou.places.units import Unit
from bulou.places.vocabulary import need_bits
from bulou.rounds.calls.rules import LEVELS, Home, Slot, advice
from bulou.rounds.entries import SWAB
from bulou.rounds.units import SITE
from bulou.ui.figures import rows

SQL = statements(__package__, "calls")
#: Needs for which a team comes to the door instead of the person coming down; the same on the phones.
VISITED = need_bits(["bedridden"])
#: So many sites a page names.
SITES = 200


@dataclass(frozen=True, slots=True)
class Building:
    """A building of the round: people who owe a swab there, those not yet sampled, and the site (0: none)."""

    area: int
    owed: int
    missed: int
    unit: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A call as the ledger has it. ``uncalled``, ``waiting``, ``sampled``, ``own`` (of these, came uncalled): people.

    ``called_at``: when the first of them was called; ``waits_since``: since when somebody is on the way.
    """

    id: int
    area: int
    stairwell: str
    part: int
    people: int
    seconds: int
    at: datetime | None
    source: str
    homes: int
    uncalled: int
    waiting: int
    sampled: int
    own: int
    called_at: datetime | None
    waits_since: datetime | None

    @property
    def called(self) -> bool:
        """Whether the group was called: somebody of it was, or nobody of it is left to call."""
        return self.called_at is not None or not self.uncalled

    @property
    def state(self) -> str:
        """Word for it: "left", "partly" (who joined later is not called), "waiting", "done"."""
        if self.uncalled:
            return "partly" if self.called_at is not None else "left"
        return "waiting" if self.waiting else "done"


@dataclass(frozen=True, slots=True)
class Apart:
    """Who is not called down, in people: a team visits them; they are sampled singly or do not leave the flat."""

    visited: int = 0
    single: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """The live queue of a site. ``own``: (building, stairwell, people) who were sampled without having been called."""

    calls: list[Queued]
    waiting: int
    sampled: int
    left: int
    own: list[tuple[int, str, int]]
    advice: str

    @property
    def next(self) -> Queued | None:
        """The call that is next in time; one without a time comes last."""
        return next((one for one in self.calls if one.state == "left"), None)

    @property
    def uncalled(self) -> int:
        """People who were sampled without having been called."""
        return sum(n for *_, n in self.own)


def sites(area: int) -> list[Unit]:
    """Return the open sites that lie in an area, or above it and serve it."""
    found, _more = units.listed(SITE.code, limit=SITES)
    lo, hi = span(area)
    return [one for one in found if one.area <= hi and span(one.area)[1] >= lo]


def lanes(site: Unit) -> int:
    """Return how many lanes a site has, at least one."""
    return max(1, int(site.attributes.get("lanes") or 1))


def buildings(campaign: int, area: int) -> list[Building]:
    """Return the buildings of a round in an area."""
    lo, hi = span(area)
    return [
        Building(*row[:3], row[3] or 0) for row in rows(SQL["buildings"], campaign=campaign, swab=SWAB, lo=lo, hi=hi)
    ]


def below(area: int) -> list[int]:
    """Return the open buildings of an area."""
    lo, hi = span(area)
    return [row[0] for row in rows(SQL["below"], lo=lo, hi=hi)]


def homes(campaign: int, unit: int, now: datetime) -> tuple[list[Home], Apart]:
    """Return who is to be called to a site in a round, by household, and who is not called down."""
    found = rows(SQL["homes"], campaign=campaign, swab=SWAB, unit=unit, now=now, visited=VISITED)
    levels = zone_levels([row[1] for row in found], now)
    return (
        [Home(*row[:6], level=levels.get(row[1], 0)) for row in found if row[5]],
        Apart(sum(row[6] for row in found), sum(row[7] for row in found)),
    )


def zone_levels(areas: Sequence[int], now: datetime) -> dict[int, int]:
    """Return how strictly each building is held, as a place in ``rules.LEVELS``: by the nearest area on the way up."""
    if not areas:
        return {}
    way = {ancestor(area, depth) for area in areas for depth in range(1, level(area) + 1)}
    said = dict(rows(SQL["levels"], now=now, way=sorted(way), lo=min(areas), hi=max(areas)))
    out: dict[int, int] = {}
    for area in set(areas):
        near = (said.get(ancestor(area, depth), "") for depth in range(level(area), 0, -1))
        name = next(filter(None, near), "")
        out[area] = LEVELS.index(name) if name in LEVELS else 0
    return out


def queue(campaign: int, site: Unit) -> Queue:
    """Return the live queue of a site in a round: one statement."""
    calls = [Queued(*row) for row in rows(SQL["queue"], campaign=campaign, unit=site.id, swab=SWAB, visited=VISITED)]
    own: dict[tuple[int, str], int] = {}
    for one in calls:
        if one.own:
            own[one.area, one.stairwell] = own.get((one.area, one.stairwell), 0) + one.own
    waiting, left = sum(one.waiting for one in calls), sum(one.state == "left" for one in calls)
    return Queue(
        calls, waiting, sum(one.sampled for one in calls), left, [(*key, n) for key, n in sorted(own.items())],
        advice(waiting, lanes(site), left),
    )  # fmt: skip


def slots(found: Queue) -> list[Slot]:
    """Return the calls that have a time as far as their order matters."""
    return [Slot(one.id, one.at, one.seconds, one.called) for one in found.calls if one.at]


def to_call(call: int, now: datetime) -> dict[int, list[int]]:
    """Return whom a call means now, by the place where each owes the swab."""
    out: dict[int, list[int]] = {}
    for area, person in rows(SQL["to_call"], call=call, swab=SWAB, now=now, visited=VISITED):
        out.setdefault(area, []).append(person)
    return out


def planned(campaign: int, area: int) -> dict[int, tuple[Any, ...]]:
    """Return by site (groups, people, groups without a time, first time, end) of a round's timetable in an area."""
    lo, hi = span(area)
    return {row[0]: row[1:] for row in rows(SQL["planned"], campaign=campaign, lo=lo, hi=hi)}


def in_pack(campaigns: Sequence[int], ranges: Ranges, using: str = "default") -> list[dict[str, Any]]:
    """Return the timetable of some rounds in a device's areas, ready for JSON, in the order of the calls."""
    bounds = {"lo": [lo for lo, _ in ranges], "hi": [hi for _, hi in ranges], "campaigns": [*campaigns]}
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["in_pack"], bounds)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [one | {"lanes": int(one["lanes"]), "at": one["at"] and one["at"].isoformat()} for one in found]


def phones(area: int, now: datetime) -> dict[int, int]:
    """Return by site how many phones in use answer for a building that it serves."""
    lo, hi = span(area)
    return dict(rows(SQL["phones"], lo=lo, hi=hi, now=now))
