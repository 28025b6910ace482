"""Draws whom to call first above the list of calls: the order is declared, each row says its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from bulou.ledger import clock
from bulou.ledger.areas import SHIFTS, ancestor, level, span
from bulou.ledger.statements import statements
from bulou.places.vocabulary import NEEDS
from bulou.relief.outreach import CALLS, OUTREACH, PROGRAMME
from bulou.relief.requests import PROGRAMME as REQUESTS
from bulou.relief.requests import REQUEST
from bulou.ui import figures as board
from bulou.ui.figures import rows

SQL = statements(__package__, "calls")
ALONE = next(1 << need.bit for need in NEEDS if need.name == "alone_over_75")
#: Levels under which nobody leaves; and from which age on somebody is called first.
CLOSED, OLD = ("lockdown", "control"), 80
#: So many are proposed at once; of a whole district nobody is, since no desk calls for one.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """A household with its reasons: days are whole, None where there was no such day."""

    household: int
    area: int
    old: bool
    alone: bool
    asked: int
    closed: int | None
    heard: int | None


def proposed(area: int, now: datetime, limit: int = SHOWN) -> list[Proposed]:
    """Return whom to call first in an area; one statement."""
    lo, hi = span(area)
    found = rows(
        SQL["proposed"], lo=lo, hi=hi, alone=ALONE, born=now.year - OLD - 1, requests=REQUESTS.id, request=REQUEST.code,
        calls=PROGRAMME.id, call=OUTREACH.code, levels=[*CLOSED], shifts=[0, *SHIFTS], now=now, limit=limit,
    )  # fmt: skip
    return [
        Proposed(id_, node, old, alone, n, (now - closed).days if closed else None, (now - at).days if at else None)
        for id_, node, old, alone, n, closed, at in found
    ]


def panel(request: Any, area: int) -> str:
    """Draw whom to call first in an area; without one, in the reader's own where that is no whole district."""
    area = area or (request.areas[0] if len(request.areas) == 1 else 0)
    wide = level(area) < 2 if area else True
    found = [] if wide else proposed(area, clock.now())
    places = board.names({ancestor(one.area, depth) for one in found for depth in range(1, 6)}) if found else {}
    shown = [(one, request.may(CALLS.opener, one.area)) for one in found]  # whoever only reads sees no button
    return render_to_string("relief/_proposed.html", {"rows": shown, "places": places, "wide": wide}, request)
