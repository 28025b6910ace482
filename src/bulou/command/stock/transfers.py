"""Goods between two stores: what is on its way, what arrived, what became of the rest; the delivery note."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

import typst
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.command.stock import actions, lines
from bulou.command.stock.actions import NEED, Refusal
from bulou.command.stock.pages import name_in
from bulou.command.units.pages import path_of, places_of
from bulou.ledger import clock
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.stock import reads, registry
from bulou.relief.stock.reads import Transfer
from bulou.relief.stock.vocabulary import SETTLED
from bulou.rounds.paper.pdf import FONT, code


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What is on its way from and to the stores in sight, the oldest first."""
    now, known = clock.now(), reads.stores(closed=True)
    found = reads.transfers([*known])
    seen = dict(known) | units.of({n for one in found for n in (one.source, one.target)})
    goods = registry.of({good for one in found for good, _line in one.rest})
    return TemplateResponse(
        request, "stock/transfers.html", {
            "rows": [
                (one, name_in(seen, one.source), name_in(seen, one.target), one.late(now),
                 [(_name(goods, good), line.quantity) for good, line in one.rest])
                for one in found
            ],
        },
    )  # fmt: skip


def _name(goods: Mapping[int, Any], number: int) -> str:
    return lines.name_of(goods[number]) if number in goods else _("未登记的物资")


def transfer_of(request: HttpRequest, transfer: int) -> tuple[Transfer, dict[int, Unit]]:
    """Return a transfer from or to a store in sight, with the stores that the reader sees.

    Raises:
        Http404: there is none.
    """
    known = reads.stores(closed=True)
    found = reads.transfers([*known], transfer) if 0 < transfer < 2**53 else []
    if not found or found[0].id != transfer:
        raise Http404
    return found[0], known


def one(request: HttpRequest, transfer: int) -> HttpResponse:
    """One transfer: what arrived is filled in by the receiver; of what did not, somebody says what became of it."""
    found, known = transfer_of(request, transfer)
    now, given = clock.now(), request.POST
    source, target = known.get(found.source), known.get(found.target)
    goods = registry.of(found.goods)
    refused = ""
    if request.method == "POST":
        try:
            _do(request, found, source, target, given, now)
        except Refusal as refusal:
            refused = str(refusal)
        else:
            return redirect("stock-transfer", transfer)
    rest = {(good, line.lot): line.quantity for good, line in found.rest}
    rows = [
        (_name(goods, good), goods.get(good), line, rest.get((good, line.lot), 0), f"q_{good}_{line.lot}")
        for good, line in zip(found.goods, found.sent, strict=True)
    ]  # fmt: skip
    return TemplateResponse(
        request, "stock/transfer.html", {
            "one": found, "rows": rows, "source": name_in(known, found.source), "target": name_in(known, found.target),
            "receives": target is not None and target.open and request.may(NEED, target.area),
            "settles": any(store is not None and request.may(NEED, store.area) for store in (source, target)),
            "gives_back": source is not None and request.may(NEED, source.area), "late": found.late(now),
            "left": sum(rest.values()), "choices": SETTLED, "refused": refused, "given": given,
            "sent": sum(line.quantity for line in found.sent), "target_id": found.target, "source_id": found.source,
        },
    )  # fmt: skip


def _do(
    request: HttpRequest, found: Transfer, source: Unit | None, target: Unit | None, given: Mapping[str, str], now: Any
) -> None:  # fmt: skip
    act = given.get("act", "")
    if not found.rest:
        raise Refusal(_("这张调拨单已全部收到或处理完。"))
    items = []
    for good, line in found.rest:
        text = given.get(f"q_{good}_{line.lot}", "").strip() if act == "arrived" else str(line.quantity)
        n = lines.count(text) if text else 0
        if n is None or n > line.quantity:
            raise Refusal(_("数量应为0至%(most)s的整数：填的是%(said)s。多收的请另行入库。") % {
                "most": line.quantity, "said": text[:20]})  # fmt: skip
        if n:
            items.append({"good": good, "lot": line.lot, "quantity": n})
    if not items:
        raise Refusal(_("请至少填写一行数量。"))
    note = " ".join(given.get("note", "").split())[:200]
    if act == "arrived":
        if target is None:
            raise Refusal(_("由收货仓库登记收到。"))
        body: dict[str, Any] = {"store": target.id, "transfer": found.id, "items": items, "note": note}
        told = ("stock.arrived", now, target.area, body)
    else:
        how = given.get("how", "")
        keeper = source if how == "back" else source or target
        if how not in [choice.name for choice in SETTLED] or not note:
            raise Refusal(_("请选择没有收到的怎么处理，并写明原因。"))
        if keeper is None:
            raise Refusal(_("退回发出仓库由发出仓库登记。"))
        if how == "lost" and not request.may(NEED, keeper.area) and target is not None:
            keeper = target
        body = {"store": keeper.id, "transfer": found.id, "how": how, "items": items, "reason": note}
        told = ("stock.settled", now, keeper.area, body)
    actions.write(request, [told], now)
    actions.foresee(request, reads.stores(), now)
    left = sum(line.quantity for _good, line in found.rest) - sum(item["quantity"] for item in items)
    if left:
        told = _("已登记收到；还有%(n)s件没有收到，留在在途，直到收到或说明去向。")
        messages.warning(request, told % {"n": f"{left:,}"})
    else:
        messages.success(request, _("已登记，这张调拨单已结清。"))


@require_safe
def note(request: HttpRequest, transfer: int) -> HttpResponse:
    """The delivery note that goes with a transfer, to be signed at both ends."""
    found, known = transfer_of(request, transfer)
    goods = registry.of(found.goods)
    places = places_of(known[n].area for n in (found.source, found.target) if n in known)
    where = [
        {"name": name_in(known, n), "place": path_of(known[n].area, places) if n in known else "",
         "telephone": known[n].telephone if n in known else ""}
        for n in (found.source, found.target)
    ]  # fmt: skip
    told = {
        "title": _("物资调拨单"), "number": f"T{found.id % 10**9}", "qr": code(f"T{found.id}"),
        "at": timezone.localtime(found.at).strftime("%Y-%m-%d %H:%M"), "by": found.by, "note": found.note,
        "from": where[0], "to": where[1],
        "heads": [_("物资"), _("批号"), _("有效期"), _("发出"), _("计量单位"), _("实收")],
        "words": {"from": _("发出仓库"), "to": _("收货仓库"), "sent": _("发出人签字"), "got": _("收货人签字"),
                  "note": _("说明"), "at": _("发出时间"), "by": _("经办")},
        "rows": [
            [_name(goods, good), line.number, str(line.expires or ""), f"{line.quantity:,}",
             goods[good].unit if good in goods else "", ""]
            for good, line in zip(found.goods, found.sent, strict=True)
        ],
    }  # fmt: skip
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "note.typ") as sheet:
        drawn = typst.compile(
            sheet.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        )  # fmt: skip
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=f"{told['number']}.pdf")
    return answer
