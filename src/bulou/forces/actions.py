"""What is done about the people of the forces: added, changed, ended, exposed; all of it kept with who did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulou.forces.models import Member, MemberChange, Shift
from bulou.places import units

#: Tells whether the user may do something in an area.
May = Callable[[str, int], bool]
NEED = "forces"
#: What a record has that is changed by hand.
FIELDS = ("area", "cadre", "name", "telephone", "team", "skills", "shifts", "since", "until", "lodging", "note")
#: House rule: days of observation after an exposure at work.
OBSERVED = timedelta(days=7)


class Refusal(ValueError):
    """Why it was not done, as a sentence."""


def check(may: May, area: int) -> None:
    """Hold what is done to who may do it there.

    Raises:
        Refusal: he may not.
    """
    if not area or not may(NEED, area):
        raise Refusal(_("您的角色不能调度这一区域的力量。"))


def save(pairs: Sequence[tuple[Member | None, dict[str, Any]]], by: str, may: May, now: datetime) -> list[Member]:
    """Add (None, values) and change (member, values) people, all or none.

    Raises:
        Refusal: an area is not the user's, or name and telephone are somebody else's.
    """
    out = []
    for old, values in pairs:
        check(may, values["area"])
        if old is not None:
            check(may, old.area)
    try:
        with transaction.atomic():
            for old, values in pairs:
                if old is None:
                    member = Member.objects.create(added_at=now, **values)
                    MemberChange.objects.create(member=member, at=now, by=by, act="added")
                else:
                    member = old
                    before = {name: told(getattr(old, name)) for name in values if getattr(old, name) != values[name]}
                    if before:
                        for name in before:
                            setattr(old, name, values[name])
                        old.save(update_fields=[*before])
                        MemberChange.objects.create(member=old, at=now, by=by, act="changed", before=before)
                out.append(member)
    except IntegrityError:
        raise Refusal(_("姓名和电话都相同的人已经登记过，可能由别的区域登记。")) from None
    return out


def told(value: Any) -> Any:
    """Return a value as the history keeps it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def end(member: Member, back: bool, reason: str, by: str, may: May, now: datetime) -> None:
    """Have somebody leave the forces, or come back.

    Raises:
        Refusal: not the user's to decide, or no reason.
    """
    check(may, member.area)
    if not reason.strip():
        raise Refusal(_("请填写原因。"))
    with transaction.atomic():
        member.ended_at = None if back else now
        member.save(update_fields=["ended_at"])
        _said(member, "back" if back else "ended", reason, by, now)


def expose(member: Member, reason: str, by: str, may: May, now: datetime) -> list[Shift]:
    """Record an exposure at work: nobody sends him until it is over, and his shifts until then end; return these.

    Raises:
        Refusal: not the user's to decide, or not said how.
    """
    check(may, member.area)
    if not reason.strip():
        raise Refusal(_("请填写怎么发生的。"))
    with transaction.atomic():
        member.exposed_until = now + OBSERVED
        member.save(update_fields=["exposed_until"])
        _said(member, "exposed", reason, by, now)
        lost = list(Shift.objects.filter(
            member=member, cancelled_at=None, ends__gt=now, starts__lt=member.exposed_until
        ))  # fmt: skip
        for one in lost:
            one.cancelled_at, one.cancelled_why = now, "exposed"
            one.save(update_fields=["cancelled_at", "cancelled_why"])
    return lost


def clear(member: Member, reason: str, by: str, may: May, now: datetime) -> None:
    """Take an exposure back that was recorded by mistake, or that a test has settled. Shifts that ended are not given
    again by this: somebody else may have them by now.

    Raises:
        Refusal: not the user's to decide, nothing to take back, or no reason.
    """
    check(may, member.area)
    if member.exposed_until is None or member.exposed_until <= now:
        raise Refusal(_("没有在观察期，不需要解除。"))
    if not reason.strip():
        raise Refusal(_("请填写原因。"))
    with transaction.atomic():
        member.exposed_until = None
        member.save(update_fields=["exposed_until"])
        _said(member, "cleared", reason, by, now)


def _said(member: Member, act: str, reason: str, by: str, now: datetime) -> None:
    MemberChange.objects.create(member=member, at=now, by=by, act=act, reason=reason.strip()[:200])


def team_named(text: str) -> int | None:
    """Return the team that a text means: by code or whole name.

    Raises:
        Refusal: there is none in sight, or several.
    """
    if not text.strip():
        return None
    found = units.coded([text.strip().split()[-1]]) or units.coded([text.strip()])
    named = [one for one in found.values() if one.open] or [
        one for one in units.listed(q=text.strip())[0] if one.name == text.strip()
    ]
    if len(named) != 1:
        raise Refusal(_("没有这个班组，或不止一个：请填写单位名录里的编码或名称。"))
    return named[0].id
