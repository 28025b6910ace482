"""What is done for people's own protection: tests recorded and taken back; gaps after an exposure filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.forces import actions, reads
from bulou.forces.actions import May, Refusal, check
from bulou.forces.models import Member, Shift
from bulou.forces.protection.models import VALUES, StaffTest
from bulou.ledger.areas import ancestor, span
from bulou.ledger.scope import EVERYWHERE, scoped

#: So long whoever recorded a test can take it back; and so many people are offered for a gap.
UNDO, OFFERED = timedelta(hours=1), 3


def test(members: Sequence[Member], value: str, by: str, may: May, now: datetime) -> list[Shift]:
    """Record tests of people; return the shifts that a positive one ended.

    Raises:
        Refusal: nobody, not the user's, or no such value.
    """
    if not members:
        raise Refusal(_("请先勾选人员。"))
    if value not in VALUES:
        raise Refusal(_("请选择检测情况。"))
    for one in members:
        check(may, one.area)
    lost: list[Shift] = []
    with transaction.atomic():
        StaffTest.objects.bulk_create(
            StaffTest(member=one, area=one.area, at=now, value=value, by=by) for one in members
        )
        if value == "positive":
            for one in members:
                lost += actions.expose(one, _("检测阳性"), by, may, now)
    return lost


def take_back(one: StaffTest, by: str, may: May, now: datetime) -> None:
    """Take a test back that was recorded by mistake; an exposure that followed is taken back on the person's page.

    Raises:
        Refusal: not the user's, taken back already, or too long ago.
    """
    check(may, one.area)
    if one.void_at is not None:
        raise Refusal(_("这次检测记录已经撤回。"))
    if one.by != by or now - one.at > UNDO:
        raise Refusal(_("只能在一小时内撤回自己登记的检测。"))
    one.void_at, one.void_by = now, by
    one.save(update_fields=["void_at", "void_by"])


def last_tests(members: Sequence[Member]) -> dict[int, StaffTest]:
    """Return the latest test of each of some people."""
    found = StaffTest.objects.filter(member__in=[one.pk for one in members], void_at=None).order_by("at", "pk")
    return {one.member_id: one for one in found}


@dataclass(frozen=True, slots=True)
class Gap:
    """A shift that somebody lost and nobody has taken over; ``offered``: who can."""

    shift: Shift
    offered: list[Member]


def gaps(area: int, now: datetime) -> list[Gap]:
    """Return shifts ahead that an exposure, a positive test or a withdrawal freed, and that nobody has taken over."""
    lo, hi = span(area)
    ahead = Shift.objects.filter(area__gte=lo, area__lte=hi, ends__gt=now, state="published").select_related("member")
    lost = [one for one in ahead.exclude(cancelled_at=None).order_by("starts", "pk") if one.cancelled_why != "plan"]
    given = list(ahead.filter(cancelled_at=None))
    filled: Counter[tuple[object, ...]] = Counter()
    out: list[Gap] = []
    for one in lost:
        key = (one.day, one.shift, one.area, one.unit, one.skill)
        after = [
            own for own in given if (own.day, own.shift, own.area, own.unit, own.skill) == key
            and one.cancelled_at is not None and own.made_at >= one.cancelled_at
        ]  # fmt: skip
        if len(after) > filled[key]:
            filled[key] += 1
            continue
        shift = reads.day_shift(one.shift)
        if shift is None:
            continue
        near = reads.members(ancestor(one.area, 2), skill=one.skill, limit=200)
        out.append(Gap(one, reads.fit(near, one.day, shift, one.skill, now)[:OFFERED]))
    return out


def spans_of(members: Sequence[Member], now: datetime) -> dict[int, list[reads.Span]]:
    """Return the shifts of people of the last days, wherever they are worked."""
    with scoped(EVERYWHERE):
        return {key: [*one.spans] for key, one in reads.standings(members, now).items()}
