"""An allocation sends nobody twice, unrested or without the skill, and is never better than its bound.

The checker stands apart from the planner: each fault that is planted in a good plan must be found.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from bulou.forces.allocation.by_population import by_population
from bulou.forces.allocation.checker import faults, figures
from bulou.forces.allocation.explain import explain
from bulou.forces.allocation.model import Instance, Need, Place, Seat, Settings, Shift, Worker
from bulou.forces.allocation.plan import plan

SHIFTS = (Shift(1, 0, 480), Shift(2, 480, 960), Shift(3, 960, 1440))
SKILLS = ("sampling", "register")


@st.composite
def towns(draw: st.DrawFn, teams: bool = True, pins: bool = True) -> Instance:
    places = [Place(n, draw(st.integers(1, 3)), draw(st.integers(0, 900))) for n in range(1, draw(st.integers(2, 5)))]
    keys = [(p.key, s.key, skill) for p in places for s in SHIFTS for skill in SKILLS]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=6, unique=True))
    needs = [Need(*key, draw(st.integers(0, 900)), 60.0, draw(st.integers(1, 6))) for key in chosen]
    workers = []
    for n in range(1, draw(st.integers(2, 9))):
        skills = draw(st.frozensets(st.sampled_from(SKILLS), min_size=1))
        shifts = draw(st.frozensets(st.integers(1, 3), min_size=1))
        rested = draw(st.sampled_from([-60, 0, 500, 2000]))
        size = draw(st.integers(1, 3)) if teams else 1
        before = draw(st.none() | st.sampled_from([Seat(*key) for key in chosen]))
        workers.append(Worker(n, draw(st.integers(1, 3)), skills, shifts, rested, size, before=before))
    if pins and draw(st.booleans()):
        one, seat = workers[0], Seat(*draw(st.sampled_from(chosen)))
        workers[0] = replace(
            one, pinned=seat, size=1, skills=one.skills | {seat.skill}, shifts=one.shifts | {seat.shift}, rested_from=0
        )  # fmt: skip
    minutes = {(a, b): draw(st.integers(0, 120)) for a in range(1, 4) for b in range(1, 4)}
    return Instance(places, SHIFTS, needs, workers, minutes, settings=Settings(20, draw(st.sampled_from([0, 40, 400]))))


@given(towns())
def test_a_plan_has_no_fault_and_is_never_better_than_its_bound(town: Instance) -> None:
    made = plan(town)
    assert faults(town, made.seats) == []
    found = figures(town, made.seats)
    assert abs(found.objective - made.objective) < 1e-6
    assert made.objective >= made.bound - 1e-3 - 1e-9 * made.bound
    if made.finish_bound is not None:
        assert found.last_finish >= made.finish_bound - 1e-9
    assert plan(town) == made, "the same instance gives the same plan"


@given(towns())
def test_the_plain_way_keeps_the_same_rules(town: Instance) -> None:
    assert faults(town, by_population(town)) == []


@given(towns(teams=False, pins=False))
def test_of_single_people_the_last_finish_is_the_earliest_there_is(town: Instance) -> None:
    """Against all plans there are, where these can be counted."""
    streets = {one.key: one.street for one in town.places}
    free = []
    for one in town.workers:
        seats: list[Seat | None] = [None]
        for need in town.needs:
            seat = Seat(*need.key)
            if need.people and not faults(replace(town, workers=[one]), {one.key: seat}):
                seats.append(seat)
        free.append(seats)
    size = 1
    for seats in free:
        size *= len(seats)
    assume(size <= 1500)
    made = plan(town)
    best = min(
        (figures(town, chosen) for chosen in (
            {w.key: s for w, s in zip(town.workers, way, strict=True) if s} for way in product(*free)
        ) if not any(f.rule == "room" for f in faults(town, chosen))),
        key=lambda found: (found.last_finish, found.objective),
    )  # fmt: skip
    found = figures(town, made.seats)
    if best.last_finish <= 48:
        assert found.last_finish <= best.last_finish + 1 / 60 + 1e-9
        assert made.finish_bound is not None and made.finish_bound <= best.last_finish + 1e-9
        if found.last_finish >= best.last_finish:  # it may be a minute later, and then wait less
            assert made.bound <= max(best.objective, found.objective) + 1e-3
    assert streets


@given(towns(), st.sampled_from(["skill", "not available", "rest", "pinned", "no need", "unknown", "room", "way"]))
def test_each_planted_fault_is_found(town: Instance, rule: str) -> None:
    seats = dict(plan(town).seats)
    loose = {key: seat for key, seat in seats.items() if not _worker(town, key).pinned}
    if rule == "pinned":
        held = [one for one in town.workers if one.pinned]
        assume(held)
        del seats[held[0].key]
    elif rule == "unknown":
        seats[999] = Seat(1, 1, "sampling")
    else:
        assume(loose)
        key, seat = next(iter(loose.items()))
        if rule == "skill":
            town = _changed(town, key, skills=frozenset({"none"}))
        elif rule == "not available":
            town = _changed(town, key, shifts=frozenset())
        elif rule == "rest":
            town = _changed(town, key, rested_from=1440)
        elif rule == "way":
            town = replace(town, settings=Settings(farthest=-1))
        elif rule == "no need":
            town = replace(town, needs=[one for one in town.needs if Seat(*one.key) != seat])
        else:
            town = replace(town, needs=[replace(one, most=0) for one in town.needs])
            assume(not any(one.pinned for one in town.workers))
    assert rule in {fault.rule for fault in faults(town, seats)}


def _worker(town: Instance, key: int) -> Worker:
    return next(one for one in town.workers if one.key == key)


def _changed(town: Instance, key: int, **values: object) -> Instance:
    return replace(town, workers=[replace(one, **values) if one.key == key else one for one in town.workers])


@given(towns(teams=False, pins=False))
def test_where_nothing_changed_nobody_is_sent_elsewhere(town: Instance) -> None:
    fresh = replace(town, workers=[replace(one, before=None) for one in town.workers])
    first = plan(fresh)
    again = plan(replace(fresh, workers=[replace(one, before=first.seats.get(one.key)) for one in fresh.workers],
                         settings=replace(fresh.settings, change=400.0)))  # fmt: skip
    assert {key: again.seats.get(key) for key in first.seats} == first.seats


@given(towns())
def test_the_reasons_add_up_to_the_plan(town: Instance) -> None:
    made = plan(town)
    told = explain(town, made.seats)
    sizes = {one.key: one.size for one in town.workers}
    assert sum(one.people for one in told) == sum(sizes[key] for key in made.seats)
    for one in told:
        assert one.people == one.own + sum(n for _street, n in one.others) and one.more >= 0
    if any(one.people for one in told):
        assert abs(sum(one.share_of_people for one in told) - 1) < 1e-9
