"""The rumour log on the desk: what is said, where it was heard, answers to write and to approve."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.ledger import clock
from bulou.notices import rumours
from bulou.notices.actions import APPROVE, WRITE, Refusal
from bulou.notices.edit_page import area_of, choices_of
from bulou.notices.models import Rumour
from bulou.notices.pages import placed
from bulou.notices.vocabulary import RUMOURS
from bulou.ui import forms

ROWS = 60


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Rumours in sight, those to be answered first; the form to record one."""
    known = {one.name: one for one in RUMOURS}
    state = request.GET.get("state", "") if request.GET.get("state") in known else ""
    held = Rumour.objects.filter(**({"state": state} if state else {})).order_by("-made_at", "-id")
    found = sorted(held[:ROWS], key=lambda one: [*known].index(one.state))
    area, who = area_of(request.GET, request), request.user.get_username()
    return TemplateResponse(
        request, "notices/rumours.html", {
            "rows": [
                {"one": one, "state": known[one.state], "writes": request.may(WRITE, one.area),
                 "approves": request.may(APPROVE, one.area), "author": one.answered_by == who}
                for one in found
            ],
            "states": RUMOURS, "state": state, "area": area, "choices": choices_of(request, area),
            "places": placed([one.area for one in found]), "longest": rumours.LONGEST,
            "mine": request.may(WRITE, area),
        },
    )  # fmt: skip


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Record one, answer, approve, leave, reopen."""
    given, who, may, now = request.POST, request.user.get_username(), request.may, clock.now()
    what = given.get("act", "")
    try:
        if what == "record":
            area = area_of(given, request)
            rumours.record(area, given.get("said", ""), given.get("heard_at", ""), who, may, now)
            messages.success(request, _("已登记传言。"))
            return redirect("rumours")
        one = Rumour.objects.filter(pk=forms.number(given.get("id", ""))).first()
        if one is None:
            raise Refusal(_("没有这项操作。"))
        if what == "answer":
            rumours.answer(one, given.get("answer_zh", ""), given.get("answer_en", ""), who, may, now)
            messages.success(request, _("已写回应，请另一人批准。"))
        elif what == "approve":
            rumours.approve(one, who, may, now)
            messages.success(request, _("已公布回应。"))
        elif what == "drop":
            rumours.drop(one, who, may, now)
            messages.success(request, _("已登记：不予回应。"))
        elif what == "reopen":
            rumours.reopen(one, who, may)
            messages.success(request, _("已重新打开。"))
        else:
            raise Refusal(_("没有这项操作。"))
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
    return redirect("rumours")
