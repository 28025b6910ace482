"""Passes on the household's page: asked for, how each stands, and the household's objection to a refusal.

Who goes out and why is written to whoever decides, and is not shown again. An objection is decided by somebody else
than who decided first (``zones.passes.works.others_eyes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bulou.ledger.steps import due_of
from bulou.residents import asks
from bulou.residents.asks import Refusal
from bulou.residents.cards import Found
from bulou.ui.identity_text import holds_identity, without
from bulou.zones.passes import reads, words
from bulou.zones.passes.vocabulary import PROGRAMME, SORTS, TURNED_DOWN
from bulou.zones.passes.works import PASSES

ASKED = PASSES.step("pass.asked")
#: Passes of a household that are open at once.
MOST = 5
#: Characters of an objection.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A pass as its household sees it. ``contestable``: whether the household may object to how it was decided."""

    occasion: int
    number: str
    sort: str
    state: str
    starts: datetime | None
    ends: datetime | None
    reason: str
    due: datetime | None
    contestable: bool


def shown(found: Found, now: datetime) -> list[Shown]:
    """Return the household's passes, those that wait first. Runs within ``reads.scope``."""
    own = [one for one in reads.of_range(found.area, found.area, now) if one.household == found.household]
    return [
        Shown(
            one.occasion, one.number, words.sort_name(one.sort), words.state_name(one.state), one.starts,
            one.ends, without(one.reason), one.due if one.state in ("asked", "contested") else None,
            one.state == TURNED_DOWN,
        )
        for one in own
    ]  # fmt: skip


def ask(found: Found, given: Mapping[str, str], now: datetime) -> None:
    """Record that the household asks for a pass.

    Raises:
        Refusal: a field is missing, wrong or too long, has an identity number in it, or too many wait already.
    """
    said: dict[str, Any] = {}
    for name in ("sort", "who", "why"):
        field = next(one for one in ASKED.fields if one.name == name)
        text = _text(given.get(name, ""), field.most or 40)
        if not text:
            raise Refusal(_("请填写全部带星号的栏目。"))
        if field.choices and text not in [sort.name for sort in SORTS]:
            raise Refusal(_("请选择出门事由。"))
        said[name] = text
    starts, ends = _time(given.get("starts", "")), _time(given.get("ends", ""))
    if (ends and ends <= (starts or now)) or (starts and starts < now.replace(second=0, microsecond=0)):
        raise Refusal(_("时间要在以后，结束要晚于开始。"))
    said |= {name: at.isoformat() for name, at in (("starts", starts), ("ends", ends)) if at}
    with transaction.atomic():
        asks.hold(found)
        if sum(one.due is not None for one in asks.within(found, lambda: shown(found, now))) >= MOST:
            raise Refusal(_("本户已有多张通行证待审批：请先等答复。"))
        asks.say(found, "pass.asked", said | due_of(ASKED, said, now), now, PROGRAMME.id)


def contest(found: Found, occasion: int, why: str, now: datetime) -> None:
    """Record the household's objection to a pass that was turned down.

    Raises:
        Refusal: there is no such pass, it was not turned down, or nothing is said.
    """
    text = _text(why, LONGEST)
    if not text:
        raise Refusal(_("请写明异议的理由。"))
    with transaction.atomic():
        asks.hold(found)
        if not any(
            one.occasion == occasion and one.contestable for one in asks.within(found, lambda: shown(found, now))
        ):
            raise Refusal(_("这张通行证现在不能提异议：请刷新页面再看。"))
        asks.say(found, "pass.contested", {"why": text, "occasion": occasion}, now, PROGRAMME.id)


def _text(given: str, most: int) -> str:
    text = " ".join(given.replace("\0", "").split())
    if len(text) > most:
        raise Refusal(_("填写内容太长。"))
    if holds_identity(text):
        raise Refusal(_("请不要填写身份证号码。"))
    return text


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else timezone.make_aware(at)
    except ValueError:
        raise Refusal(_("请填写时间，例如 2022-04-04 08:30。")) from None
