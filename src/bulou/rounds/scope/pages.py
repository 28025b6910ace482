"""The page of a round's scope: the rule, how many it treats otherwise, and who they are with the reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from bulou.ledger.areas import ancestor
from bulou.people.rules import mask_name
from bulou.rounds.scope import reads
from bulou.rounds.scope.rules import CAUSES, CHOICES, DEFERRED, ELSEWHERE, OUT, SINGLE, Scope
from bulou.ui import figures as board
from bulou.ui import forms, tabs
from bulou.ui.templatetags.naming import SPOT

#: Who may not know that somebody tested positive is told that others see to her.
HIDDEN = "hidden"


def told_scope(scope: Scope) -> dict[str, str]:
    """Return a rule as the fields of a form."""
    return {
        **{cause: scope.treat[cause] for cause in CHOICES}, "recovered_days": str(scope.recovered_days),
        "cleared_days": str(scope.cleared_days), "sealed": scope.sealed,
        "dated": scope.dated.isoformat() if scope.dated else "",
    }  # fmt: skip


@require_safe
def page(request: HttpRequest, campaign: int) -> HttpResponse:
    """A round's rule and the people of the reader's part of it whom it treats otherwise, names masked."""
    one = next((found for found in tabs.campaigns(request) if found.id == campaign), None)
    roots = board.roots(one, request.areas) if one else []
    if one is None or not roots:
        raise Http404
    area = next((root for root in roots if str(root) == request.GET.get("area", "")), roots[0])
    treatment = request.GET.get("treatment", "")
    treatment = treatment if treatment in (OUT, DEFERRED, SINGLE) else ""
    start = forms.number(request.GET.get("from", ""))
    scope, rules = reads.of_round(one.id)
    knows = "dispose" in request.abilities
    found = reads.listed(one.id, area, treatment, start)
    shown = found[: reads.LIMIT]
    nodes = {node for row in shown for node in (row.area, *(ancestor(row.area, depth) for depth in SPOT))} - {0}
    context: dict[str, Any] = {
        "round": one, "area": area, "scope": scope, "plain": rules.get("scope", "") != "residents-2",
        "counts": _summed(reads.counted(one.id, area), knows), "treatment": treatment,
        "rule": [(cause, scope.treat[cause]) for cause in CAUSES],
        "people": [
            {"row": row, "name": mask_name(row.name), "cause": row.cause if knows or row.cause == ELSEWHERE else HIDDEN}
            for row in shown
        ],
        "places": board.names({*nodes, area}), "next": start + reads.LIMIT if len(found) > reads.LIMIT else 0,
        "start": start, "pool_size": rules.get("pool_size", ""),
    }  # fmt: skip
    return TemplateResponse(request, "scope/page.html", context)


def _summed(counted: list[tuple[str, str, int]], knows: bool) -> list[tuple[str, str, int]]:
    """Return the counts as the reader may know them: causes that tell of an infection as one."""
    sums: dict[tuple[str, str], int] = {}
    for cause, treatment, n in counted:
        key = (cause if knows or cause == ELSEWHERE else HIDDEN, treatment)
        sums[key] = sums.get(key, 0) + n
    return [(*key, n) for key, n in sums.items()]
