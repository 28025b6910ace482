"""The pages of shops: how each stands and why, one of them, and what is open now for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.ledger import clock
from bulou.ledger.areas import is_area, level, span
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, scoped
from bulou.places import units
from bulou.ui import areas, forms
from bulou.ui.export import files
from bulou.zones import reads as zones
from bulou.zones.pages import path_of, places_of
from bulou.zones.shops import reads, words
from bulou.zones.shops.reads import Shop
from bulou.zones.units import SHOP

ROWS = 200
SHOWS = ("all", "open", "guarantee", "closed", "decided", "due")
NEED = "shops"
#: An exception lasts so long unless somebody says otherwise.
USUAL = timedelta(days=7)


def area_of(asked: Mapping[str, str], ranges: Ranges) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and all(covers(ranges, end) for end in span(area)) else 0


def fits(one: Shop, show: str) -> bool:
    """Tell whether a filter shows a shop."""
    if show in ("open", "guarantee", "closed"):
        return one.status.value == show
    return {"decided": bool(one.decision), "due": one.due > 0}.get(show, True)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The shops of the reader's areas by stretch of street, as a patrol walks them; or all of it as a file."""
    now, given = clock.now(), request.GET
    area = area_of(given, request.ranges)
    show = given.get("show", "") if given.get("show") in SHOWS else "all"
    every = reads.shops([area] if area else [*request.areas], now)
    found = [one for one in every if fits(one, show)]
    if files.wanted(request):
        return files.answer(request, _file(found), area or request.areas[0])
    from bulou.zones.shops.acting import recent  # a page of acts needs this one's rows

    mine = any(request.may(NEED, own) for own in request.areas)
    return TemplateResponse(
        request, "shops/list.html", {
            "rows": [(one, words.status_name(one.status.value), words.TONES[one.status.value], words.why(one),
                      words.trade_name(one.trade)) for one in found[:ROWS]],
            "area": area, "show": show, "total": len(every), "found": len(found), "most": ROWS, "mine": mine,
            "counts": {name: sum(fits(one, name) for one in every) for name in SHOWS},
            "due": sum(one.due for one in every), "places": places_of(one.unit.area for one in found[:ROWS]),
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
            "where": area or request.areas[0], "done": recent(request, now) if mine else [],
            "orders": [(name, words.order_name(name)) for name in ("guarantee", "closed", "open")],
            "until": (zones.today(now) + USUAL).isoformat(), "today": zones.today(now).isoformat(),
        },
    )  # fmt: skip


def _file(found: list[Shop]) -> files.Sheet:
    places = places_of(one.unit.area for one in found)
    head = [
        _("编码"), _("名称"), _("路段"), _("经营类别"), _("区域"), _("当前"), _("为什么"), _("闭环在店人数"),
        _("今天还应检测"), _("电话"),
    ]  # fmt: skip
    lines: list[list[str | int | None]] = [
        [
            one.unit.code, one.unit.name, one.segment, words.trade_name(one.trade), path_of(one.unit.area, places),
            words.status_name(one.status.value), words.why(one), one.staff, one.due, one.unit.telephone,
        ]
        for one in found
    ]  # fmt: skip
    return files.Sheet("shops.xlsx", "", _("商铺"), head, lines)


def shop_in(request: HttpRequest, unit: int) -> Shop:
    """Return a shop that the reader sees.

    Raises:
        Http404: there is none.
    """
    found = units.of([unit]).get(unit)
    if found is None or found.kind != SHOP.code:
        raise Http404
    own = [one for one in reads.shops([found.area], clock.now(), "all") if one.unit.id == unit]
    if not own:
        raise Http404
    return own[0]


@require_safe
def sheet(request: HttpRequest, unit: int) -> HttpResponse:
    """One shop: how it stands and why, what was decided; deciding otherwise, with a reason and an end."""
    now = clock.now()
    one = shop_in(request, unit)
    return TemplateResponse(
        request, "shops/sheet.html", {
            "one": one, "status": words.status_name(one.status.value), "tone": words.TONES[one.status.value],
            "why": words.why(one), "trade": words.trade_name(one.trade), "places": places_of([one.unit.area]),
            "told": [(at, words.status_name(value), until, *more) for at, value, until, *more in reads.past(one.unit)],
            "mine": request.may(NEED, one.unit.area), "inspects": request.may("inspect", one.unit.area),
            "choices": [(name, words.status_name(name)) for name in ("open", "guarantee", "closed")],
            "until": (zones.today(now) + USUAL).isoformat(), "today": zones.today(now).isoformat(),
        },
    )  # fmt: skip


@login_not_required
@require_safe
def open_now(request: HttpRequest) -> HttpResponse:
    """What is open now in a street or below, for everybody: name, stretch of street, hours, telephone of the shop."""
    request.user = AnonymousUser()  # the page is everybody's: whoever is signed in sees it as a passer-by does
    area = forms.number(request.GET.get("area", ""))
    found: list[Shop] = []
    if is_area(area) and level(area) >= 2:
        with scoped(EVERYWHERE):
            found = [one for one in reads.shops([area], clock.now()) if one.status.value != "closed"]
    return TemplateResponse(
        request, "shops/open.html", {
            "rows": [(one, words.status_name(one.status.value), words.trade_name(one.trade)) for one in found[:ROWS]],
        },
    )  # fmt: skip
