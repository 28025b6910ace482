"""What a store keeper does: goods received, sent, issued, discarded, counted; the question before, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.command.stock import actions, lines
from bulou.command.stock.actions import NEED, Refusal
from bulou.command.work import forms
from bulou.ledger import clock
from bulou.ledger.areas import found_id
from bulou.ledger.steps import Field
from bulou.places.units import Unit
from bulou.relief.stock import reads, registry, rules
from bulou.relief.stock.reads import Held
from bulou.relief.stock.rules import LotHeld
from bulou.relief.stock.shortages import PROGRAMME
from bulou.relief.stock.vocabulary import DIFFERENCES, LOSSES, SOURCES
from bulou.ui.forms import number

#: What stores have, by (store, good).
Book = Mapping[tuple[int, int], Held]
#: What each act asks besides its lines.
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "received": (
        Field("source", "choice", "来源", "Source", choices=SOURCES),
        Field("party", "text", "供货方或捐赠方", "Supplier or donor", most=120,
              when=("source", ("purchase", "donation", "allocated"))),
        Field("note", "text", "说明", "Note", required=False),
    ),
    "sent": (
        Field("to", "unit", "调到哪个仓库", "To which store", unit_kind="store"),
        Field("note", "text", "说明", "Note", required=False),
    ),
    "issued": (
        Field("to", "unit", "发给谁", "To whom", required=False,
              unit_kind="team site facility organisation gate laboratory",
              help_zh="班组、采样点等；不填为本仓库自用",
              help_en="A team, a site and so on; left empty, used up in the store itself"),
        Field("purpose", "text", "用途", "Purpose", most=120),
    ),
    "discarded": (
        Field("why", "choice", "原因", "Why", choices=LOSSES),
        Field("note", "text", "说明", "Note", required=False),
    ),
    "counted": (
        Field("reason", "choice", "差异原因", "Reason for the difference", choices=DIFFERENCES, required=False,
              help_zh="实点与账面不同时必填", help_en="Needed where the count differs from the book"),
        Field("note", "text", "说明", "Note", required=False),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form: a lot on hand, with what is filled in."""

    good: Any
    name: str
    lot: reads.LotLine
    field: str
    value: str
    expired: bool


def store_of(request: HttpRequest, store: int, write: bool = False) -> Unit:
    """Return a store that the reader sees. ``write``: keeps.

    Raises:
        Http404: there is none, it is closed, or it is not the reader's to keep.
    """
    found = reads.stores(closed=not write).get(store)
    if found is None or (write and not request.may(NEED, found.area)):
        raise Http404
    return found


def titles() -> dict[str, str]:
    """Return the name of each act."""
    return {
        "received": _("入库"), "sent": _("调拨发出"), "issued": _("领用发出"), "discarded": _("报损"),
        "counted": _("盘点"),
    }  # fmt: skip


def act(request: HttpRequest, store: int) -> HttpResponse:
    """The form of an act on a store; filled in, the question where more goes out than there is; then the act itself."""
    unit, now = store_of(request, store, write=True), clock.now()
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("act", "received")
    if name not in FIELDS:
        return redirect("stock-store", store)
    have, counting = reads.held([store]), name == "counted"
    goods = lines.Goods(registry.listed(state="all" if counting else "open"))
    known = {
        (good, one.lot): (one.number, one.expires)
        for (_store, good), own in sorted(have.items()) for one in own.lots if good in goods.of
    }  # fmt: skip
    sent = request.method == "POST" and given.get("step") in ("form", "sure")
    form = forms.form_of(FIELDS[name], given if sent else None, now)
    values = dict(given.items()) if sent else _suggested(given, have, reads.today(now), name)
    context: dict[str, Any] = {
        "unit": unit, "act": name, "title": titles()[name], "form": form, "goods": goods.known, "counting": counting,
        "rows": [] if name == "received" else _rows(have, goods, values, reads.today(now)),
        "blank": [(n, {key: values.get(f"n{n}_{key}", "") for key in lines_keys()}) for n in range(lines.BLANK)],
        "labels": [lines.label(good) for good in goods.known if good.until is None],
        "shortage": given.get("shortage", ""),
        "expiring": name in ("received", "counted"),
    }  # fmt: skip
    if not sent:
        for key, value in _first(given).items():
            if key in form.fields:
                form.fields[key].initial = value
        return TemplateResponse(request, "stock/act.html", context)
    read = lines.of_form(given, goods, {} if name == "received" else known, zero=counting)
    context["wrong"] = read.wrong
    if not form.is_valid() or read.wrong:
        return TemplateResponse(request, "stock/act.html", context)
    if not read.lines:
        context["refused"] = _("请至少填写一行数量。")
        return TemplateResponse(request, "stock/act.html", context)
    over = actions.beyond(read.lines, have) if name in ("sent", "issued", "discarded") else []
    differ = differences(read.lines, have) if counting else []
    if differ and not form.said.get("reason"):
        form.add_error("f_reason", _("实点与账面不同：请选择原因。"))
        return TemplateResponse(request, "stock/act.html", context)
    if given.get("step") == "form" and (over or differ):
        return TemplateResponse(request, "stock/act.html", context | {"over": over, "differ": differ, "asked": True})
    try:
        told = entries(request, name, unit, form.said, read.lines, have, now, given.get("shortage", ""))
        actions.write(request, told, now)
        actions.foresee(request, reads.stores(), now)
    except Refusal as refusal:
        return TemplateResponse(request, "stock/act.html", context | {"refused": str(refusal)})
    told_of = {"what": titles()[name], "n": len(read.lines)}
    messages.success(request, _("已登记：%(what)s，%(n)s行。一小时内可以撤销。") % told_of)
    return redirect("stock-store", store)


def lines_keys() -> tuple[str, ...]:
    """Return the fields of a blank line."""
    return ("good", "number", "expires", "quantity")


def _first(given: Mapping[str, str]) -> dict[str, str]:
    """Return what an address fills in of the fields besides the lines."""
    return {key: value for key, value in given.items() if key.startswith(forms.PREFIX)}


def _suggested(given: Mapping[str, str], have: Mapping[tuple[int, int], Held], today: date, act: str) -> dict[str, str]:
    """Return quantities for a good and number that the address names: from the lots that expire first."""
    good, n = number(given.get("good", "")), number(given.get("n", ""))
    if not good or not n:
        return {}
    if act == "received":
        found = registry.of([good]).get(good)
        return {"n0_good": lines.label(found), "n0_quantity": str(n)} if found else {}
    own = next((one for (_store, key), one in have.items() if key == good), None)
    raw = [LotHeld(one.lot, one.quantity, one.expires) for one in own.lots] if own else []
    return {f"q_{good}_{one.lot}": str(one.quantity) for one in rules.pick(raw, n, today)}


def _rows(have: Book, goods: lines.Goods, values: Mapping[str, str], today: date) -> list[Row]:
    out = []
    for (_store, good), own in sorted(have.items(), key=lambda row: _sorting(goods, row[0][1])):
        if good in goods.of:
            out += [
                Row(goods.of[good], lines.name_of(goods.of[good]), one, f"q_{good}_{one.lot}",
                    values.get(f"q_{good}_{one.lot}", ""), bool(one.expires and one.expires < today))
                for one in own.lots
            ]  # fmt: skip
    return out


def _sorting(goods: lines.Goods, good: int) -> tuple[str, str]:
    found = goods.of.get(good)
    return (found.kind, found.name) if found else ("", "")


def differences(found: list[lines.Line], have: Mapping[tuple[int, int], Held]) -> list[tuple[lines.Line, int]]:
    """Return the counted lines that differ from the book, with what the book has."""
    out = []
    for one in found:
        own = next((held for (_store, good), held in have.items() if good == one.good.pk), None)
        same = [
            row for row in (own.lots if own else [])
            if (row.lot == one.lot if one.lot else (row.number, row.expires) == (one.number, one.expires))
        ]  # fmt: skip
        book = sum(row.quantity for row in same)
        if book != one.quantity:
            out.append((one, book))
    return out


def entries(
    request: HttpRequest, act: str, unit: Unit, said: dict[str, Any], found: list[lines.Line], have: Book,
    now: datetime, shortage: str,
) -> list[actions.Writing]:  # fmt: skip
    """Return what an act writes; a transfer that mends a shortage says so there as well."""
    body: dict[str, Any] = {"store": unit.id} | {key: value for key, value in said.items() if key != "to_kind"}
    if act == "counted":
        body["rows"] = actions.counted(found, have)
    else:
        body["items"] = actions.items(found)
    told: list[actions.Writing] = [(f"stock.{act}", now, unit.area, body)]
    parts = shortage.split(".")
    if act == "sent" and len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts):
        target = reads.stores().get(int(said["to"]))
        if target is not None and len(parts[1]) < 17 and request.may(NEED, target.area):
            arranged = {
                "campaign": PROGRAMME.id, "subjects": [target.area], "occasion": int(parts[1]), "source": unit.id,
                "arranged": sum(one.quantity for one in found),
            }  # fmt: skip
            told.append(("shortage.arranged", now, target.area, arranged))
    return told


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take one entry of a store back."""
    store, now = number(request.POST.get("store", "")), clock.now()
    unit = store_of(request, store)
    journal, dot, n = request.POST.get("entry", "").partition(".")
    one = reads.entry(number(journal), number(n)) if dot else None
    if one is None or store not in (one.body.get("store"), one.body.get("to")):
        raise Http404
    if one.body.get("store") != store:
        messages.error(request, _("发出的调拨由发出仓库撤销；没有收到的请登记差异。"), extra_tags="danger")
        return redirect("stock-store", store)
    way = reads.transfers([store], found_id(one.journal, one.number)) if one.kind == "stock.sent" else []
    if way and sum(line.quantity for _good, line in way[0].rest) < sum(line.quantity for line in way[0].sent):
        messages.error(request, _("对方已收到一部分，不能撤销：没有收到的请在调拨单上登记差异。"), extra_tags="danger")
        return redirect("stock-store", store)
    try:
        actions.take_back(request, one, unit.area, request.POST.get("reason", ""), now)
        actions.foresee(request, reads.stores(), now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("已撤销：库存恢复到这一笔之前。"))
    return redirect("stock-store", store)


def way_url(source: int, good: int, n: int, target: Unit, occasion: int) -> str:
    """Return the address of the transfer form filled in with what would mend a shortage."""
    told = {"act": "sent", "good": good, "n": n, "f_to": target.code, "shortage": f"0.{occasion}" if occasion else ""}
    return f"{reverse('stock-act', args=[source])}?{urlencode(told)}"
