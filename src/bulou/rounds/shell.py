"""What a page of a round has around it: the round, the area, the way to it, the tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from bulou.ledger.areas import ancestor, is_area, level, span
from bulou.ledger.scope import covers
from bulou.ui import figures, tabs


def shell(request: HttpRequest, campaign: int, area: int, tab: str) -> dict[str, Any]:
    """Hold the address of a page to the reader's scope; return what its shell shows.

    Raises:
        Http404: no such round or area, or not the reader's.
    """
    if not is_area(area) or not all(covers(request.ranges, end) for end in span(area)):
        raise Http404
    known = tabs.campaigns(request)
    current = next((one for one in known if one.id == campaign), None)
    starts = figures.roots(current, request.areas) if current else []
    root = next((one for one in starts if level(one) <= level(area) and ancestor(area, level(one)) == one), None)
    if current is None or root is None:
        raise Http404
    way = figures.way(area, root)
    named = figures.names([*way, *starts])
    return {
        "campaign": current, "campaigns": [(one, at[0]) for one in known if (at := figures.roots(one, request.areas))],
        "area": area, "depth": level(area), "crumbs": [(node, named.get(node)) for node in way],
        "area_name": named.get(area), "roots": [(node, named.get(node)) for node in starts], "tab": tab,
    }  # fmt: skip
