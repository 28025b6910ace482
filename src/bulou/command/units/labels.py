"""Labels with the code of each unit, to be printed and put up: a code to scan, its name, its place."""

from __future__ import annotations

import json
from importlib.resources import as_file, files

import typst
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bulou.command.units import pages
from bulou.command.worklist.pages import area_of
from bulou.places import units
from bulou.rounds.paper.pdf import FONT, code
from bulou.ui.room import unit_kinds
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: Labels of one file.
MOST = 480


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The labels of the open units of a list, as it is narrowed."""
    kind, area = unit_kinds().get(request.GET.get("kind", "")), area_of(request.GET, request.ranges)
    found, _more = units.listed(kind.code if kind else 0, area, request.GET.get("q", "")[:60], limit=MOST)
    if not found:
        return redirect("units")
    places = pages.places_of(unit.area for unit in found)
    told = [
        {
            "code": unit.code, "name": unit.name, "kind": begin(word(pages.kind_of(unit.kind))),
            "place": pages.path_of(unit.area, places), "qr": code(unit.code),
        }
        for unit in found
    ]  # fmt: skip
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "labels.typ") as sheet:
        drawn = typst.compile(
            sheet.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        )  # fmt: skip
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename="units.pdf")
    return answer
