"""What volunteers do themselves and what the committee does with a sign-up; all of it kept with who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.forces import actions, call_ups
from bulou.forces.actions import May, Refusal, check
from bulou.forces.matters import writing
from bulou.forces.models import Asked, CallUp, Member, Shift
from bulou.forces.vocabulary import SELF, SHIFTS, SKILLS, TRAINING
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.residents import asks
from bulou.residents.volunteers import keys, rules
from bulou.residents.volunteers.keys import SQL, Own
from bulou.residents.volunteers.models import CONFIRMED, REFUSED, WAITING, WITHDRAWN, Application
from bulou.ui.identity_text import holds_identity

#: What somebody can say of himself; the training in suits is proved at the desk.
SAID = tuple(one for one in SKILLS if one.name != TRAINING)
LONGEST = {"name": 40, "telephone": 20, "note": 200}
#: Of somebody's own record: whatever it concerns, he decides it.
OWN: May = lambda _need, _area: True  # noqa: E731


def read(given: Mapping[str, str], skills: Sequence[str], shifts: Sequence[str], named: bool) -> dict[str, Any]:
    """Return what somebody said of himself. ``named``: with name and skills, as in a sign-up.

    Raises:
        Refusal: a field is missing, too long, or cannot be.
    """
    values: dict[str, Any] = {}
    labels = {"name": _("姓名"), "telephone": _("电话"), "note": _("备注")}
    for name, label in labels.items():
        if name == "name" and not named:
            continue
        values[name] = " ".join(given.get(name, "").replace("\0", "").split())
        if name != "note" and not values[name]:
            raise Refusal(_("请填写%(field)s。") % {"field": label})
        if len(values[name]) > LONGEST[name]:
            raise Refusal(_("“%(field)s”最多%(n)s字。") % {"field": label, "n": LONGEST[name]})
        if name != "telephone" and holds_identity(values[name]):
            raise Refusal(_("请不要填写身份证号码。"))
    if not 5 <= len(rules.digits(values["telephone"])) <= 15:
        raise Refusal(_("“电话”须是5至15位数字：填的是“%(value)s”。") % {"value": values["telephone"]})
    if named:
        values["skills"] = [one.name for one in SAID if one.name in skills]
        if not values["skills"]:
            raise Refusal(_("请至少选一项能做的事。"))
    values["shifts"] = [one.name for one in SHIFTS if one.name in shifts]
    for name, label in (("since", _("可用自")), ("until", _("可用至"))):
        values[name] = _day(given.get(name, ""), label)
    if values["since"] and values["until"] and values["until"] < values["since"]:
        raise Refusal(_("“可用至”不能早于“可用自”。"))
    return values


def _day(text: str, label: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        told = {"field": label, "value": text[:20]}
        raise Refusal(_("“%(field)s”须是日期，例如 2022-04-30：填的是“%(value)s”。") % told) from None


def sign_up(poster: int, area: int, values: dict[str, Any], now: datetime) -> str:
    """Keep a sign-up until the committee decides; return the code of the own page. Runs within the area's scope.

    Whoever signs up again while he waits has his record replaced, and another key: the one before may be lost.
    """
    with transaction.atomic():
        same = Application.objects.select_for_update().filter(
            area=area, name=values["name"], telephone=values["telephone"], state=WAITING
        ).first()  # fmt: skip
        if same is None:
            same = Application.objects.create(area=area, poster_id=poster, said_at=now, **values)
        else:
            for name, value in values.items():
                setattr(same, name, value)
            same.said_at = now
            same.save()
        return keys.key(area, same.pk, None, now)


def same_member(one: Application) -> Member | None:
    """Return who is on record already with a sign-up's name and telephone, wherever he is kept."""
    with scoped(EVERYWHERE):
        return Member.objects.filter(name=one.name, telephone=one.telephone).first()


def confirm(one: Application, skills: Sequence[str], by: str, may: May, now: datetime) -> Member:
    """Take somebody who signed up into the forces with those of his skills that are confirmed.

    Raises:
        Refusal: not the user's, decided already, nothing confirmed, or he is on record elsewhere.
    """
    check(may, one.area)
    confirmed = [name for name in one.skills if name in skills]
    if not confirmed:
        raise Refusal(_("请至少确认一项技能，或填写原因后不接收。"))
    with transaction.atomic():
        _decide(one, CONFIRMED, by, "", now, save=False)
        proof = {"proof": _("本人填报，%(by)s确认") % {"by": by}, "until": ""}
        values = {
            "area": one.area, "cadre": "volunteer", "name": one.name, "telephone": one.telephone,
            "skills": dict.fromkeys(confirmed, proof), "shifts": one.shifts, "since": one.since,
            "until": one.until, "note": one.note,
        }  # fmt: skip
        (member,) = actions.save([(None, values)], by, may, now)
        one.member = member
        one.save()
        one.key_set.filter(ended_at=None).update(member=member)
    return member


def refuse(one: Application, reason: str, by: str, may: May, now: datetime) -> None:
    """Do not take somebody who signed up; his page says why.

    Raises:
        Refusal: not the user's, decided already, or no reason.
    """
    check(may, one.area)
    if not reason.strip():
        raise Refusal(_("请填写原因。"))
    _decide(one, REFUSED, by, reason, now)


def again(one: Application, may: May) -> None:
    """Have a sign-up that was refused wait once more.

    Raises:
        Refusal: not the user's, or not refused.
    """
    check(may, one.area)
    back = {"state": WAITING, "decided_at": None, "decided_by": "", "reason": ""}
    if not Application.objects.filter(pk=one.pk, state=REFUSED).update(**back):
        raise Refusal(_("这份报名已变化：请刷新。"))


def _decide(one: Application, state: str, by: str, reason: str, now: datetime, save: bool = True) -> None:
    locked = Application.objects.select_for_update().filter(pk=one.pk, state=WAITING) if not save else None
    if locked is not None and not locked.exists():
        raise Refusal(_("这份报名已变化：请刷新。"))
    told = {"state": state, "decided_at": now, "decided_by": by, "reason": reason.strip()[:200]}
    for name, value in told.items():
        setattr(one, name, value)
    if save and not Application.objects.filter(pk=one.pk, state=WAITING).update(**told):
        raise Refusal(_("这份报名已变化：请刷新。"))


def look(ids: Sequence[int], by: str, ranges: Ranges, now: datetime) -> None:
    """Record that a user was shown the names of people who signed up."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(SQL["look"], {"ids": [*ids], "by": by, "now": now, "scope": multirange(ranges)})


# -- the person's own acts: within a scope that reaches everywhere, because a shift or a call-up may be anywhere -------


def answer(own: Own, call_up: int, said: str, now: datetime) -> Asked:
    """Keep somebody's own answer to a call-up.

    Raises:
        Refusal: he was not asked, it is over, or he has arrived.
    """
    found = CallUp.objects.filter(pk=call_up, asked__member=own.member).first() if own.member else None
    if found is None or said not in ("accepted", "refused"):
        raise Refusal(_("没有这次集结，或已结束：请刷新。"))
    with transaction.atomic():
        one = call_ups.answer(found, own.member or 0, said, SELF, OWN, now)
        writing.told(found, asks.journal(), now)
    return one


def correct(own: Own, values: dict[str, Any], now: datetime) -> None:
    """Change what somebody says of himself: telephone, shifts, days, note.

    Raises:
        Refusal: somebody else is on record with this name and telephone.
    """
    if own.member is not None:
        actions.save([(Member.objects.get(pk=own.member), values | {"area": own.area})], SELF, OWN, now)
    else:
        Application.objects.filter(pk=own.application, state=WAITING).update(**values)


def withdraw(own: Own, reason: str, now: datetime) -> int:
    """Have somebody leave; return how many shifts that had not begun were freed by it.

    Raises:
        Refusal: signed in to a shift and not out of it.
    """
    with transaction.atomic():
        if own.member is None:
            told = {"state": WITHDRAWN, "decided_at": now, "decided_by": SELF, "reason": reason.strip()[:200]}
            Application.objects.filter(pk=own.application, state=WAITING).update(**told)
            keys.end_keys(own.application, None, now)
            return 0
        mine = Shift.objects.filter(member=own.member, state="published", cancelled_at=None)
        if mine.filter(signed_in__lte=now, signed_out=None, ends__gt=now).exists():
            raise Refusal(_("您正在上班：请先签退，再退出。"))
        freed = mine.filter(signed_in=None, ends__gt=now).update(cancelled_at=now, cancelled_why=_("本人退出"))
        member = Member.objects.get(pk=own.member)
        actions.end(member, False, reason.strip() or _("本人退出"), SELF, OWN, now)
        for one in Asked.objects.filter(member=member, call_up__closed_at=None, arrived_at=None):
            call_ups.answer(one.call_up, member.pk, "refused", SELF, OWN, now)
            writing.told(one.call_up, asks.journal(), now)
        keys.end_keys(own.application, own.member, now)
    return freed
