"""Every plan can be driven as written, and a check that shares no code with it finds what is made wrong."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.cases.dispatch import first_come, library, plan
from bulou.cases.dispatch.checker import violations
from bulou.cases.dispatch.model import EVER, POSITIVE, Plan, Problem, Stop
from bulou.cases.dispatch.replan import Sent, begun, difference, replan, standing
from tests.dispatching import drawn

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(SEEDS, st.integers(1, 14), st.integers(1, 5))
def test_the_check_accepts_every_plan(seed: int, groups: int, vehicles: int) -> None:
    problem = drawn(seed, groups, vehicles)
    assert violations(problem, plan.solve(problem, seed, rounds=30)) == []


@FEW
@given(SEEDS)
def test_a_seed_gives_one_plan(seed: int) -> None:
    problem = drawn(seed)
    assert plan.solve(problem, 7, rounds=40) == plan.solve(problem, 7, rounds=40)


@FEW
@given(SEEDS, st.floats(0, 9000))
def test_what_is_under_way_stays_when_the_rest_is_planned_anew(seed: int, now: float) -> None:
    problem = drawn(seed)
    before = plan.solve(problem, seed, rounds=30)
    after = replan(problem, before, now, seed + 1, rounds=30)
    assert violations(problem, after) == []
    kept = {route.vehicle: route.stops for route in after.routes}
    for route in before.routes:
        begun = standing(problem, route, now)
        assert kept.get(route.vehicle, ())[: len(begun)] == begun
    old = {route.vehicle: standing(problem, route, now) for route in before.routes}
    for route in after.routes:
        fresh = route.stops[len(old.get(route.vehicle, ())) :]
        assert all(stop.arrives >= now for stop in fresh)


SENT = st.lists(
    st.builds(
        Sent, key=st.integers(0, 40), vehicle=st.integers(1, 3), trip=st.integers(0, 3),
        at=st.one_of(st.none(), st.floats(-7200, 14400)), aboard=st.booleans(),
    ),
    unique_by=lambda one: one.key, max_size=20,
)  # fmt: skip


@given(SENT, st.floats(0, 3600))
def test_no_trip_that_has_begun_is_moved_and_none_before_it_nor_a_part_of_one(sent: list[Sent], lead: float) -> None:
    fixed = begun(sent, lead)
    for one in sent:
        if one.aboard or one.at is None or one.at <= lead:
            assert one.key in fixed, "it has begun"
        if one.key not in fixed:
            own = [other for other in sent if other.vehicle == one.vehicle]
            assert all(other.key not in fixed for other in own if other.trip == one.trip), "a trip stays whole"
            late = [other.at for other in own if other.key in fixed and other.at is not None and other.at <= lead]
            assert all(one.at is not None and one.at > at for at in late)


@given(
    st.dictionaries(st.integers(0, 9), st.tuples(st.integers(1, 3), st.floats(0, 9999))),
    st.dictionaries(st.integers(0, 9), st.tuples(st.integers(1, 3), st.floats(0, 9999))),
)
def test_a_difference_leads_from_one_plan_to_the_other(before: dict, after: dict) -> None:
    changes = difference(before, after)
    assert {one.key for one in changes} <= before.keys() | after.keys()
    made = dict(before)
    for one in changes:
        if one.now is None:
            del made[one.key]
        else:
            made[one.key] = one.now
    assert made.keys() == after.keys()
    assert all(made[key][0] == car and abs(made[key][1] - at) <= 300 for key, (car, at) in after.items())
    assert difference(after, after) == []


@FEW
@given(SEEDS)
def test_first_come_breaks_nothing_but_the_hours(seed: int) -> None:
    problem = drawn(seed)
    problem = replace(
        problem, vehicles=tuple(replace(v, end=10**9, crew=10**9, trips=10**9) for v in problem.vehicles),
        groups=tuple(replace(g, due=10**9) for g in problem.groups),
        facilities=tuple(replace(f, closes=10**9) for f in problem.facilities),
    )  # fmt: skip
    assert violations(problem, first_come.by_street(problem, [n % 2 for n in range(len(problem.groups))])) == []


@FEW
@given(SEEDS)
def test_the_check_accepts_what_the_library_plans(seed: int) -> None:
    problem = drawn(seed)
    problem = replace(
        problem, mixes=True, cleaning=0, groups=tuple(replace(g, status=POSITIVE) for g in problem.groups),
        vehicles=tuple(replace(v, trips=EVER) for v in problem.vehicles),
        facilities=tuple(replace(f, beds=EVER) for f in problem.facilities),
    )  # fmt: skip
    assert violations(problem, library.solve(problem, level=1)) == []


def _served(seed: int) -> tuple[Problem, Plan]:
    """Return a problem whose plan has at least one trip with two groups."""
    for at in range(seed, seed + 200):
        problem = drawn(at, 14, 4)
        found = plan.solve(problem, 1, rounds=30)
        if any(route.stops[1:2] and route.stops[1].act == "pick" for route in found.routes):
            return problem, found
    raise AssertionError("no such problem")


def _route(found: Plan) -> int:
    return next(n for n, route in enumerate(found.routes) if route.stops[1:2] and route.stops[1].act == "pick")


def _with(found: Plan, at: int, stops: tuple[Stop, ...]) -> Plan:
    routes = list(found.routes)
    routes[at] = replace(routes[at], stops=stops)
    return replace(found, routes=tuple(routes))


def _finds(problem: Problem, found: Plan, *words: str) -> None:
    told = violations(problem, found)
    assert any(all(word in one for word in words) for one in told), told


@FEW
@given(SEEDS)
def test_planted_faults_are_found(seed: int) -> None:
    problem, found = _served(seed)
    at = _route(found)
    route = found.routes[at]
    vehicle, stops = problem.vehicles[route.vehicle], route.stops
    first = stops[0]
    group = problem.groups[first.group]

    cars = list(problem.vehicles)
    cars[route.vehicle] = replace(vehicle, seats=group.seats - 1)
    _finds(replace(problem, vehicles=tuple(cars)), found, "seats are needed")

    _finds(problem, _with(found, at, (replace(first, members=first.members[:-1]), *stops[1:])), "is not whole")
    _finds(problem, _with(found, at, (stops[1], first, *stops[2:])), "at the earliest")
    _finds(problem, _with(found, at, stops[1:]), "without being on board")
    _finds(problem, _with(found, at, stops[:-1]), "never handed over")
    last = stops[-1]
    _finds(problem, _with(found, at, (*stops, last)), "without being on board")
    _finds(problem, _with(found, at, (*stops[:-1], replace(last, facility=0 if last.facility else 1))), "facility")

    taken = sum(
        len(stop.members) for one in found.routes for stop in one.stops
        if stop.act == "drop" and stop.facility == last.facility
    )  # fmt: skip
    sites = list(problem.facilities)
    sites[last.facility] = replace(sites[last.facility], beds=taken - 1)
    _finds(replace(problem, facilities=tuple(sites)), found, "beds free")

    cars = list(problem.vehicles)
    cars[route.vehicle] = replace(vehicle, end=route.back - 60)
    _finds(replace(problem, vehicles=tuple(cars)), found, "after its shift")
    cars[route.vehicle] = replace(vehicle, crew=route.back - vehicle.start - 60)
    _finds(replace(problem, vehicles=tuple(cars)), found, "its crew's hours")

    homes = list(problem.groups)
    homes[first.group] = replace(group, due=first.begins - 60)
    _finds(replace(problem, groups=tuple(homes)), found, "the latest is")
    homes[first.group] = replace(group, status="contact" if group.status == "positive" else "positive")
    _finds(replace(problem, groups=tuple(homes)), found, "another status")
    homes[first.group] = replace(group, kinds=frozenset({"lorry"}))
    _finds(replace(problem, groups=tuple(homes)), found, "may not go by")

    forgotten = replace(found, unserved={}, routes=tuple(r for n, r in enumerate(found.routes) if n != at))
    _finds(problem, forgotten, "neither fetched")
    _finds(problem, replace(found, routes=(*found.routes, route)), "is fetched 2 times")
    _finds(problem, replace(found, unserved={**found.unserved, first.group: "x"}), "said not to be")


@FEW
@given(SEEDS)
def test_cleaning_is_reckoned(seed: int) -> None:
    problem, found = _served(seed)
    number = found.routes[_route(found)].vehicle
    cars = list(problem.vehicles)
    cars[number] = replace(cars[number], used=True)
    _finds(replace(problem, vehicles=tuple(cars), cleaning=problem.cleaning + 900), found, "at the earliest")
