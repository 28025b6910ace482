"""The pages of runs: who waits, chosen and put on one; one run with its list for the pharmacy and its bags."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bulou.command.medicine import reads
from bulou.command.medicine.reads import medicines
from bulou.command.work import actions, forms, pages
from bulou.command.work.rules import Row
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.command.worklist.pages import area_of
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.relief.medicines import totals
from bulou.ui import areas
from bulou.ui.live import fragments as live

#: So many who wait are shown at once; a run is no larger.
SHOWN = 200
#: The field that the page fills in itself.
NUMBER = "run"


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Who waits in an area, what they need together, the form of a new run; and the runs there are."""
    work, now = medicines(), clock.now()
    act = work.act("on_run")
    given = request.POST if request.method == "POST" else request.GET
    area = area_of(given, request.ranges)
    asked = tuple(one for one in work.step(act.step).fields if one.name != NUMBER)
    form = forms.form_of(asked, request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        number = f"{timezone.localtime(now):%m%d-%H%M%S}-{request.user.pk}"
        who = ActRequest(act.step, request.user.get_username(), now, may=request.may)
        try:
            chosen = actions.choose(
                work, act, request.POST.getlist("row")[:SHOWN], request.user.pk, request.ranges, request.may, now,
                hold=True,
            )  # fmt: skip
            n = actions.do(work, act, chosen, form.said | {NUMBER: number}, who, request.user.pk, request.ranges)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            live.forget()
            messages.success(request, _("已编成一趟：%(n)s人。一小时内可以在名单页撤销。") % {"n": n})
            return redirect("medicine-run", number)
    found = reads.waiting(request.ranges, area, now)
    context = {
        "rows": _shown(request, found[:SHOWN], now), "more": max(0, len(found) - SHOWN), "total": len(found),
        "totals": totals(str(row.latest.get("items", "")) for row in found), "form": form, "area": area,
        "parts": Counter(ancestor(row.area, 3) for row in found).most_common(12),
        "places": pages.places_of([row.area for row in found]), "runs": reads.runs(request.ranges, now),
        "ticked": request.POST.getlist("row"), "list_url": reverse(f"work-{work.name}"),
        "may": any(request.may(act.ability, own) for own in request.areas),
        "choices": [(id_, max(0, depth - 1), name) for id_, depth, name in areas.choices(request.areas, area)],
    }  # fmt: skip
    return TemplateResponse(request, "medicine/runs.html", context)


@require_safe
def one(request: HttpRequest, fetching: str) -> HttpResponse:
    """One run: what is bought together, whose bag holds what, how each stands."""
    now = clock.now()
    found = reads.runs(request.ranges, now, fetching[:40])
    if not found:
        raise Http404
    (own,) = found
    context: dict[str, Any] = {
        "run": own, "rows": _shown(request, own.rows, now), "places": pages.places_of([row.area for row in own.rows]),
        "list_url": reverse(f"work-{medicines().name}"),
    }  # fmt: skip
    return TemplateResponse(request, "medicine/run.html", context)


def _shown(request: HttpRequest, found: list[Row], now: Any) -> list[pages.Shown]:
    work = medicines()
    places = pages.places_of([row.area for row in found])
    rows = [pages.shown_of(request, row, [], places, now) for row in found]
    pages.look(request, work, rows, now)
    return rows
