"""The pages of rosters and area tables: a file is uploaded, looked through with its columns, imported, read back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou import people
from bulou.command.uploads import actions, shown, store
from bulou.command.uploads import areas as tables
from bulou.command.uploads.actions import Refusal
from bulou.command.uploads.models import AREAS, DONE, DROPPED, FAILED, KEPT, PERSONS, RUNNING, Upload
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, span
from bulou.ledger.scope import covers
from bulou.people.rules import mask_name, mask_phone
from bulou.places import sources
from bulou.places.models import Area
from bulou.places.text_file import UnreadableFile
from bulou.places.vocabulary import FIELDS
from bulou.ui import background, forms
from bulou.ui import figures as board
from bulou.ui.areas import choices
from bulou.ui.live import fragments as live

SHOWN = 30
#: Faults of an area table that are listed.
FAULTS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """The files that were brought in, and the form for another one."""
    now, wrong = clock.now(), ""
    area = _area(request)
    if request.method == "POST":
        given = request.POST
        try:
            one = actions.keep(
                PERSONS, request.FILES.get("file"), request.user.get_username(), area, given.get("source", ""),
                given.get("as_of", ""), bool(given.get("registered")), request.areas, request.ranges, now,
                given.get("source_kind", ""), forms.number(given.get("trust", "")),
            )  # fmt: skip
            return redirect("roster-upload", one.pk)
        except Refusal as refusal:
            wrong = str(refusal)
    found = list(Upload.objects.filter(kind=PERSONS).exclude(state=DROPPED).order_by("-id")[:SHOWN])
    context = {
        "uploads": found, "wrong": wrong, "given": request.POST, "area": area, "any_area": Area.objects.exists(),
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in choices(request.areas, area)],
        "endings": ",".join(store.ENDINGS[PERSONS]), "largest": store.LARGEST >> 20, "longest": actions.LONGEST,
        "kinds": [*sources.KINDS.values()], "trusts": [*reversed(sources.TRUSTS)],
        "sources": [(one, sources.KINDS.get(one.kind)) for one in sources.listed()],
    }  # fmt: skip
    return TemplateResponse(request, "uploads/roster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """The area tree by level, and the form for a table of areas."""
    now, wrong = clock.now(), ""
    if request.method == "POST":
        try:
            one = actions.keep(
                AREAS, request.FILES.get("file"), request.user.get_username(), 0, "", "", False, request.areas,
                request.ranges, now,
            )  # fmt: skip
            return redirect("roster-upload", one.pk)
        except Refusal as refusal:
            wrong = str(refusal)
    found = list(Upload.objects.filter(kind=AREAS).exclude(state=DROPPED).order_by("-id")[:SHOWN])
    context = {
        "levels": shown.by_level(request.ranges), "uploads": found, "wrong": wrong, "example": tables.example(),
        "endings": ",".join(store.ENDINGS[AREAS]),
    }  # fmt: skip
    return TemplateResponse(request, "uploads/areas.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, upload: int) -> HttpResponse:
    """One file: before its import what would be read, then how far it is, then what came of it."""
    one = _upload(request, upload)
    wrong = ""
    if request.method == "POST":
        try:
            return _done(request, one)
        except Refusal as refusal:
            wrong = str(refusal)
            one = _upload(request, upload)
    if one.kind == AREAS:
        return _table(request, one, wrong)
    if one.state in (KEPT, FAILED):
        return _looked(request, one, wrong)
    return _progress(request, one, wrong)


def _done(request: HttpRequest, one: Upload) -> HttpResponse:
    act, now = request.POST.get("act", ""), clock.now()
    if act == "drop":
        if not actions.drop(one, now):
            raise Refusal(_("这份文件已经导入或已删除。"))
        messages.success(request, _("已删除：%(name)s。") % {"name": one.file_name})
        return redirect("roster" if one.kind == PERSONS else "roster-areas")
    if act == "load":
        n = actions.load(one, now)
        live.forget()
        messages.success(request, _("已导入%(n)s个区域。") % {"n": f"{n:,}"})
        return redirect("roster-areas")
    if act == "again":
        actions.go_on(one, now)
    elif one.kind == PERSONS:
        looked = actions.look(one, now)
        actions.choose(one, {field.name: request.POST.get(f"map_{field.name}", "") for field in FIELDS}, looked.titles)
        if act == "start":
            actions.start(one, now)
    return redirect("roster-upload", one.pk)


def _looked(request: HttpRequest, one: Upload, wrong: str) -> HttpResponse:
    looked = actions.look(one, clock.now())
    read = looked.preview
    columns = read.mapping if read else {}
    first = [_masked(row) for row in read.first] if read else []
    nodes = {ancestor(row["area"], depth) for row in first if row.get("area") for depth in (2, 4, 5)}
    context = {
        "one": one, "kind": sources.KINDS.get(one.source_kind),
        "wrong": wrong or looked.wrong, "read": read, "titles": looked.titles, "first": first,
        "fields": [
            {"field": field, "title": columns.get(field.name, ""), "chosen": one.mapping.get(field.name, "")}
            for field in FIELDS
        ],
        "refused": shown.reasons(read.by_code) if read else [], "flags": shown.reasons(read.flags) if read else [],
        "sheets": shown.sheets(read.sheets) if read else [], "left": shown.left(read.left) if read else [],
        "unread": read.unread if read else [], "places": board.names({*nodes, one.within}),
        "why": actions.sentence(one.why), "failed": one.state == FAILED,
        "may_start": read is not None and read.good > 0,
    }  # fmt: skip
    return TemplateResponse(request, "uploads/look.html", context)


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a preview as the page shows it: names and telephones in part, refusals in the reader's words."""
    if "refused" in row:
        return {**row, "refused": [shown.problem(one) for one in row["refused"]]}
    phones = [mask_phone(phone) for phone in row["phones"] or [row["phone"]] if phone]
    return {
        **row, "name": mask_name(row["name"]), "phone": "  ".join(phones),
        "flags": [shown.problem(one) for one in row["flags"]],
    }  # fmt: skip


def _progress(request: HttpRequest, one: Upload, wrong: str) -> HttpResponse:
    now = clock.now()
    stuck = one.state == RUNNING and one.asked_at and background.is_stuck(background.IMPORTING, one.asked_at, now)
    told = one.told
    rounds = {c.id: c.name for c in board.campaigns(request.ranges)} if one.joined else {}
    context = {
        "one": one, "wrong": wrong, "stuck": stuck, "running": one.state == RUNNING, "done": one.state == DONE,
        "refused": shown.reasons(told.get("by_code", {})), "flags": shown.reasons(told.get("flagged_by_code", {})),
        "sheets": shown.sheets(told.get("sheets", [])), "left": shown.left(told.get("left", [])),
        "joined": [(rounds[j["round"]], j) for j in one.joined
                   if j["round"] in rounds and (j["added"] or j["out_of_scope"])],
        "took": (one.ended_at - one.asked_at).total_seconds() if one.ended_at and one.asked_at else None,
        "may_reject": bool(told.get("rejects_file")) and request.who.may("roster names"),
    }  # fmt: skip
    if live.is_live(request):
        return TemplateResponse(request, "uploads/_progress.html", context)
    return TemplateResponse(request, "uploads/progress.html", context)


def _table(request: HttpRequest, one: Upload, wrong: str) -> HttpResponse:
    table = None
    if one.state == KEPT:
        try:
            table = tables.read(store.path(one.folder, one.file_name), one.reach)
        except FileNotFoundError:
            wrong = wrong or _("文件已删除，请重新上传。")
        except UnreadableFile as error:
            wrong = wrong or actions.sentence(str(error))
    context = {
        "one": one, "wrong": wrong, "table": table, "done": one.state == DONE,
        "faults": [asdict(fault) for fault in table.faults[:FAULTS]] if table else [],
        "levels": [(shown.level_name(depth), n) for depth, n in table.levels.items()] if table else [],
    }  # fmt: skip
    return TemplateResponse(request, "uploads/table.html", context)


@require_safe
def rejects(request: HttpRequest, upload: int) -> HttpResponse:
    """The refused rows of an import as a file, to be mended and sent again; that it left is on record."""
    one = _upload(request, upload)
    file = Path(one.told.get("rejects_file") or "/")
    folder = background.data_folder() / "imports" / str(one.run)
    if one.state != DONE or file.parent != folder or not file.is_file():
        raise Http404
    people.note_export(
        request.user.get_username(), "rejects", {"import": one.run}, one.rejected, False, clock.now(), one.area
    )
    answer = HttpResponse(file.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    return answer


def _upload(request: HttpRequest, number: int) -> Upload:
    """Return a file of the reader's areas.

    Raises:
        Http404: there is none.
    """
    one = Upload.objects.filter(pk=number).exclude(state=DROPPED).first() if number < 2**53 else None
    if one is None or not all(covers(request.ranges, end) for lo, hi in one.reach for end in (lo, hi)):
        raise Http404
    return one


def _area(request: HttpRequest) -> int:
    """Return the area that a list is about, where it lies within the reader's; else 0."""
    given = request.POST if request.method == "POST" else request.GET
    area = forms.number(given.get("area", ""))
    return area if is_area(area) and all(covers(request.ranges, end) for end in span(area)) else 0
