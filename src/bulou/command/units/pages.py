"""The register of units on the desk: a list by kind, a sheet, new, edit, closing and opening again, Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.units import actions, rules
from bulou.command.units.actions import NEED, Refusal
from bulou.command.work import forms
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.places import units
from bulou.places.units import Change, Unit
from bulou.ui import areas
from bulou.ui import figures as board
from bulou.ui.export import files
from bulou.ui.figures import Name
from bulou.ui.room import UnitKind, unit_kinds
from bulou.ui.templatetags.naming import place, spot
from bulou.ui.words import begin, english
from bulou.ui.words import said as word

STATES = ("open", "closed", "all")
#: So many attributes have a column on the page; the file has all.
COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as a page draws it. ``told``: its attributes as people read them."""

    unit: Unit
    kind: UnitKind | None
    told: list[tuple[str, str]]


def kind_of(code: int) -> UnitKind | None:
    """Return the declared kind of a unit."""
    return next((kind for kind in unit_kinds().values() if kind.code == code), None)


def row_of(unit: Unit) -> Row:
    """Return a unit with its attributes as people read them."""
    kind = kind_of(unit.kind)
    own = kind.attributes if kind else ()
    has = unit.attributes
    return Row(
        unit, kind,
        [(begin(word(one)), forms.shown(one, has[one.name]) if one.name in has else "") for one in own],
    )  # fmt: skip


def places_of(nodes: Iterable[int]) -> dict[int, Name]:
    """Return the names of areas and of what they lie in."""
    return board.names({ancestor(area, depth) for area in nodes for depth in range(1, level(area) + 1)})


def path_of(area: int, places: dict[int, Name]) -> str:
    """Write an area from its street down, as a file carries it and an import reads it."""
    nodes = [ancestor(area, depth) for depth in range(min(2, level(area)), level(area) + 1)]
    return "/".join(place(node, places.get(node)) for node in nodes)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The units of a kind or all of them, as the list is narrowed; or as a file."""
    kinds, given = unit_kinds(), request.GET
    kind, area, q = kinds.get(given.get("kind", "")), area_of(given, request.ranges), given.get("q", "")[:60]
    state = given.get("state", "") if given.get("state") in STATES else "open"
    code, after = kind.code if kind else 0, given.get("after", "")
    if files.wanted(request):
        found, _more = units.listed(code, area, q, state, limit=files.MOST)
        return files.answer(request, _file(kind, found), area or request.areas[0])
    found, more = units.listed(code, area, q, state, int(after) if after.isdecimal() and len(after) < 16 else 0)
    counts = units.counts(area)
    kept = {name: given[name] for name in ("kind", "area", "state", "q") if given.get(name)}
    return TemplateResponse(
        request, "units/list.html", {
            "kinds": [(one, counts.get(one.code, 0)) for one in kinds.values()], "kind": kind, "state": state, "q": q,
            "total": sum(counts.values()), "rows": [row_of(unit) for unit in found], "area": area,
            "heads": [begin(word(one)) for one in kind.attributes[:COLUMNS]] if kind else [], "shown": COLUMNS,
            "places": places_of(unit.area for unit in found), "after": after, "more": more, "kept": kept,
            "choices": choices_of(request, area), "mine": any(request.may(NEED, own) for own in request.areas),
            "query": urlencode(kept),
        },
    )  # fmt: skip


def choices_of(request: HttpRequest, area: int) -> list[tuple[int, int, Name]]:
    """Return the areas to choose from: the way to the one that is chosen, and what lies below."""
    return [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)]


def heads_of(kind: UnitKind | None) -> list[str]:
    """Return the titles of a file's columns."""
    name, code, *common = (begin(word(one)) for one in rules.COMMON)
    own = [begin(word(one)) for one in kind.attributes] if kind else []
    sort, area, number, state = (title[english()] for title in (rules.KIND, rules.AREA, rules.NUMBER, rules.STATE))
    return [code, sort, name, area, number, *common, *own, state]


def _file(kind: UnitKind | None, found: list[Unit]) -> files.Sheet:
    places = places_of(unit.area for unit in found)
    lines: list[list[str | int | None]] = []
    for row in map(row_of, found):
        unit, own = row.unit, row.told if kind else []
        lines.append([
            unit.code, word(row.kind), unit.name, path_of(unit.area, places), str(unit.area), unit.contact,
            unit.telephone, unit.hours, *(value for _head, value in own), _("使用中") if unit.open else _("已停用"),
        ])  # fmt: skip
    title = begin(word(kind)) if kind else _("单位")
    return files.Sheet("units.xlsx", "", title, heads_of(kind), lines)


# -- one of them -----------------------------------------------------------------------------------


def unit_in(request: HttpRequest, number: int) -> Row:
    """Return a unit that the reader sees.

    Raises:
        Http404: there is none, or its kind is no longer declared.
    """
    found = units.of([number]).get(number)
    row = row_of(found) if found else None
    if row is None or row.kind is None:
        raise Http404
    return row


@require_safe
def sheet(request: HttpRequest, unit: int) -> HttpResponse:
    """One unit: what it is, and what was done to it."""
    row = unit_in(request, unit)
    assert row.kind is not None
    told = units.changes(unit)
    nodes = [row.unit.area, *(area for one in told if isinstance(area := one.before.get("area"), int))]
    places = places_of(nodes)
    return TemplateResponse(
        request, "units/sheet.html", {
            "row": row, "unit": row.unit, "kind": row.kind, "places": places, "longest": actions.LONGEST,
            "told": [(one, _before(row.kind, one, places)) for one in told], "mine": request.may(NEED, row.unit.area),
        },
    )  # fmt: skip


def _before(kind: UnitKind, change: Change, places: dict[int, Name]) -> list[tuple[str, str]]:
    """Return what a change replaced, as people read it."""
    common = {one.name: begin(word(one)) for one in rules.COMMON} | {"area": _("区域")}
    out = [
        (common[name], spot(places, value, 0) if name == "area" else str(value) or _("（空）"))
        for name, value in change.before.items() if name in common
    ]  # fmt: skip
    was: Mapping[str, Any] = change.before.get("attributes", {})
    return out + [
        (begin(word(one)), forms.shown(one, was[one.name]) if was[one.name] is not None else _("（空）"))
        for one in kind.attributes if one.name in was
    ]  # fmt: skip


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new unit of a kind; filled in, the unit."""
    given = request.POST if request.method == "POST" else request.GET
    kind = unit_kinds().get(given.get("kind", ""))
    if kind is None:
        return TemplateResponse(request, "units/choose.html", {"kinds": [*unit_kinds().values()]})
    return _form(request, kind, None)


def edit(request: HttpRequest, unit: int) -> HttpResponse:
    """The form of a unit as it is; filled in, the unit as it is then."""
    row = unit_in(request, unit)
    assert row.kind is not None
    if not request.may(NEED, row.unit.area):
        raise Http404
    return _form(request, row.kind, row.unit)


def _form(request: HttpRequest, kind: UnitKind, old: Unit | None) -> HttpResponse:
    sent = request.method == "POST"
    given = request.POST if sent else request.GET
    area = area_of(given, request.ranges) or (old.area if old and "area" not in given else 0)
    data = given if sent else rules.data_of(kind, old, forms.PREFIX) if old else None
    form = forms.form_of(rules.fields_of(kind), data, clock.now())
    wrong = ""
    if sent and given.get("step") == "save" and form.is_valid():
        unit = rules.unit_of(kind, area, form.said, old.id if old else 0)
        try:
            (number,) = actions.save([(old, unit)], request.user.get_username(), request.may, clock.now())
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("已保存“%(name)s”。") % {"name": unit.name})
            return redirect("unit", number)
    elif sent and given.get("step") != "save":
        for field in form.fields.values():
            field.widget.attrs.pop("required", None)
        form.errors.clear()  # the list of areas was asked for, nothing else
    return TemplateResponse(
        request, "units/form.html", {
            "kind": kind, "old": old, "form": form, "area": area, "choices": choices_of(request, area), "wrong": wrong,
        },
    )  # fmt: skip


@require_POST
def act(request: HttpRequest, unit: int) -> HttpResponse:
    """Close a unit, or open it again, with a reason."""
    row = unit_in(request, unit)
    reopen = request.POST.get("act") == "reopened"
    who = request.user.get_username()
    try:
        actions.end(row.unit, reopen, request.POST.get("reason", ""), who, request.may, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("已恢复使用。") if reopen else _("已停用：不能再交办给它，记录都在。"))
    return redirect("unit", unit)
