"""Suits of a day by street: what its shifts need, what was issued for it, what stores hold, what is missing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.stock import actions as stock
from bulou.command.suits import rules
from bulou.forces import reads as forces
from bulou.forces.pages import area_of, choices_of, places_of
from bulou.forces.shift_pages import day_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.places.units import Unit
from bulou.relief.stock import reads, registry
from bulou.ui import forms

#: Goods of this kind are suits where their name says so.
PPE, NAMED = "ppe", "防护服"
#: What an issue for a day's shifts gives as its purpose, followed by the day.
PURPOSE = "班次防护服 "
#: Issues of a store that are looked through for those of the day.
LOOKED = 200


def needs(area: int, day: date) -> dict[int, int]:
    """Return suits that the shifts in force of a day take, by street (or the lower area that was asked for)."""
    out: dict[int, int] = defaultdict(int)
    for one in forces.shifts(area, day):
        if one.state == "published" and one.suits:
            out[ancestor(one.area, min(2, level(one.area)))] += one.suits
    return dict(out)


def issued(stores: dict[int, Unit], day: date) -> dict[int, list[reads.Happened]]:
    """Return what was issued for a day's shifts, by store; what was taken back is left out."""
    wanted = PURPOSE + day.isoformat()
    found = {
        store: [
            one for one in reads.history(store, LOOKED)
            if one.kind == "stock.issued" and not one.void and one.body.get("purpose") == wanted
        ]
        for store in stores
    }  # fmt: skip
    return {store: rows for store, rows in found.items() if rows}


def quantity(one: reads.Happened) -> int:
    """Return how many units an issue moved."""
    return sum(int(item["quantity"]) for item in one.body.get("items", ()))


def lots(stores: dict[int, Unit]) -> dict[int, list[rules.Lot]]:
    """Return the suits in stores, lot by lot."""
    goods = {one.pk for one in registry.listed(PPE) if NAMED in one.name}
    out: dict[int, list[rules.Lot]] = defaultdict(list)
    for (store, good), held in reads.held(stores).items():
        if good in goods:
            out[store] += [rules.Lot(good, lot.lot, lot.quantity, lot.expires) for lot in held.lots]
    return dict(out)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Needed, issued, in store and missing by street; an act issues what is left of the need."""
    given, now = request.GET, clock.now()
    today = forces.today(now)
    area, day = area_of(given, request), day_of(given.get("day", ""), today)
    stores = reads.stores(area)
    wanted, have, done = needs(area, day), lots(stores), issued(stores, day)
    street: dict[int, list[int]] = defaultdict(list)
    for id_, unit in stores.items():
        street[ancestor(unit.area, min(2, level(unit.area)))].append(id_)
    rows: list[dict[str, Any]] = []
    for node in sorted(set(wanted) | {s for s, ids in street.items() if any(id_ in have for id_ in ids)}):
        given_out = sum(quantity(one) for id_ in street[node] for one in done.get(id_, ()))
        usable = {
            id_: sum(n for _good, _lot, n in rules.taken(have.get(id_, ()), 10**9, today)) for id_ in street[node]
        }  # fmt: skip
        left = max(0, wanted.get(node, 0) - given_out)
        rows.append({
            "area": node, "need": wanted.get(node, 0), "issued": given_out, "held": sum(usable.values()), "left": left,
            "short": max(0, left - sum(usable.values())),
            "stores": [
                (stores[id_], n, min(n, left)) for id_, n in sorted(usable.items(), key=lambda one: -one[1]) if n
            ],
        })  # fmt: skip
    rows.sort(key=lambda row: (-row["short"], -row["left"], row["area"]))
    undo = [
        {"store": stores[id_], "one": one, "n": quantity(one)}
        for id_, told in done.items() for one in told if stock.may_undo(one, request, now, stores[id_].area)
    ]  # fmt: skip
    return TemplateResponse(request, "suits/page.html", {
        "rows": rows, "day": day, "area": area, "choices": choices_of(request, area), "undo": undo,
        "places": places_of(row["area"] for row in rows), "keeps": request.may(stock.NEED, area),
        "need": sum(row["need"] for row in rows), "short": sum(row["short"] for row in rows),
    })  # fmt: skip


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue suits from a store for the shifts of a day, or take an issue back."""
    given, now = request.POST, clock.now()
    today = forces.today(now)
    area, day = area_of(given, request), day_of(given.get("day", ""), today)
    try:
        store = reads.stores(area).get(forms.number(given.get("store", "")))
        if store is None or not request.may(stock.NEED, store.area):
            raise stock.Refusal(_("没有这个仓库，或不由您收发。"))
        if "journal" in given:
            one = reads.entry(forms.number(given["journal"]), forms.number(given.get("number", "")))
            if one is None or one.kind != "stock.issued" or one.body.get("store") != store.id:
                raise stock.Refusal(_("没有这一笔发出：请刷新。"))
            stock.take_back(request, one, store.area, _("班次防护服退回"), now)
            messages.success(request, _("已撤回，防护服回到“%(name)s”的账上。") % {"name": store.name})
        else:
            wanted = needs(area, day).get(ancestor(store.area, min(2, level(store.area))), 0)
            here = {
                id_: unit for id_, unit in reads.stores(area).items()
                if ancestor(unit.area, min(2, level(unit.area))) == ancestor(store.area, min(2, level(store.area)))
            }  # fmt: skip
            left = wanted - sum(quantity(one) for told in issued(here, day).values() for one in told)
            if left <= 0:
                raise stock.Refusal(_("这一天的防护服已经发齐。"))
            part = rules.taken(lots({store.id: store}).get(store.id, ()), left, today)
            if not part:
                raise stock.Refusal(_("“%(name)s”没有可用的防护服。") % {"name": store.name})
            items = [{"good": good, "lot": lot, "quantity": n} for good, lot, n in part]
            body = {"store": store.id, "to": 0, "items": items, "purpose": PURPOSE + day.isoformat()}
            stock.write(request, [("stock.issued", now, store.area, body)], now)
            n = sum(row[2] for row in part)
            told = {"name": store.name, "n": n, "left": left - n}
            messages.success(request, _("“%(name)s”已发出%(n)s套，还缺%(left)s套。一小时内可以撤回。") % told)
    except stock.Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect(f"{reverse('suits')}?{urlencode({'area': area, 'day': day.isoformat()})}")
