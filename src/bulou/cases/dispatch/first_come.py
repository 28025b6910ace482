"""First come, first served by street: what a plan is held against. Each street has its vehicles and takes its list in
order; a vehicle fills up with the next on the list that it can carry, and goes to the nearest facility with beds.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from bulou.cases.dispatch.model import Group, Plan, Problem, Vehicle
from bulou.cases.dispatch.plan import written


def by_street(problem: Problem, streets: Sequence[int]) -> Plan:
    """Return what first come, first served does: it goes on until all are served, whatever the hours.

    Parameters:
        streets: the street of each group.
    """
    rows: dict[int, list[int]] = {}
    beds = [facility.beds for facility in problem.facilities]
    people = dict.fromkeys(sorted(set(streets)), 0)
    for group, street in zip(problem.groups, streets, strict=True):
        people[street] += len(group.members)
    lists = {street: [at for at, own in enumerate(streets) if own == street] for street in people}
    free: list[tuple[float, int, int]] = []
    for at, street in _dealt(problem.vehicles, people):
        heapq.heappush(free, (problem.vehicles[at].start, at, street))
    places = {at: vehicle.place for at, vehicle in enumerate(problem.vehicles)}
    while free:
        clock, at, street = heapq.heappop(free)
        vehicle = problem.vehicles[at]
        trip, facility = _trip(problem, vehicle, lists[street], beds)
        if not trip:
            continue
        here = places[at]
        if vehicle.used or rows.get(at):
            clock += problem.cleaning
        for one in trip:
            group = problem.groups[one]
            lists[street].remove(one)
            clock = max(clock + float(problem.travel[here, group.place]), group.ready) + group.service
            here = group.place
        target = problem.facilities[facility]
        clock = max(clock + float(problem.travel[here, target.place]), target.opens)
        clock += sum(problem.groups[one].handover for one in trip)
        places[at] = target.place
        beds[facility] -= sum(len(problem.groups[one].members) for one in trip)
        rows.setdefault(at, []).extend([*trip, -1 - facility])
        heapq.heappush(free, (clock, at, street))
    return written(problem, rows)


def _dealt(vehicles: Sequence[Vehicle], people: dict[int, int]) -> list[tuple[int, int]]:
    """Deal out vehicles to streets kind by kind, each to the street that has the fewest seats for its people."""
    out: list[tuple[int, int]] = []
    for kind in sorted({vehicle.kind for vehicle in vehicles}):
        seats = dict.fromkeys(people, 0)
        for at, vehicle in enumerate(vehicles):
            if vehicle.kind == kind:
                street = min(seats, key=lambda one: (seats[one] / max(1, people[one]), one))
                seats[street] += vehicle.seats
                out.append((at, street))
    return out


def _trip(problem: Problem, vehicle: Vehicle, waiting: list[int], beds: list[int]) -> tuple[list[int], int]:
    """Return whom a vehicle fetches next and where it takes them."""
    trip: list[int] = []
    facility = -1
    seats, chairs, stretchers, people = vehicle.seats, vehicle.wheelchairs, vehicle.stretchers, 0
    for one in waiting:
        group = problem.groups[one]
        if group.kinds and vehicle.kind not in group.kinds:
            continue
        fits = group.seats <= seats and group.wheelchairs <= chairs and group.stretchers <= stretchers
        if not trip:
            facility = _nearest(problem, group, beds)
            if not fits or facility < 0:
                continue
        elif not fits:
            break  # the next on the list does not fit: it goes with the next vehicle, and nobody overtakes it
        elif facility not in group.to or beds[facility] < people + len(group.members):
            continue
        if trip and group.status != problem.groups[trip[0]].status:
            continue
        trip.append(one)
        seats, chairs, stretchers = seats - group.seats, chairs - group.wheelchairs, stretchers - group.stretchers
        people += len(group.members)
    return trip, facility


def _nearest(problem: Problem, group: Group, beds: list[int]) -> int:
    able = [f for f in group.to if beds[f] >= len(group.members)]
    return min(able, key=lambda f: (problem.travel[group.place, problem.facilities[f].place], f), default=-1)
