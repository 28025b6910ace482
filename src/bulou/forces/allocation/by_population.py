"""The plain way to allocate, to stand beside the plan: places get workers in proportion to their residents."""

from __future__ import annotations

from collections import Counter, defaultdict

from bulou.forces.allocation.model import Instance, Need, Seat, fits


def by_population(instance: Instance) -> dict[int, Seat]:
    """Return seats: in each shift each place its share by residents, nobody twice, skills, rest and ways as they are.

    Shifts get workers in proportion to their work. Whoever fits no place that still lacks its share stays in reserve.
    """
    residents = {one.key: max(1, one.population) for one in instance.places}
    streets = {one.key: one.street for one in instance.places}
    shifts = {one.key: one for one in instance.shifts}
    rows: dict[tuple[int, str], list[Need]] = defaultdict(list)
    work: dict[tuple[int, str], float] = defaultdict(float)
    for need in instance.needs:
        if need.people:
            rows[need.shift, need.skill].append(need)
            work[need.shift, need.skill] += need.people / need.rate
    skilled = Counter(skill for one in instance.workers for skill in one.skills for _ in range(one.size))
    quota: dict[tuple[int, int, str], int] = {}
    for (shift, skill), found in rows.items():
        whole = sum(work[other] for other in work if other[1] == skill)
        n = int(skilled[skill] * work[shift, skill] / whole)
        people = sum(residents[need.place] for need in found)
        exact = {need.key: n * residents[need.place] / people for need in found}
        quota |= {key: int(value) for key, value in exact.items()}
        left = n - sum(int(value) for value in exact.values())
        for key in sorted(exact, key=lambda one: (int(exact[one]) - exact[one], one))[:left]:
            quota[key] += 1
    seats = {one.key: one.pinned for one in instance.workers if one.pinned}
    held: Counter[tuple[int, int, str]] = Counter()
    for one in instance.workers:
        if one.pinned:
            held[one.pinned.place, one.pinned.shift, one.pinned.skill] += one.size
    for need in instance.needs:
        quota[need.key] = max(0, min(quota.get(need.key, 0), need.most) - held[need.key])
    open_: dict[int, list[Need]] = defaultdict(list)
    for need in instance.needs:
        open_[streets[need.place]].append(need)
    for worker in sorted(instance.workers, key=lambda one: (len(one.skills), one.key)):
        if worker.key in seats:
            continue
        for street in sorted(open_, key=lambda one: (instance.way(worker.home, one), one)):
            way = instance.way(worker.home, street)
            fitting = [
                need for need in open_[street] if quota.get(need.key, 0) >= worker.size
                and fits(worker, need, shifts[need.shift], way, instance.settings.farthest)
            ]  # fmt: skip
            if fitting:
                best = max(fitting, key=lambda need: (quota[need.key], need.key))
                quota[best.key] -= worker.size
                seats[worker.key] = Seat(*best.key)
                break
    return seats
