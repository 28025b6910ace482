"""The waiting board: one row for each person who tested positive and is not admitted; danger, then the longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.command.transport import reads as known
from bulou.command.work import cells, pages, reads
from bulou.command.work.pages import Shown
from bulou.command.work.rules import Row, act_at, value_of
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.ledger.vocabulary import Mark
from bulou.ui import areas
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.responsible import Owner, owner_of
from bulou.ui.room import Act
from bulou.ui.templatetags.naming import door, spot
from bulou.ui.words import said as word

#: Rows of one page.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the board. ``act``: what moves it on, None where the reader can do nothing; ``href``: its form."""

    shown: Shown
    stuck: str
    owner: Owner | None
    act: Act | None
    href: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The board as it is narrowed by area and stage, or all of it as a file."""
    now, area = clock.now(), area_of(request.GET, request.ranges)
    work = known.transfers()
    every = known.open_rows(request.ranges, area, now)
    stages = [stage.name for stage in work.duty.stages[:-1]]
    stage = request.GET.get("stage", "") if request.GET.get("stage") in stages else ""
    found = [row for row in every if not stage or row.at.name == stage]
    if files.wanted(request):
        return files.answer(request, _file(request, found, now), area or request.areas[0])
    begin = request.GET.get("from", "")
    first = min(int(begin) if begin.isdecimal() and len(begin) < 6 else 0, max(0, len(found) - 1))
    part = found[first : first + PAGE]
    places = pages.places_of([row.area for row in part])
    lines = _lines(request, part, places, now)
    pages.look(request, work, [line.shown for line in lines], now, "waiting board")
    hours = sorted((now - row.began).total_seconds() for row in every)
    kept = {name: request.GET[name] for name in ("area", "stage") if request.GET.get(name)}
    return TemplateResponse(
        request, "transport/waiting.html", {
            "lines": lines, "places": places, "area": area, "stage": stage, "now": now, "n": len(every),
            "counts": [(one, sum(row.at.name == one.name for row in every)) for one in work.duty.stages[:-1]],
            "danger": sum(known.grave(row) for row in every),
            "late": sum(row.due is not None and row.due <= now for row in every),
            "median": _share(hours, 0.5), "p95": _share(hours, 0.95), "first": first, "more": first + PAGE,
            "has_more": first + PAGE < len(found), "full": len(every) >= known.MOST, "most": known.MOST,
            "query": urlencode(kept), "secret": not all(line.shown.named for line in lines),
            "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
            "trips": any(request.may("dispose", own) for own in request.areas),
        },
    )  # fmt: skip


def _share(values: list[float], part: float) -> float | None:
    return values[min(len(values) - 1, int(part * len(values)))] if values else None


def _lines(request: HttpRequest, found: list[Row], places: dict[int, Any], now: datetime) -> list[Line]:
    work = known.transfers()
    ways = {row.area: [ancestor(row.area, depth) for depth in range(1, level(row.area) + 1)] for row in found}
    answers = reads.owners({node for way in ways.values() for node in way}, now) if found else []
    out: list[Line] = []
    for row in found:
        act = next_of(row)
        able = act is not None and request.may(act.ability, row.area)
        form = f"{reverse(f'work-{work.name}-act')}?{urlencode({'act': act.name, 'row': row.token})}" if act else ""
        owner = owner_of(row.area, work.owners.get(row.at.name, ""), answers, ways[row.area])
        out.append(Line(
            pages.shown_of(request, row, [], places, now), stuck(row, now), owner, act if able else None, form
        ))  # fmt: skip
    return out


def next_of(row: Row) -> Act | None:
    """Return the act that moves somebody on: who refuses is talked to first, who stays at home is ended."""
    named = ""
    if row.mark == Mark.REFUSED:
        named = "reopened"
    elif row.at.name == "placed" and value_of(row) in ("home", "none"):
        named = "excused"
    elif row.at.name == "placed" and not value_of(row):
        named = "placed"
    elif row.at.name == "placed" and not row.given:
        named = "given"
    return row.work.act(named) if named else act_at(row.work, row.stage)


def stuck(row: Row, now: datetime) -> str:
    """Write where somebody is stuck, in a few words."""
    if row.disputed:
        return _("记录互相矛盾")
    if row.mark == Mark.REFUSED:
        reason = cells.reason_of(row)
        return word(reason) if reason else _("拒绝或有异议")
    if row.mark == Mark.DEFERRED and row.until and row.until > now:
        return _("暂缓至 %(time)s") % {"time": f"{local(row.until):%m-%d %H:%M}"}
    at = row.at.name
    if at == "open":
        return _("还没有告知本人")
    if at == "told" or not value_of(row):
        return _("还没有落实去处")
    if value_of(row) in ("home", "none"):
        return _("不需转运，还没有办结")
    if at == "placed":
        return _("等%(who)s来接") % {"who": cells.given_word(row)} if row.given else _("还没有派车")
    return _("在途，还没有登记收治")


def _file(request: HttpRequest, found: list[Row], now: datetime) -> files.Sheet:
    places = pages.places_of([row.area for row in found])
    full = {row.key: files.unmasked(request, row.area) for row in found}
    ways = {row.area: [ancestor(row.area, depth) for depth in range(1, level(row.area) + 1)] for row in found}
    answers = reads.owners({node for way in ways.values() for node in way}, now) if found else []
    head = [
        _("编码"), _("人员"), _("电话"), _("地点"), _("住户"), _("结果核实"), _("步骤"),
        _("已等（分钟）"), _("这一步（分钟）"),
        _("卡在哪里"), _("责任人"), _("责任人电话"), _("下一步"),
    ]  # fmt: skip
    lines: list[list[str | int | None]] = []
    for row in found:
        named, owner = full[row.key], owner_of(row.area, "transfer", answers, ways[row.area])
        act = next_of(row)
        lines.append([
            row.code, (row.name or "") if named else "", (row.phone or "") if named else "", spot(places, row.area, 0),
            door(row.stairwell, row.floor, row.door) if named and row.door else "", local(row.began), word(row.at),
            int((now - row.began).total_seconds() // 60),
            int((now - row.stage_at).total_seconds() // 60) if row.stage_at else None, stuck(row, now),
            *(owner.acting if owner else ("", "")), word(act) if act else "",
        ])  # fmt: skip
    people = [(row.subject, row.area) for row in found if full[row.key] and row.name]
    return files.Sheet("transfers-waiting.xlsx", "", _("等待转运"), head, lines, people, not any(full.values()))
