"""What the pages of forces read: people, what stands against sending them, call-ups, shifts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from bulou.forces import rules
from bulou.forces.models import CallUp, Member, Shift
from bulou.forces.rules import Skill, Span, Standing
from bulou.forces.vocabulary import SHIFTS, DayShift
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.ledger.statements import statements
from bulou.ui.figures import rows

SQL = statements(__package__, "forces")
#: Shifts so long ago say nothing about rest or the hours of a week.
BACK = timedelta(days=9)


def members(
    area: int, there: bool = True, cadre: str = "", skill: str = "", q: str = "", start: int = 0, limit: int = 60
) -> list[Member]:
    """Return people of an area, by name."""
    lo, hi = span(area)
    found = [id_ for (id_,) in rows(
        SQL["members"], lo=lo, hi=hi, there=there, cadre=cadre, skill=skill, q=q.strip(), limit=limit, start=start
    )]  # fmt: skip
    by_id = Member.objects.in_bulk(found)
    return [by_id[id_] for id_ in found]


def counts(area: int) -> dict[str, int]:
    """Return how many people of each cadre there are in an area."""
    lo, hi = span(area)
    return dict(rows(SQL["counts"], lo=lo, hi=hi))


def look(members: Iterable[int], by: str, page: str, ranges: Ranges, now: datetime) -> None:
    """Record that somebody was shown these people's names."""
    ids = sorted(set(members))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(
                SQL["look"], {"members": ids, "by": by, "page": page, "now": now, "scope": multirange(ranges)}
            )


def standings(found: Sequence[Member], now: datetime, but: int = 0) -> dict[int, Standing]:
    """Return what stands against sending people. ``but``: a shift that is left out, because it is to be changed.

    Times of shifts are read wherever they are worked: whoever is sent must have rested, also from work elsewhere.
    """
    spans: dict[int, list[Span]] = defaultdict(list)
    with scoped(EVERYWHERE):
        told = rows(SQL["spans"], members=[one.pk for one in found], since=now - BACK, but=but)
    for member, starts, ends in told:
        spans[member].append(Span(starts, ends))
    return {
        one.pk: Standing(
            one.ended_at is not None, skills_of(one), frozenset(one.shifts), one.since, one.until, one.exposed_until,
            tuple(spans[one.pk]),
        )
        for one in found
    }  # fmt: skip


def alone() -> None:
    """Have whoever gives shifts meanwhile wait for the end of the transaction: rest depends on all of somebody's."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["alone"])


def skills_of(member: Member) -> dict[str, Skill]:
    """Return the skills on somebody's record."""
    told: Mapping[str, Mapping[str, str]] = member.skills
    return {
        name: Skill(one.get("proof", ""), date.fromisoformat(one["until"]) if one.get("until") else None)
        for name, one in told.items()
    }


def day_shift(key: str) -> DayShift | None:
    """Return a shift of the day by its name."""
    return next((one for one in SHIFTS if one.name == key), None)


def span_of(day: date, shift: DayShift) -> Span:
    """Return when a shift of a day begins and ends, in the installation's zone."""
    midnight = timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware here
    return Span(midnight + timedelta(minutes=shift.starts), midnight + timedelta(minutes=shift.ends))


def today(now: datetime) -> date:
    """Return the day in the installation's zone."""
    return timezone.localtime(now).date()


def why_not(member: Member, day: date, shift: DayShift, skill: str, now: datetime, but: int = 0) -> list[str]:
    """Return why somebody must not have a shift, by code."""
    standing = standings([member], now, but)[member.pk]
    return rules.unfit(standing, span_of(day, shift), skill, day, shift.name, rules.version_on(day))


def fit(found: Sequence[Member], day: date, shift: DayShift, skill: str, now: datetime) -> list[Member]:
    """Return those of some people who may have a shift, in their order."""
    standing, at, rule = standings(found, now), span_of(day, shift), rules.version_on(day)
    return [one for one in found if not rules.unfit(standing[one.pk], at, skill, day, shift.name, rule)]


def tallies(call_ups: Sequence[CallUp]) -> dict[int, tuple[int, int, int, int, int]]:
    """Return by call-up: asked, accepted, reserve, refused, arrived."""
    found = rows(SQL["tallies"], call_ups=[one.pk for one in call_ups])
    return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in found}


def shifts(area: int, day: date) -> list[Shift]:
    """Return the shifts of a day in an area that are in force or planned, by shift and place."""
    lo, hi = span(area)
    found = Shift.objects.filter(area__gte=lo, area__lte=hi, day=day, cancelled_at=None).select_related("member")
    return sorted(found, key=lambda one: (one.starts, one.area, one.unit or 0, one.member.name))
