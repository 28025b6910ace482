"""The facilities with their beds, and one of them: who lies there, who comes, who goes home tomorrow, the outlook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bulou.cases import occupancy
from bulou.cases.occupancy import Outlook
from bulou.command.facilities.reads import HOURS, USUAL_STAY, Guest, House, houses
from bulou.command.work import pages
from bulou.command.work.actions import sentence
from bulou.command.work.cells import field_of
from bulou.command.work.forms import shown
from bulou.command.work.pages import Shown
from bulou.ledger import clock
from bulou.ui.room import unit_kinds


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page of a facility. ``may``: whether somebody may go home; ``why``: why, or why not."""

    shown: Shown
    bed: str
    contact: bool
    symptoms: str
    test: str
    may: bool
    why: str
    earliest: datetime | None
    double: bool


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All facilities in sight: beds, who lies there, who comes, what is free."""
    now = clock.now()
    found = sorted(houses(request.ranges, now).values(), key=lambda house: (house.free > 0, house.unit.name))
    places = pages.places_of([house.unit.area for house in found])
    lines = [(house, _purpose(house), bool(_conflicts(house))) for house in found]
    return TemplateResponse(request, "facilities/overview.html", {"lines": lines, "places": places, "now": now})


@require_safe
def one(request: HttpRequest, unit: int) -> HttpResponse:
    """One facility."""
    now = clock.now()
    house = houses(request.ranges, now).get(unit)
    if house is None:
        raise Http404
    places = pages.places_of(
        [house.unit.area, *(guest.row.area for guest in house.guests), *(row.area for row in house.coming)]
    )
    doubled = {person for people in occupancy.doubled(g.lying for g in house.guests).values() for person in people}
    lines = sorted(
        (_line(request, guest, places, guest.row.subject in doubled, now) for guest in house.guests),
        key=lambda line: (not line.double, not line.may, occupancy.key(line.bed)),
    )
    coming = [pages.shown_of(request, row, [], places, now) for row in house.coming]
    for kind in {line.shown.row.work.name for line in lines}:
        own = [line.shown for line in lines if line.shown.row.work.name == kind]
        pages.look(request, own[0].row.work, own, now, "facility")
    for kind in {one.row.work.name for one in coming}:
        own = [one for one in coming if one.row.work.name == kind]
        pages.look(request, own[0].row.work, own, now, "facility")
    tomorrow = (timezone.localtime(now) + timedelta(days=1)).date()
    leaving = [line for line in lines if line.may or (
        line.earliest is not None and timezone.localtime(line.earliest).date() <= tomorrow)]  # fmt: skip
    return TemplateResponse(request, "facilities/one.html", {
        "house": house, "purpose": _purpose(house), "places": places, "now": now, "lines": lines, "coming": coming,
        "states": [
            (field, house.unit.attributes[field.name]) for field in unit_kinds()["facility"].attributes
            if field.name in (*occupancy.STATES, *occupancy.KINDS) and house.unit.attributes.get(field.name)
        ],
        "leaving": leaving, "outlooks": _outlooks(house, lines, now), "conflicts": _conflicts(house),
        "secret": not all(line.shown.named for line in lines),
    })  # fmt: skip


def _line(request: HttpRequest, guest: Guest, places: dict[int, Any], double: bool, now: datetime) -> Line:
    row, decision = guest.row, guest.decision
    said = {
        name: shown(field, row.latest[name]) if (field := field_of(row.work, name)) and row.latest.get(name) else ""
        for name in ("symptoms", "test")
    }
    if decision is not None:
        may, why, earliest = decision.may, sentence(decision.why), decision.earliest
    else:
        may = row.due_at is not None and row.due_at <= now
        why, earliest = (_("观察期已满") if may else _("隔离观察中")), row.due_at
    return Line(
        pages.shown_of(request, row, [], places, now), guest.bed, guest.contact, said["symptoms"], said["test"], may,
        why, earliest, double,
    )  # fmt: skip


def _outlooks(house: House, lines: list[Line], now: datetime) -> list[tuple[Outlook, int, int]]:
    """Return what will be taken, and how many beds will be free at least and at most."""
    leaving = {
        hours: sum(line.may or (line.earliest is not None and line.earliest <= now + timedelta(hours=hours))
                   for line in lines)
        for hours in HOURS
    }  # fmt: skip
    found = occupancy.outlook(
        len(house.guests), leaving, len(house.coming), house.fresh / 24, USUAL_STAY, HOURS
    )  # fmt: skip
    return [(one, house.beds - one.most, house.beds - one.least) for one in found]


def _purpose(house: House) -> str:
    kind = next(one for one in unit_kinds()["facility"].attributes if one.name == "purpose")
    return shown(kind, house.unit.attributes["purpose"]) if house.unit.attributes.get("purpose") else ""


def _conflicts(house: House) -> list[str]:
    """Return what contradicts itself in a facility, one sentence each."""
    lying = [guest.lying for guest in house.guests]
    out = [
        _("床位 %(bed)s 登记了 %(n)s 个人：请核实，给其中的人换床。") % {"bed": bed, "n": len(people)}
        for bed, people in occupancy.doubled(lying).items()
    ]
    contacts, positives = occupancy.mixed(lying)
    if contacts:
        out.append(
            _("密接 %(c)s 人和阳性人员 %(p)s 人登记在同一处：两者不能混住。")
            % {"c": len(contacts), "p": len(positives)}
        )
    return out
