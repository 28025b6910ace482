"""An inspection being made: the checklist as a form for a telephone's browser, kept as it stands, ended at last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.inspection import actions, words
from bulou.command.inspection.actions import Refusal
from bulou.command.inspection.pages import inspection_in, places_of
from bulou.command.work import forms
from bulou.command.worklist.chosen import ActRequest
from bulou.command.worklist.chosen import Refusal as NotWritten
from bulou.ledger import clock
from bulou.oversight.checklists import Form, Question, fields_of, form_of
from bulou.ui.attachments import actions as photos
from bulou.ui.attachments.models import Photo
from bulou.ui.attachments.pages import tell
from bulou.ui.live import fragments as live

#: Fields with photos begin so.
PHOTO = "photo_"
#: Longest text that is kept of a field while a form is filled in.
LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, inspection: int) -> HttpResponse:
    """The form; kept with what is there, or ended."""
    one, now = inspection_in(request, inspection), clock.now()
    if one.state not in ("planned", "begun"):
        return redirect("inspection", inspection)
    checklist = form_of(one.checklist.form)
    declared = tuple(field for _question, own in fields_of(checklist) for field in own)
    sent = request.method == "POST"
    if not sent:
        form = forms.form_of(declared, _given(one.filled) if one.filled else None, now)
        if one.filled:
            form.errors.clear()
        return _drawn(request, one, checklist, form)
    form = forms.form_of(declared, request.POST, now)
    ending = request.POST.get("step") == "end"
    try:
        actions.keep(one, _filled(request.POST), request.may, now)
        _photos(request, one, checklist)
        if ending and form.is_valid() and _numbers(form, checklist):
            who = ActRequest("finding.opened", request.user.get_username(), now, may=request.may)
            found = actions.finish(one, form.said, who, request.user.pk, request.ranges)
            live.forget()
            messages.success(request, _ended(len(found)))
            return redirect("inspection", inspection)
    except (Refusal, NotWritten) as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
        return _drawn(request, one, checklist, form)
    if ending:
        messages.error(request, _("还有没填好的项：已暂存，请看下面标红的地方。"), extra_tags="danger")
        return _drawn(request, one, checklist, form)
    messages.success(request, _("已暂存，可以稍后继续。"))
    return redirect("inspection-do", inspection)


def _ended(n: int) -> str:
    if not n:
        return _("检查已完成，没有发现问题。")
    return _("检查已完成，登记了%(n)s个问题。") % {"n": n}


def _filled(given: QueryDict) -> dict[str, list[str]]:
    return {
        name: [value[:LONGEST] for value in given.getlist(name)][:100]
        for name in given if name.startswith(forms.PREFIX)
    }  # fmt: skip


def _given(filled: Mapping[str, list[str]]) -> QueryDict:
    out = QueryDict(mutable=True)
    for name, values in filled.items():
        out.setlist(name, values)
    return out


def _photos(request: HttpRequest, inspection: Any, checklist: Form) -> None:
    """Take the photos that came with the form, question by question; what is none is named."""
    who, now = request.user.get_username(), clock.now()
    taken, wrong = 0, list[str]()
    for one in checklist.questions:
        if files := request.FILES.getlist(PHOTO + one.name):
            added, refused = photos.add(files, inspection.area, actions.about(inspection), who, now, one.name)
            taken, wrong = taken + len(added), wrong + refused
    tell(request, taken, wrong)


def _numbers(form: forms.ActForm, checklist: Form) -> bool:
    """Tell whether each answer that should be a number is one."""
    for one in checklist.questions:
        text = form.cleaned_data.get(forms.PREFIX + one.name)
        if one.type == "decimal" and text:
            try:
                float(text)
            except ValueError:
                form.add_error(forms.PREFIX + one.name, _("请填写数字，例如 4.5。"))
    return not form.errors


def _drawn(request: HttpRequest, inspection: Any, checklist: Form, form: forms.ActForm) -> HttpResponse:
    there: dict[str, list[Photo]] = {}
    for photo in Photo.objects.filter(about=actions.about(inspection), removed_at=None).order_by("pk"):
        there.setdefault(photo.part, []).append(photo)
    names = {one.name: own for one, own in fields_of(checklist)}
    rows, section = [], ""
    for one in checklist.questions:
        head = words.section_of(one)
        rows.append({
            "question": one, "text": words.text_of(one), "head": head if head != section else "",
            "fields": [form[forms.PREFIX + field.name] for field in names[one.name]],
            "photo": PHOTO + one.name if one.type == "photo" or one.finding else "", "photos": there.get(one.name, []),
            **_condition(one),
        })  # fmt: skip
        section = head
    return TemplateResponse(request, "inspection/do.html", {
        "inspection": inspection, "title": words.title_of(inspection.checklist), "rows": rows,
        "places": places_of([inspection.area]),
    })  # fmt: skip


def _condition(one: Question) -> dict[str, str]:
    """Return when the photos of a question are asked for."""
    when = (one.name, one.finding) if one.finding else one.when
    return {"when": forms.PREFIX + when[0], "values": " ".join(when[1])} if when else {"when": "", "values": ""}
