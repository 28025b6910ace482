"""The planner: sends workers where residents wait longest, with a bound. Pure; the same instance, the same plan.

Workers who are alike (home, skills, shifts for which they may be taken) are one class, and places of one street with
the same shift and skill one target. What a target gains from one worker more is known exactly: the best of its places'
gains, in falling order, because waiting falls ever more slowly at each place. So classes and targets lose nothing, and
a linear programme of some ten thousand columns stands for millions of pairs. First the last finish is lowered as far as
it goes (by halving; each miss is a proof), then waiting, ways and changes. Of teams that stay together the programme is
a relaxation: the bound holds, and the gap says what staying together costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy

from bulou.forces.allocation.checker import figures
from bulou.forces.allocation.model import Instance, Need, Plan, Seat, Worker, fits, waiting, wanted

#: A street, a shift and a skill.
Target = tuple[int, int, str]
#: Hours between which the last finish is sought, and how finely.
SOONEST, LATEST, FINE = 0.1, 48.0, 1 / 60
#: A place that meets the last finish comes before whatever else could be gained.
FIRST = 1e6


@dataclass(slots=True)
class _Town:
    """An instance in classes and targets."""

    instance: Instance
    streets: dict[int, int]
    targets: dict[Target, list[Need]]
    classes: dict[tuple[Any, ...], list[Worker]]
    held: Counter[tuple[int, int, str]]
    pairs: list[tuple[int, int]] = field(default_factory=list)
    before: Counter[tuple[int, int, str]] = field(default_factory=Counter)

    def target(self, seat: Seat) -> Target:
        """Return the target in which a seat lies."""
        return self.streets[seat.place], seat.shift, seat.skill


def plan(instance: Instance, told: Callable[[], None] = lambda: None) -> Plan:
    """Return a plan. Whoever is pinned stays there; who is not needed, or fits nowhere, stays in reserve.

    ``told`` is called before each step; what it raises ends the work.
    """
    told()
    town = _town(instance)
    hours = _last_finish(town, told)
    told()
    floors = {need.key: wanted(need, hours[1]) for need in instance.needs} if hours else {}
    flows, bound = _solve(town, floors)
    seats = _seated(town, flows, floors)
    found = figures(instance, seats)
    return Plan(seats, found.objective, bound, hours[0] if hours else None)


def _town(instance: Instance) -> _Town:
    streets = {one.key: one.street for one in instance.places}
    shifts = {one.key: one for one in instance.shifts}
    targets: dict[Target, list[Need]] = defaultdict(list)
    for need in instance.needs:
        if need.people:
            targets[streets[need.place], need.shift, need.skill].append(need)
    town = _Town(instance, streets, dict(targets), {}, Counter())
    grouped: dict[tuple[Any, ...], list[Worker]] = defaultdict(list)
    for one in instance.workers:
        if one.pinned:
            town.held[one.pinned.place, one.pinned.shift, one.pinned.skill] += one.size
            continue
        rested = frozenset(key for key in one.shifts if key in shifts and shifts[key].starts >= one.rested_from)
        before = town.target(one.before) if one.before and one.before.place in streets else None
        if one.before and before:
            town.before[one.before.place, one.before.shift, one.before.skill] += one.size
        grouped[one.home, tuple(sorted(one.skills)), tuple(sorted(rested)), one.size, before].append(one)
    town.classes = dict(grouped)
    order = list(town.targets)
    for c, (key, workers) in enumerate(town.classes.items()):
        home, rested = key[0], set(key[2])
        for t, (street, shift, _skill) in enumerate(order):
            way = instance.way(home, street)
            need = town.targets[order[t]][0]
            if shift in rested and fits(workers[0], need, shifts[shift], way, instance.settings.farthest):
                town.pairs.append((c, t))
    return town


# -- the programme -------------------------------------------------------------------------------------


class _Programme:
    """A linear programme as it is filled: columns with cost, bounds and entries."""

    def __init__(self, rows: list[tuple[float, float]]) -> None:
        self.rows = rows
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = [0]
        self.index: list[int] = []
        self.value: list[float] = []

    def column(self, cost: float, upper: float, *entries: tuple[int, float]) -> None:
        """Add a column."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.index += [row for row, _ in entries]
        self.value += [value for _, value in entries]
        self.starts.append(len(self.index))

    def solved(self) -> tuple[float, list[float]]:
        """Return the least cost, and the columns' values.

        Raises:
            RuntimeError: the solver gave up.
        """
        if not self.cost:
            return 0.0, []
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_upper_ = self.cost, self.upper
        lp.col_lower_ = [0.0] * len(self.cost)
        lp.row_lower_, lp.row_upper_ = [low for low, _ in self.rows], [high for _, high in self.rows]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.starts, self.index, self.value
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(lp)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"no optimum: {solver.modelStatusToString(solver.getModelStatus())}")
        return float(solver.getInfo().objective_function_value), list(solver.getSolution().col_value)


def _last_finish(town: _Town, told: Callable[[], None]) -> tuple[float, float] | None:
    """Return hours within which no plan ends, and within which the relaxed plan does; None where none does at all."""
    if not _enough(town, LATEST):
        return None
    if _enough(town, SOONEST):
        return 0.0, SOONEST
    low, high = SOONEST, LATEST
    while high - low > FINE:
        told()
        middle = (low + high) / 2
        if _enough(town, middle):
            high = middle
        else:
            low = middle
    return low, high


def _enough(town: _Town, hours: float) -> bool:
    """Tell whether the workers suffice to finish everywhere within some hours, teams taken apart."""
    floors: list[float] = []
    for needs in town.targets.values():
        each = [(wanted(need, hours), need) for need in needs]
        if any(n > max(need.most, town.held[need.key]) for n, need in each):
            return False
        floors.append(sum(max(0, n - town.held[need.key]) for n, need in each))
    classes = [sum(one.size for one in workers) for workers in town.classes.values()]
    if sum(floors) > sum(classes):
        return False
    rows = [(0.0, float(n)) for n in classes] + [(0.0, n) for n in floors]
    made = _Programme(rows)
    for c, t in town.pairs:
        made.column(-1.0, float(classes[c]), (c, 1.0), (len(classes) + t, 1.0))
    return -made.solved()[0] > sum(floors) - 1e-6


def gains(need: Need, held: int, floor: int, before: int, change: float) -> list[float]:
    """Return what each further worker at a need gains, in falling order: first what the last finish asks for."""
    return [
        waiting(need, n) - waiting(need, n + 1)
        + (FIRST if n < floor else 0.0) + (change / 2 if n - held < before else 0.0)
        for n in range(held, need.most)
    ]  # fmt: skip


def _solve(town: _Town, floors: Mapping[tuple[int, int, str], int]) -> tuple[dict[tuple[int, int], float], float]:
    """Return how many of each class go to each target, and the bound of the objective."""
    instance, classes, order = town.instance, list(town.classes.items()), list(town.targets)
    infinite = highspy.kHighsInf
    made = _Programme([(0.0, float(len(workers))) for _, workers in classes] + [(0.0, infinite)] * len(order))
    weights, change = instance.settings, instance.settings.change
    for c, t in town.pairs:
        (home, _skills, _shifts, size, before), workers = classes[c]
        cost = weights.travel * size * instance.way(home, order[t][0]) / 60
        cost -= size * change / 2 if before == order[t] else 0.0
        made.column(cost, float(len(workers)), (c, 1.0), (len(classes) + t, float(size)))
    first = 0.0
    for t, target in enumerate(order):
        for need in town.targets[target]:
            held, floor = town.held[need.key], floors.get(need.key, 0)
            first += FIRST * max(0, min(floor, need.most) - held)
            for gain in gains(need, held, floor, town.before[need.key], change):
                made.column(-gain, 1.0, (len(classes) + t, -1.0))
    value, columns = made.solved()
    still = sum(waiting(need, town.held[need.key]) for needs in town.targets.values() for need in needs)
    moved = change * sum(one.size for _, workers in classes for one in workers if one.before and _known(town, one))
    ways = sum(
        weights.travel * one.size * instance.way(one.home, town.streets[one.pinned.place]) / 60
        for one in instance.workers if one.pinned
    )  # fmt: skip
    flows = {pair: columns[i] for i, pair in enumerate(town.pairs) if columns[i] > 1e-6}
    return flows, max(0.0, value + first + still + moved + ways)


def _known(town: _Town, worker: Worker) -> bool:
    return worker.before is not None and worker.before.place in town.streets


# -- from classes to people ----------------------------------------------------------------------------


def _seated(
    town: _Town, flows: Mapping[tuple[int, int], float], floors: Mapping[tuple[int, int, str], int]
) -> dict[int, Seat]:
    """Return who sits where: as many of each class as the programme says, those who were there before first."""
    classes, order = list(town.classes.values()), list(town.targets)
    sent: dict[int, list[Worker]] = defaultdict(list)
    for c, workers in enumerate(classes):
        mine = sorted((t for t in range(len(order)) if (c, t) in flows), key=lambda t: (-flows[c, t], t))
        left = sorted(workers, key=lambda one: one.key)
        for t in mine:
            here = [one for one in left if one.before and _known(town, one) and town.target(one.before) == order[t]]
            first = here + [one for one in left if one not in here]
            taken = first[: round(flows[c, t])]
            sent[t] += taken
            left = [one for one in left if one not in taken]
    seats = {one.key: one.pinned for one in town.instance.workers if one.pinned}
    for t, workers in sorted(sent.items()):
        seats |= _within(town, town.targets[order[t]], workers, floors)
    return seats


def _within(
    town: _Town, needs: list[Need], workers: list[Worker], floors: Mapping[tuple[int, int, str], int]
) -> dict[int, Seat]:
    """Return the seats of a target's workers: each where most is gained; who was there before stays if room is kept."""
    change = town.instance.settings.change
    worth = {
        need.key: gains(need, town.held[need.key], floors.get(need.key, 0), town.before[need.key], change)
        for need in needs
    }  # fmt: skip
    total = sum(one.size for one in workers)
    ranked = sorted(((-gain, i, key) for key, row in worth.items() for i, gain in enumerate(row)))[:total]
    planned = Counter(key for _gain, _i, key in ranked)
    n: Counter[tuple[int, int, str]] = Counter()
    seats: dict[int, Seat] = {}
    for one in workers:
        key = (one.before.place, one.before.shift, one.before.skill) if one.before else None
        if one.before and key in worth and n[key] + one.size <= planned[key]:
            n[key] += one.size
            seats[one.key] = one.before
    for one in sorted(workers, key=lambda one: (-one.size, one.key)):
        if one.key in seats:
            continue
        room = [key for key, row in worth.items() if n[key] + one.size <= len(row)]
        if room:
            key = max(room, key=lambda key: (sum(worth[key][n[key] : n[key] + one.size]), key))
            n[key] += one.size
            seats[one.key] = Seat(*key)
    return seats
