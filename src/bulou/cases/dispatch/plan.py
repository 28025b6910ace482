"""Plans trips: the same problem, seed and number of rounds give the same plan. Pure: the caller has the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from bulou.cases.dispatch import kernel, search
from bulou.cases.dispatch.model import Group, Matrix, Plan, Problem, Route, Stop

#: Rounds between two looks at how far it is.
STEP = 200
#: Somebody who is not fetched costs more than any driving, the more the graver and the longer they have waited.
ABSENT = 1e7
#: The longest row of one vehicle: stops and hand-overs.
LONGEST = 240
#: So many neighbours are looked at around a broken place.
NEAR = 200
#: Seconds by which a worse plan is accepted, first and last.
HOT, COLD = 30.0, 1.0

WHY_NO_FACILITY = "no facility takes them"
WHY_NO_BEDS = "no facility that may take them has beds left"
WHY_NO_VEHICLE = "no vehicle has the kind and the places that they need"
WHY_NO_TIME = "no vehicle can do it within the shifts and the times that were asked for"

Numbers = npt.NDArray[np.int64]


def solve(
    problem: Problem,
    seed: int = 1,
    rounds: int = 4000,
    progress: Callable[[], float] | None = None,
) -> Plan:
    """Return a plan that keeps every rule: nobody left out who can be fetched, then danger and waiting, then driving.

    Parameters:
        rounds: how often the plan is broken up and mended; ignored with ``progress``.
        progress: the share of the caller's time that is used up, 0 to 1; the search ends at 1.
    """
    if problem.mixes:
        raise ValueError("trips that mix destinations are planned by library.solve")
    if not problem.groups or not problem.vehicles or not problem.facilities:
        return Plan((), {at: why_not(problem, group, {}) for at, group in enumerate(problem.groups)})
    state = _Search(problem, seed)
    done = 0
    while True:
        part = progress() if progress else done / rounds
        if part >= 1:
            return state.plan()
        step = STEP if progress else min(STEP, rounds - done)
        state.mend(step, HOT * (COLD / HOT) ** part)
        done += step


class _Search:
    """The arrays of one search."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem = problem
        groups, vehicles, facilities = problem.groups, problem.vehicles, problem.facilities
        statuses = {status: n for n, status in enumerate(sorted({g.status for g in groups}))}
        priced = problem.wait_cost / 7200
        self.gi = np.array(
            [(g.place, g.seats, g.wheelchairs, g.stretchers, statuses[g.status], len(g.members)) for g in groups],
            dtype=np.int64,
        )
        self.gf = np.array(
            [
                (g.ready, g.due, g.service, g.handover, priced * g.weight * len(g.members), g.waiting, absence(g))
                for g in groups
            ],
            dtype=np.float64,
        )  # fmt: skip
        sorts: dict[tuple[object, ...], int] = {}
        alike = [
            sorts.setdefault(
                (v.kind, v.seats, v.wheelchairs, v.stretchers, v.depot, v.place, v.start, v.last, v.used, v.trips),
                len(sorts),
            )
            for v in vehicles
        ]  # fmt: skip
        self.vi = np.array(
            [
                (v.place, v.depot, v.seats, v.wheelchairs, v.stretchers, v.used, v.trips, sort)
                for v, sort in zip(vehicles, alike, strict=True)
            ],
            dtype=np.int64,
        )  # fmt: skip
        self.vf = np.array([(v.start, v.last) for v in vehicles], dtype=np.float64)
        self.fp = np.array([f.place for f in facilities], dtype=np.int64)
        self.ff = np.array([(f.opens, f.closes) for f in facilities], dtype=np.float64)
        self.to = np.array([[f in g.to for f in range(len(facilities))] for g in groups])
        self.by = np.array([[_fits(g, v) for v in vehicles] for g in groups])
        travel: Matrix = np.ascontiguousarray(problem.travel, dtype=np.float64)
        place = self.gi[:, kernel.G_PLACE]
        near = np.argsort(travel[np.ix_(place, place)], axis=1, kind="stable")[:, :NEAR]
        self.facts = (
            self.gi, self.gf, self.to, self.by, self.fp, self.ff, self.vi, self.vf, travel,
            np.ascontiguousarray(travel.T), float(problem.cleaning), np.ascontiguousarray(near),
        )  # fmt: skip
        self.sorts = len(sorts)
        self.state = self._empty()
        kernel.seed_with(seed)
        grave, large = self.gf[:, kernel.G_ABSENT], self.gi[:, kernel.G_SEATS]
        self.lowest = search.first(np.lexsort((-large, -grave)), self.sorts, self.state, self.facts)
        self.old, self.best = self._copy(), self._copy()

    def _empty(self) -> tuple[Any, ...]:
        groups, vehicles = len(self.gi), len(self.vi)
        most = min(LONGEST, 2 * groups + 4)
        return (
            np.zeros((vehicles, most), dtype=np.int32), np.zeros(vehicles, dtype=np.int64),
            np.zeros(vehicles, dtype=np.float64), np.array([f.beds for f in self.problem.facilities], dtype=np.int64),
            np.zeros((vehicles, most + 1), dtype=np.float64), np.zeros(vehicles, dtype=np.bool_),
            np.full(groups, -1, dtype=np.int64), np.ones(groups, dtype=np.bool_),
        )  # fmt: skip

    def _copy(self) -> tuple[Any, ...]:
        return tuple(part.copy() for part in self.state)

    def mend(self, rounds: int, heat: float) -> None:
        """Search on for a while at one temperature."""
        self.lowest = search.mend(
            rounds, heat, self.sorts, self.state, self.old, self.best, self.lowest, self.facts
        )  # fmt: skip

    def plan(self) -> Plan:
        """Return the best plan with all its times."""
        rows = {v: [int(entry) for entry in self.best[0][v, :n]] for v, n in enumerate(self.best[1]) if n}
        return written(self.problem, rows)


def absence(group: Group) -> float:
    """Return what it costs to leave a group behind: danger, then how long it has waited, then how many they are."""
    return ABSENT * group.weight * len(group.members) * (1 + group.waiting / 3600)


def _fits(group: Group, vehicle: Any) -> bool:
    return (
        (not group.kinds or vehicle.kind in group.kinds) and group.seats <= vehicle.seats
        and group.wheelchairs <= vehicle.wheelchairs and group.stretchers <= vehicle.stretchers
    )  # fmt: skip


def written(problem: Problem, rows: Mapping[int, list[int]]) -> Plan:
    """Return the plan that rows mean, with every time, and why each other group is not in it."""
    routes = tuple(_route(problem, v, rows[v]) for v in sorted(rows))
    served = {entry for row in rows.values() for entry in row if entry >= 0}
    used: dict[int, int] = {}
    for route in routes:
        for stop in route.stops:
            if stop.act == "drop":
                used[stop.facility] = used.get(stop.facility, 0) + len(stop.members)
    absent = (at for at in range(len(problem.groups)) if at not in served)
    return Plan(routes, {at: why_not(problem, problem.groups[at], used) for at in absent})


def why_not(problem: Problem, group: Group, used: Mapping[int, int]) -> str:
    """Return why a group is not fetched. ``used``: people taken to each facility."""
    if not group.to:
        return WHY_NO_FACILITY
    if not any(_fits(group, vehicle) for vehicle in problem.vehicles):
        return WHY_NO_VEHICLE
    if all(problem.facilities[f].beds - used.get(f, 0) < len(group.members) for f in group.to):
        return WHY_NO_BEDS
    return WHY_NO_TIME


def _route(problem: Problem, v: int, row: list[int]) -> Route:
    vehicle, travel = problem.vehicles[v], problem.travel
    clock, here, soiled = vehicle.start, vehicle.place, vehicle.used
    stops: list[Stop] = []
    aboard: list[int] = []
    for entry in row:
        target = problem.groups[entry].place if entry >= 0 else problem.facilities[-1 - entry].place
        if entry >= 0 and not aboard and soiled:
            clock += problem.cleaning
        arrives = clock = clock + float(travel[here, target])
        here = target
        if entry >= 0:
            group = problem.groups[entry]
            begins = max(clock, group.ready)
            clock = begins + group.service
            stops.append(Stop("pick", entry, group.members, target, arrives, begins, clock))
            aboard.append(entry)
            continue
        facility = -1 - entry
        for one in aboard:
            group = problem.groups[one]
            begins = max(clock, problem.facilities[facility].opens)
            clock = begins + group.handover
            stops.append(Stop("drop", one, group.members, target, arrives, begins, clock, facility))
            arrives = clock
        aboard, soiled = [], True
    return Route(v, tuple(stops), clock + float(travel[here, vehicle.depot]))
