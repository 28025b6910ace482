"""Small dispatch problems drawn by a seed, for rules and laws."""

from __future__ import annotations

import random

from bulou.cases.dispatch.instances import matrix
from bulou.cases.dispatch.model import CONTACT, EVER, POSITIVE, Facility, Group, Problem, Vehicle


def drawn(seed: int, groups: int = 12, vehicles: int = 4) -> Problem:
    """Draw a problem: households, two isolation sites, a hospital, a mixed fleet; some of it cannot be done."""
    pick = random.Random(seed)
    points = [(pick.uniform(0, 9000), pick.uniform(0, 9000)) for _ in range(groups + 5)]
    sites = tuple(
        Facility(f"F{n}", n, pick.choice([4, 10, 40]), 0, pick.choice([EVER, 9000])) for n in range(3)
    )  # fmt: skip
    fleet = [("ambulance", 4, 1, 1), ("van", 6, 2, 0), ("bus", 20, 0, 0)]
    cars = []
    for n in range(vehicles):
        kind, seats, chairs, stretchers = pick.choice(fleet)
        cars.append(Vehicle(
            f"V{n}", kind, seats, 3 + n % 2, chairs, stretchers, start=pick.choice([0, 600]),
            end=pick.choice([5400, 10800]), used=pick.random() < 0.3, crew=pick.choice([EVER, 7200]),
            trips=pick.choice([EVER, 1, 2]),
        ))  # fmt: skip
    homes = []
    for n in range(groups):
        people = pick.choice([1, 1, 2, 3, 5])
        sick = pick.random() < 0.15
        ready = pick.choice([0, 0, 1800])
        homes.append(Group(
            f"H{n}", 5 + n, tuple(f"H{n}.{k}" for k in range(people)), people, (0,) if sick else (1, 2),
            wheelchairs=int(pick.random() < 0.1), stretchers=int(sick and pick.random() < 0.3),
            status=pick.choice([POSITIVE, POSITIVE, CONTACT]),
            kinds=frozenset({"ambulance"}) if sick else frozenset(), ready=ready,
            due=pick.choice([EVER, ready + 3600]), service=240, handover=30 * people, waiting=pick.uniform(0, 36000),
            weight=3 if sick else 1,
        ))  # fmt: skip
    return Problem(tuple(homes), sites, tuple(cars), matrix(points, "manhattan", 1.15, 25), pick.choice([0, 900]))
