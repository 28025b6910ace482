"""Offering duties to another area, and withdrawing an offer that nobody has accepted: entries of the user's journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind
from bulou.people.duties import DutyRow, person_kinds
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import Name, rows

SQL = statements(__package__, "offering")
#: Duties that one form may offer: a page of the missed list.
MOST = 50
LONGEST = 200


class Refusal(ValueError):
    """What cannot be offered or withdrawn; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Key:
    """A duty as a form names it."""

    kind: DutyKind
    campaign: int
    subject: int
    occasion: int

    @classmethod
    def read(cls, text: str) -> Key:
        """Return the duty that a form's value names: kind, campaign, subject and occasion.

        Raises:
            Refusal: not such a value.
        """
        name, *numbers = text.split(".")
        kind = REGISTRY.duties.get(name)
        if kind is None or kind not in person_kinds().values() or len(numbers) != 3:
            raise Refusal(_("无法识别所选事项。"))
        if not all(part.isascii() and part.isdecimal() and len(part) <= 16 for part in numbers):
            raise Refusal(_("无法识别所选事项。"))
        campaign, subject, occasion = map(int, numbers)
        if campaign >= 2**31:
            raise Refusal(_("无法识别所选事项。"))
        return cls(kind, campaign, subject, occasion)


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that is to be offered. ``key``: as the form named it."""

    key: str
    campaign: int
    owed: DutyRow


def duties(keys: Sequence[str]) -> list[Duty]:
    """Read the named duties within the scope.

    Raises:
        Refusal: none or too many are named, or one is not within the scope.
    """
    named = list(dict.fromkeys(keys))
    asked = [Key.read(one) for one in named]
    if not asked:
        raise Refusal(_("请先勾选要移交的人。"))
    if len(asked) > MOST:
        raise Refusal(_("一次最多移交%(most)s人。") % {"most": MOST})
    found = rows(
        SQL["duties"], kinds=[one.kind.code for one in asked], campaigns=[one.campaign for one in asked],
        subjects=[one.subject for one in asked], occasions=[one.occasion for one in asked],
    )  # fmt: skip
    if len(found) != len(asked):
        raise Refusal(_("所选的人有不在您的区域内的，请刷新后重试。"))
    out = []
    for key, row in zip(named, found, strict=True):
        kind, campaign, subject, occasion, area, stage, at, mark, why, until, outcome, offered, *who = row
        name, stairwell, floor, door, home = who
        owed = DutyRow(
            REGISTRY.by_code[kind], area, subject, occasion, stage, at, mark, why, until, name, stairwell, floor, door,
            offered, outcome, home=home,
        )  # fmt: skip
        out.append(Duty(key, campaign, owed))
    return out


def can_offer(may: entitled.May, owed: DutyRow) -> bool:
    """Tell whether a duty can be offered by somebody at all: the page shows no box for what would be refused."""
    return owed.is_missed and not owed.offered_to and _entitled(may, owed)


def can_withdraw(may: entitled.May, owed: DutyRow) -> bool:
    """Tell whether an offer of a duty may be withdrawn by somebody: his own, or whoever's it is."""
    return bool(owed.outcome == 0 and owed.offered_to) and _entitled(may, owed)


def _entitled(may: entitled.May, owed: DutyRow) -> bool:
    need = entitled.needed("duty.offered", {"duty": owed.kind.name})
    return bool(need) and may(need, owed.area)


def check(chosen: Sequence[Duty], to_area: int, reason: str) -> Name:
    """Hold an offer to what can be offered; return the receiver's name.

    Raises:
        Refusal: in the reader's language, what is missing or does not fit.
    """
    found = rows(SQL["receiver"], area=to_area) if is_area(to_area) else []
    if not found:
        raise Refusal(_("请选择接收的街镇或居委会。"))
    if not reason.strip():
        raise Refusal(_("请写明移交原因，接收方要看。"))
    for one in chosen:
        if one.owed.offered_to:
            raise Refusal(_("%(who)s已提出移交，对方还没有接受：要改请先撤回。") % {"who": _who(one.owed)})
        if not one.owed.is_missed:
            raise Refusal(_("%(who)s已采样或已了结，不用移交。") % {"who": _who(one.owed)})
        if covers((span(to_area),), one.owed.area):
            raise Refusal(_("%(who)s已经在所选区域内。") % {"who": _who(one.owed)})
    return found[0][0]


def _who(owed: DutyRow) -> str:
    return owed.masked or f"P{owed.subject}"


def offer(
    chosen: Sequence[Duty], to_area: int, reason: str, user: tuple[int, str], ranges: Ranges, may: entitled.May,
    now: datetime,
) -> int:  # fmt: skip
    """Offer duties, each by an entry of its own so that each can be withdrawn alone; all or none. Return how many.

    Raises:
        Refusal: as ``check``, or the ledger did not take it.
        entitled.NotEntitled: one is not the user's to say.
    """
    check(chosen, to_area, reason)
    said = [
        ("duty.offered", now, one.owed.area, {
            "campaign": one.campaign, "duty": one.owed.kind.name, "subjects": [one.owed.subject],
            "occasion": one.owed.occasion, "to_area": to_area, "reason": reason.strip()[:LONGEST],
        })
        for one in chosen
    ]  # fmt: skip
    for kind, _at, area, body in said:
        entitled.check(may, kind, area, body)
    return _written(said, writer(*user, ranges, now), now)


def withdraw(key: str, user: tuple[int, str], ranges: Ranges, may: entitled.May, now: datetime) -> int:
    """Withdraw the offer of a duty that nobody has accepted yet; return of how many people it spoke.

    Raises:
        Refusal: it is accepted or withdrawn already, or the ledger did not take it.
        entitled.NotEntitled: somebody else's, by who may not take that back.
    """
    one = Key.read(key)
    found = rows(
        SQL["offers"], campaign=one.campaign, kind=one.kind.code, subject=one.subject, occasion=one.occasion
    )  # fmt: skip
    if not found:
        raise Refusal(_("此项移交已撤回或已被接收。"))
    journal = writer(*user, ranges, now)
    said: list[tuple[str, datetime, int, dict[str, Any]]] = [
        ("entry.voided", now, area, {"journal": by, "number": number, "reason": _("撤回移交")})
        for by, number, area, _said in found
    ]
    for kind, _at, area, body in said:
        entitled.check(may, kind, area, body, own=body["journal"] == journal)
    _written(said, journal, now)
    return max(row[-1] for row in found)


def _written(said: list[tuple[str, datetime, int, dict[str, Any]]], journal: int, now: datetime) -> int:
    receipts = journals.append(journal, said, now)
    if any(receipt.status != "kept" for receipt in receipts):
        raise Refusal(_("操作未成功，请刷新后重试。"))
    return len(receipts)
