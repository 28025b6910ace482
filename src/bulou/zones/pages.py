"""The pages of zones: the list of units with level and proposal, and the sheet on which a unit explains itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, level, span
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, scoped
from bulou.places.models import Area
from bulou.ui import areas, forms, responsible
from bulou.ui import figures as board
from bulou.ui.export import files
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import place, spot
from bulou.zones import reads, rules, words
from bulou.zones.reads import Decision, Unit
from bulou.zones.vocabulary import LIFTED

#: Rows of one page of the list.
ROWS = 60
SHOWS = ("all", "differs", "overdue", "positives")
LEVELS = ("lockdown", "control", "precaution", LIFTED, "none")
NEED = "zones"


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as a page draws it."""

    unit: Unit
    level: str
    tone: str
    proposal: str
    proposal_tone: str
    why: str
    missing: str
    towards: str
    earliest: date | None


def row_of(unit: Unit) -> Row:
    """Return a unit with its words."""
    proposal = unit.proposal
    down = unit.differs and not unit.tightens  # the proposal itself is the step that can be taken now
    towards, earliest = (proposal.level, unit.facts.day) if down else (proposal.towards, proposal.earliest)
    return Row(
        unit, words.level_name(unit.level), words.tone(unit.level), words.level_name(proposal.level),
        words.tone(proposal.level), words.why(proposal), "" if down else words.missing(proposal.missing),
        words.level_name(towards) if towards else "", earliest if towards else None,
    )  # fmt: skip


def area_of(asked: Mapping[str, str], ranges: Ranges) -> int:
    """Return the chosen area where it lies within the reader's, else 0."""
    area = forms.number(asked.get("area", ""))
    return area if is_area(area) and all(covers(ranges, end) for end in span(area)) else 0


def places_of(nodes: Iterable[int]) -> dict[int, Name]:
    """Return the names of areas and of what they lie in."""
    return board.names({ancestor(area, depth) for area in nodes for depth in range(1, level(area) + 1)})


def path_of(area: int, places: Mapping[int, Name]) -> str:
    """Write an area from its street down."""
    nodes = [ancestor(area, depth) for depth in range(min(2, level(area)), level(area) + 1)]
    return "/".join(place(node, places.get(node)) for node in nodes)


def shown(found: Sequence[Unit], show: str, wanted: str) -> list[Unit]:
    """Return the units that a filter leaves: overdue reviews first, then what must be tightened, then by place."""
    out = [one for one in found if _fits(one, show) and (not wanted or (one.level or "none") == wanted)]
    return sorted(out, key=lambda one: (not one.overdue, not (one.differs and one.tightens), not one.differs, one.area))


def _fits(unit: Unit, show: str) -> bool:
    return {
        "differs": unit.differs, "overdue": unit.overdue, "positives": unit.proposal.fourteen > 0,
    }.get(show, True)  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The units of the reader's areas, as the list is narrowed; or all of it as a file."""
    now, given = clock.now(), request.GET
    area = area_of(given, request.ranges)
    show = given.get("show", "") if given.get("show") in SHOWS else "all"
    wanted = given.get("level", "") if given.get("level") in LEVELS else ""
    every = reads.units([area] if area else [*request.areas], now)
    found = shown(every, show, wanted)
    if files.wanted(request):
        return files.answer(request, _file(found), area or request.areas[0])
    start = max(0, forms.number(given.get("from", "")))
    page = found[start : start + ROWS]
    kept = {name: given[name] for name in ("area", "show", "level") if given.get(name)}
    from bulou.zones.acting import recent  # a page of acts needs this one's rows

    mine = [own for own in request.areas if request.may(NEED, own)]
    return TemplateResponse(
        request, "zones/list.html", {
            "rows": [row_of(one) for one in page], "area": area, "show": show, "level": wanted, "total": len(every),
            "counts": {name: len([one for one in every if _fits(one, name)]) for name in SHOWS},
            "levels": [
                (name, words.level_name("" if name == "none" else name), n) for name in LEVELS
                if (n := sum((one.level or "none") == name for one in every))
            ],
            "places": places_of(one.area for one in page), "mine": bool(mine), "query": urlencode(kept),
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
            "next": start + ROWS if start + ROWS < len(found) else 0, "start": start,
            "version": words.version_name(rules.version_on(reads.today(now)).name),
            "done": recent(request, now) if mine else [],
            "found": reads.found_in_and_out([area] if area else [*request.areas], now),
        },
    )  # fmt: skip


def _file(found: Sequence[Unit]) -> files.Sheet:
    places = places_of(one.area for one in found)
    head = [
        _("区域"), _("区域编号"), _("等级"), _("自何时"), _("近7天阳性"), _("近14天阳性"), _("最近阳性"), _("已满天数"),
        _("建议"), _("最早下调"), _("还缺"), _("复核期限"), _("规则版本"),
    ]  # fmt: skip
    lines: list[list[str | int | None]] = []
    for row in map(row_of, found):
        unit, said = row.unit, row.unit.proposal
        lines.append([
            path_of(unit.area, places), str(unit.area), row.level, _day(unit.since), said.seven, said.fourteen,
            str(said.last or ""), said.days, row.proposal, str(row.earliest or ""), row.missing, _day(unit.review),
            words.version_name(said.version),
        ])  # fmt: skip
    return files.Sheet("zones.xlsx", "", _("管控区"), head, lines)


def _day(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""


@require_safe
def sheet(request: HttpRequest, area: int) -> HttpResponse:
    """One unit: how it is held and why, what was found by day, what is missing, what was decided; whom to call."""
    inside = is_area(area) and all(covers(request.ranges, end) for end in span(area))
    if not inside or not Area.objects.filter(pk=area).exists():
        raise Http404
    now = clock.now()
    (unit,) = reads.units([area], now, [area]) or [None]
    if unit is None:
        raise Http404
    past: list[Decision] = [*reads.decisions([area]).get(area, []), *reads.kept(area)]
    if unit.held and not unit.own:
        with scoped(EVERYWHERE):  # why a level holds is as public as the level, also where the district set it
            past += reads.decisions([unit.held.area]).get(unit.held.area, [])
    past.sort(key=lambda one: one.at, reverse=True)
    way = [ancestor(area, depth) for depth in range(1, level(area) + 1)]
    owner = responsible.owner_of(area, "street", responsible.owners([0, *way], now), way)
    version = rules.version_on(unit.facts.day)
    earlier = [one for one in rules.VERSIONS if one.effective <= unit.facts.day]
    memory = [(day, n) for day, n in unit.positives if (unit.facts.day - day) < timedelta(days=rules.MEMORY_DAYS)]
    return TemplateResponse(
        request, "zones/sheet.html", {
            "row": row_of(unit), "unit": unit, "places": places_of([area, *([unit.held.area] if unit.held else [])]),
            "told": [(one, words.level_name(one.level), words.tone(one.level), _proposed(one)) for one in past],
            "memory": memory, "older": [row for row in unit.positives if row not in memory],
            "mine": request.may(NEED, area), "owner": owner, "version": words.version_name(version.name),
            "versions": [words.version_name(one.name) for one in earlier], "title": spot(places_of([area]), area, 2),
        },
    )  # fmt: skip


def _proposed(one: Decision) -> str:
    """Return what the rule proposed at a decision, where that was another level."""
    told = one.proposed if isinstance(one.proposed, dict) else {}
    name = told.get("level", "")
    return words.level_name(name) if name and name != one.level else ""
