"""The report of an inspection on the desk: its draft, edited, signed; as PDF and Word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou.command.inspection import drawing, reporting
from bulou.command.inspection.actions import NEED, Refusal
from bulou.command.inspection.pages import inspection_in, places_of
from bulou.ledger import clock
from bulou.oversight.models import Inspection, Report
from bulou.ui import access_log

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _told(request: HttpRequest, number: int) -> tuple[Inspection, Report | None, dict[str, Any], str]:
    """Return an inspection that is done, its report if there is one, the record and the text as they stand.

    Raises:
        Http404: there is none in sight, or it is not done.
    """
    inspection = inspection_in(request, number)
    if inspection.state != "done":
        raise Http404
    report = Report.objects.filter(inspection=inspection).first()
    told = report.record if report and report.signed_at else reporting.record(inspection, clock.now())
    assert told is not None
    return inspection, report, told, report.text if report else reporting.draft(told)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, inspection: int) -> HttpResponse:
    """The report's text with the record beside it; kept, signed."""
    one, report, told, text = _told(request, inspection)
    wrong, given = "", request.POST
    if request.method == "POST":
        text = given.get("text", "").replace("\r\n", "\n")
        who, now = request.user.get_username(), clock.now()
        try:
            if given.get("step") == "sign":
                reporting.sign(one, text, given.get("name", ""), who, request.may, now)
                messages.success(request, _("报告已签发，不能再改。"))
            else:
                reporting.save(one, text, who, request.may, now)
                messages.success(request, _("报告已保存。"))
            return redirect("inspection-report", inspection)
        except Refusal as refusal:
            wrong = str(refusal)
    return TemplateResponse(request, "inspection/report.html", {
        "inspection": one, "report": report, "shown": drawing.drawn(told, text, report), "text": text, "wrong": wrong,
        "signed": bool(report and report.signed_at), "mine": request.may(NEED, one.area),
        "places": places_of([one.area]), "longest": reporting.LONGEST, "name": given.get("name", ""),
    })  # fmt: skip


def _file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    inspection, report, told, text = _told(request, number)
    content = drawing.pdf(told, text, report) if kind == "pdf" else drawing.word(told, text, report)
    who, now = request.user.get_username(), clock.now()
    access_log.note_export(who, "inspection-report", {"as": kind}, 1, True, now, inspection.area)
    answer = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else WORD)
    name = f"{_('检查报告')}-{told['place'].rsplit('/', 1)[-1]}-{told['done'][:10]}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=kind != "pdf", filename=name)
    return answer


@require_safe
def pdf(request: HttpRequest, inspection: int) -> HttpResponse:
    """The report as PDF; until it is signed it says that it is a draft."""
    return _file(request, inspection, "pdf")


@require_safe
def word(request: HttpRequest, inspection: int) -> HttpResponse:
    """The report as a Word document."""
    return _file(request, inspection, "docx")
