"""The page of what needs a decision; it starts the day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bulou.command.now import actions, reads
from bulou.command.now.rules import DECISIONS, Class
from bulou.ledger import clock
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.vocabulary import REGISTRY, Mark


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return TemplateResponse(request, "now/page.html", _context(request))


@require_safe
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for a live refresh."""
    return TemplateResponse(request, "now/_list.html", _context(request))


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """One act on the ticked rows; then the list again, with a sentence of what was done."""
    now = clock.now()
    try:
        hours = int(request.POST.get("hours", "0"))
    except ValueError:
        hours = 0
    try:
        done = actions.decide(
            request.POST.get("act", ""), request.POST.getlist("row"), request.user.pk, request.user.get_username(),
            request.ranges, now, request.POST.get("reason", "") or request.POST.get("why", ""),
            request.POST.get("evidence", ""), now + timedelta(hours=hours) if 0 < hours <= 24 else None,
        )  # fmt: skip
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已记入台账：%(n)s 条。") % {"n": len(done)})
    return redirect("now")


def _context(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    read = reads.matters(_ranges(request), now)
    wanted = request.GET.get("class", "")
    rows = [
        {"m": m, "owner": read.owner(m), "value": f"{m.key}:{m.area}",
         "age": (now - m.since).total_seconds() if m.since else None}
        for m in read.matters
    ]  # fmt: skip
    return {
        "now": now,
        "first": rows[:DECISIONS],
        "rows": [row for row in rows if not wanted or row["m"].class_.name.lower() == wanted],
        "counts": [(c.name.lower(), read.counts[c]) for c in Class],
        "total": sum(read.counts.values()),
        "open": read.open,
        "data_age": (now - read.heard_at).total_seconds() if read.heard_at else None,
        "places": read.names,
        "wanted": wanted,
        "area": request.GET.get("area", ""),
        "reasons": [(kind, r) for kind in REGISTRY.duties.values() for r in kind.reasons if r.mark is not Mark.REFUSED],
    }


def _ranges(request: HttpRequest) -> Ranges:
    """Return the reader's ranges, or the chosen area's where it lies within them."""
    text = request.GET.get("area", "")
    if text.isdecimal() and is_area(int(text)) and all(covers(request.ranges, end) for end in span(int(text))):
        return (span(int(text)),)
    return request.ranges
