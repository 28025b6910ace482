"""What oversight draws on pages of others: what was found again and again, above the list of findings."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.oversight import reads
from bulou.oversight.findings import TOPICS
from bulou.oversight.repeats import WITHIN
from bulou.places import units
from bulou.ui import figures as board

#: So many patterns stand above a list.
SHOWN = 8


def repeated(request: Any, area: int) -> str:
    """Draw the patterns among the findings of an area, nothing where there are none."""
    found = reads.repeated(area, clock.now())
    if not found:
        return ""
    named = units.of(one.unit for one in found[:SHOWN] if one.unit)
    places = board.names({ancestor(one.area, depth) for one in found for depth in range(1, level(one.area) + 1)})
    topics = {topic.name: topic for topic in TOPICS}
    return render_to_string("oversight/_repeats.html", {
        "rows": [
            (one, topics.get(one.topic), named[one.unit].name if one.unit in named else "") for one in found[:SHOWN]
        ],
        "places": places, "days": WITHIN.days, "more": max(0, len(found) - SHOWN),
    }, request)  # fmt: skip
