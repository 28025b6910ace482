"""The journeys of the coming days, drawn above the list of calendars: when, where, and whether somebody takes care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level, span
from bulou.relief.requests import PROGRAMME, REQUEST
from bulou.relief.treatments import reads
from bulou.ui import figures as board

#: So many journeys are drawn; of more it is said how many.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Day:
    """A day's journeys: how many, how many of them lack a vehicle or companion, and the first of them."""

    day: date
    n: int
    missing: int
    rows: list[reads.Planned]


def by_day(found: list[reads.Planned], today: date) -> list[Day]:
    """Return the journeys from today on by their days; what lacks something comes first in each."""
    out: list[Day] = []
    for day in sorted({one.asked.appointment.date() for one in found if one.asked.appointment.date() >= today}):
        own = [one for one in found if one.asked.appointment.date() == day]
        own.sort(key=lambda one: (one.arranged or one.asked.begun, one.asked.appointment, one.asked.occasion))
        out.append(Day(day, len(own), sum(not one.arranged and not one.asked.begun for one in own), own))
    return out


def journeys(request: Any, area: int) -> str:
    """Draw the journeys of an area, 0 for all that the reader sees; nothing where there are none."""
    lo, hi = span(area) if area else (0, 2**53 - 1)
    found = [one for one in reads.planned(clock.now(), lo, hi) if one.asked.open or one.asked.begun]
    days = by_day(found, reads.today())
    if not days:
        return ""
    shown = [one for day in days for one in day.rows][:SHOWN]
    places = board.names(
        {ancestor(one.asked.area, depth) for one in shown for depth in range(1, level(one.asked.area) + 1)}
    )
    return render_to_string("relief/_journeys.html", {
        "days": days, "rows": [(one, REQUEST.stages[one.stage]) for one in shown], "places": places,
        "campaign": PROGRAMME.id, "more": max(0, sum(day.n for day in days) - SHOWN),
        "missing": sum(day.missing for day in days), "n": sum(day.n for day in days),
    }, request)  # fmt: skip
