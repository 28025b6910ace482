"""Inspections on the desk: what is to be made and what was made, a new one, one of them, cancelling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulou.command.inspection import actions, words
from bulou.command.inspection.actions import NEED, Refusal
from bulou.command.units.pages import choices_of, path_of, places_of
from bulou.command.work import forms
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.steps import Choice, Field
from bulou.oversight import reads
from bulou.oversight.checklists import form_of
from bulou.oversight.findings import FINDING, SEVERITIES, TOPICS
from bulou.oversight.models import Checklist, Inspection
from bulou.oversight.vocabulary import MANNERS, STATES
from bulou.places import units
from bulou.ui.attachments import pages as photos
from bulou.ui.export import files
from bulou.ui.export.workbook import local
from bulou.ui.forms import number
from bulou.ui.words import said as word

ROWS = 50
#: Ways to narrow the list: what is to be made, what was made, what was cancelled.
TABS = ("open", "done", "dropped")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The inspections of the reader's areas; or as a file."""
    given, now = request.GET, clock.now()
    area = area_of(given, request.ranges)
    state = given.get("state", "") if given.get("state") in TABS else "open"
    start = min(number(given.get("from", "")), 100_000)
    within = area or request.areas[0]
    if files.wanted(request):
        found = reads.inspections(within, state, files.MOST)
        return files.answer(request, _file(found, now), within)
    found = reads.inspections(within, state, ROWS + 1, start)
    more, found = len(found) > ROWS, found[:ROWS]
    return TemplateResponse(request, "inspection/list.html", {
        "rows": _rows(found, now), "state": state, "area": within, "choices": choices_of(request, within),
        "places": places_of(one.area for one in found), "start": start, "next": start + ROWS if more else 0,
        "mine": any(request.may(NEED, own) for own in request.areas),
    })  # fmt: skip


def _rows(found: Iterable[Inspection], now: datetime) -> list[dict[str, Any]]:
    found = list(found)
    known = units.of(one.unit for one in found if one.unit)
    return [
        {
            "inspection": one, "manner": words.named(MANNERS, one.manner), "state": words.named(STATES, one.state),
            "title": words.title_of(one.checklist), "late": one.state == "planned" and one.planned_for < now,
            "unit": known[one.unit].name if one.unit in known else "",
        }
        for one in found
    ]  # fmt: skip


def _file(found: list[Inspection], now: datetime) -> files.Sheet:
    places = places_of(one.area for one in found)
    head = [_("地点"), _("单位"), _("方式"), _("路段"), _("检查表"), _("检查人"), _("时间"), _("当前"), _("完成时间")]
    lines = [
        [path_of(row["inspection"].area, places), row["unit"], word(row["manner"]), row["inspection"].segment,
         row["title"], row["inspection"].inspectors, local(row["inspection"].planned_for), word(row["state"]),
         local(row["inspection"].done_at) if row["inspection"].done_at else ""]
        for row in _rows(found, now)
    ]  # fmt: skip
    return files.Sheet("inspections.xlsx", "", _("现场检查"), head, lines)


# -- one of them -----------------------------------------------------------------------------------


def inspection_in(request: HttpRequest, number_: int) -> Inspection:
    """Return an inspection in sight.

    Raises:
        Http404: there is none.
    """
    found = Inspection.objects.filter(pk=number_).select_related("checklist").first() if number_ < 2**53 else None
    if found is None:
        raise Http404
    return found


def finding_rows(inspection: Inspection) -> list[dict[str, Any]]:
    """Return the findings of an inspection as a page draws them."""
    topics, grave = {one.name: one for one in TOPICS}, {one.name: one for one in SEVERITIES}
    out = []
    for question, one in reads.of_inspection(inspection):
        opened = one.last("finding.opened")
        out.append({
            "duty": one, "question": question, "what": opened.get("what", ""), "owner": opened.get("owner", ""),
            "topic": topics.get(str(opened.get("topic"))), "severity": grave.get(one.severity),
            "stage": FINDING.stages[min(one.stage, FINDING.final)], "open": one.outcome == 0,
            "excused": one.outcome == 2,
        })  # fmt: skip
    return out


@require_safe
def sheet(request: HttpRequest, inspection: int) -> HttpResponse:
    """One inspection: what was planned, what was answered, what came of it, its photos."""
    one, now = inspection_in(request, inspection), clock.now()
    form = form_of(one.checklist.form)
    (row,) = _rows([one], now)
    mine = request.may(NEED, one.area)
    done = one.state == "done"
    return TemplateResponse(request, "inspection/sheet.html", row | {
        "places": places_of([one.area]), "mine": mine, "open": one.state in ("planned", "begun"),
        "answers": [
            (words.section_of(q), words.text_of(q), said, any(str(one.answers.get(q.name)) == v for v in q.finding))
            for q, said in words.answers_of(form, one.answers) if q.type != "photo"
        ] if done else [],
        "findings": finding_rows(one) if done else [],
        "photos": photos.block(request, actions.about(one), one.area), "now": now,
    })  # fmt: skip


def _fields(found: list[Checklist]) -> tuple[Field, ...]:
    choices = tuple(Choice(one.name, one.title, one.title_en or one.title) for one in found)
    manners = tuple(Choice(one.name, one.zh, one.en) for one in MANNERS)
    return (
        Field("manner", "choice", "方式", "Manner", choices=manners, default="planned"),
        Field("segment", "text", "路段", "Segment", most=80, when=("manner", ("patrol",)),
              help_zh="从哪里到哪里，例：漕宝路（桂林路至虹漕路）", help_en="From where to where along the street"),
        Field("checklist", "choice", "检查表", "Checklist", choices=choices),
        Field("unit", "unit", "单位", "Unit", required=False,
              help_zh="登记册里的商铺、采样点、收治点等；没有可不填",
              help_en="A shop, site or facility of the register, by name or code; may be left empty"),
        Field("inspectors", "text", "检查人", "Inspectors", most=80,
              help_zh="督查组名称或人员，写进报告", help_en="The team or its members, as the report names them"),
        Field("at", "time", "什么时候", "When", when=("manner", ("planned", "patrol"))),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of an inspection; a spontaneous one begins at once."""
    sent, now = request.method == "POST", clock.now()
    given = request.POST if sent else request.GET
    area = area_of(given, request.ranges)
    found = reads.checklists()
    form = forms.form_of(_fields(found), given if sent else None, now)
    wrong = ""
    if sent and given.get("step") == "save" and form.is_valid():
        said = form.said
        at = datetime.fromisoformat(said["at"]) if "at" in said else now
        values = {
            "area": area, "manner": said["manner"], "segment": said.get("segment", ""), "unit": said.get("unit"),
            "checklist": next(one for one in found if one.name == said["checklist"]), "planned_for": at,
            "inspectors": said["inspectors"],
        }  # fmt: skip
        try:
            inspection = actions.plan(values, request.user.get_username(), request.may, now)
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            if inspection.state == "begun":
                return redirect("inspection-do", inspection.pk)
            messages.success(request, _("已安排检查。"))
            return redirect("inspection", inspection.pk)
    elif sent and given.get("step") != "save":
        for field in form.fields.values():
            field.widget.attrs.pop("required", None)
        form.errors.clear()  # the list of areas was asked for, nothing else
    return TemplateResponse(request, "inspection/new.html", {
        "form": form, "area": area, "choices": choices_of(request, area), "wrong": wrong,
    })  # fmt: skip


@require_POST
def act(request: HttpRequest, inspection: int) -> HttpResponse:
    """Cancel an inspection, with a reason."""
    one = inspection_in(request, inspection)
    try:
        actions.drop(one, request.POST.get("why", ""), request.may)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    else:
        messages.success(request, _("检查已取消。"))
    return redirect("inspection", inspection)
