"""Keeping a view, changing it, and opening one by its address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.work import pages
from bulou.command.work.saved import actions, reads, rules
from bulou.command.work.saved.actions import Refusal
from bulou.command.work.saved.rules import Filters
from bulou.ledger import clock
from bulou.ui.forms import number
from bulou.ui.room import Work, works


@require_safe
def opened(request: HttpRequest, kind: str, view: int) -> HttpResponse:
    """Lead to the list as a view narrows it."""
    work = works()[kind]
    found = reads.listed(work, request.user.pk, request.who.grants, request.ranges)
    for one in found:
        if one.id == view and not one.gone:
            return redirect(_list(work, one.filters))
    raise Http404


@require_POST
def act(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep the filters of the form under a name, or rename, share or remove a view of one's own. What is refused comes
    back to the list with what was filled in.
    """
    work, given, now = works()[kind], request.POST, clock.now()
    asked = pages.asked_of(given, request, work)
    filters = reads.filters_of(work, asked)
    what = given.get("act", "")
    try:
        if what == "keep":
            area = actions.home_of(filters, request.areas)
            roles = _roles(request, work, area) if given.get("shared") else []
            actions.keep(work, request.user.pk, given.get("name", ""), filters, area, roles, now)
            messages.success(request, _("已保存视图“%(name)s”。") % {"name": rules.named(given["name"])})
        else:
            view = actions.own(request.user.pk, work, number(given.get("view", "")))
            if what == "rename":
                actions.rename(view, work, given.get("name", ""))
                messages.success(request, _("已改名。"))
            elif what == "share":
                actions.share(view, _roles(request, work, view.area))
                messages.success(request, _("已共享给您所在区域的同一角色。"))
            elif what == "unshare":
                actions.share(view, [])
                messages.success(request, _("已取消共享，只有您看得到。"))
            elif what == "remove":
                actions.remove(view)
                messages.success(request, _("已删除视图“%(name)s”。") % {"name": view.name})
            else:
                raise Refusal(_("没有这个操作。"))
    except Refusal as refusal:
        if what in ("keep", "rename"):
            return TemplateResponse(request, "saved/again.html", _again(work, given, filters, str(refusal)), status=422)
        messages.error(request, str(refusal))
    return redirect(_list(work, filters))


def _again(work: Work, given: QueryDict, filters: Filters, wrong: str) -> dict[str, Any]:
    """Return the form of a name as it was filled in, with what is wrong with it."""
    return {
        "work": work, "wrong": wrong, "name": given.get("name", "")[:80], "shared": bool(given.get("shared")),
        "hidden": [("act", given["act"]), ("view", given.get("view", "")), *filters.query.items()],
        "keeps": given["act"] == "keep", "back_url": _list(work, filters),
        "views_url": reverse(f"work-{work.name}-views"),
    }  # fmt: skip


def _roles(request: HttpRequest, work: Work, area: int) -> list[str]:
    return rules.roles_of(request.who.grants, work.sees, actions.holding(area))


def _list(work: Work, filters: Filters) -> str:
    query = urlencode(filters.query)
    return reverse(f"work-{work.name}") + (f"?{query}" if query else "")
