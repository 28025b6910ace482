"""Stock by store and good, one store with its lots and what happened there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.command.stock import acting, actions, lines
from bulou.command.stock.actions import NEED
from bulou.command.units.pages import choices_of, places_of
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import found_id
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.stock import reads, registry
from bulou.relief.stock.models import Good
from bulou.relief.stock.reads import Happened, Held, LotLine, Transfer
from bulou.relief.stock.vocabulary import DIFFERENCES, KINDS, LOSSES, SETTLED, SOURCES
from bulou.ui.export import files
from bulou.ui.words import said as word


@dataclass(frozen=True, slots=True)
class Row:
    """A good in a store as a page draws it. ``good`` None: not on the register any more, or never."""

    held: Held
    store: Unit
    good: Good | None
    name: str
    total: int
    expired: int
    soon: int

    @property
    def negative(self) -> bool:
        """Whether more went out than came in."""
        return self.total < 0


def row_of(own: Held, store: Unit, good: Good | None, day: date) -> Row:
    """Return a good in a store with what of it has expired or will soon."""
    name = lines.name_of(good) if good else _("未登记的物资")
    return Row(own, store, good, name, own.total, own.expired(day), own.soon(day, good.warn_days if good else 0))


def rows_of(
    known: Mapping[int, Unit], ways: Sequence[Transfer], now: datetime, q: str = "", kind: str = ""
) -> list[Row]:  # fmt: skip
    """Return what stores have, the wrong first: below zero, expired, about to expire; then by store and good."""
    have, day = reads.held(known, ways), reads.today(now)
    goods = registry.of({good for _store, good in have})
    out = [row_of(own, known[store], goods.get(good), day) for (store, good), own in have.items() if store in known]
    out = [
        one for one in out
        if (not kind or (one.good and one.good.kind == kind))
        and (not q or q.casefold() in f"{one.name} {one.good.code if one.good else ''} {one.store.name}".casefold())
        and (one.total or one.held.coming or one.held.lots)
    ]  # fmt: skip
    return sorted(out, key=lambda one: (not one.negative, not one.expired, not one.soon, one.store.name, one.name))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What the stores in sight have, as the list is narrowed; or as a file."""
    now, given = clock.now(), request.GET
    area, q = area_of(given, request.ranges), given.get("q", "").strip()[:60]
    kind = given.get("kind", "") if given.get("kind") in [one.name for one in KINDS] else ""
    show = given.get("show", "") if given.get("show") in ("negative", "expired", "soon") else ""
    known = reads.stores(area)
    ways = reads.transfers([*known])
    found = rows_of(known, ways, now, q, kind)
    shown = [one for one in found if not show or (one.negative if show == "negative" else getattr(one, show))]
    if actions.leaves(request):
        return files.answer(request, file_of(shown), area or request.areas[0])
    mine = [one for one in known.values() if request.may(NEED, one.area)]
    kept = {name: given[name] for name in ("area", "kind", "q", "show") if given.get(name)}
    return TemplateResponse(
        request, "stock/list.html", {
            "rows": shown[: reads.MOST], "stores": known, "area": area, "kind": kind, "q": q, "show": show,
            "more": len(shown) > reads.MOST, "kinds": KINDS, "mine": mine, "total": len(found), "kept": kept,
            "may": "stock" in request.abilities,
            "negative": sum(one.negative for one in found), "expired": sum(bool(one.expired) for one in found),
            "soon": sum(bool(one.soon) for one in found), "query": urlencode(kept),
            "choices": choices_of(request, area), "places": places_of(one.area for one in known.values()),
            "way": len(ways),
        },
    )  # fmt: skip


def file_of(found: Iterable[Row], counting: bool = False) -> files.Sheet:
    """Return rows as a file, one line for each lot; with a column to fill in where it is for a count."""
    head = [
        _("仓库"), _("仓库编码"), *lines.titles(lines.CODE, lines.NAME), _("计量单位"),
        *lines.titles(lines.LOT, lines.EXPIRES), _("账面数量"), _("在途"),
        *(lines.titles(lines.COUNTED) if counting else []),
    ]  # fmt: skip
    out: list[list[str | int | None]] = []
    for one in found:
        coming = one.held.coming
        for lot in one.held.lots or [LotLine(0, "", None, 0)]:
            out.append([
                one.store.name, one.store.code, one.good.code if one.good else "", one.name,
                one.good.unit if one.good else "", lot.number, str(lot.expires or ""), lot.quantity, coming or None,
                *([None] if counting else []),
            ])  # fmt: skip
            coming = 0
    return files.Sheet("stock.xlsx", "", _("盘点表") if counting else _("库存"), head, out)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the history as a page draws it. ``items``: (name, quantity with its sign)."""

    one: Happened
    title: str
    items: list[tuple[str, str]]
    facts: list[str]
    undo: bool
    transfer: int


@require_safe
def store(request: HttpRequest, store: int) -> HttpResponse:
    """One store: what it has by lot, what is on its way, what happened there."""
    unit, now = acting.store_of(request, store), clock.now()
    ways = reads.transfers([store])
    found = rows_of({store: unit}, ways, now)
    if actions.leaves(request):
        return files.answer(request, file_of(found, counting=True), unit.area)
    past = reads.history(store)
    goods = registry.of({i["good"] for one in past for i in (*one.body.get("items", ()), *one.body.get("rows", ()))})
    named = {n for one in past for n in (one.body.get("to"), one.body.get("store")) if isinstance(n, int)}
    seen = units.of(named | {n for one in ways for n in (one.source, one.target)})
    places = places_of([unit.area])
    mine = request.may(NEED, unit.area)
    return TemplateResponse(
        request, "stock/store.html", {
            "unit": unit, "rows": found, "today": reads.today(now), "mine": mine and unit.open,
            "may": "stock" in request.abilities,
            "titles": acting.titles(),
            "more": [(name, title) for name, title in acting.titles().items() if name != "received"],
            "places": places, "counted": reads.counted([store]).get(store),
            "told": [_told(one, unit, goods, seen, request, now) for one in past],
            "ways": [(one, name_in(seen, one.source), name_in(seen, one.target), one.late(now)) for one in ways],
        },
    )  # fmt: skip


def name_in(seen: Mapping[int, Unit], number: int) -> str:
    """Write a store or other unit by name; one out of sight as such."""
    return seen[number].name if number in seen else _("其他区域的仓库")


def _told(
    one: Happened, unit: Unit, goods: Mapping[int, Good], seen: Mapping[int, Unit], request: HttpRequest, now: datetime
) -> Told:  # fmt: skip
    """Return an entry as people read it."""
    body: Mapping[str, Any] = one.body
    incoming = one.kind in ("stock.received", "stock.arrived") or body.get("how") == "back"
    sums: dict[str, int] = defaultdict(int)
    for item in body.get("items", ()):
        sums[_name(goods, item["good"])] += item["quantity"] if incoming else -item["quantity"]
    for item in body.get("rows", ()):
        sums[_name(goods, item["good"])] += item["counted"] - item["book"]
    choice = {c.name: word(c) for c in (*SOURCES, *DIFFERENCES, *LOSSES, *SETTLED)}
    facts = [choice.get(str(body[key]), "") for key in ("source", "reason", "why", "how") if body.get(key)]
    if body.get("how"):
        facts = [choice.get(str(body["how"]), ""), str(body.get("reason", ""))]
    facts += [str(body[key]) for key in ("party", "purpose", "note") if body.get(key)]
    if one.kind == "stock.sent":
        facts.append(_("到%(store)s") % {"store": name_in(seen, int(body["to"]))})
    elif one.kind == "stock.issued" and body.get("to"):
        facts.append(_("给%(store)s") % {"store": name_in(seen, int(body["to"]))})
    names = acting.titles() | {"arrived": _("调拨收到"), "settled": _("在途差异处理")}
    transfer = found_id(one.journal, one.number) if one.kind == "stock.sent" else int(body.get("transfer", 0))
    return Told(
        one, names.get(one.kind.removeprefix("stock."), _("物资移动")),
        [(name, f"{n:+,}") for name, n in sums.items()], [fact for fact in facts if fact],
        actions.may_undo(one, request, now, unit.area) and body.get("store") == unit.id, transfer,
    )  # fmt: skip


def _name(goods: Mapping[int, Good], number: int) -> str:
    return lines.name_of(goods[number]) if number in goods else _("未登记的物资")
