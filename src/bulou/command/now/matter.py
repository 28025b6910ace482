"""One matter of the list: what was reported of it, by whom, and the acts that solve it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from bulou.command import reads as board
from bulou.command.now import actions, doubts
from bulou.command.now.rules import Class
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY, Mark, Subject


@require_safe
def page(request: HttpRequest, matter: str) -> HttpResponse:
    """The matter, its reports in order of time, what to do, and the acts."""
    try:
        chosen = actions.Chosen.read(matter)
    except actions.Refusal:
        raise Http404 from None
    inside = is_area(chosen.area) and covers(request.ranges, chosen.area)
    found = doubts.matter_of(chosen.matter, request.ranges) if inside else None
    if found is None or (chosen.class_ is not Class.OFFER and not covers(request.ranges, found.area)):
        raise Http404  # the same answer as for one that does not exist
    duty = REGISTRY.duties.get(found.kind)
    told = doubts.reports(found) if duty else []
    areas = {ancestor(area, depth) for area in (found.area, *(one.area for one in told)) for depth in range(1, 6)}
    context = {
        "m": found, "value": matter, "now": clock.now(), "told": told, "voidable": actions.VOIDABLE,
        "knows": "names" in request.abilities,
        "doubted": [] if duty else doubts.doubted(found, request.ranges), "places": board.names(areas),
        "acts": actions.fitting(chosen),
        "reasons": [r for r in duty.reasons if r.mark is not Mark.REFUSED] if duty else [],
        "person": found.subject if duty and duty.subject is Subject.PERSON else 0,
        "age": (clock.now() - found.since).total_seconds() if found.since else None,
    }  # fmt: skip
    return TemplateResponse(request, "now/matter.html", context)
