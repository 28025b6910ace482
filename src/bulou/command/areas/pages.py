"""The pages of the area tree: what is below, one area with its names and who answers, and the changes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bulou.command.areas import actions, reads, rules
from bulou.command.areas.actions import Refusal
from bulou.command.regroup import actions as regroup
from bulou.command.regroup import along
from bulou.command.regroup.rules import LEVELS as LEVELS_REGROUPED
from bulou.command.uploads.shown import level_name
from bulou.ledger import clock
from bulou.ledger.areas import LEVELS
from bulou.places.models import Area
from bulou.ui.figures import names
from bulou.ui.live import fragments as live


@require_http_methods(["GET", "HEAD", "POST"])
def tree(request: HttpRequest) -> HttpResponse:
    """The top of the reader's areas, or what a search finds; a district is added here."""
    wrong = ""
    if request.method == "POST":
        try:
            return _added(request, 0)
        except Refusal as refusal:
            wrong = str(refusal)
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:80]
    whole = actions.own(0, request.ranges)
    top = reads.below(0) if whole else reads.these(request.areas)
    found = reads.search(text, request.ranges) if text else top
    context = {"text": text, "whole": whole and not text, **_listed(found), **_form(request, wrong, 1)}
    return TemplateResponse(request, "areas/tree.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, area: int) -> HttpResponse:
    """One area: what lies below it, its names, who answers for it, what was changed; each change is made here."""
    node = Area.objects.filter(pk=area).first() if area < 2**53 else None
    if node is None or not actions.own(node.pk, request.ranges):
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            return _done(request, node)
        except Refusal as refusal:
            wrong = str(refusal)
            node.refresh_from_db()
    told, others, earlier = reads.changes(node.pk)
    answers = reads.answers(node.pk, clock.now())
    after, before = regroup.successors(node.pk)
    one = regroup.latest(node.pk) if after or before else None
    left = along.left(one.olds, clock.now()) if one else None
    context = {
        "after": after, "before": before, "regrouped": one, "left": left,
        "regroups": node.level in LEVELS_REGROUPED,
        "node": node, "known": _known(node), "way": reads.way(node.pk, request.ranges), "told": told,
        "others": others, "earlier": earlier,
        "called": level_name(node.level), "answers": answers, "places": names([answers.area]) if answers else {},
        "longest": rules.LONGEST, "failed": request.POST.get("act", ""),
        **_listed(reads.below(node.pk)), **_form(request, wrong, node.level + 1),
    }  # fmt: skip
    return TemplateResponse(request, "areas/area.html", context)


def _known(node: Area) -> tuple[str, str]:
    return node.name, node.name_en


def _listed(found: list[reads.Row]) -> dict[str, Any]:
    shown = found[: reads.MOST]
    return {
        "found": [(row, level_name(row.depth)) for row in shown],
        "more": len(found) > reads.MOST,
        "most": reads.MOST,
    }


def _form(request: HttpRequest, wrong: str, depth: int) -> dict[str, Any]:
    """Return what the form of a new area shows; there is none below a building."""
    return {
        "wrong": wrong, "given": request.POST, "longest": rules.LONGEST,
        "below_name": level_name(depth) if depth <= len(LEVELS) else "",
    }  # fmt: skip


def _added(request: HttpRequest, parent: int) -> HttpResponse:
    new = actions.add(parent, request.POST, request.ranges, request.user.get_username(), clock.now())
    live.forget()
    messages.success(request, _("已新增：%(name)s。") % {"name": rules.clean(request.POST["name"])})
    return redirect("roster-area", new)


def _done(request: HttpRequest, node: Area) -> HttpResponse:
    act, user, now = request.POST.get("act", ""), request.user.get_username(), clock.now()
    if act == "add":
        return _added(request, node.pk)
    if act == "close":
        way = reads.in_the_way(node.pk)
        if way or not request.POST.get("sure"):
            return TemplateResponse(request, "areas/close.html", {"node": node, "known": _known(node), "way": way})
        if not actions.close(node, user, now):
            raise Refusal(_("刚才有人登记到这里，没有停用。"))
        messages.success(request, _("已停用：%(name)s。误停用的可以恢复。") % {"name": node.name})
    elif act == "reopen":
        actions.reopen(node, user, now)
        messages.success(request, _("已恢复：%(name)s。") % {"name": node.name})
    elif act in ("rename", "call"):
        changed = (actions.rename if act == "rename" else actions.call)(node, request.POST, user, now)
        messages.success(request, _("已保存。") if changed else _("没有变化。"))
    else:
        raise Refusal(_("没有此操作。"))
    live.forget()
    return redirect("roster-area", node.pk)
