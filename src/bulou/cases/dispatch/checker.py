"""Checks a plan against its problem, independently: it shares the data classes with the solver and nothing else.

Every time, load, bed, family, window, shift and cleaning is reckoned anew; each violation is a sentence.
"""

from __future__ import annotations

from collections import Counter

from bulou.cases.dispatch.model import Group, Plan, Problem, Route

#: Written times may be off by so many seconds.
CLOSE = 1.0


def violations(problem: Problem, plan: Plan) -> list[str]:
    """Return what is wrong with a plan, one sentence each; none: it can be driven as written."""
    wrong: list[str] = []
    picked: Counter[int] = Counter()
    vehicles: Counter[int] = Counter(route.vehicle for route in plan.routes)
    taken: Counter[int] = Counter()
    for at, times in vehicles.items():
        if not 0 <= at < len(problem.vehicles):
            wrong.append(f"There is no vehicle {at}.")
        elif times > 1:
            wrong.append(f"Vehicle {problem.vehicles[at].id} has {times} routes.")
    for route in plan.routes:
        if 0 <= route.vehicle < len(problem.vehicles):
            wrong += _route(problem, route, picked, taken)
    for at, group in enumerate(problem.groups):
        if picked[at] > 1:
            wrong.append(f"Group {group.id} is fetched {picked[at]} times.")
        if picked[at] and at in plan.unserved:
            wrong.append(f"Group {group.id} is fetched and said not to be.")
        if not picked[at] and at not in plan.unserved:
            wrong.append(f"Group {group.id} is neither fetched nor said not to be.")
        if at in plan.unserved and not plan.unserved[at].strip():
            wrong.append(f"Group {group.id} is not fetched, and no reason is given.")
    for at, people in taken.items():
        if people > problem.facilities[at].beds:
            beds = problem.facilities[at].beds
            wrong.append(f"Facility {problem.facilities[at].id} has {beds} beds free and gets {people} people.")
    return wrong


def _route(problem: Problem, route: Route, picked: Counter[int], taken: Counter[int]) -> list[str]:
    vehicle = problem.vehicles[route.vehicle]
    wrong: list[str] = []
    clock, here, soiled = vehicle.start, vehicle.place, vehicle.used
    aboard: dict[int, Group] = {}
    trip_facility, trips = -1, 0
    for number, stop in enumerate(route.stops, 1):
        where = f"Vehicle {vehicle.id}, stop {number}"
        if not 0 <= stop.group < len(problem.groups):
            wrong.append(f"{where}: there is no group {stop.group}.")
            continue
        group = problem.groups[stop.group]
        if sorted(stop.members) != sorted(group.members):
            lost = sorted(set(group.members) - set(stop.members))
            wrong.append(
                f"{where}: group {group.id} is not whole, missing {', '.join(lost) or 'nobody but one twice'}."
            )
        if stop.act == "pick":
            if not aboard:
                trips += 1
                trip_facility = -1
                if soiled:
                    clock += problem.cleaning
            if trip_facility >= 0 and not problem.mixes:
                wrong.append(f"{where}: people get in while others are being handed over.")
            target, opens, closes, takes = group.place, group.ready, group.due, group.service
            picked[stop.group] += 1
            if group.kinds and vehicle.kind not in group.kinds:
                wrong.append(f"{where}: group {group.id} may not go by {vehicle.kind}.")
            if any(other.status != group.status for other in aboard.values()):
                wrong.append(f"{where}: {group.status} gets in with people of another status.")
            aboard[stop.group] = group
        else:
            if not 0 <= stop.facility < len(problem.facilities):
                wrong.append(f"{where}: there is no facility {stop.facility}.")
                continue
            facility = problem.facilities[stop.facility]
            target, opens, closes, takes = facility.place, facility.opens, facility.closes, group.handover
            if aboard.pop(stop.group, None) is None:
                wrong.append(f"{where}: group {group.id} gets out without being on board.")
            if stop.facility not in group.to:
                wrong.append(f"{where}: facility {facility.id} does not take group {group.id}.")
            if not problem.mixes and trip_facility not in (-1, stop.facility):
                wrong.append(f"{where}: the trip goes to two facilities.")
            trip_facility = stop.facility
            taken[stop.facility] += len(group.members)
            soiled = True
        if stop.place != target:
            wrong.append(f"{where}: the stop is at place {stop.place} and should be at {target}.")
        clock += float(problem.travel[here, target])
        here = target
        # A vehicle may wait before it sets out; it cannot be there before it can.
        if stop.arrives < clock - CLOSE:
            wrong.append(f"{where}: arrives at {clock:.0f} s at the earliest, not at {stop.arrives:.0f} s.")
        clock = max(clock, stop.arrives)
        # People are handed over one group after the other: the second begins while the facility is still open.
        clock = max(clock, opens)
        if clock > closes + CLOSE:
            wrong.append(f"{where}: service begins at {clock:.0f} s, and the latest is {closes:.0f} s.")
        wrong += _times(where, stop.begins, clock, "begins")
        clock += takes
        wrong += _times(where, stop.leaves, clock, "leaves")
        for what, load, room in (
            ("seats", sum(one.seats for one in aboard.values()), vehicle.seats),
            ("wheelchair places", sum(one.wheelchairs for one in aboard.values()), vehicle.wheelchairs),
            ("stretchers", sum(one.stretchers for one in aboard.values()), vehicle.stretchers),
        ):
            if load > room:
                wrong.append(f"{where}: {load} {what} are needed, and there are {room}.")
    if aboard:
        wrong.append(f"Vehicle {vehicle.id}: {len(aboard)} groups are never handed over.")
    if route.stops:
        clock += float(problem.travel[here, vehicle.depot])
        wrong += _times(f"Vehicle {vehicle.id}", route.back, clock, "is back")
        if clock > min(vehicle.end, vehicle.start + vehicle.crew) + CLOSE:
            wrong.append(f"Vehicle {vehicle.id}: back at {clock:.0f} s, after its shift or its crew's hours.")
    if trips > vehicle.trips:
        wrong.append(f"Vehicle {vehicle.id}: {trips} trips, and {vehicle.trips} are allowed.")
    return wrong


def _times(where: str, said: float, reckoned: float, what: str) -> list[str]:
    return [] if abs(said - reckoned) <= CLOSE else [f"{where}: {what} at {reckoned:.0f} s, not at {said:.0f} s."]
