"""What is done to stock on the desk: checked, written as the user's own entries, all or none; and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bulou.command.stock.lines import Line
from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, covers, scoped
from bulou.places.units import Unit
from bulou.relief.stock import reads, registry
from bulou.relief.stock.reads import Happened, Held, Outlook
from bulou.relief.stock.rules import Way
from bulou.relief.stock.shortages import PROGRAMME
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.export import files
from bulou.ui.live import fragments as live

#: What it takes to write.
NEED = "stock"


def leaves(request: HttpRequest) -> bool:
    """Tell whether stock is asked for as a file: it names nobody, so that whoever keeps stock may take it out.

    Raises:
        PermissionDenied: asked for by somebody who may not.
    """
    return files.wanted(request, NEED if NEED in request.abilities else "export")


#: So long everybody can take his own act back; later it takes who may void.
UNDO = timedelta(hours=1)
#: House rule: so long it takes to order or to move goods. A shortage is arranged so long before it happens.
LEAD = timedelta(days=1)
#: The journal of the house in which foreseen shortages are written.
JOURNAL = "stock"

Writing = tuple[str, datetime, int, dict[str, Any]]


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


def write(request: HttpRequest, told: Sequence[Writing], now: datetime, own: bool = True) -> None:
    """Write entries as the user's own, all or none.

    Raises:
        Refusal: the user may not, or the ledger did not take one.
    """
    journal = writer(request.user.pk, request.user.get_username(), request.ranges, now)
    try:
        for kind, _at, area, body in told:
            entitled.check(request.may, kind, area, body, own=own and body.get("journal") == journal)
    except entitled.NotEntitled as error:
        raise Refusal(str(error)) from None
    with transaction.atomic():
        if any(receipt.status != "kept" for receipt in journals.append(journal, told, now)):
            raise Refusal(_("操作未成功，请刷新后重试。"))
    live.forget()


def items(lines: Iterable[Line]) -> list[dict[str, int]]:
    """Return lines as an entry has them; a lot that was never heard of is entered."""
    out = []
    for one in lines:
        lot = one.lot or registry.lot(one.good.pk, one.number, one.expires)
        out.append({"good": one.good.pk, "lot": lot, "quantity": one.quantity})
    return out


def counted(lines: Iterable[Line], have: Mapping[tuple[int, int], Held]) -> list[dict[str, int]]:
    """Return counted lines beside what the book says of each good and lot."""
    out = []
    for one in lines:
        lot = one.lot or registry.lot(one.good.pk, one.number, one.expires)
        held = next((own for (_store, good), own in have.items() if good == one.good.pk), None)
        book = sum(row.quantity for row in held.lots if row.lot == lot) if held else 0
        out.append({"good": one.good.pk, "lot": lot, "counted": one.quantity, "book": book})
    return out


def beyond(lines: Iterable[Line], have: Mapping[tuple[int, int], Held]) -> list[tuple[Line, int]]:
    """Return the lines that take more than the book has, with what it has."""
    out = []
    for one in lines:
        held = next((own for (_store, good), own in have.items() if good == one.good.pk), None)
        has = sum(row.quantity for row in held.lots if not one.lot or row.lot == one.lot) if held else 0
        if one.quantity > has:
            out.append((one, has))
    return out


def may_undo(one: Happened, request: HttpRequest, now: datetime, area: int) -> bool:
    """Tell whether somebody can take an entry back: his own within an hour, any with the ability to void."""
    if one.void or not request.may(NEED, area):
        return False
    return (one.user == request.user.pk and now - one.at < UNDO) or request.may("void", area)


def take_back(request: HttpRequest, one: Happened, area: int, reason: str, now: datetime) -> None:
    """Void an entry.

    Raises:
        Refusal: it is void already, too old for the user, or not the user's to take back.
    """
    if one.void:
        raise Refusal(_("这一笔已经撤销。"))
    if not may_undo(one, request, now, area):
        raise Refusal(_("超过一小时，或不是您登记的：请由可以作废上报的人员撤销。"))
    body = {"journal": one.journal, "number": one.number, "reason": reason.strip()[:200] or "撤销"}
    write(request, [("entry.voided", now, area, body)], now)


def foresee(request: HttpRequest, known: Mapping[int, Unit], now: datetime) -> tuple[int, int]:
    """Open a shortage for each store and good that will lack, and end those that no longer do; return how many of each.

    Of the stores in whose area the user keeps stock. Run again it changes nothing.

    Raises:
        Refusal: the ledger did not take one.
    """
    mine = {
        id_: unit for id_, unit in known.items()
        if request.may(NEED, unit.area) and covers(request.ranges, unit.area)
    }  # fmt: skip
    with transaction.atomic():
        reads.foresee_alone()
        opened, over = foreseen(known, mine, now)
        if told := [*opened, *over]:
            write(request, told, now)
    return len(opened), len(over)


def follow(now: datetime) -> int:
    """Do the same for all stores as the installation's own entries, while it is served; return how many it took.

    Raises:
        RuntimeError: the ledger refused one of them; the next look tries again.
    """
    with scoped(EVERYWHERE), transaction.atomic():
        reads.foresee_alone()
        known = reads.stores()
        opened, over = foreseen(known, known, now)
        if told := [*opened, *over]:
            receipts = journals.append(journals.of_house(JOURNAL), told, now)
            if any(receipt.status != "kept" for receipt in receipts):
                raise RuntimeError("the ledger did not take the shortages that are foreseen")
        return len(opened) + len(over)


def foreseen(known: Mapping[int, Unit], mine: Mapping[int, Unit], now: datetime) -> tuple[list[Writing], list[Writing]]:
    """Return what opens the shortages that ``mine`` of the stores will have, and what ends those that are over."""
    found = reads.outlook(known, now)
    ways = reads.ways(found, known)
    opened = [
        _opened(one, mine[one.stand.store], ways.get((one.stand.store, one.stand.good), ()), known, now)
        for one in found if one.stand.short and one.due is None and one.stand.store in mine
    ]  # fmt: skip
    lacking = {(one.stand.store, one.stand.good) for one in found if one.stand.short}
    over: list[Writing] = [
        ("shortage.covered", now, mine[key[0]].area,
         {"campaign": campaign, "subjects": [subject], "occasion": occasion, "note": "按最新库存已补足"})
        for key, (campaign, subject, occasion) in reads.open_shortages(mine).items() if key not in lacking
    ]  # fmt: skip
    return opened, over


def _opened(
    one: Outlook, store: Unit, ways: Sequence[Way], known: Mapping[int, Unit], now: datetime
) -> Writing:  # fmt: skip
    body: dict[str, Any] = {
        "campaign": PROGRAMME.id, "subjects": [store.area], "store": store.id, "good": one.stand.good,
        "short": one.stand.short, "why": why(one, [(known[way.source].name, way.quantity) for way in ways])[:300],
    }  # fmt: skip
    if one.left is not None:
        runs_out = now + timedelta(days=one.left)
        body |= {"runs_out": runs_out.isoformat(), "due": max(now, runs_out - LEAD).isoformat()}
    return "shortage.foreseen", now, store.area, body


def why(one: Outlook, ways: Sequence[tuple[str, int]]) -> str:
    """Write what a forecast leans on and what would mend it, in Chinese, as the entry keeps it."""
    parts = [f"可用{one.stand.held}"]
    if one.used:
        parts.append(f"近日每天用{one.used:.1f}")
    if one.claimed:
        parts.append(f"发放待送{one.claimed}")
    if one.homes:
        parts.append(f"封控户{one.homes}")
    parts += [f"可从{name}调{n}" for name, n in ways]
    return "，".join(parts)
