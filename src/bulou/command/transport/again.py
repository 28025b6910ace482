"""Trips planned anew while some are under way: what would change, for a person to accept. It asks itself again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.cases.dispatch.replan import Change, begun, difference, worth
from bulou.command.transport import planning, trips
from bulou.command.transport import reads as known
from bulou.command.transport.planning import NotAccepted
from bulou.command.transport.reads import Fleet
from bulou.command.transport.rules import Key
from bulou.command.work import pages
from bulou.command.work.pages import Shown
from bulou.command.work.rules import Row
from bulou.ledger import clock

#: Seconds before the first pick-up from which a trip counts as begun: the crew is on its way, or about to leave.
LEAD = 1800.0
#: Seconds after which the page plans once more by itself.
EVERY = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A change as the page draws it: who, what, and from which vehicle and time to which."""

    shown: Shown
    what: str
    was: str
    was_at: datetime | None
    now: str
    now_at: datetime | None
    why: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What a new plan of all that has not begun would change."""
    now = clock.now()
    hours, cleaning = (
        trips.one_of(request.GET.get(name, ""), choices, usual)
        for name, choices, usual in (("hours", trips.HOURS, 4), ("cleaning", trips.CLEANING, 30))
    )
    found = known.open_rows(request.ranges, 0, now)
    own = known.fleet(request.ranges, found, now)
    sent = planning.sent(own, now)
    fixed = begun(sent, LEAD)
    context: dict[str, Any] = {
        "now": now, "hours": hours, "cleaning": cleaning, "every": EVERY, "fixed": len(fixed),
        "movable": len(sent) - len(fixed), "mine": any(request.may(trips.NEED, area) for area in request.areas),
        "places": {},
    }  # fmt: skip
    left = freed(own, fixed)
    people, aside = known.waiting(found, own.sites, [row for rows_ in left.sent.values() for row in rows_], now)
    context["waiting"] = len(people)
    if (people or context["movable"]) and own.cars:
        try:
            plan = planning.solved(left, people, [car.id for car in own.cars], hours, cleaning, now)
        except NotAccepted as error:
            messages.error(request, _("方案没有通过核对，不能发出：%(what)s") % {"what": error})
        else:
            why = dict(plan.unserved) | {one.row.key: one.why for one in aside}
            context |= _compared(request, own, found, sent, fixed, plan, why, now)
    return TemplateResponse(request, "transport/again.html", context)


def freed(own: Fleet, fixed: set[Any]) -> Fleet:
    """Return the fleet with only those under way whose trips have begun; the others' beds are free again."""
    by_name = {site.name.strip().casefold(): site for site in own.sites}
    beds, kept = dict(own.beds), {}
    for car, rows_ in own.sent.items():
        kept[car] = [row for row in rows_ if row.key in fixed]
        for row in rows_:
            site = known.site_of(row, by_name)
            if row.key not in fixed and site in beds:
                beds[site] += 1
    return replace(own, beds=beds, sent={car: rows_ for car, rows_ in kept.items() if rows_})


def _compared(
    request: HttpRequest, own: Fleet, found: list[Row], sent: list[Any], fixed: set[Any], plan: planning.Planned,
    why: dict[Key, str], now: datetime,
) -> dict[str, Any]:  # fmt: skip
    by_key = {row.key: row for row in found}
    before = {one.key: (one.vehicle, one.at) for one in sent if one.key not in fixed and one.at is not None}
    changes = difference(before, planning.times(plan.trips))
    places = pages.places_of([row.area for row in found])
    cars = {car.id: car.name for car in own.cars}
    lines = [_line(request, one, by_key[one.key], cars, why, places, now) for one in changes]
    pages.look(request, known.transfers(), [line.shown for line in lines], now, "trips planned anew")
    token = signing.dumps(
        {
            "user": request.user.pk, "trips": [planning.told(trip, by_key, now) for trip in plan.trips],
            "left": [[*one.key, by_key[one.key].stamp] for one in changes if one.what == "left"],
        },
        salt=trips.SALT, compress=True,
    )  # fmt: skip
    return {
        "lines": lines, "worth": worth(changes), "token": token, "places": places,
        "counts": {what: sum(one.what == what for one in changes) for what in WORDS},
        "unserved": sum(key not in before for key, _why in plan.unserved),
    }  # fmt: skip


WORDS = ("added", "moved", "earlier", "later", "left")


def _line(
    request: HttpRequest, one: Change, row: Row, cars: dict[int, str], why: dict[Key, str], places: dict[int, Any],
    now: datetime,
) -> Line:  # fmt: skip
    said = {
        "added": _("新排上"), "moved": _("换车"), "earlier": _("提前"), "later": _("推后"), "left": _("这次接不了"),
    }[one.what]  # fmt: skip
    was, new = (
        (cars.get(fetch[0], ""), now + timedelta(seconds=fetch[1])) if fetch else ("", None)
        for fetch in (one.was, one.now)
    )
    reason = trips.why_of(why[row.key]) if one.what == "left" and row.key in why else ""
    return Line(pages.shown_of(request, row, [], places, now), said, *was, *new, reason)
