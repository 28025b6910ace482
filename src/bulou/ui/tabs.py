"""The tabs of a round stand on every page that they lead to: also where the address names no round and no area."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bulou.ledger.areas import ancestor, is_area, level
from bulou.ui import figures as reads
from bulou.ui import forms


def campaigns(request: HttpRequest) -> list[reads.Campaign]:
    """Return the campaigns that touch the reader's areas; read once a request."""
    if not hasattr(request, "rounds"):
        request.rounds = reads.campaigns(request.ranges)
    return request.rounds


def around(request: HttpRequest) -> dict[str, Any]:
    """Return ``campaign``, ``area`` and ``campaigns`` as the query names them, else as the home page would choose them;
    nothing where there is no round.
    """
    known = [(one, found) for one in campaigns(request) if (found := reads.roots(one, request.areas))]
    if not known:
        return {}
    asked, area = forms.number(request.GET.get("round", "")), forms.number(request.GET.get("area", ""))
    campaign, roots = next(((one, found) for one, found in known if one.id == asked), known[0])
    inside = is_area(area) and any(level(root) <= level(area) and ancestor(area, level(root)) == root for root in roots)
    return {
        "campaign": campaign, "area": area if inside else roots[0],
        "campaigns": [(one, found[0]) for one, found in known],
    }  # fmt: skip
