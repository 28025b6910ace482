"""The board of trips: who is to be fetched, with what, to where; a plan in seconds; sent as the user's entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bulou.cases.dispatch import plan
from bulou.command.transport import planning, rules
from bulou.command.transport import reads as known
from bulou.command.transport.reads import Fleet, Left
from bulou.command.transport.rules import Key, Trip
from bulou.command.work import pages, reads
from bulou.command.work.pages import Shown
from bulou.command.work.rules import Row
from bulou.command.worklist import undo
from bulou.command.worklist.actions import MOST, Writing, written
from bulou.command.worklist.chosen import ActRequest, Refusal
from bulou.ledger import clock
from bulou.ledger.vocabulary import Subject
from bulou.ui.live import fragments as live

NEED = "dispose"
#: Hours until the vehicles must be back, and minutes of cleaning, that can be chosen.
HOURS, CLEANING = (2, 3, 4, 6, 8, 12), (0, 15, 30, 45, 60)
#: For how many seconds a plan may be sent.
FRESH = 1800
SALT = "bulou.transport.trips"


@dataclass(frozen=True, slots=True)
class Halt:
    """A halt as the page draws it: when, whom, or at which facility."""

    at: datetime
    people: list[Shown]
    facility: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A trip as the page draws it."""

    car: Any
    number: int
    people: int
    leaves: datetime
    halts: list[Halt]


def page(request: HttpRequest) -> HttpResponse:
    """What there is to plan with; asked for by a POST, a plan."""
    now = clock.now()
    found = known.open_rows(request.ranges, 0, now)
    own = known.fleet(request.ranges, found, now)
    given = request.POST
    asked = request.method == "POST"
    hours = one_of(given.get("hours", ""), HOURS, 4)
    cleaning = one_of(given.get("cleaning", ""), CLEANING, 30)
    picked = {int(text) for text in given.getlist("car") if text.isdecimal() and len(text) < 16}
    chosen = picked if asked else {car.id for car in own.cars}
    sent = [row for rows_ in own.sent.values() for row in rows_]
    people, left = known.waiting(found, own.sites, sent, now)
    context = _context(request, own, found, left, now) | {
        "hours": hours, "cleaning": cleaning, "chosen": chosen, "n": len(people), "hour_choices": HOURS,
        "cleaning_choices": CLEANING,
    }  # fmt: skip
    if asked:
        if not people:
            messages.error(request, _("没有可以派车的人。"))
        elif not chosen:
            messages.error(request, _("请至少选择一辆车。"))
        else:
            context |= _planned(request, own, found, people, chosen, hours, cleaning, now)
    return TemplateResponse(request, "transport/trips.html", context)


def one_of(text: str, choices: tuple[int, ...], usual: int) -> int:
    """Return the number that was chosen, or the usual one."""
    return int(text) if text.isdecimal() and int(text[:4]) in choices else usual


def _context(request: HttpRequest, own: Fleet, found: list[Row], left: list[Left], now: datetime) -> dict[str, Any]:
    nodes = [unit.area for unit in (*own.cars, *own.sites)] + [one.row.area for one in left]
    places = pages.places_of([*nodes, *(row.area for rows_ in own.sent.values() for row in rows_)])
    blocked = [
        (_shown(request, one.row, places, now), why_of(one.why)) for one in left
    ]  # fmt: skip
    pages.look(request, known.transfers(), [one for one, _said in blocked], now, "trip board")
    return {
        "cars": [(car, own.sent.get(car.id, [])) for car in own.cars], "places": places,
        "sites": [(site, own.beds[site.id]) for site in own.sites], "blocked": blocked, "now": now,
        "under_way": sum(len(rows_) for rows_ in own.sent.values()),
        "done": _sent(request, now),
        "mine": any(request.may(NEED, area) for area in request.areas),
    }  # fmt: skip


def _sent(request: HttpRequest, now: datetime) -> list[undo.Done]:
    """Return the reader's latest sendings; the facilities that one of them filled in go with it."""
    if not any(request.may(NEED, area) for area in request.areas):
        return []
    found = undo.recent(request.user.pk, now, known.transfers())
    filled = {(one.journal, one.at, one.last): one for one in found if one.act == "transfer.placed"}
    out: list[undo.Done] = []
    for one in found:
        if one.act == "duty.given":
            before = filled.get((one.journal, one.at, one.first - 1))
            out.append(replace(one, first=before.first) if before else one)
    return out


def _shown(request: HttpRequest, row: Row, places: dict[int, Any], now: datetime) -> Shown:
    return pages.shown_of(request, row, [], places, now)


def why_of(code: str) -> str:
    """Write why somebody is not on a trip."""
    return {
        "place": _("还没有落实去处"), "refused": _("拒绝或有异议，先处理"), "deferred": _("暂缓中"),
        "named": _("去处和所写的隔离点或医院不符"),
        plan.WHY_NO_FACILITY: _("没有登记能接收的隔离点或医院"), plan.WHY_NO_BEDS: _("能接收的地方没有空床"),
        plan.WHY_NO_VEHICLE: _("所选车辆中没有合适的车（救护车、担架位或座位不够）"),
        plan.WHY_NO_TIME: _("时间不够：加车或延长班次"),
    }[code]  # fmt: skip


def _planned(
    request: HttpRequest, own: Fleet, found: list[Row], people: list[rules.Person], chosen: set[int], hours: int,
    cleaning: int, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    try:
        made = planning.solved(own, people, chosen, hours, cleaning, now)
    except planning.NotAccepted as error:
        messages.error(request, _("方案没有通过核对，不能发出：%(what)s") % {"what": error})
        return {}
    by_key = {row.key: row for row in found}
    trips = made.trips
    unserved = [(by_key[key], why) for key, why in made.unserved]
    places = pages.places_of([row.area for row in found])
    drawn, shown = _drawn(request, own, trips, by_key, places, now)
    beyond = [(_shown(request, row, places, now), why_of(why)) for row, why in unserved]
    pages.look(request, known.transfers(), [*shown, *(one for one, _said in beyond)], now, "trip plan")
    token = signing.dumps(
        {"user": request.user.pk, "trips": [planning.told(trip, by_key, now) for trip in trips]},
        salt=SALT, compress=True,
    )  # fmt: skip
    waits = sorted(
        (now - by_key[key].began).total_seconds() + trip.halts[-1].leaves
        for trip in trips for key in trip.halts[-1].keys
    )  # fmt: skip
    return {
        "trips": drawn, "token": token, "beyond": beyond, "places": places | {}, "planned": True,
        "fetched": sum(trip.people for trip in trips), "used": len({trip.vehicle for trip in trips}),
        "vague": len({person.area for person in people} & made.vague),
        "p95": waits[int(0.95 * len(waits))] if waits else None,
        "last": now + timedelta(seconds=max((trip.halts[-1].leaves for trip in trips), default=0)),
    }  # fmt: skip


def _drawn(
    request: HttpRequest, own: Fleet, trips: list[Trip], by_key: dict[Key, Row], places: dict[int, Any], now: datetime
) -> tuple[list[Drawn], list[Shown]]:
    cars, sites = {car.id: car for car in own.cars}, {site.id: site.name for site in own.sites}
    out: list[Drawn] = []
    seen: list[Shown] = []
    for trip in trips:
        halts: list[Halt] = []
        for halt in trip.halts:
            shown = [] if halt.facility else [_shown(request, by_key[key], places, now) for key in halt.keys]
            seen += shown
            halts.append(Halt(now + timedelta(seconds=halt.arrives), shown, sites.get(halt.facility, "")))
        out.append(Drawn(cars[trip.vehicle], trip.number, trip.people, halts[0].at, halts))
    return out, seen


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the trips: each person is given to the vehicle, with the time of the pick-up. All or none."""
    try:
        n = _send(request, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        live.forget()
        messages.success(request, _("已派车：%(n)s 人，已交给车辆，驾驶员手机可见。一小时内可以撤销。") % {"n": n})
    return redirect("transfers-trips")


def _send(request: HttpRequest, now: datetime) -> int:
    try:
        said = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=FRESH)
    except signing.BadSignature:
        raise Refusal(_("方案已超过半小时或不完整，请重新排。")) from None
    if said["user"] != request.user.pk:
        raise Refusal(_("方案已超过半小时或不完整，请重新排。"))
    work = known.transfers()
    told = {
        tuple(one[:3]): (vehicle, facility, one[3], one[4], number)
        for vehicle, facility, people, number in said["trips"] for one in people
    }  # fmt: skip
    # who was to be fetched and cannot be any more goes back to those who wait
    told |= {tuple(one[:3]): (0, 0, one[3], 0, 0) for one in said.get("left", ())}
    if len(told) > MOST * 10:
        raise Refusal(_("一次最多派 %(n)s 人，请先选择较少的车辆。") % {"n": MOST * 10})
    rows_ = reads.of(work, request.ranges, [*told], now, hold=True)
    if len(rows_) < len(told) or any(row.stamp != told[row.key][2] or not row.open for row in rows_):
        raise Refusal(_("排好以后情况有变化，没有派出任何车辆，请重新排。"))
    if not all(request.may(NEED, row.area) for row in rows_):
        raise Refusal(_("您的角色在这一区域不能派车。"))
    by_name = {site.name.strip().casefold(): site for site in known.fleet(request.ranges, [], now).sites}
    order = sorted(rows_, key=lambda row: (told[row.key][0], told[row.key][3], row.key))
    entries: list[Writing] = []
    for row in order:
        site = told[row.key][1]
        if site and known.site_of(row, by_name) != site:
            body = _base(row) | {"destination": work.duty.values[row.value or 0], "site": site}
            entries.append(("transfer.placed", now, row.area, body))
    for row in order:
        vehicle, _facility, _stamp, at, number = told[row.key]
        body = {"duty": work.name, "to_kind": int(Subject.UNIT), "to": vehicle}
        if vehicle:  # the same words for who goes on one trip: by them it is known again (planning.sent)
            body["reason"] = _("派车：第%(n)s趟，计划上门时间") % {"n": number}
            body["due"] = datetime.fromtimestamp(at, tz=now.tzinfo).isoformat()
        else:
            body["reason"] = _("重排：这次接不了，退回等待")
        entries.append(("duty.given", now, row.area, _base(row) | body))
    by = ActRequest("given", request.user.get_username(), now, may=request.may)
    written(entries, by, request.user.pk, request.ranges)
    return len(rows_)


def _base(row: Row) -> dict[str, Any]:
    return {"campaign": row.campaign, "subjects": [row.subject], "occasion": row.occasion}


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take the sending of trips back as a whole."""
    by = ActRequest("undo", request.user.get_username(), clock.now(), may=request.may)
    try:
        undo.undo(request.POST.get("done", ""), by, request.user.pk, request.ranges, known.transfers())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        live.forget()
        messages.success(request, _("已撤销派车，原来的状态已恢复。请同时电话通知驾驶员。"))
    return redirect("transfers-trips")
