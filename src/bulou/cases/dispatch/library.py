"""The same problem through a general library of pick-ups and deliveries (VROOM): goods with a destination each, and the
yardstick that plans of trips are held against. Other than a trip, its vehicles may go to several facilities in between.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import vroom

from bulou.cases.dispatch.model import EVER, Plan, Problem, Route, Stop

#: The library counts in whole numbers: parts of a second.
FINE = 10
#: What it takes for a vehicle to be used at all, where fewer vehicles come first, in parts of a second.
VEHICLE_COST = 10**7


def solve(
    problem: Problem,
    to: list[int] | None = None,
    level: int = 5,
    seconds: float | None = None,
    fewest: bool = False,
) -> Plan:
    """Return the library's plan.

    Parameters:
        to: the facility of each group; without it the first that may take it.
        level: how thoroughly it searches, 0 to 5.
        seconds: when it stops; None when it is done.
        fewest: fewer vehicles come before less driving.
    """
    to = to or [group.to[0] for group in problem.groups]
    work = vroom.Input()
    # rounded up: what the library takes for feasible is so in truth
    work.set_durations_matrix("car", np.ceil(problem.travel * FINE - 1e-9).astype("uint32"))
    # a skill for each set of kinds of vehicle that somebody may go by
    kinds = sorted({group.kinds for group in problem.groups if group.kinds}, key=sorted)
    for at, vehicle in enumerate(problem.vehicles):
        work.add_vehicle(vroom.Vehicle(
            id=at, start=vehicle.place, end=vehicle.depot, profile="car",
            capacity=[vehicle.seats, vehicle.wheelchairs, vehicle.stretchers],
            skills={n for n, some in enumerate(kinds) if vehicle.kind in some},
            time_window=vroom.TimeWindow(_whole(vehicle.start), _whole(vehicle.last)),
            costs=vroom.VehicleCosts(fixed=VEHICLE_COST if fewest else 0),
        ))  # fmt: skip
    for at, group in enumerate(problem.groups):
        facility = problem.facilities[to[at]]
        work.add_shipment(
            vroom.ShipmentStep(
                id=at, location=group.place, default_service=_whole(group.service),
                time_windows=[vroom.TimeWindow(_whole(group.ready), _whole(group.due))],
            ),
            vroom.ShipmentStep(
                id=at, location=facility.place, default_service=_whole(group.handover),
                time_windows=[vroom.TimeWindow(_whole(facility.opens), _whole(facility.closes))],
            ),
            amount=vroom.Amount([group.seats, group.wheelchairs, group.stretchers]),
            skills={kinds.index(group.kinds)} if group.kinds else set(),
        )  # fmt: skip
    limit = timedelta(seconds=seconds) if seconds else None
    found = work.solve(exploration_level=level, nb_threads=2, timeout=limit)
    steps: dict[int, list[tuple[str, int]]] = {}
    table = found.routes
    for vehicle, sort, one in zip(table["vehicle_id"], table["type"], table["id"], strict=True):
        if sort in ("pickup", "delivery"):
            steps.setdefault(int(vehicle), []).append((str(sort), int(one)))
    routes = tuple(_route(problem, v, steps[v], to) for v in sorted(steps))
    served = {stop.group for route in routes for stop in route.stops}
    left = {at: "the library found no place" for at in range(len(problem.groups)) if at not in served}
    return Plan(routes, left)


def _whole(seconds: float) -> int:
    return int(min(seconds, EVER // FINE) * FINE)


def _route(problem: Problem, v: int, steps: list[tuple[str, int]], to: list[int]) -> Route:
    vehicle, travel = problem.vehicles[v], problem.travel
    clock, here = vehicle.start, vehicle.place
    stops: list[Stop] = []
    for sort, one in steps:
        group, facility = problem.groups[one], problem.facilities[to[one]]
        picks = sort == "pickup"
        target = group.place if picks else facility.place
        arrives = clock + float(travel[here, target])
        begins = max(arrives, group.ready if picks else facility.opens)
        clock, here = begins + (group.service if picks else group.handover), target
        stops.append(Stop(
            "pick" if picks else "drop", one, group.members, target, arrives, begins, clock, -1 if picks else to[one]
        ))  # fmt: skip
    return Route(v, tuple(stops), clock + float(travel[here, vehicle.depot]))
