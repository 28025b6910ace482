"""Call-ups: N people with a skill, at a place, at a time; asked in widening circles; answers, arrival, the end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.forces import reads, rules
from bulou.forces.actions import May, Refusal, check
from bulou.forces.models import Asked, CallUp, Member
from bulou.ledger.areas import ancestor, level, span
from bulou.ui.figures import rows

#: Whoever is asked has at least so many others asked beside him, for each who is still missing.
ASKED_FOR_EACH = 3


def missing(call_up: CallUp, tally: tuple[int, int, int, int, int]) -> int:
    """Return how many people and reserves are still missing."""
    return max(0, call_up.wanted + call_up.reserve - tally[1] - tally[2])


def make(values: dict[str, object], by: str, may: May, now: datetime) -> CallUp:
    """Make a call-up and ask its first circle: the place's own area.

    Raises:
        Refusal: not the user's area.
    """
    area = int(str(values["area"]))
    check(may, area)
    with transaction.atomic():
        call_up = CallUp.objects.create(circle=max(1, min(3, level(area))), by=by, made_at=now, **values)
        ask(call_up, now)
    return call_up


def ask(call_up: CallUp, now: datetime) -> int:
    """Ask people of the circle who fit, three for each who is missing; return how many were asked."""
    lo, hi = span(ancestor(call_up.area, min(call_up.circle, level(call_up.area))))
    found = rows(
        reads.SQL["fitting"], lo=lo, hi=hi, skill=call_up.skill, at=call_up.at, call_up=call_up.pk
    )  # fmt: skip
    members = Member.objects.in_bulk([id_ for id_, _area in found])
    day = reads.today(call_up.at)
    standing = reads.standings([*members.values()], now)
    span_ = rules.Span(call_up.at, call_up.at + rules.SUIT)
    fit = [
        members[id_] for id_, _area in found
        if not rules.unfit(standing[id_], span_, call_up.skill, day, "", rules.version_on(day))
    ]  # fmt: skip
    tally = reads.tallies([call_up]).get(call_up.pk, (0, 0, 0, 0, 0))
    chosen = fit[: ASKED_FOR_EACH * missing(call_up, tally)]
    Asked.objects.bulk_create(
        Asked(call_up=call_up, member=one, area=one.area, circle=call_up.circle, asked_at=now) for one in chosen
    )
    return len(chosen)


def widen(call_up: CallUp, may: May, now: datetime) -> int:
    """Ask the next wider circle; who is asked in it falls to who answers for it.

    Raises:
        Refusal: over, as wide as it goes, or the wider circle is not the user's.
    """
    _open(call_up)
    if call_up.circle <= 1:
        raise Refusal(_("已经扩大到全区。"))
    if not may("forces", ancestor(call_up.area, call_up.circle - 1)):
        raise Refusal(_("扩大到上一级由上一级办理：请联系街镇或指挥部。"))
    with transaction.atomic():
        call_up.circle -= 1
        call_up.save(update_fields=["circle"])
        return ask(call_up, now)


def more(call_up: CallUp, may: May, now: datetime) -> int:
    """Ask others of the same circle, in place of those who refused or are silent; return how many.

    Raises:
        Refusal: over, not the user's, or nobody else fits.
    """
    _open(call_up)
    check(may, call_up.area)
    n = ask(call_up, now)
    if not n:
        raise Refusal(_("这个范围内没有别的人可以通知，或人数已够：可以扩大范围。"))
    return n


def answer(call_up: CallUp, member: int, said: str, by: str, may: May, now: datetime) -> Asked:
    """Note what somebody answered; whoever accepts when all are found is a reserve.

    Raises:
        Refusal: over, not asked, arrived already, or not the user's to note.
    """
    _open(call_up)
    check(may, call_up.area)
    with transaction.atomic():
        CallUp.objects.select_for_update().get(pk=call_up.pk)  # two who accept at once do not both take the last place
        one = _asked(call_up, member)
        if one.arrived_at is not None:
            raise Refusal(_("已经到场，不能再改答复。"))
        taken = Asked.objects.filter(call_up=call_up, answer="accepted", reserve=False).exclude(pk=one.pk).count()
        one.answer, one.answered_at, one.answered_by = said, now if said else None, by if said else ""
        one.reserve = said == "accepted" and taken >= call_up.wanted
        one.save()
        if said != "accepted" and taken < call_up.wanted:
            _promote(call_up, one)
    return one


def _promote(call_up: CallUp, left: Asked) -> None:
    """Have the first of the reserve take the place of somebody who no longer comes."""
    waits = Asked.objects.filter(call_up=call_up, answer="accepted", reserve=True).exclude(pk=left.pk)
    if first := waits.order_by("answered_at", "pk").first():
        first.reserve = False
        first.save(update_fields=["reserve"])


def arrive(call_up: CallUp, member: int, back: bool, may: May, now: datetime) -> None:
    """Note that somebody has arrived, or take it back.

    Raises:
        Refusal: over, not asked, has not accepted, or not the user's to note.
    """
    _open(call_up)
    check(may, call_up.area)
    one = _asked(call_up, member)
    if one.answer != "accepted":
        raise Refusal(_("先登记“能到”，再登记到场。"))
    one.arrived_at = None if back else now
    one.save(update_fields=["arrived_at"])


def close(call_up: CallUp, why: str, may: May, now: datetime) -> None:
    """End a call-up.

    Raises:
        Refusal: over already, not the user's, or no reason though people are missing.
    """
    _open(call_up)
    check(may, call_up.area)
    tally = reads.tallies([call_up]).get(call_up.pk, (0, 0, 0, 0, 0))
    if tally[4] < call_up.wanted and not why.strip():
        raise Refusal(_("到场人数不足：请填写结束的原因。"))
    call_up.closed_at, call_up.closed_why = now, why.strip()[:200]
    call_up.save(update_fields=["closed_at", "closed_why"])


def _open(call_up: CallUp) -> None:
    if call_up.closed_at is not None:
        raise Refusal(_("这次集结已结束。"))


def _asked(call_up: CallUp, member: int) -> Asked:
    found = Asked.objects.filter(call_up=call_up, member=member).first()
    if found is None:
        raise Refusal(_("没有通知过这个人，或名单已变化：请刷新。"))
    return found
