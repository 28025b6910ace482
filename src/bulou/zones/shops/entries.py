"""What is decided on shops, ordered for areas and reported of staff tests: bodies in, effects out. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from bulou.ledger.core_entries import Id, Parts, check_until
from bulou.ledger.effects import Entry, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import EntryKind, Subject
from bulou.zones.shops.vocabulary import ORDER, RULE, STATUS, TESTED

Reason = Annotated[str, Meta(min_length=1, max_length=300)]


class Decided(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a shop stands, against the rule; "rule": as the rule says again. Every exception has a reason and an end."""

    unit: Id
    status: Literal["open", "guarantee", "closed", "rule"]
    reason: Reason
    until: datetime | None = None


class Ordered(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What shops of the entry's area may do; "open": nothing is ordered any more."""

    order: Literal["open", "guarantee", "closed"]
    reason: Reason
    until: datetime | None = None


class Tested(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of those who live in a shop were tested."""

    unit: Id
    tested: Annotated[int, Meta(ge=0, le=5_000)]


def _ends(entry: Entry, until: datetime | None, needed: bool) -> None:
    """Hold an end to its entry.

    Raises:
        Refused: 102, there is none and one is needed; 103, it is not later than the entry.
    """
    check_until(until)
    if until is None and needed:
        raise Refused(102, "until")
    if until is not None and until <= entry.at:
        raise Refused(103, "until", str(until))


def decided(entry: Entry, body: Decided) -> Parts:
    """The decision as a standing of the shop's area, under the shop's number."""
    _ends(entry, body.until, body.status != RULE)
    yield Statement(Subject.AREA, entry.area, f"{STATUS}.{body.unit}", body.status, body.until)


def ordered(entry: Entry, body: Ordered) -> Parts:
    """The order as a standing of the area."""
    _ends(entry, body.until, body.order != "open")
    yield Statement(Subject.AREA, entry.area, ORDER, body.order, body.until)


def tested(entry: Entry, body: Tested) -> Parts:
    """How many were tested, as a standing of the shop's area."""
    yield Statement(Subject.AREA, entry.area, f"{TESTED}.{body.unit}", str(body.tested))


ENTRIES = (
    EntryKind("shop.decided", "商铺营业决定", "decision on a shop", Decided, decided, DESK),
    EntryKind("shop.ordered", "商铺管理令", "order on shops", Ordered, ordered, DESK),
    EntryKind("shop.tested", "店员检测", "staff of a shop tested", Tested, tested, DESK),
)
