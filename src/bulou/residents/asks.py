"""What a household says on its page: written through the intake, in a journal that may say this and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.steps import due_of
from bulou.relief.requests import PROGRAMME, REQUESTS
from bulou.residents import reads
from bulou.residents.cards import SQL, Found
from bulou.residents.reads import Asked
from bulou.rounds.vocabulary import VALUES
from bulou.ui.figures import rows
from bulou.ui.identity_text import holds_identity

OPENED = REQUESTS.step("request.opened")
#: From which stages the household's own word closes a request, and from which it opens it again: as at the desk.
CONFIRMS = REQUESTS.act("confirmed").stages
AGAIN = REQUESTS.act("again").stages


T = TypeVar("T")


class Refusal(ValueError):
    """Why it was not taken; its text is the sentence that the page shows."""


def journal() -> int:
    """Return the journal of all residents' words; the first word opens it. No device has its key."""
    found = rows(SQL["journal"])
    if not found:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_journal residents'))")
        found = rows(SQL["journal"])
    return found[0][0] if found else journals.enrol("residents", "resident", EVERYWHERE, *journals.ALWAYS)[0]


def ask(found: Found, given: Mapping[str, str], now: datetime) -> bool:
    """Record a request of the household; return whether it was joined to one of its kind that is open.

    Raises:
        Refusal: a field is missing, too long, or has an identity number in it.
    """
    said: dict[str, Any] = {}
    for name in ("need", "what", "asker", "telephone"):
        field = next(one for one in OPENED.fields if one.name == name)
        text = " ".join(given.get(name, "").replace("\0", "").split())
        if not text and field.required:
            raise Refusal(_("请填写全部带星号的栏目。"))
        if text and len(text) > (field.most or 40):
            raise Refusal(_("填写内容太长。"))
        if holds_identity(text):
            raise Refusal(_("请不要填写身份证号码。"))
        if field.choices and text not in [choice.name for choice in field.choices]:
            raise Refusal(_("请选择求助类别。"))
        if text:
            said[name] = text
    said["channel"] = "page"
    with transaction.atomic():
        hold(found)
        same = next((one for one in _own(found, now) if one.open and one.need and one.need.name == said["need"]), None)
        occasion = {"occasion": same.occasion} if same else {}
        limit = due_of(OPENED, said, now)
        if same and same.due:
            limit = {"due": same.due.isoformat()}
        say(found, "request.opened", said | limit | occasion, now)
    return same is not None


def answer(found: Found, occasion: int, solved: bool, now: datetime) -> None:
    """Record the household's word on its own request: it is solved, or it is not.

    Raises:
        Refusal: the household has no such request, or it is not at a stage where that can be said.
    """
    with transaction.atomic():
        hold(found)
        one = next((one for one in _own(found, now) if one.occasion == occasion), None)
        if one is None or one.stage not in (CONFIRMS if solved else AGAIN) or (solved and not one.open):
            raise Refusal(_("这件求助现在不能这样办：请刷新页面再看。"))
        body = {"confirmed_by": "本户"} if solved else {"why": "居民在页面上说没有解决"}
        say(found, "request.confirmed" if solved else "request.reopened", body | {"occasion": occasion}, now)


def antigen(found: Found, person: int, value: str, now: datetime) -> None:
    """Record an antigen test that a person of the household took.

    Raises:
        Refusal: no such value.
    """
    if value not in VALUES:
        raise Refusal(_("请选择抗原结果。"))
    with transaction.atomic():
        _write([("antigen.reported", now, found.area, {"person": person, "value": value})], now)


def _own(found: Found, now: datetime) -> tuple[Asked, ...]:
    return within(found, lambda: reads.requests(found, now))


def within(found: Found, read: Callable[[], T]) -> T:
    """Read in the scope of a household's page."""
    with scoped(reads.scope(found.area)):
        return read()


def hold(found: Found) -> None:
    """Let one word of a household after the other be taken."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["hold"], {"household": found.household})


def say(found: Found, kind: str, body: dict[str, Any], now: datetime, campaign: int = PROGRAMME.id) -> None:
    """Write a household's word on one of its duties.

    Raises:
        Refusal: the ledger did not take it.
    """
    whole = {"campaign": campaign, "subjects": [found.household], **body}
    _write([(kind, now, found.area, whole)], now)


def _write(said: list[tuple[str, datetime, int, dict[str, Any]]], now: datetime) -> None:
    with scoped(EVERYWHERE):
        receipts = journals.append(journal(), said, now)
    if any(receipt.status == "refused" for receipt in receipts):
        raise Refusal(_("没有记录成功，请稍后再试，或打电话给居委会。"))
