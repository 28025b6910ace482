"""The page on which an area is split or merged: what it is made of, what hangs on it, and the way back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bulou.command.areas import reads as areas
from bulou.command.areas import rules as naming
from bulou.command.regroup import actions, along
from bulou.command.regroup.actions import Refusal
from bulou.command.regroup.rules import MOST_PARTS
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import covers
from bulou.places.models import Area
from bulou.ui import forms
from bulou.ui.figures import names
from bulou.ui.live import fragments as live


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, area: int) -> HttpResponse:
    """What an area is made of and what hangs on it; the forms of a split and a merger, each with a tick to confirm."""
    node, now, wrong, act = _node(request, area), clock.now(), "", request.POST.get("act", "")
    try:
        actions.check_area(node, request.ranges)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
        return redirect("roster-area", node.pk)
    if request.method == "POST":
        try:
            if not request.POST.get("sure"):
                raise Refusal(_("请勾选“我已核对”。"))
            user = request.user.get_username()
            if act == "split":
                done = actions.split(node, request.POST, user, now)
            else:
                others = [forms.number(text) for text in request.POST.getlist("other")]
                done = actions.merge(node, others, naming.clean(request.POST.get("name", "")), user, now)
            live.forget()
            messages.success(request, _("已调整；误调整的可以在这里撤销。"))
            return redirect("roster-area", done.news[0])
        except Refusal as refusal:
            wrong = str(refusal)
    beside = [row for row in areas.below(node.parent) if not row.closed and row.id != node.pk]
    context = {
        "node": node, "known": (node.name, node.name_en), "wrong": wrong, "act": act, "given": request.POST,
        "ticked": request.POST.getlist("other"), "beside": [row for row in beside if _own(request, row.id)],
        "hanging": actions.hanging([node.pk], now), "longest": naming.LONGEST, "parts": range(1, MOST_PARTS + 1),
        "pieces": [(one, request.POST.get(f"piece_{one.key}", "")) for one in actions.pieces(node.pk)],
        "names": [(at, request.POST.get(f"name_{at}", "")) for at in range(1, MOST_PARTS + 1)],
        "way": areas.way(node.pk, request.ranges),
        "units": [(id_, name, request.POST.get(f"unit_{id_}", "1")) for id_, name in along.at(node.pk)],
    }  # fmt: skip
    return TemplateResponse(request, "regroup/page.html", context)


@require_POST
def undo(request: HttpRequest, area: int) -> HttpResponse:
    """Take the split or merger back by which an area was closed or came; asked first."""
    node, now = _node(request, area), clock.now()
    one = actions.latest(node.pk)
    if one is None or not all(_own(request, id_) for id_ in (*one.olds, *one.news)):
        raise Http404
    if not request.POST.get("sure"):
        known = names([*one.olds, *one.news])
        context = {
            "node": node, "one": one, "olds": [(id_, known.get(id_)) for id_ in one.olds],
            "news": [(id_, known.get(id_)) for id_ in one.news],
        }  # fmt: skip
        return TemplateResponse(request, "regroup/undo.html", context)
    try:
        actions.undo(one, request.user.get_username(), now)
    except Refusal as refusal:
        messages.error(request, str(refusal), extra_tags="danger")
        return redirect("roster-area", node.pk)
    live.forget()
    messages.success(request, _("已撤销：原区域恢复，人、户、单位和责任人都回到原处。"))
    return redirect("roster-area", one.olds[0])


def _own(request: HttpRequest, area: int) -> bool:
    return all(covers(request.ranges, end) for end in span(area))


def _node(request: HttpRequest, area: int) -> Area:
    found = Area.objects.filter(pk=area).first() if area < 2**53 else None
    if found is None or not _own(request, found.pk):
        raise Http404
    return found
