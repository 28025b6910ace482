"""A doubt decided on the desk: the registry's part (places/doubts.py) and what follows for duties, at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import doubts
from bulou.places.doubts import NotDecided
from bulou.rounds.actions import DECIDED_WITHIN, Joined, join_newcomers
from bulou.rounds.entries import SWAB
from bulou.ui.desk_journal import writer
from bulou.ui.figures import rows

SQL = statements(__package__, "roster")
#: An entry to be written: its kind, when, where, and the body.
Said = tuple[str, datetime, int, dict[str, Any]]
_KINDS = {kind.code: kind.name for kind in REGISTRY.duties.values()}


class Refusal(ValueError):
    """A decision that cannot be taken; its text is the sentence that the page shows."""


def _sentence(error: NotDecided) -> str:
    return {
        "decided": _("这条存疑已由他人处理。"),
        "area": _("另一处不在您的区域内，请由上级处理。"),
        "decision": _("请选择处理结果。"),
    }.get(error.code, _("没有这条存疑，或不在您的区域内。"))


def decide(doubt: int, decision: str, user: tuple[int, str], ranges: Ranges, now: datetime) -> dict[int, Joined]:
    """Decide a doubt.

    A second record of one person owes nothing beside the first; a person who was added owes the round.
    What waited for the decision waits no longer: it is excused as the same person's, or open.

    Parameters:
        user: id and sign-in name.

    Returns:
        Who owes each open round from now on, and whom its scope rule leaves out (see ``rounds.actions``).

    Raises:
        Refusal: see ``places.doubts.decide``, or the ledger did not take an entry; nothing is changed.
    """
    with transaction.atomic():
        try:
            done = doubts.decide(doubt, decision, user[1], ranges, now)
        except NotDecided as error:
            raise Refusal(_sentence(error)) from None
        said: list[Said] = []
        if done.merged is not None:
            said = [
                ("duty.excused", now, area, _body(campaign, kind, twice, occasion) | {
                    "reason": "same_person", "evidence": f"doubt {doubt}", "same_as": stays,
                })
                for campaign, kind, occasion, area, twice, stays in rows(
                    SQL["owed_twice"], person=done.person, other=done.merged
                )
            ]  # fmt: skip
        closed = {(area, *body["subjects"]) for _word, _at, area, body in said}
        said += [
            one for one in open_again(rows(SQL["set_aside"], other=done.other), f"doubt {doubt}", now)
            if (one[2], *one[3]["subjects"]) not in closed
        ]  # fmt: skip
        write(said, user, ranges, now)
        return join_newcomers(now, now)


def take_back(doubt: int, user: tuple[int, str], ranges: Ranges, now: datetime) -> dict[int, Joined]:
    """Take a decision back: two records again, and duties stand as they did before it.

    Who is two people again owes the rounds that were opened meanwhile; returned as by ``decide``.

    Raises:
        Refusal: there is no such decision within the areas, or the ledger did not take an entry.
    """
    with transaction.atomic():
        try:
            back = doubts.take_back(doubt, user[1], ranges, now)
        except NotDecided as error:
            raise Refusal(_sentence(error)) from None
        if back.other is not None:
            again = rows(SQL["excused_as_same"], person=back.person, other=back.other)
            write(open_again(again, f"doubt {doubt}", now), user, ranges, now)
        joined = join_newcomers(now, now)
        if back.found:
            until = (now + DECIDED_WITHIN).isoformat()
            write([
                ("duty.deferred", now, area, _body(campaign, kind, subject, occasion)
                 | {"reason": "maybe_listed", "until": until})
                for campaign, kind, occasion, area, subject in rows(SQL["waits_again"], other=back.other, swab=SWAB)
            ], user, ranges, now)  # fmt: skip
    return joined


def open_again(found: Iterable[tuple[Any, ...]], why: str, now: datetime) -> list[Said]:
    """Return the entries that open duties again: (campaign, kind, occasion, area, subject) each."""
    return [
        ("duty.reopened", now, area, _body(campaign, kind, subject, occasion) | {"reason": why})
        for campaign, kind, occasion, area, subject in found
    ]


def _body(campaign: int, kind: int, subject: int, occasion: int) -> dict[str, Any]:
    return {"campaign": campaign, "duty": _KINDS[kind], "subjects": [subject], "occasion": occasion}


def write(said: list[Said], user: tuple[int, str], ranges: Ranges, now: datetime) -> None:
    """Write entries to the user's journal.

    Raises:
        Refusal: the ledger did not take one; the transaction it is in must not be kept.
    """
    if not said:
        return
    receipts = journals.append(writer(*user, ranges, now), said, now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("操作未成功，请刷新后重试。"))
