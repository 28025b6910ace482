"""Who waits, with what and for how long: made into a dispatch problem, and a plan into trips. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulou.cases.dispatch.instances import matrix
from bulou.cases.dispatch.model import Facility, Group, Plan, Problem, Vehicle

Key = tuple[int, int, int]
Point = tuple[float, float]

#: Metres of road to a metre of straight line, and kilometres an hour, where nothing better is known.
ROAD, KMH = 1.4, 25.0
#: Seconds at a door, for each person there, and for each at the facility.
AT_DOOR, A_PERSON, HANDOVER = 240, 60, 60
#: How much more somebody in clinical danger weighs than who only waits.
DANGER = 5.0
#: Rounds of search for a problem of no groups, and for each group more.
ROUNDS, A_GROUP = 200, 25


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who waits to be fetched. ``purpose``: facility or hospital; ``facility``: the unit that was named,
    0 for any; ``waited``: seconds; ``lies``: cannot sit; ``chair``: in a wheelchair.
    """

    key: Key
    household: int
    area: int
    purpose: str
    facility: int
    waited: float
    danger: bool
    lies: bool
    chair: bool = False


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle of the register. ``free``: seconds until it is back from its trips; ``at``: the area where it is."""

    id: int
    area: int
    kind: str
    seats: int
    wheelchairs: int
    stretchers: int
    free: float = 0
    at: int = 0
    used: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A facility of the register. ``beds``: free ones; ``purpose``: isolation or hospital."""

    id: int
    area: int
    purpose: str
    beds: int


def problem_of(
    people: Sequence[Person],
    cars: Sequence[Car],
    sites: Sequence[Site],
    points: Mapping[int, Point],
    shift: float,
    cleaning: float,
) -> tuple[Problem, list[list[Key]]]:
    """Return the dispatch problem, and whose duties each group is.

    A household with one destination travels together as far as a vehicle can take it; who cannot sit goes alone and
    lying. To a hospital goes an ambulance. Places without a point on the map are taken to be where the first one is.

    Parameters:
        points: map points by area, in metres.
        shift: seconds until the vehicles must be back.
        cleaning: seconds between two trips.
    """
    places: dict[Point, int] = {}
    home = next(iter(points.values()), (0.0, 0.0))

    def at(area: int) -> int:
        return places.setdefault(points.get(area, home), len(places))

    vehicles = tuple(
        Vehicle(
            str(car.id), car.kind, car.seats, at(car.area), car.wheelchairs, car.stretchers, start=car.free, end=shift,
            at=at(car.at) if car.at else -1, used=car.used,
        )
        for car in cars
    )  # fmt: skip
    facilities = tuple(Facility(str(site.id), at(site.area), max(0, site.beds)) for site in sites)
    together: dict[tuple[object, ...], list[Person]] = {}
    for person in people:
        alone = person.key if person.lies or not person.household else ()
        together.setdefault((person.household, person.area, person.purpose, person.facility, alone), []).append(person)
    groups: list[Group] = []
    keys: list[list[Key]] = []
    for family in together.values():
        one = family[0]
        sick = one.purpose == "hospital"
        kinds = frozenset({"ambulance"}) if sick else frozenset({"ambulance", "bus", "van"})
        room = max((v.seats for v in vehicles if v.kind in kinds), default=0) or len(family)
        parts = math.ceil(len(family) / room)
        to = tuple(
            n for n, site in enumerate(sites)
            if site.purpose == ("hospital" if sick else "isolation") and one.facility in (0, site.id)
        )  # fmt: skip
        for part in range(parts):
            some = family[part::parts]
            waited = max(person.waited for person in some)
            groups.append(Group(
                f"H{one.household}" if one.household else f"P{one.key[1]}", at(one.area),
                tuple(str(person.key[1]) for person in some), 0 if one.lies else len(some), to,
                stretchers=int(one.lies), wheelchairs=sum(person.chair and not person.lies for person in some),
                kinds=kinds, service=AT_DOOR + A_PERSON * len(some),
                handover=HANDOVER * len(some), waiting=waited,
                weight=DANGER if any(person.danger for person in some) else 1.0,
            ))  # fmt: skip
            keys.append([person.key for person in some])
    travel = matrix(list(places) or [home], "euclidean", ROAD, KMH)
    return Problem(tuple(groups), facilities, vehicles, travel, cleaning), keys


def rounds_of(problem: Problem) -> int:
    """Return how long to search, so that a page answers within a few seconds."""
    return ROUNDS + A_GROUP * len(problem.groups)


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop of a trip: when, in seconds from now; whose duties; at a facility its number, else 0."""

    arrives: float
    leaves: float
    keys: tuple[Key, ...]
    facility: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip of one vehicle: where it halts, in order, the last time at a facility."""

    vehicle: int
    number: int
    halts: tuple[Halt, ...]

    @property
    def people(self) -> int:
        """How many are fetched."""
        return sum(len(halt.keys) for halt in self.halts[:-1])


def trips_of(problem: Problem, plan: Plan, keys: Sequence[Sequence[Key]]) -> list[Trip]:
    """Return a plan as trips, the vehicle that sets out first at the top."""
    out: list[Trip] = []
    for route in plan.routes:
        halts: list[Halt] = []
        number = 0
        for at, stop in enumerate(route.stops):
            own = tuple(keys[stop.group])
            if stop.act == "pick":
                halts.append(Halt(stop.arrives, stop.leaves, own, 0))
            elif halts and halts[-1].facility:
                last = halts.pop()
                halts.append(Halt(last.arrives, stop.leaves, last.keys + own, last.facility))
            else:
                halts.append(Halt(stop.arrives, stop.leaves, own, int(problem.facilities[stop.facility].id)))
            last_one = at + 1 == len(route.stops) or (stop.act == "drop" and route.stops[at + 1].act == "pick")
            if last_one:
                number += 1
                out.append(Trip(int(problem.vehicles[route.vehicle].id), number, tuple(halts)))
                halts = []
    return sorted(out, key=lambda trip: (trip.halts[0].arrives, trip.vehicle))
