"""Plans anew in the middle: what is under way stays, the rest is planned from where the vehicles will be. Pure.

``replan`` does so with a whole plan. The desk keeps no plan: what was sent it reads from the ledger, so that ``begun``
says which of it stays and ``difference`` what a new plan of the rest would change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from bulou.cases.dispatch.model import Plan, Problem, Route, Stop
from bulou.cases.dispatch.plan import solve


def standing(problem: Problem, route: Route, now: float) -> tuple[Stop, ...]:
    """Return the stops of the trips that a vehicle has set out for at ``now``; a trip that is begun is finished."""
    vehicle = problem.vehicles[route.vehicle]
    out, begun, here = 0, False, vehicle.place
    for at, stop in enumerate(route.stops):
        if stop.act == "pick" and (at == 0 or route.stops[at - 1].act == "drop"):
            begun = stop.arrives - float(problem.travel[here, stop.place]) < now
        if begun:
            out = at + 1
        here = stop.place
    return route.stops[:out]


def replan(
    problem: Problem,
    plan: Plan,
    now: float,
    seed: int = 1,
    rounds: int = 4000,
    progress: Callable[[], float] | None = None,
) -> Plan:
    """Return a plan for the whole problem whose trips under way are those of the plan before.

    Parameters:
        now: seconds from the moment at which the problem begins.
        rounds, progress: as for ``solve``.
    """
    kept = {route.vehicle: standing(problem, route, now) for route in plan.routes}
    begun = {stop.group for stops in kept.values() for stop in stops}
    taken = [0] * len(problem.facilities)
    vehicles = list(problem.vehicles)
    for at, vehicle in enumerate(vehicles):
        stops = kept.get(at, ())
        for stop in stops:
            if stop.act == "drop":
                taken[stop.facility] += len(stop.members)
        free = max(now, vehicle.start, stops[-1].leaves if stops else 0.0)
        vehicles[at] = replace(
            vehicle, start=free, end=vehicle.last, crew=10**9, at=stops[-1].place if stops else vehicle.at,
            used=vehicle.used or bool(stops), trips=vehicle.trips - _trips(stops),
        )  # fmt: skip
    facilities = tuple(
        replace(one, beds=one.beds - used) for one, used in zip(problem.facilities, taken, strict=True)
    )  # fmt: skip
    left = [at for at in range(len(problem.groups)) if at not in begun]
    rest = replace(
        problem, vehicles=tuple(vehicles), facilities=facilities, groups=tuple(problem.groups[at] for at in left)
    )  # fmt: skip
    found = solve(rest, seed, rounds, progress)
    fresh = {
        route.vehicle: (tuple(replace(stop, group=left[stop.group]) for stop in route.stops), route.back)
        for route in found.routes
    }  # fmt: skip
    routes: list[Route] = []
    for at, vehicle in enumerate(problem.vehicles):
        old = kept.get(at, ())
        new, back = fresh.get(at, ((), 0.0))
        if old and not new:
            back = old[-1].leaves + float(problem.travel[old[-1].place, vehicle.depot])
        if old or new:
            routes.append(Route(at, old + new, back))
    return Plan(tuple(routes), {left[at]: why for at, why in found.unserved.items()})


def _trips(stops: tuple[Stop, ...]) -> int:
    return sum(
        stop.act == "pick" and (at == 0 or stops[at - 1].act == "drop") for at, stop in enumerate(stops)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody whom a vehicle was sent for.

    ``trip``: equal for who goes on one trip; ``at``: seconds from now until the pick-up as it was planned, None where
    nobody said a time; ``aboard``: was picked up.
    """

    key: Hashable
    vehicle: int
    trip: Hashable
    at: float | None
    aboard: bool = False


def begun(sent: Iterable[Sent], lead: float) -> set[Hashable]:
    """Return who is on a trip that has begun, whole trips: none of them is moved.

    A trip has begun when somebody is aboard, when its first pick-up is no more than ``lead`` seconds ahead, or when
    nobody said a time for it; so have all trips of the vehicle that come before one that has.
    """
    trips: dict[tuple[int, Hashable], list[Sent]] = {}
    for one in sent:
        trips.setdefault((one.vehicle, one.trip), []).append(one)
    latest: dict[int, float] = {}
    for (vehicle, _trip), own in trips.items():
        if any(one.aboard or one.at is None or one.at <= lead for one in own):
            last = max((one.at for one in own if one.at is not None), default=0.0)
            latest[vehicle] = max(latest.get(vehicle, 0.0), last)
    return {
        one.key
        for (vehicle, _trip), own in trips.items()
        if vehicle in latest and any(one.aboard or one.at is None or one.at <= latest[vehicle] for one in own)
        for one in own
    }


#: Which vehicle fetches somebody, and after how many seconds from now.
Fetch = tuple[int, float]
#: Seconds by which a pick-up may shift without being told, and what a change must save each person whom it moves.
CLOSE, WORTH = 300.0, 300.0


@dataclass(frozen=True, slots=True)
class Change:
    """What a new plan does to somebody: "added", "moved" to another vehicle, "earlier", "later", "left" out of it."""

    key: Hashable
    what: str
    was: Fetch | None
    now: Fetch | None


def difference(before: Mapping[Hashable, Fetch], after: Mapping[Hashable, Fetch]) -> list[Change]:
    """Return what changes, in the order of the new times; who was to be fetched and is not comes first."""
    out: list[Change] = []
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if now is None:
            out.append(Change(key, "left", was, None))
        elif was is None:
            out.append(Change(key, "added", None, now))
        elif was[0] != now[0]:
            out.append(Change(key, "moved", was, now))
        elif abs(was[1] - now[1]) > CLOSE:
            out.append(Change(key, "earlier" if now[1] < was[1] else "later", was, now))
    return sorted(out, key=lambda one: (one.now is not None, one.now[1] if one.now else 0.0, str(one.key)))


def worth(changes: Iterable[Change]) -> bool:
    """Return whether it is worth telling drivers: somebody comes in or falls out, or people are fetched much sooner."""
    known = list(changes)
    if any(one.what in ("added", "left") for one in known):
        return True
    saved = [one.was[1] - one.now[1] for one in known if one.was and one.now]
    return bool(saved) and sum(saved) >= WORTH * len(saved)
