"""Checklists on the desk: which there are, one of them, out and in as XLSForm, no longer used."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from openpyxl import Workbook
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from bulou.command.inspection import words
from bulou.ledger import clock
from bulou.oversight import reads
from bulou.oversight import xlsform as forms
from bulou.oversight.checklists import Form, form_of, plain
from bulou.oversight.findings import SEVERITIES, TOPICS
from bulou.oversight.models import Checklist, Inspection
from bulou.oversight.vocabulary import PLACES
from bulou.rounds.reconciliation import template
from bulou.ui.export.files import XLSX

NEED = "direct"


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The checklists in use, or all of them."""
    ended = request.GET.get("state") == "all"
    return TemplateResponse(request, "inspection/checklists.html", {
        "rows": [
            (one, words.title_of(one), words.named(PLACES, one.place), len(one.form["questions"]))
            for one in reads.checklists(ended)
        ],
        "ended": ended, "mine": any(request.may(NEED, area) for area in request.areas),
    })  # fmt: skip


def _found(number: int) -> Checklist:
    found = Checklist.objects.filter(pk=number).first() if number < 2**53 else None
    if found is None:
        raise Http404
    return found


def rows_of(form: Form) -> list[dict[str, Any]]:
    """Return the questions of a checklist as a page draws them."""
    grave, topics = {one.name: one for one in SEVERITIES}, {one.name: one for one in TOPICS}
    texts = {one.name: words.text_of(one) for one in form.questions}
    return [
        {
            "question": one, "text": words.text_of(one), "section": words.section_of(one),
            "choices": one.choices, "when": texts[one.when[0]] if one.when else "",
            "values": [c for q in form.questions if one.when and q.name == one.when[0]
                       for c in q.choices if c.name in one.when[1]],
            "wrong": [choice for choice in one.choices if choice.name in one.finding],
            "severity": grave.get(one.severity), "topic": topics.get(one.topic),
        }
        for one in form.questions
    ]  # fmt: skip


@require_safe
def sheet(request: HttpRequest, checklist: int) -> HttpResponse:
    """One version of a checklist: its questions, and which answers are findings."""
    one = _found(checklist)
    others = Checklist.objects.filter(name=one.name).order_by("-version")
    return TemplateResponse(request, "inspection/checklist.html", {
        "checklist": one, "title": words.title_of(one), "place": words.named(PLACES, one.place),
        "rows": rows_of(form_of(one.form)), "others": list(others),
        "used": Inspection.objects.filter(checklist=one).count(),
        "mine": any(request.may(NEED, area) for area in request.areas),
    })  # fmt: skip


@require_safe
def xlsform(request: HttpRequest, checklist: int) -> HttpResponse:
    """The checklist as an XLSForm."""
    one = _found(checklist)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in forms.write(form_of(one.form), one.version).items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(line)
    out = BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"{one.name}-v{one.version}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def read(content: bytes, name: str) -> tuple[forms.Read, str]:
    """Read a file as an XLSForm; what the reference reader of XLSForm says against it comes beside, "" for nothing.

    Raises:
        template.Unreadable: no workbook that can be read within the limits.
    """
    book = template.load(content, values=True)
    sheets = {page.title.strip().lower(): template.cells_of(page) for page in book.worksheets}
    found = forms.read(sheets, name)
    try:
        convert(xlsform=BytesIO(content), warnings=[], validate=False, file_type=".xlsx")
    except PyXFormError as error:
        return found, str(error)[:300]
    except Exception:  # its faults with odd files are of every kind; our own reader has said what it found
        return found, "?"
    return found, ""


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """An XLSForm is looked through row by row; then what can be asked is taken in as a new version."""
    sent = request.FILES.get("file")
    context: dict[str, Any] = {"wrong": ""}
    if request.method == "POST" and sent is None:
        context["wrong"] = _("请选择 XLSForm 文件（.xlsx）。")
    elif sent is not None:
        try:
            found, said = read(sent.read(template.LARGEST + 1), (sent.name or "").rsplit(".", 1)[0])
        except template.Unreadable:
            context["wrong"] = _("无法读取该文件：请用2 MB以内、未加密的 Excel 文件（.xlsx）。")
        else:
            context |= {
                "looked": True, "faults": [(one, words.fault(one)) for one in found.faults], "said": said,
                "rows": rows_of(found.form) if found.form else [], "form": found.form,
            }  # fmt: skip
            sure = request.POST.get("partly") == "on" or not found.faults
            if found.form and sure and request.POST.get("step") == "sure":
                if not any(request.may(NEED, area) for area in request.areas):
                    context["wrong"] = _("您的角色不能录入检查表。")
                elif (kept := save(found.form, request.user.get_username())) is not None:
                    messages.success(request, _("已录入检查表，第%(n)s版。") % {"n": kept.version})
                    return redirect("checklist", kept.pk)
                else:
                    context["wrong"] = _("刚有人录入了同名的检查表：请重新核对。")
            elif found.form and request.POST.get("step") == "sure":
                context["wrong"] = _("有不能录入的行：请改好后再录入，或勾选“只录入其余的题”。")
    return TemplateResponse(request, "inspection/import.html", context)


def save(form: Form, by: str) -> Checklist | None:
    """Keep a checklist as the next version of its name; None where somebody else was faster."""
    last = Checklist.objects.filter(name=form.name).order_by("-version").first()
    place = form.place if words.named(PLACES, form.place) else ""
    try:
        with transaction.atomic():
            return Checklist.objects.create(
                name=form.name, version=last.version + 1 if last else 1, place=place, title=form.zh, title_en=form.en,
                form=plain(form), by=by, at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        return None


@require_POST
def act(request: HttpRequest, checklist: int) -> HttpResponse:
    """Have a checklist no longer used, or used again."""
    one = _found(checklist)
    if not any(request.may(NEED, area) for area in request.areas):
        messages.error(request, _("您的角色不能停用检查表。"), extra_tags="danger")
        return redirect("checklist", checklist)
    back = request.POST.get("act") == "back"
    Checklist.objects.filter(name=one.name).update(ended_at=None if back else clock.now())
    messages.success(request, _("已恢复使用。") if back else _("已停用：以前的检查不受影响。"))
    return redirect("checklist", checklist)
