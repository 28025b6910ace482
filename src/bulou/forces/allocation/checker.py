"""Counts a plan again from its seats alone, and names what is wrong with it: written apart from the planner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bulou.forces.allocation.model import Instance, Seat, backlog, finish, waiting


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: which rule, and of which worker."""

    rule: str
    worker: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan comes to. ``last_finish``: hours into the shift; ``unserved``: needs where nobody works."""

    objective: float
    waiting: float
    last_finish: float
    backlog: float
    unserved: int
    placed: int
    travel: float
    changed: int


def faults(instance: Instance, seats: Mapping[int, Seat]) -> list[Fault]:
    """Return what is wrong with a plan, none where it may be put into force."""
    workers = {one.key: one for one in instance.workers}
    streets = {one.key: one.street for one in instance.places}
    starts = {one.key: one.starts for one in instance.shifts}
    room = {need.key: need.most for need in instance.needs}
    out: list[Fault] = []
    filled: Counter[tuple[int, int, str]] = Counter()
    for key, seat in seats.items():
        worker = workers.get(key)
        if worker is None or seat.place not in streets or seat.shift not in starts:
            out.append(Fault("unknown", key))
            continue
        if (seat.place, seat.shift, seat.skill) not in room:
            out.append(Fault("no need", key))
        filled[seat.place, seat.shift, seat.skill] += worker.size
        if seat.skill not in worker.skills:
            out.append(Fault("skill", key))
        if seat.shift not in worker.shifts:
            out.append(Fault("not available", key))
        if starts[seat.shift] < worker.rested_from:
            out.append(Fault("rest", key))
        if instance.way(worker.home, streets[seat.place]) > instance.settings.farthest and worker.pinned != seat:
            out.append(Fault("way", key))
        if worker.pinned is not None and worker.pinned != seat:
            out.append(Fault("pinned", key))
    out += [Fault("pinned", one.key) for one in instance.workers if one.pinned and one.key not in seats]
    held = Counter[tuple[int, int, str]]()
    for one in instance.workers:
        if one.pinned:
            held[one.pinned.place, one.pinned.shift, one.pinned.skill] += one.size
    for need, n in filled.items():
        if need in room and n > max(room[need], held[need]):
            out += [Fault("room", key) for key, seat in seats.items() if (seat.place, seat.shift, seat.skill) == need]
    return out


def figures(instance: Instance, seats: Mapping[int, Seat], hours: float = 6.0) -> Figures:
    """Return what a plan comes to; ``hours``: after which the backlog counts."""
    workers = {one.key: one for one in instance.workers}
    streets = {one.key: one.street for one in instance.places}
    n: Counter[tuple[int, int, str]] = Counter()
    travel, changed, cost = 0.0, 0, 0.0
    for key, seat in seats.items():
        worker = workers[key]
        n[seat.place, seat.shift, seat.skill] += worker.size
        travel += worker.size * instance.way(worker.home, streets[seat.place]) / 60
    for worker in instance.workers:
        seat, before = seats.get(worker.key), worker.before
        if before is None or worker.pinned or before.place not in streets or seat == before:
            continue
        changed += 1
        near = (
            seat is not None
            and (seat.shift, seat.skill) == (before.shift, before.skill)
            and streets[seat.place] == streets[before.place]
        )
        cost += instance.settings.change * worker.size / (2 if near else 1)
    waits = sum(waiting(need, n[need.key]) for need in instance.needs)
    return Figures(
        waits + instance.settings.travel * travel + cost, waits,
        max((finish(need, n[need.key]) for need in instance.needs), default=0.0),
        sum(backlog(need, n[need.key], hours) for need in instance.needs),
        sum(not n[need.key] and need.people > 0 for need in instance.needs), len(seats), travel, changed,
    )  # fmt: skip
