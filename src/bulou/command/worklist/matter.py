"""One matter of the list: what was reported of it, by whom, who answers for it, and the acts that solve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from bulou.command.worklist import actions, detail, pages, reads, undo
from bulou.command.worklist.rules import BESIDE, GROUPS, Category, WorkItem
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, is_area, span
from bulou.ledger.scope import covers
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.ui import figures as board

#: What is shown as decided once nothing of it is left: its reports stay to be read.
SETTLED = (*BESIDE, "voids")
#: Acts that have buttons of their own: beside a report, a result or a number.
OF_REPORTS = ("same", "choose", "recount")


@require_safe
def page(request: HttpRequest, matter: str) -> HttpResponse:
    """The matter, its reports in order of time, what to do, and the acts."""
    return shown(request, matter)


def shown(request: HttpRequest, matter: str, given: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return the page of a matter. ``given``: what a form that is given back held.

    Raises:
        Http404: not a matter of the reader's areas; the same answer as for one that does not exist.
    """
    try:
        chosen = actions.ItemKey.read(matter)
    except actions.Refusal:
        raise Http404 from None
    ends = (chosen.area,) if chosen.kind in REGISTRY.duties else span(chosen.area)
    inside = (is_area(chosen.area) or chosen.area == 0) and all(covers(request.ranges, end) for end in ends)
    now = clock.now()
    found = detail.matter_of(chosen.matter, request.ranges, now) if inside else None
    if found is None or (chosen.class_ is not Category.OFFER and not covers(request.ranges, found.area)):
        raise Http404
    duty = REGISTRY.duties.get(found.kind)
    told = detail.reports(found, request.ranges) if duty else []
    if found.detail == "short" and found.n:
        found = replace(found, members=detail.packed(found))
    out = reads.List()
    reads.fill(out, [found, *found.members], now)
    own, *members = pages.rows(request, out, now)
    places = out.names | board.names(
        {ancestor(one.area, depth) for one in told for depth in range(1, 6)} - set(out.names)
    )
    kinds = (
        [duty]
        if duty
        else [REGISTRY.duties[name] for name in {m.kind for m in found.members} if name in REGISTRY.duties]
    )
    group = found.kind in GROUPS
    acts = () if found.detail in SETTLED and not found.n else actions.fitting(replace(chosen, foreign=found.foreign))
    voids = request.may("void", found.area)  # what somebody else reported
    return TemplateResponse(
        request, "now/matter.html", {
            "m": own["m"], "row": own, "value": own["value"], "now": now, "told": told,
            "voidable": undo.VOIDABLE if voids else (), "voids": voids,
            "knows": "names" in request.abilities,
            "own_device": not duty and not group and detail.within(found.subject, request.ranges),
            "doubted": [] if duty or group else detail.doubted(found, *span(found.area)), "places": places,
            "acts": [act for act in acts if act not in OF_REPORTS],
            "choices": _choices(found) if "choose" in acts and request.may("results", found.area) else [],
            "recount": "recount" in acts,
            "lost": "lost" in acts, "again": "same" in acts,
            "members": members, "more": found.n - len(members) if group else 0,
            "member_acts": _member_acts(found, members), "given": given or {},
            "ticked": set((given or {}).get("rows", ())),
            "reasons": [r for kind in kinds for r in kind.reasons if actions.sayable(r)],
            "person": found.subject if duty and duty.subject is Subject.PERSON else 0, "age": own["age"],
        },
    )  # fmt: skip


def _choices(found: WorkItem) -> list[str]:
    """Return the results between which somebody decides, the gravest first."""
    values = REGISTRY.duties[found.kind].values
    return list(dict.fromkeys(values[one.value] for one in found.told))


def _member_acts(found: WorkItem, members: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the acts that fit the ticked members of a group, or the ticked tubes of a box."""
    if not members:
        return ()
    if found.detail == "short":
        return ("lost",)
    fitting = actions.fitting(actions.ItemKey.read(members[0]["value"]))
    return tuple(act for act in fitting if act != "snooze")
