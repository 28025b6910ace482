"""What the boards of transfers know: who waits, which vehicles and facilities there are, which beds are taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.cases.circumstances import GRAVE, short
from bulou.cases.occupancy import usable
from bulou.command.transport.rules import Car, Person, Point, Site
from bulou.command.work import reads
from bulou.command.work.reads import Asked
from bulou.command.work.rules import Grade, Row, value_of
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Mark, Subject
from bulou.places import units
from bulou.places.units import Unit
from bulou.places.vocabulary import NEEDS
from bulou.ui.figures import rows
from bulou.ui.room import Work, unit_kinds, works

SQL = statements(__package__, "transport")
#: So many who wait are read at once; more are said to be left out.
MOST = 5000
#: A vehicle that was sent is taken to be back so long after its last pick-up.
BACK = timedelta(minutes=60)
#: Purposes of facilities by what was decided of a person.
PURPOSES = {"facility": "isolation", "hospital": "hospital"}
LIES = next(1 << need.bit for need in NEEDS if need.name == "bedridden")


def transfers() -> Work:
    """Return the declared work of transfers."""
    return works()["disposition"]


def open_rows(ranges: Ranges, area: int, now: datetime) -> list[Row]:
    """Return all open transfers: danger first, then who waits longest."""
    found, _more = reads.listed(transfers(), ranges, Asked(area), now, limit=MOST)
    return sorted(found, key=lambda row: (not grave(row), row.began, row.key))


def grave(row: Row) -> bool:
    """Return whether somebody comes before all who only wait: by the register, or by what was said when told."""
    return row.grade is Grade.DANGER or any(short(one) in GRAVE for one in row.circumstances)


def said(row: Row, name: str) -> bool:
    """Return whether a circumstance was said of somebody."""
    return any(short(one) == name for one in row.circumstances)


def site_of(row: Row, by_name: Mapping[str, Unit]) -> int:
    """Return the facility that a transfer leads to: by its number, or by the name that was written; 0 for none."""
    if number := row.latest.get("site"):
        return int(number)
    named = by_name.get(str(row.latest.get("facility", "")).strip().casefold())
    return named.id if named else 0


@dataclass(frozen=True, slots=True)
class Fleet:
    """What there is to plan with. ``sent``: duties that a vehicle is under way for, by the number of the vehicle."""

    cars: list[Unit]
    sites: list[Unit]
    beds: dict[int, int]
    sent: dict[int, list[Row]]


def fleet(ranges: Ranges, found: Sequence[Row], now: datetime) -> Fleet:
    """Return open vehicles and facilities in sight, free beds by facility, and who is under way."""
    kinds = unit_kinds()
    cars, _more = units.listed(kinds["vehicle"].code, limit=units.MOST)
    sites, _more = units.listed(kinds["facility"].code, limit=units.MOST)
    cars = [car for car in cars if car.attributes.get("type") in ("ambulance", "bus", "van")]
    sites = [site for site in sites if site.attributes.get("purpose") in PURPOSES.values()]
    by_name = {site.name.strip().casefold(): site for site in sites}
    sent: dict[int, list[Row]] = {}
    numbers = {car.id for car in cars}
    for row in found:
        if row.given_kind == Subject.UNIT and row.given in numbers:
            sent.setdefault(row.given or 0, []).append(row)
    beds = {site.id: usable(site.attributes) for site in sites}
    admitted, _more_rows = reads.listed(transfers(), ranges, Asked(state="done"), now, limit=MOST)
    for row in [*admitted, *(row for own in sent.values() for row in own)]:
        number = site_of(row, by_name)
        if number in beds:
            beds[number] -= 1
    return Fleet(cars, sites, beds, sent)


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who cannot be put on a trip. ``why``: place, refused, deferred, named."""

    row: Row
    why: str


def waiting(found: Sequence[Row], sites: Sequence[Unit], sent: Iterable[Row], now: datetime) -> tuple[
    list[Person], list[Left]
]:  # fmt: skip
    """Return who can be put on a trip, and who cannot with the reason."""
    by_name = {site.name.strip().casefold(): site for site in sites}
    by_id = {site.id: site for site in sites}
    away = {row.key for row in sent}
    people: list[Person] = []
    left: list[Left] = []
    for row in found:
        if row.key in away or row.at.name == "collected":
            continue
        purpose = value_of(row)
        if row.mark == Mark.REFUSED:
            left.append(Left(row, "refused"))
        elif row.mark == Mark.DEFERRED and row.until and row.until > now:
            left.append(Left(row, "deferred"))
        elif row.at.name != "placed" or not purpose:
            left.append(Left(row, "place"))
        elif purpose in PURPOSES:
            site = by_id.get(site_of(row, by_name))
            if site and site.attributes.get("purpose") != PURPOSES[purpose]:
                left.append(Left(row, "named"))
                continue
            people.append(Person(
                row.key, row.household or 0, row.area, purpose, site.id if site else 0,
                max(0.0, (now - row.began).total_seconds()), grave(row),
                bool(row.needs & LIES) or said(row, "bedridden"), said(row, "wheelchair"),
            ))  # fmt: skip
    return people, left


def cars_of(own: Fleet, chosen: Iterable[int], now: datetime) -> list[Car]:
    """Return the chosen vehicles as a plan takes them: those under way from when they are taken to be back."""
    wanted, out = set(chosen), []
    by_name = {site.name.strip().casefold(): site for site in own.sites}
    lies = {site.id: site.area for site in own.sites}
    for car in own.cars:
        if car.id not in wanted:
            continue
        has, rows_ = car.attributes, own.sent.get(car.id, [])
        free, at = 0.0, 0
        if rows_:
            last = max((row.due_at or now for row in rows_), default=now)
            free = max(0.0, (max(last, now) + BACK - now).total_seconds())
            at = next((lies[n] for row in rows_ if (n := site_of(row, by_name)) in lies), 0)
        out.append(Car(
            car.id, car.area, str(has["type"]), int(has.get("seats") or 0), int(has.get("wheelchairs") or 0),
            int(has.get("stretchers") or 0), free, at, bool(rows_),
        ))  # fmt: skip
    return out


def sites_of(own: Fleet) -> list[Site]:
    """Return facilities as a plan takes them."""
    return [Site(site.id, site.area, str(site.attributes["purpose"]), own.beds[site.id]) for site in own.sites]


def points(nodes: Iterable[int]) -> tuple[dict[int, Point], set[int]]:
    """Return map points of areas, and the areas that have none of their own: theirs is that of what they lie in."""
    wanted = set(nodes)
    ways = {area: [ancestor(area, depth) for depth in range(level(area), 0, -1)] for area in wanted}
    found = {
        id_: (x, y) for id_, x, y in rows(SQL["points"], areas=sorted({one for way in ways.values() for one in way}))
    }  # fmt: skip
    out = {area: found[known] for area, way in ways.items() if (known := next((n for n in way if n in found), 0))}
    return out, {area for area in wanted if area not in found}
