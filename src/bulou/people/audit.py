"""The auditor's pages: who looked at whom and why, what left the desk, broken glass, and a result traced back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.people import access_record
from bulou.people.pages import around, may
from bulou.people.rules import mask_name
from bulou.people.templatetags.people import filter_words, record_name, recorded
from bulou.people.trace import traces
from bulou.people.vocabulary import WHY_NAMES
from bulou.ui import figures as board
from bulou.ui import tabs
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.templatetags.naming import spot
from bulou.ui.words import of

KINDS = ("looks", "exports", "glass")


@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """The record, searched by who, when, whom and why; the last week unless asked otherwise."""
    _auditor(request)
    kind = request.GET.get("kind", KINDS[0])
    if kind not in KINDS:
        raise Http404
    label = request.GET.get("tube", "").strip()
    if label.isdecimal() and len(label) < 17:
        return redirect("tube-trace", int(label))
    wanted = _wanted(request)
    found, more = [], None
    if kind == "looks":
        found, more = access_record.looks(wanted, request.ranges)
        areas = {area for look in found for _id, area, _name in look.people[:3]}
    elif kind == "exports":
        found = access_record.exports(wanted, request.ranges)
        areas = {taken.area for taken in found} | {_filtered(taken.filter.get("area")) for taken in found}
    else:
        found = access_record.glasses(wanted, request.ranges)
        areas = {broken.area for broken in found}
    places = board.names({ancestor(a, d) for a in areas for d in range(1, 6)} | areas)
    rounds = {one.id: one.name for one in tabs.campaigns(request)}
    if files.wanted(request):
        return files.answer(request, _sheet(kind, found, places, rounds), request.areas[0])
    asked = {name: request.GET.get(name, "")[:80] for name in ("who", "whom", "why", "from", "to")}
    context = {
        **around(request), "kind": kind, "kinds": KINDS, "found": found, "asked": asked,
        "more": f"{more[0].isoformat()}_{more[1]}" if more else None, "whys": WHY_NAMES,
        "since": wanted.since, "places": places, "rounds": rounds,
        "me": request.user.get_username(),
    }  # fmt: skip
    return TemplateResponse(request, "people/oversight.html", context)


def _filtered(area: object) -> int:
    """Return the area that an export was narrowed to; 0 for none."""
    text = str(area)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else 0


def _sheet(kind: str, found: list[Any], places: dict[int, board.Name], rounds: dict[int, str]) -> files.Sheet:
    """A record as a file. Of a look at several persons each has a row; names stay masked, the auditor's as well."""
    if kind == "looks":
        head = [_("时间"), _("查阅人"), _("编码"), _("姓名"), _("地点"), _("用途")]
        lines = [
            [local(look.at), look.user, f"P{id_}", mask_name(name) if name else "", spot(places, area, 0),
             recorded(look.reason)]
            for look in found for id_, area, name in look.people
        ]  # fmt: skip
    elif kind == "exports":
        head = [_("时间"), _("查阅人"), _("内容"), _("筛选条件"), _("行数"), _("姓名"), _("地点")]
        lines = [
            [local(t.at), t.user, recorded(t.what), filter_words(t.filter, places, rounds), t.rows,
             _("已隐去") if t.masked else _("未隐去"), spot(places, t.area, 0)]
            for t in found
        ]  # fmt: skip
    else:
        head = [_("时间"), _("查阅人"), _("编码"), _("姓名"), _("原因"), _("复核"), _("复核意见"), _("复核人")]
        lines = [
            [local(g.at), g.user, f"P{g.person}" if g.person else _("查无此人"), mask_name(g.name) if g.name else "",
             f"{of(WHY_NAMES, g.kind)}：{g.why}",
             {"right": _("合理"), "questioned": _("存疑")}.get(g.verdict, ""), g.note, g.reviewed_by]
            for g in found
        ]  # fmt: skip
    return files.Sheet(f"oversight-{kind}.xlsx", "", record_name(kind), head, lines)


@require_POST
def review(request: HttpRequest, grant: int) -> HttpResponse:
    """Mark a broken glass as right or questioned."""
    _auditor(request)
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "")
    try:
        access_record.review(grant, verdict, note, request.user.get_username(), clock.now())
    except LookupError:
        raise Http404 from None
    except access_record.Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("复核已记录。"))
    back = redirect("oversight")
    back["Location"] += "?kind=glass"
    return back


@require_safe
def tube(request: HttpRequest, label: int) -> HttpResponse:
    """One tube from the swab to the page."""
    _auditor(request)
    found = traces(label) if label < 2**53 else []
    if not found:
        raise Http404
    return TemplateResponse(request, "people/tube.html", {**around(request), "label": label, "traces": found})


def _auditor(request: HttpRequest) -> None:
    """Answer as if there were no such page to anybody else.

    Raises:
        Http404: the reader is no auditor.
    """
    if not may(request, "audit"):
        raise Http404


def _wanted(request: HttpRequest) -> access_record.Wanted:
    given = request.GET
    since, until = _day(given.get("from", "")), _day(given.get("to", ""))
    before = None
    if "before" in given:
        at, _bar, id_ = given["before"].partition("_")
        parsed = _instant(at)
        if parsed is None or not id_.isdecimal():
            raise Http404
        before = (parsed, int(id_[:18]))
    return access_record.Wanted(
        user=given.get("who", "").strip()[:150],
        whom=given.get("whom", "").strip()[:80],
        reason=given.get("why", "").strip()[:80],
        since=since or access_record.recent(clock.now()),
        until=until + timedelta(days=1) if until else access_record.NEVER,
        before=before,
    )


def _day(text: str) -> datetime | None:
    """Return the beginning of a day of the installation's zone; None for no day."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time())) if day and 2000 < day.year < 2100 else None


def _instant(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and at.tzinfo and 2000 < at.year < 2101 else None
