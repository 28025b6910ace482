"""The allocation of a day: what is read into the planner, what is kept of its answer, publishing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.forces import reads, rules
from bulou.forces.actions import May, Refusal, check
from bulou.forces.allocation import explain, model
from bulou.forces.allocation.checker import figures
from bulou.forces.allocation.plan import plan
from bulou.forces.models import Member, Plan, Shift
from bulou.forces.rules import Span
from bulou.forces.vocabulary import IN_SUITS, SHIFTS, TRAINING
from bulou.ledger.areas import SHIFTS as BELOW
from bulou.ledger.areas import ancestor, span
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.figures import Campaign, rows
from bulou.ui.room import unit_kinds

#: The most workers for whom a plan is made at once, and a site's lanes where it says none.
MOST, LANES = 20_000, 2
#: Workers who find room at a lane, and in a street without a site.
PER_LANE, ROOM = 3, 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is made for. ``shares``: percent of the open duties by shift; ``rates``: people an hour by skill."""

    area: int
    day: date
    campaign: Campaign
    shares: dict[int, int]
    rates: dict[str, int]


@dataclass(frozen=True, slots=True)
class Street:
    """What is open in a street: people not sampled yet, people owed, sites."""

    area: int
    open: int
    owed: int
    sites: list[Unit]


def streets(campaign: int, area: int) -> list[Street]:
    """Return the streets of an area with open duties of a round, the most first."""
    swab = REGISTRY.duties["swab"].code
    lo, hi = span(area)
    found = rows(reads.SQL["open"], campaign=campaign, kind=swab, shift=BELOW[1], lo=lo, hi=hi)
    kind = unit_kinds().get("site")
    sites: dict[int, list[Unit]] = defaultdict(list)
    for one in units.listed(kind.code if kind else 0, area, limit=5000)[0] if kind else []:
        sites[ancestor(one.area, 2)].append(one)
    return sorted((Street(*row, sites[row[0]]) for row in found), key=lambda one: (-one.open, one.area))


def instance(asked: Asked, now: datetime) -> tuple[model.Instance, dict[int, Unit]]:
    """Return what the planner is given, and the sites by number."""
    midnight = reads.span_of(asked.day, SHIFTS[0]).starts
    shifts = [model.Shift(one.key, one.starts, one.ends) for one in SHIFTS]
    places: list[model.Place] = []
    needs: list[model.Need] = []
    sites: dict[int, Unit] = {}
    for street in streets(asked.campaign.id, asked.area):
        lanes = {one.id: max(1, int(one.attributes.get("lanes") or LANES)) for one in street.sites}
        sites |= {one.id: one for one in street.sites}
        whole = sum(lanes.values())
        here = [(key, n / whole, n * PER_LANE) for key, n in sorted(lanes.items())] or [(street.area, 1.0, ROOM)]
        for key, share, room in here:
            places.append(model.Place(key, street.area, round(street.owed * share)))
            needs += [
                model.Need(key, shift, skill, round(street.open * share * percent / 100), float(rate), room)
                for shift, percent in asked.shares.items() for skill, rate in asked.rates.items() if percent
            ]  # fmt: skip
    return model.Instance(places, shifts, needs, _workers(asked, needs, midnight, now)), sites


def _workers(asked: Asked, needs: list[model.Need], midnight: datetime, now: datetime) -> list[model.Worker]:
    """Return whom the rules let be sent, each with the shifts and skills that they allow him."""
    members = reads.members(asked.area, limit=MOST)
    own: dict[int, Shift] = {one.member_id: one for one in reads.shifts(asked.area, asked.day)
                             if one.state == "published"}  # fmt: skip
    standing, rule = reads.standings(members, now), rules.version_on(asked.day)
    wanted = {need.key for need in needs}
    out: list[model.Worker] = []
    for one in members:
        has, known = own.get(one.pk), standing[one.pk]
        if has is not None:
            spans = [span_ for span_ in known.spans if (span_.starts, span_.ends) != (has.starts, has.ends)]
            known = rules.Standing(
                known.ended, known.skills, known.shifts, known.since, known.until, known.exposed_until, tuple(spans)
            )
        free = frozenset(
            shift.key for shift in SHIFTS if (at := reads.span_of(asked.day, shift)).ends > now
            and not rules.unfit(known, Span(at.starts, at.ends), "", asked.day, shift.name, rule)
        )  # fmt: skip
        skills = frozenset(
            name for name in asked.rates if not rules.holds(known, name, asked.day)
            and (name not in IN_SUITS or not rules.holds(known, TRAINING, asked.day))
        )  # fmt: skip
        seat = _seat(has)
        fixed = has is not None and (has.pinned or has.signed_in is not None)
        if fixed and (seat is None or (seat.place, seat.shift, seat.skill) not in wanted):
            continue  # works elsewhere that day, by somebody's decision
        if fixed and seat is not None:
            out.append(model.Worker(
                one.pk, ancestor(one.area, 2), skills | {seat.skill}, free | {seat.shift}, -1, pinned=seat
            ))  # fmt: skip
        elif skills and free:
            out.append(model.Worker(one.pk, ancestor(one.area, 2), skills, free, -1, before=seat))
    return out


def _seat(shift: Shift | None) -> model.Seat | None:
    if shift is None:
        return None
    key = reads.day_shift(shift.shift)
    return model.Seat(shift.unit or ancestor(shift.area, 2), key.key, shift.skill) if key else None


def make(asked: Asked, by: str, may: May, now: datetime, told: Callable[[], None] = lambda: None) -> Plan:
    """Make a plan of a day: its shifts stand as a draft, in place of the draft before.

    ``told`` is called before each step; what it raises ends the work before anything is written.

    Raises:
        Refusal: not the user's area, nothing is open, or nobody can be sent.
    """
    check(may, asked.area)
    given, sites = instance(asked, now)
    if not any(need.people for need in given.needs):
        raise Refusal(_("这一轮在这个区域没有未完成的任务，不用分配。"))
    if not given.workers:
        raise Refusal(_("没有可以派出的人：请先登记人员、技能和可用时段，或检查休息时间。"))
    made = plan(given, told)
    found = figures(given, made.seats)
    reasons = explain.explain(given, made.seats)
    told()
    lo, hi = span(asked.area)
    with transaction.atomic():
        Shift.objects.filter(state="draft", day=asked.day, area__gte=lo, area__lte=hi).delete()
        said: dict[str, Any] = {
            "placed": found.placed, "workers": len(given.workers), "last_finish": _finite(found.last_finish),
            "bound": made.finish_bound, "backlog": round(found.backlog), "gap": round(made.gap, 5),
            "changed": found.changed, "unserved": found.unserved, "streets": [_reason(one) for one in reasons],
            "shares": asked.shares, "rates": asked.rates,
        }  # fmt: skip
        kept = Plan.objects.create(
            area=asked.area, day=asked.day, campaign=asked.campaign.id, made_at=now, by=by, said=said
        )
        pinned = {one.key for one in given.workers if one.pinned}
        Shift.objects.bulk_create(
            _row(asked.day, member, seat, sites, by, now) for member, seat in made.seats.items() if member not in pinned
        )
    return kept


def _row(day: date, member: int, seat: model.Seat, sites: dict[int, Unit], by: str, now: datetime) -> Shift:
    shift = next(one for one in SHIFTS if one.key == seat.shift)
    at, site = reads.span_of(day, shift), sites.get(seat.place)
    return Shift(
        member_id=member, area=site.area if site else seat.place, unit=site.id if site else None, day=day,
        shift=shift.name, skill=seat.skill, starts=at.starts, ends=at.ends, state="draft", source="plan", by=by,
        made_at=now, suits=rules.suits(at) if seat.skill in IN_SUITS else 0,
    )  # fmt: skip


def _finite(hours: float) -> float | None:
    return None if hours == float("inf") else round(hours, 2)


def _reason(one: explain.Reason) -> dict[str, Any]:
    return {
        "street": one.street, "people": one.people, "residents": one.residents,
        "share_of_people": round(1000 * one.share_of_people), "share_of_work": round(1000 * one.share_of_work),
        "own": one.own, "others": [*one.others], "pinned": one.pinned, "finish": _finite(one.finish),
        "more": round(one.more), "richest": list(one.richest) if one.richest else None,
    }  # fmt: skip


def publish(made: Plan, by: str, may: May, now: datetime) -> tuple[int, int]:
    """Put a plan into force: return how many shifts begin to hold, and how many of the day end.

    Raises:
        Refusal: not the user's, in force already, made again meanwhile, or somebody has got a shift elsewhere since.
    """
    check(may, made.area)
    lo, hi = span(made.area)
    try:
        with transaction.atomic():
            reads.alone()
            latest = Plan.objects.select_for_update().filter(area=made.area, day=made.day).order_by("-id").first()
            if latest is None or latest.pk != made.pk or latest.published_at is not None:
                raise Refusal(_("这份方案已公布，或已重新计算：请看最新的方案。"))
            day = Shift.objects.filter(day=made.day, area__gte=lo, area__lte=hi, cancelled_at=None)
            drafts = {one.member_id: one for one in day.filter(state="draft")}
            olds = list(day.filter(state="published", pinned=False, signed_in=None, source="plan"))
            _still_fit(drafts, {(one.member_id, one.starts) for one in olds}, made.day, now)
            ended = 0
            for old in olds:
                new = drafts.get(old.member_id)
                if new and (new.unit, new.area, new.shift, new.skill) == (old.unit, old.area, old.shift, old.skill):
                    drafts.pop(old.member_id).delete()
                    continue
                old.cancelled_at, old.cancelled_why = now, "plan"
                old.save(update_fields=["cancelled_at", "cancelled_why"])
                ended += 1
            n = Shift.objects.filter(pk__in=[one.pk for one in drafts.values()]).update(state="published", by=by)
            made.published_at, made.published_by = now, by
            made.save(update_fields=["published_at", "published_by"])
    except IntegrityError:
        raise Refusal(_("有人在此期间已排了别的班：请重新计算。")) from None
    return n, ended


def _still_fit(drafts: dict[int, Shift], replaced: set[tuple[int, datetime]], day: date, now: datetime) -> None:
    """Hold the drafts to the rules once more: hours pass between a plan and its publishing.

    Raises:
        Refusal: somebody must not have his shift any more.
    """
    members = list(Member.objects.filter(pk__in=[*drafts]))
    standing, rule = reads.standings(members, now), rules.version_on(day)
    for one in members:
        draft, known = drafts[one.pk], standing[one.pk]
        elsewhere = tuple(span_ for span_ in known.spans if (one.pk, span_.starts) not in replaced)
        known = rules.Standing(
            known.ended, known.skills, known.shifts, known.since, known.until, known.exposed_until, elsewhere
        )
        if rules.unfit(known, Span(draft.starts, draft.ends), draft.skill, day, draft.shift, rule):
            raise Refusal(_("%(name)s已不能上这一班：请重新计算。") % {"name": one.name})
