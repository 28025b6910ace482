"""Shifts: given by hand or by the plan, refused where the rule says so, let stand by name; sign-in; the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.forces import reads, rules
from bulou.forces.actions import May, Refusal, check
from bulou.forces.models import Member, Shift
from bulou.forces.vocabulary import ABSOLUTE, IN_SUITS, UNFIT, DayShift
from bulou.places.units import Unit
from bulou.ui.words import said


class Unsafe(Refusal):
    """Somebody must not have the shift. ``codes``: why; ``final``: nobody can let it stand."""

    def __init__(self, member: Member, codes: list[str]) -> None:
        self.codes, self.final = codes, bool(ABSOLUTE & set(codes))
        super().__init__(_("%(name)s不能排这一班：%(why)s。") % {"name": member.name, "why": reasons(codes)})


def reasons(codes: list[str]) -> str:
    """Write why somebody is not sent."""
    words = {one.name: said(one) for one in UNFIT}
    return _("、").join(words.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shift that somebody is to have. ``site``: where, or None: in the area as such."""

    member: Member
    area: int
    site: Unit | None
    day: date
    shift: DayShift
    skill: str


def give(wanted: Wanted, override: str, by: str, may: May, now: datetime) -> Shift:
    """Give somebody a shift by hand; it is in force and the plan leaves it as it is.

    Parameters:
        override: why it stands although the rule says no; his name who says so is kept with it.

    Raises:
        Refusal: not the user's area, or the shift is over.
        Unsafe: the rule says no, and nobody let it stand, or nobody can.
    """
    area = wanted.site.area if wanted.site else wanted.area
    check(may, area)
    at = reads.span_of(wanted.day, wanted.shift)
    if at.ends <= now:
        raise Refusal(_("这一班已经结束。"))
    with transaction.atomic():
        reads.alone()
        return _given(wanted, at, area, override.strip()[:200], by, now)


def _given(wanted: Wanted, at: rules.Span, area: int, override: str, by: str, now: datetime) -> Shift:
    codes = reads.why_not(wanted.member, wanted.day, wanted.shift, wanted.skill, now)
    if codes and (ABSOLUTE & set(codes) or not override):
        raise Unsafe(wanted.member, codes)
    try:
        with transaction.atomic():
            return Shift.objects.create(
                member=wanted.member, area=area, unit=wanted.site.id if wanted.site else None, day=wanted.day,
                shift=wanted.shift.name, skill=wanted.skill, starts=at.starts, ends=at.ends, state="published",
                source="hand", pinned=True, by=by, made_at=now, override_by=by if codes else "",
                override_why=override if codes else "", override_codes=codes,
                suits=rules.suits(at) if wanted.skill in IN_SUITS else 0,
            )  # fmt: skip
    except IntegrityError:  # two desks at once: the exclusion of the table let the first one through
        raise Unsafe(wanted.member, ["double"]) from None


def sign(shift: Shift, act: str, may: May, now: datetime) -> None:
    """Note that somebody came ("in") or went ("out"), or take the last of it back ("undo").

    Raises:
        Refusal: not the user's, cancelled, or out of order.
    """
    check(may, shift.area)
    if shift.cancelled_at is not None or shift.state != "published":
        raise Refusal(_("这一班没有生效，不能签到。"))
    if act == "in" and shift.signed_in is None:
        shift.signed_in = now
    elif act == "out" and shift.signed_in and shift.signed_out is None:
        shift.signed_out = now
    elif act == "undo" and shift.signed_out:
        shift.signed_out = None
    elif act == "undo" and shift.signed_in:
        shift.signed_in = None
    else:
        raise Refusal(_("签到状态已变化：请刷新。"))
    shift.save(update_fields=["signed_in", "signed_out"])


def cancel(shift: Shift, why: str, may: May, now: datetime) -> None:
    """Take a shift away.

    Raises:
        Refusal: not the user's, gone already, begun, or no reason.
    """
    check(may, shift.area)
    if shift.cancelled_at is not None or shift.signed_in is not None:
        raise Refusal(_("这一班已取消或已签到。"))
    if not why.strip():
        raise Refusal(_("请填写原因。"))
    shift.cancelled_at, shift.cancelled_why = now, why.strip()[:200]
    shift.save(update_fields=["cancelled_at", "cancelled_why"])


def pin(shift: Shift, pinned: bool, may: May) -> None:
    """Have the plan leave a shift as it is, or not any more.

    Raises:
        Refusal: not the user's.
    """
    check(may, shift.area)
    shift.pinned = pinned
    shift.save(update_fields=["pinned"])
