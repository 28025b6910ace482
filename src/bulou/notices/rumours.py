"""Rumours: recorded, answered by one person, the answer approved by another and shown to households of the area."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bulou.notices import rules
from bulou.notices.actions import APPROVE, WRITE, May, Refusal, check, names_in
from bulou.notices.models import Rumour

LONGEST = {"said": 200, "heard_at": 60, "answer_zh": 300, "answer_en": 300}
#: For how long an answer stands on the resident's page.
SHOWN = timedelta(days=7)


def _text(text: str, name: str, field: str, area: int) -> str:
    text = " ".join(text.replace("\0", "").split())
    if not text or len(text) > LONGEST[name]:
        raise Refusal(_("请填写“%(field)s”，最多%(n)s字。") % {"field": field, "n": LONGEST[name]})
    if rules.faults(text, public=True) or names_in(area, text):
        raise Refusal(_("“%(field)s”里不能有姓名、门牌、手机号和大括号。") % {"field": field})
    return text


def record(area: int, said: str, heard_at: str, by: str, may: May, now: datetime) -> Rumour:
    """Record what is being said.

    Raises:
        Refusal: the user may not, a field is missing or names somebody.
    """
    check(may, WRITE, area)
    said, heard = _text(said, "said", _("传言内容"), area), _text(heard_at, "heard_at", _("在哪里听到"), area)
    return Rumour.objects.create(area=area, said=said, heard_at=heard, by=by, made_at=now)


def answer(one: Rumour, zh: str, en: str, by: str, may: May, now: datetime) -> None:
    """Answer it; another person approves the answer.

    Raises:
        Refusal: the user may not, a field is missing or names somebody, or it is decided already.
    """
    check(may, WRITE, one.area)
    texts = {
        "answer_zh": _text(zh, "answer_zh", _("回应（中文）"), one.area),
        "answer_en": _text(en, "answer_en", _("回应（英文）"), one.area),
    }
    _move(one, "answered", ("open", "answered"), **texts, answered_by=by, answered_at=now)


def approve(one: Rumour, by: str, may: May, now: datetime) -> None:
    """Publish an answer that another person wrote.

    Raises:
        Refusal: the user may not, wrote it himself, or there is none to approve.
    """
    check(may, APPROVE, one.area)
    if not rules.hold_apart(one.answered_by, by):
        raise Refusal(_("自己写的回应要由另一人批准。"))
    done = Rumour.objects.filter(pk=one.pk, state="answered", answered_at=one.answered_at)
    if not done.update(state="approved", decided_by=by, decided_at=now):
        raise Refusal(_("这条传言的状态已变：请刷新后再看。"))


def drop(one: Rumour, by: str, may: May, now: datetime) -> None:
    """Leave it without an answer, or take a published answer back.

    Raises:
        Refusal: the user may not.
    """
    check(may, APPROVE, one.area)
    _move(one, "dropped", ("open", "answered", "approved"), decided_by=by, decided_at=now)


def reopen(one: Rumour, by: str, may: May) -> None:
    """Open what was left without an answer.

    Raises:
        Refusal: the user may not, or it was not left.
    """
    check(may, WRITE, one.area)
    _move(one, "open", ("dropped",), decided_by="", decided_at=None)


def _move(one: Rumour, to: str, before: tuple[str, ...], **values: object) -> None:
    if not Rumour.objects.filter(pk=one.pk, state__in=before).update(state=to, **values):
        raise Refusal(_("这条传言的状态已变：请刷新后再看。"))


def published(way: Sequence[int], now: datetime) -> list[Rumour]:
    """Return the answers that hold for a building, given the areas that it lies in; the latest first."""
    held = Rumour.objects.filter(area__in=way, state="approved", decided_at__gt=now - SHOWN)
    return list(held.order_by("-decided_at", "-id")[:5])
