"""What is reported of stock, as entries: bodies in, movements out. Pure.

A good without a lot moves as the good itself, one with a lot as that lot: what the ledger conserves, it conserves for
each lot. A transfer leaves its store into a holder of its own, numbered by its entry, and stays there until it arrives
or somebody says what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from bulou.ledger.areas import FOUND_BASE, found_id
from bulou.ledger.core_entries import Id, IdOrZero, Parts, Text
from bulou.ledger.effects import Entry, Movement, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import EntryKind, Subject
from bulou.relief.stock.vocabulary import COUNTED, LAST_COUNT, LOSS, LOST, SOURCE, USED

Quantity = Annotated[int, Meta(ge=1, lt=2**31)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Name = Annotated[str, Meta(max_length=120)]
Transfer = Annotated[int, Meta(ge=FOUND_BASE, lt=2 * FOUND_BASE)]

Holder = tuple[Subject, int]


class Item(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many units of a good, of a lot where it has any (0: none)."""

    good: Id
    lot: IdOrZero = 0
    quantity: Quantity


class CountedItem(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was counted, beside what the book said when it was."""

    good: Id
    lot: IdOrZero = 0
    counted: Count
    book: Annotated[int, Meta(ge=-(2**31), lt=2**31)]


Items = Annotated[list[Item], Meta(min_length=1, max_length=500)]


class Received(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that came into a store from outside. ``party``: who supplied or gave them."""

    store: Id
    source: Literal["purchase", "allocated", "donation", "returned"]
    party: Name = ""
    items: Items
    note: Text = ""


class Sent(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods sent to another store."""

    store: Id
    to: Id
    items: Items
    note: Text = ""


class Arrived(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What arrived of a transfer; the rest stays on its way."""

    store: Id
    transfer: Transfer
    items: Items
    note: Text = ""


class Settled(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of goods of a transfer that did not arrive. ``store``: where they are back, or were sent from."""

    store: Id
    transfer: Transfer
    how: Literal["back", "lost"]
    items: Items
    reason: Text


class Counted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A physical count: the difference to the book is corrected, for a reason."""

    store: Id
    reason: Literal["unrecorded_out", "unrecorded_in", "damaged", "miscounted", "opening", "unknown", ""] = ""
    rows: Annotated[list[CountedItem], Meta(min_length=1, max_length=500)]
    note: Text = ""


class Issued(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods issued from a store to a unit that uses them; ``to`` 0: used up on the spot."""

    store: Id
    to: IdOrZero = 0
    items: Items
    purpose: Name = ""


class Discarded(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that cannot be used any more."""

    store: Id
    why: Literal["expired", "damaged", "recalled"]
    items: Items
    note: Text = ""


def of(good: int, lot: int) -> Holder:
    """Return as what a good moves: (kind of item, its number)."""
    return (Subject.LOT, lot) if lot else (Subject.GOOD, good)


def _moved(items: Sequence[Item], giver: Holder, taker: Holder) -> Iterator[Movement]:
    """Yield one movement for each good and lot.

    Raises:
        Refused: 109, one of them is named twice.
    """
    named = [of(item.good, item.lot) for item in items]
    if len(set(named)) < len(named):
        raise Refused(109, "items")
    for item, (kind, number) in zip(items, named, strict=True):
        yield Movement(kind, number, *giver, *taker, quantity=item.quantity)


def _store(number: int) -> Holder:
    return Subject.STORE, number


def received(_entry: Entry, body: Received) -> Parts:
    """From its source into the store."""
    yield from _moved(body.items, (Subject.OUTSIDE, SOURCE[body.source]), _store(body.store))


def sent(entry: Entry, body: Sent) -> Parts:
    """From the store onto the way.

    Raises:
        Refused: 103, to the store itself.
    """
    if body.to == body.store:
        raise Refused(103, "to", body.to)
    way = (Subject.OUTSIDE, found_id(entry.journal, entry.number))
    yield from _moved(body.items, _store(body.store), way)


def arrived(_entry: Entry, body: Arrived) -> Parts:
    """From the way into the store."""
    yield from _moved(body.items, (Subject.OUTSIDE, body.transfer), _store(body.store))


def settled(_entry: Entry, body: Settled) -> Parts:
    """From the way back, or away for good.

    Raises:
        Refused: 102, no reason.
    """
    if not body.reason.strip():
        raise Refused(102, "reason")
    to = _store(body.store) if body.how == "back" else (Subject.OUTSIDE, LOST)
    yield from _moved(body.items, (Subject.OUTSIDE, body.transfer), to)


def counted(entry: Entry, body: Counted) -> Parts:
    """The difference, into the store or out of it; and that it was counted.

    Raises:
        Refused: 102, a difference without a reason; 109, a good or lot is named twice.
    """
    named = [of(row.good, row.lot) for row in body.rows]
    if len(set(named)) < len(named):
        raise Refused(109, "rows")
    yield Statement(Subject.STORE, body.store, LAST_COUNT.name, entry.at.isoformat())
    outside = (Subject.OUTSIDE, COUNTED)
    for row, (kind, number) in zip(body.rows, named, strict=True):
        more = row.counted - row.book
        if more and not body.reason:
            raise Refused(102, "reason")
        ends = (*outside, *_store(body.store)) if more > 0 else (*_store(body.store), *outside)
        if more:
            yield Movement(kind, number, *ends, quantity=abs(more))


def issued(_entry: Entry, body: Issued) -> Parts:
    """From the store to the unit."""
    to = (Subject.UNIT, body.to) if body.to else (Subject.OUTSIDE, USED)
    yield from _moved(body.items, _store(body.store), to)


def discarded(_entry: Entry, body: Discarded) -> Parts:
    """From the store away for good."""
    yield from _moved(body.items, _store(body.store), (Subject.OUTSIDE, LOSS[body.why]))


ENTRIES = (
    EntryKind("stock.received", "入库", "goods received", Received, received, DESK),
    EntryKind("stock.sent", "调拨发出", "transfer sent", Sent, sent, DESK),
    EntryKind("stock.arrived", "调拨收到", "transfer received", Arrived, arrived, DESK),
    EntryKind("stock.settled", "在途差异处理", "difference of a transfer settled", Settled, settled, DESK),
    EntryKind("stock.counted", "盘点", "stock counted", Counted, counted, DESK),
    EntryKind("stock.issued", "领用发出", "goods issued", Issued, issued, DESK),
    EntryKind("stock.discarded", "报损", "goods discarded", Discarded, discarded, DESK),
)
