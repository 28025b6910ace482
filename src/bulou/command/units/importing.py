"""The page where a list of units comes in from Excel: looked through row by row, applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.units import actions, pages, taking
from bulou.command.units.actions import Refusal
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level
from bulou.ledger.scope import Ranges, covers
from bulou.places import units
from bulou.rounds.chat_list import excel
from bulou.rounds.reconciliation import template
from bulou.ui import figures as board
from bulou.ui import forms
from bulou.ui.identity_text import without
from bulou.ui.room import UnitKind, unit_kinds

#: Of a pasted list or a file: no more characters and rows than these.
LONGEST, MOST = 400_000, 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; what each row comes to; the result."""
    given = request.POST if request.method == "POST" else request.GET
    kind, wrong = unit_kinds().get(given.get("kind", "")), ""
    text = request.POST.get("table", "")
    if sent := request.FILES.get("file"):
        try:
            book = excel.sheets(sent.read(template.LARGEST + 1))
            text = _cleared(book.text)
            if told := forms.left_unread(book.hidden):
                messages.warning(request, told)
        except template.Unreadable:
            wrong = _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
    wrong = wrong or forms.too_long(text, LONGEST)
    context: dict[str, Any] = {"kind": kind, "kinds": [*unit_kinds().values()], "table": text, "wrong": wrong}
    if request.method != "POST" or wrong:
        return TemplateResponse(request, "units/import.html", context)
    lines = taking.read(text)
    if kind is None or not lines or len(lines) > MOST:
        context["wrong"] = _("请选择类别，并用有“编码”和“名称”两列的表，每次最多%(n)s行。") % {"n": MOST}
        return TemplateResponse(request, "units/import.html", context)
    found = _plan(request, kind, lines)
    if request.POST.get("step") == "sure" and not found.rejected:
        if request.POST.get("shown") != found.digest:
            context["wrong"] = _("核对后数据有变化，未录入：请重新核对。")
        else:
            try:
                pairs = [(one.old, one.new) for one in found.planned]
                actions.save(pairs, request.user.get_username(), request.may, clock.now())
            except Refusal as refusal:
                context["wrong"] = str(refusal)
            else:
                messages.success(request, _("已录入%(n)s个单位。") % {"n": len(found.planned)})
                return redirect(f"{reverse('units')}?kind={kind.name}")
    places = pages.places_of(one.new.area for one in found.planned)
    context |= {"found": found, "looked": True, "places": places, "shown": found.digest}
    return TemplateResponse(request, "units/import.html", context)


def _cleared(text: str) -> str:
    """Return a table with each identity number taken out, cell by cell."""
    return "\n".join("\t".join(map(without, line.split("\t"))) for line in text.splitlines())


def _plan(request: HttpRequest, kind: UnitKind, lines: list[taking.Line]) -> taking.Taken:
    codes = {line.cells[title] for line in lines for title in taking.CODE if line.cells.get(title)}
    find = _finder(lines, request.ranges)
    return taking.plan(kind, lines, units.coded(codes), find, request.may, clock.now())


def _finder(lines: list[taking.Line], ranges: Ranges) -> Callable[[str], list[int]]:
    """Return what leads from a path or a number to the areas that it means, within the reader's."""
    named: dict[str, list[int]] = {}
    for id_, *names in units.areas_named(taking.paths(lines)):
        for name in {*names} - {""}:
            if covers(ranges, id_):
                named.setdefault(name, []).append(id_)
    nodes = {ancestor(id_, depth) for ids in named.values() for id_ in ids for depth in range(1, level(id_) + 1)}
    known = board.names(nodes)

    def find(text: str) -> list[int]:
        if text.isdecimal():
            area = int(text) if len(text) < 17 else 0
            return [area] if is_area(area) and covers(ranges, area) and board.names([area]) else []
        *above, last = (part.strip() for part in text.replace("·", "/").split("/"))
        return [id_ for id_ in dict.fromkeys(named.get(last, [])) if _lies(id_, above)]

    def _lies(id_: int, above: list[str]) -> bool:
        ways = [known.get(ancestor(id_, depth), ()) for depth in range(1, level(id_))]
        return len(above) <= len(ways) and all(
            name in way for name, way in zip(reversed(above), reversed(ways), strict=False)
        )

    return find
