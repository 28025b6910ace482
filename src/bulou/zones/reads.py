"""What is known of units and their levels: read from the books, put before the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from bulou.ledger.areas import SHIFTS, ancestor, level, span
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.figures import rows
from bulou.zones import loop, rules
from bulou.zones.entries import PROGRAMME_ID, Published
from bulou.zones.rules import Facts, Proposal, milder
from bulou.zones.vocabulary import LIFTED, REVIEW

SQL = statements(__package__, "zones")
#: Positives older than this are not read; a level does not depend on them.
READ_BACK = timedelta(days=60)
#: Lists of one street that are shown.
MOST_LISTS = 60


@dataclass(frozen=True, slots=True)
class Held:
    """A level that holds. ``area``: where it was set, which may lie above the unit."""

    area: int
    level: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it stands in the record. ``kept``: the level stayed and another review was set."""

    at: datetime
    level: str
    by: str
    until: datetime | None = None
    review: datetime | None = None
    reason: str = ""
    basis: str = ""
    block: str = ""
    proposed: Any = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its level, what was found there and what the rule proposes.

    ``own``: the level was set for the unit itself. ``positives``: (day, people) in the memory of the rule.
    """

    area: int
    held: Held | None
    own: bool
    facts: Facts
    proposal: Proposal
    positives: tuple[tuple[date, int], ...]
    review: datetime | None = None
    since: datetime | None = None
    block: str = ""
    now: datetime | None = None

    @property
    def level(self) -> str:
        """The level that holds, "" for none."""
        return self.held.level if self.held else ""

    @property
    def differs(self) -> bool:
        """Tell whether the rule proposes another level. Without a level and without cause nothing is proposed."""
        held = "precaution" if self.level in ("", LIFTED) else self.level
        return self.proposal.level != held

    @property
    def tightens(self) -> bool:
        """Tell whether the proposal is stricter than what holds."""
        return milder(self.level, self.proposal.level)

    @property
    def overdue(self) -> bool:
        """Tell whether the review is overdue."""
        return bool(self.review and self.now and self.review < self.now)

    @property
    def token(self) -> str:
        """The unit as a form names it, with what the form showed of it."""
        return f"{self.area}.{self.level or '-'}.{self.proposal.level}"


def today(now: datetime) -> date:
    """Return the day in the installation's zone."""
    return timezone.localtime(now).date()


def held_levels(now: datetime) -> dict[int, Held]:
    """Return the levels that hold, by the area where they were set; of all areas."""
    with scoped(EVERYWHERE):  # a level is public, and a street's may have been set by the district
        return {area: Held(area, value, since, until) for area, value, since, until in rows(SQL["held"], now=now)}


def nearest(area: int, held: dict[int, Held]) -> Held | None:
    """Return the level of an area: its own, else that of the nearest area above."""
    return next((held[node] for depth in range(level(area), 0, -1) if (node := ancestor(area, depth)) in held), None)


def decisions(areas: Iterable[int]) -> dict[int, list[Decision]]:
    """Return what was decided on areas within the scope, the earliest first."""
    out: dict[int, list[Decision]] = defaultdict(list)
    for area, at, value, until, kind, raw, by in rows(SQL["decisions"], areas=sorted(set(areas))):
        body = msgspec.json.decode(bytes(raw))["body"]
        own = body if kind == "zone.decided" else {}
        out[area].append(Decision(
            at, value, by or "", until, _instant(own.get("review")), str(body.get("reason", "")),
            str(own.get("basis", "")), str(own.get("block", "")), own.get("proposed"),
        ))  # fmt: skip
    return out


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def kept(area: int) -> list[Decision]:
    """Return the reviews of an area that left its level as it was, the latest first."""
    found = rows(SQL["kept"], campaign=PROGRAMME_ID, kind=REVIEW.code, area=area)
    return [
        Decision(at, "", by or "", review=due, reason=msgspec.json.decode(bytes(raw))["body"]["reason"], kept=True)
        for at, due, raw, by in found
    ]


def units(within: Sequence[int], now: datetime, only: Iterable[int] = ()) -> list[Unit]:
    """Return the units of areas: compounds, and whatever else has a level of its own or had a positive; by place.

    Parameters:
        only: these alone.
    """
    held, wanted = held_levels(now), set(only)
    out: dict[int, Unit] = {}
    for top in within:
        out |= {one.area: one for one in _within(top, now, held, wanted)}
    return [out[area] for area in sorted(out)]


def _within(top: int, now: datetime, held: dict[int, Held], only: set[int]) -> list[Unit]:
    lo, hi = span(top)
    day, since, zone = today(now), now - READ_BACK, timezone.get_current_timezone_name()
    own = [area for area in held if lo <= area <= hi]
    counted: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    seen: set[int] = set()
    for building, at, n in rows(SQL["positives"], lo=lo, hi=hi, since=since, zone=zone):
        seen |= {building} if (day - at).days < rules.MEMORY_DAYS else set()
        for depth in range(1, 6):
            counted[ancestor(building, depth)][at] += n
    found = [area for (area,) in rows(SQL["units"], lo=lo, hi=hi, also=sorted({*own, *seen, *only}))]
    found = [area for area in found if area in only] if only else found
    clean = _clean(found, lo, hi, now, zone)
    reviews = dict(rows(SQL["reviews"], campaign=PROGRAMME_ID, kind=REVIEW.code, lo=lo, hi=hi))
    told = decisions(area for area in found if area in held)
    version = rules.version_on(day)
    out: list[Unit] = []
    for area in found:
        days = counted.get(area, {})
        holds, past = nearest(area, held), told.get(area, [])
        came = next((one.level for one in reversed(past) if holds and one.level != holds.level), "")
        facts = Facts(
            day, [at for at, n in sorted(days.items()) for _ in range(n)], holds.level if holds else "",
            came, clean.get(area),
        )  # fmt: skip
        since_at = _since(past, holds)
        out.append(Unit(
            area, holds, bool(holds and holds.area == area), facts, rules.propose(facts, version),
            tuple(sorted(days.items(), reverse=True)), reviews.get(holds.area if holds else area), since_at,
            past[-1].block if past else "", now,
        ))  # fmt: skip
    return out


def _since(past: list[Decision], holds: Held | None) -> datetime | None:
    """Return since when the level has been the same: a decision that keeps it begins nothing."""
    since = holds.since if holds else None
    for one in reversed(past):
        if holds is None or one.level != holds.level:
            break
        since = one.at
    return since


def _clean(found: list[int], lo: int, hi: int, now: datetime, zone: str) -> dict[int, date]:
    swab = REGISTRY.duties.get("swab")
    if swab is None:
        return {}
    wanted = {(SHIFTS[level(area) - 1], area) for area in found}
    asked = {
        "lo": lo, "hi": hi, "now": now, "since": now - READ_BACK, "zone": zone, "swab": swab.code,
        "shifts": sorted({shift for shift, _area in wanted}),
    }  # fmt: skip
    return {area: day for shift, area, day in rows(SQL["rounds"], **asked) if (shift, area) in wanted}


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as it was published."""

    street: int
    journal: int
    number: int
    at: datetime
    digest: str
    by: str
    body: Published


def published(streets: Iterable[int], most: int = MOST_LISTS) -> list[PublishedList]:
    """Return the lists of streets within the scope, the latest first."""
    found = rows(SQL["lists"], areas=sorted(set(streets)), most=most)
    return [
        PublishedList(
            street, journal, number, at, value, by or "",
            msgspec.convert(msgspec.json.decode(bytes(raw))["body"], Published),
        )
        for street, journal, number, at, value, raw, by in found
    ]  # fmt: skip


def streets(ranges: Ranges) -> list[int]:
    """Return the open streets and towns within ranges."""
    return [area for (area,) in rows(SQL["streets"], scope=multirange(ranges))]


def found_in_and_out(within: Iterable[int], now: datetime) -> list[loop.Count]:
    """Return how many people were found lately inside and outside the closed loop; the areas do not overlap."""
    since, zone = now - timedelta(days=max(loop.WINDOWS) + 1), timezone.get_current_timezone_name()
    found = [
        loop.Found(area, at, day, n, quarantined)
        for lo, hi in (span(one) for one in within)
        for area, at, day, quarantined, n in rows(SQL["found"], lo=lo, hi=hi, since=since, zone=zone)
    ]
    past: dict[int, list[loop.Set]] = defaultdict(list)
    nodes = {ancestor(one.area, depth) for one in found for depth in range(1, level(one.area) + 1)}
    if nodes:
        with scoped(EVERYWHERE):
            for area, at, value, until in rows(SQL["past"], areas=sorted(nodes)):
                past[area].append(loop.Set(at, value, until))
    return loop.counted(found, past, today(now))
