"""A dispatch problem and its plan as data. Times are seconds from the moment of planning, unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

#: No end, no limit.
EVER = 10**9
#: What is never in one vehicle with the other.
POSITIVE, CONTACT = "positive", "contact"

Seconds = float
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """People who travel together: a household, or a part of one that no vehicle could take whole.

    ``members``: their names or numbers. ``seats``, ``wheelchairs``, ``stretchers``: what they take up. ``to``: the
    facilities (by their place in the list) that may take them. ``kinds``: kinds of vehicle that may fetch them; empty:
    all. ``ready`` and ``due``: when they can be fetched, first and last. ``service`` and ``handover``: seconds at the
    door and at the facility. ``waiting``: seconds that they have waited already. ``weight``: 1; more for danger.
    """

    id: str
    place: int
    members: tuple[str, ...]
    seats: int
    to: tuple[int, ...]
    wheelchairs: int = 0
    stretchers: int = 0
    status: str = POSITIVE
    kinds: frozenset[str] = frozenset()
    ready: Seconds = 0
    due: Seconds = EVER
    service: Seconds = 0
    handover: Seconds = 0
    waiting: Seconds = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Facility:
    """Where people are taken: ``beds`` that are free, and between which times it takes people in."""

    id: str
    place: int
    beds: int = EVER
    opens: Seconds = 0
    closes: Seconds = EVER


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle with its crew. ``start`` to ``end``: from when and until when it can be out, back at its depot.

    ``at``: where it is at ``start``; -1: at the depot. ``used``: it has carried somebody and must be cleaned first.
    ``crew``: most seconds that the crew may be out. ``trips``: most trips. ``returns``: it must be back by ``end``.
    """

    id: str
    kind: str
    seats: int
    depot: int
    wheelchairs: int = 0
    stretchers: int = 0
    start: Seconds = 0
    end: Seconds = EVER
    at: int = -1
    used: bool = False
    crew: Seconds = EVER
    trips: int = EVER

    @property
    def place(self) -> int:
        """Where it is when it becomes free."""
        return self.depot if self.at < 0 else self.at

    @property
    def last(self) -> Seconds:
        """When it must be back: by the end of its shift, and of its crew's hours."""
        return min(self.end, self.start + self.crew)


@dataclass(frozen=True, slots=True)
class Problem:
    """Who is to be fetched, by what, to where. ``travel``: seconds from place to place, a square matrix.

    ``cleaning``: seconds after a trip before the next people get in. ``mixes``: people of several trips may be on board
    at once, each with their own facility (goods, and the published benchmarks); else a trip ends at one facility.
    ``wait_cost``: what the second hour of a person's waiting is worth, in hours of driving; it grows with the wait.
    """

    groups: tuple[Group, ...]
    facilities: tuple[Facility, ...]
    vehicles: tuple[Vehicle, ...]
    travel: Matrix = field(compare=False, repr=False)
    cleaning: Seconds = 0
    mixes: bool = False
    wait_cost: float = 0.13


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: ``group`` gets in ("pick"), or out at ``facility`` ("drop"). ``begins``: when the service begins."""

    act: Literal["pick", "drop"]
    group: int
    members: tuple[str, ...]
    place: int
    arrives: Seconds
    begins: Seconds
    leaves: Seconds
    facility: int = -1


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does, in order; ``back``: when it is at its depot again."""

    vehicle: int
    stops: tuple[Stop, ...]
    back: Seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """The routes, and who is not fetched with the reason by the group's place in the list."""

    routes: tuple[Route, ...]
    unserved: Mapping[int, str] = field(default_factory=dict[int, str])


def waits(problem: Problem, plan: Plan) -> list[Seconds]:
    """Return how long each person waits until handed over, from the beginning; those not served are left out."""
    out: list[Seconds] = []
    for route in plan.routes:
        for stop in route.stops:
            if stop.act == "drop":
                group = problem.groups[stop.group]
                out += [group.waiting + stop.leaves] * len(group.members)
    return sorted(out)


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which a part of sorted values lies; 0 where there is none."""
    return values[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def driven(problem: Problem, plan: Plan) -> Seconds:
    """Return the seconds that all vehicles drive, from where each is and back to its depot."""
    total = 0.0
    for route in plan.routes:
        vehicle = problem.vehicles[route.vehicle]
        places = [vehicle.place, *(stop.place for stop in route.stops), vehicle.depot]
        total += sum(float(problem.travel[a, b]) for a, b in pairwise(places))
    return total
