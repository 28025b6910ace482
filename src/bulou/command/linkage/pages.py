"""The pages of the linkage: its runs with the form for another one, and one run: how far it is, what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.linkage import actions
from bulou.command.linkage.actions import Refusal
from bulou.command.linkage.models import DONE, FAILED, RUNNING, STEPS, UNDONE, Run
from bulou.ledger import clock
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import covers
from bulou.places.linkage import register
from bulou.places.linkage.rules import REASONS
from bulou.ui import background, forms
from bulou.ui import figures as board
from bulou.ui.areas import choices
from bulou.ui.live import fragments as live

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The runs so far, the lists that the register has, and the form for another run."""
    wrong, given = "", request.POST
    if request.method == "POST":
        area = forms.number(given.get("area", "")) or 0
        most = forms.number(given.get("most", ""))
        try:
            if not (is_area(area) and all(covers(request.ranges, end) for end in span(area))):
                raise Refusal(_("请选择您负责的区域。"))
            if "decide" not in getattr(request, "abilities", ()):
                raise Refusal(_("您没有处置的权限。"))
            one = actions.ask(area, most, request.user.get_username(), clock.now())
            return redirect("roster-linkage-run", one.pk)
        except Refusal as refusal:
            wrong = str(refusal)
    context = {
        "runs": list(Run.objects.order_by("-id")[:SHOWN]), "wrong": wrong, "given": given, "usual": actions.USUAL,
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in choices(request.areas, 0)],
        "sources": register.sources(), "places": board.names({one.area for one in Run.objects.all()[:SHOWN]}),
    }  # fmt: skip
    return TemplateResponse(request, "linkage/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run: int) -> HttpResponse:
    """One run: how far it is; then what it merged and asked for, and the way back."""
    one = Run.objects.filter(pk=run).first() if run < 2**53 else None
    if one is None or not all(covers(request.ranges, end) for end in span(one.area)):
        raise Http404
    wrong, now = "", clock.now()
    if request.method == "POST":
        try:
            if "decide" not in getattr(request, "abilities", ()):
                raise Refusal(_("您没有处置的权限。"))
            n = actions.undo(one, request.user.get_username(), now)
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            live.forget()
            messages.success(request, _("已撤销：%(n)s条记录恢复为各自的人。") % {"n": f"{n:,}"})
            return redirect("roster-linkage-run", one.pk)
    context: dict[str, Any] = {
        "one": one, "wrong": wrong, "running": one.state == RUNNING, "done": one.state == DONE,
        "failed": one.state == FAILED, "undone": one.state == UNDONE,
        "stuck": one.state == RUNNING and background.is_stuck(background.LINKING, one.asked_at, now),
        "step": STEPS.index(one.step) + 1, "steps": len(STEPS), "why": _sentence(one.told.get("why", "")),
        "reasons": [(REASONS[name], n) for name, n in sorted(one.told.get("reasons", {}).items(), key=lambda r: -r[1])],
        "doubts": one.told.get("doubts", 0), "singles": one.told.get("singles", 0),
        "took": (one.ended_at - one.asked_at).total_seconds() if one.ended_at else None,
        "places": board.names({one.area}), "may_undo": one.state == FAILED or (one.state == DONE and one.merges),
    }  # fmt: skip
    if live.is_live(request):
        return TemplateResponse(request, "linkage/_run.html", context)
    return TemplateResponse(request, "linkage/run.html", context)


def _sentence(both: str) -> str:
    from django.utils.translation import get_language

    zh, _mark, en = both.partition(" / ")
    return (en or zh) if (get_language() or "").startswith("en") else zh
