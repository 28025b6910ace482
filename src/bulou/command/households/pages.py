"""The page of the households with something open, on the screen and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.command.households import reads
from bulou.command.households.reads import After, Home
from bulou.command.work.pages import places_of
from bulou.command.work.rules import code
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.vocabulary import Subject
from bulou.relief.requests import REQUESTS
from bulou.ui import areas
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.templatetags.naming import spot
from bulou.ui.words import said as word
from bulou.zones.vocabulary import LEVELS, Level


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page. ``days``: since the last parcel, None where none came; ``ask``: where one is recorded."""

    home: Home
    code: str
    door: str
    days: int | None
    level: str
    why: str
    ask: str


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, or all of it as a file."""
    now = clock.now()
    area, show = area_of(request.GET, request.ranges), request.GET.get("show", "")
    show = show if show in reads.SHOWS else ""
    knows = all(request.may("names", one) for one in request.areas)
    if files.wanted(request):
        _figures, homes, _more = reads.listed(request.ranges, area, show, knows, now, limit=files.MOST)
        return files.answer(request, _sheet(request, homes, knows, now), area or request.areas[0])
    after = After.read(request.GET.get("after", ""))
    figures, homes, more = reads.listed(request.ranges, area, show, knows, now, after)
    labels = _labels(knows)
    return TemplateResponse(request, "households/list.html", {
        "lines": [_line(request, home, now) for home in homes], "places": places_of([home.area for home in homes]),
        "figures": figures, "tabs": [(name, labels[name], figures[name or "n"]) for name in reads.SHOWS],
        "show": show, "area": area, "knows": knows, "after": after, "more": more.text if more else "",
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
    })  # fmt: skip


def _labels(knows: bool) -> dict[str, str]:
    return {
        "": _("全部"), "urgent": _("急症或阳性待转") if knows else _("急症"), "late": _("求助超时"),
        "asked": _("有求助"), "dialysis": _("有透析病人"), "parcels": _("物资待送"), "untested": _("有人未检"),
    }  # fmt: skip


def _why(home: Home) -> str:
    """Return why a household stands where it does: the gravest of what is open."""
    if home.grade == 0:
        return _("阳性人员待转") if home.positive else _("急症、临产或透析求助")
    said = {1: _("求助超时"), 2: _("求助未办结"), 3: _("有透析病人"), 4: _("物资待送")}
    return said.get(home.grade, _("有人未检"))


def _line(request: HttpRequest, home: Home, now: datetime) -> Line:
    may = request.may(REQUESTS.opener, home.area)
    level = next((one for one in LEVELS if one.name == home.level), None)
    door = "-".join(part for part in (home.stairwell, home.door) if part)
    ask = f"{reverse('work-request-new')}?subject={code(Subject.HOUSEHOLD, home.id)}" if may else ""
    return Line(home, code(Subject.HOUSEHOLD, home.id), door, home.parcel_days(now), level_name(level), _why(home), ask)


def level_name(level: Level | None) -> str:
    """Return the short name of a zone's level, without what it forbids; "" of none."""
    return word(level).split(":")[0] if level else ""


def _sheet(request: HttpRequest, homes: list[Home], knows: bool, now: datetime) -> files.Sheet:
    """The list as a file: doors and figures, no name."""
    places = places_of([home.area for home in homes])
    head = [
        _("编码"), _("地点"), _("室号"), _("排序依据"), _("未检人数"), _("距上次送物资天数"), _("物资待送"),
        _("未办结求助"), _("其中超时"), _("透析病人"), *([_("阳性待转")] if knows else []), _("管控级别"),
        _("管控开始"),
    ]  # fmt: skip
    lines = [_line(request, home, now) for home in homes]
    told = [
        [one.code, spot(places, one.home.area, 0), one.door, one.why, one.home.untested, one.days, one.home.parcels,
         one.home.asked, one.home.late, one.home.dialysis, *([one.home.positive] if knows else []), one.level,
         local(one.home.closed)]
        for one in lines
    ]  # fmt: skip
    return files.Sheet("households.xlsx", "", _("户况"), head, told)
