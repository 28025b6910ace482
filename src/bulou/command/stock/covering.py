"""Days of cover: how long each store has enough of each good, what will lack, which transfer would mend it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.stock import acting, actions, lines
from bulou.command.stock.actions import NEED, Refusal
from bulou.command.units.pages import choices_of, places_of
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.places.units import Unit
from bulou.relief.stock import reads
from bulou.relief.stock.models import Good
from bulou.relief.stock.reads import Outlook
from bulou.ui.export import files


@dataclass(frozen=True, slots=True)
class Row:
    """A good in a store with its outlook. ``ways``: from which store, how many, the address of the form filled in."""

    one: Outlook
    store: Unit
    good: Good
    name: str
    ways: list[tuple[str, int, str]]
    buy: int
    buy_url: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The outlook of the stores in sight, the shortest first; or as a file."""
    now, given = clock.now(), request.GET
    area = area_of(given, request.ranges)
    every = reads.stores()
    found = reads.outlook(every, now)
    ways, goods = reads.ways(found, every), reads.goods_of((one.stand.store, one.stand.good) for one in found)
    inside = reads.stores(area) if area else every
    rows = []
    for one in found:
        store, good = every[one.stand.store], goods[one.stand.good]
        if store.id not in inside:
            continue
        told = []
        occasion = one.due[2] if one.due else 0
        for way in ways.get((store.id, good.pk), []):
            source = every[way.source]
            gives = request.may(NEED, source.area)
            url = acting.way_url(source.id, good.pk, way.quantity, store, occasion) if gives else ""
            told.append((source.name, way.quantity, url))
        lacking = max(0, one.stand.short - sum(n for _name, n, _url in told))
        buy = f"{reverse('stock-act', args=[store.id])}?{urlencode({'act': 'received', 'good': good.pk, 'n': lacking})}"
        mine = request.may(NEED, store.area)
        rows.append(Row(one, store, good, lines.name_of(good), told, lacking, buy if mine and lacking else ""))
    if actions.leaves(request):
        return files.answer(request, _file(rows), area or request.areas[0])
    only = given.get("show") == "short"
    return TemplateResponse(
        request, "stock/cover.html", {
            "rows": [row for row in rows if row.one.stand.short or not only][: reads.MOST], "area": area,
            "short": sum(bool(row.one.stand.short) for row in rows), "only": only, "total": len(rows),
            "unsaid": sum(bool(row.one.stand.short) and row.one.due is None for row in rows),
            "choices": choices_of(request, area), "places": places_of(row.store.area for row in rows),
            "mine": any(request.may(NEED, own) for own in request.areas), "stores": len(every),
            "may": "stock" in request.abilities,
        },
    )  # fmt: skip


def _file(rows: list[Row]) -> files.Sheet:
    head = [
        _("仓库"), _("编码"), _("物资"), _("可用"), _("在途"), _("近日每天用"), _("发放待送"), _("封控户"),
        _("可用天数"), _("缺多少"), _("建议调拨"), _("还需采购"),
    ]  # fmt: skip
    told: list[list[str | int | None]] = [
        [
            row.store.name, row.good.code, row.name, row.one.stand.held, row.one.coming, f"{row.one.used:.1f}",
            row.one.claimed, row.one.homes, "" if row.one.left is None else f"{row.one.left:.1f}", row.one.stand.short,
            "；".join(f"{name} {n}" for name, n, _url in row.ways), row.buy,
        ]
        for row in rows
    ]  # fmt: skip
    return files.Sheet("stock-cover.xlsx", "", _("可用天数"), head, told)


@require_POST
def foresee(request: HttpRequest) -> HttpResponse:
    """Put the shortages of the user's stores on the to-do list, and end those that are over."""
    try:
        opened, over = actions.foresee(request, reads.stores(), clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("待办已更新：新增缺货%(n)s项，已补足%(m)s项。") % {"n": opened, "m": over})
    return redirect("stock-cover")
