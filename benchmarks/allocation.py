"""Workers allocated to sites and shifts by need, beside allocation by population: last finish, backlog, gap, seconds.

The district is drawn by a seed: 13 streets of unlike size, 700 sites, three shifts, 3,500 people with their skills,
shifts and rest. What is open at a site is not what lives there: some compounds were half done the day before, some
have not begun. At noon a tenth of the needs has changed and the plan is made again.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import Any

import common

from bulou.forces.allocation.by_population import by_population
from bulou.forces.allocation.checker import faults, figures
from bulou.forces.allocation.model import Instance, Need, Place, Shift, Worker
from bulou.forces.allocation.plan import plan

STREETS, SITES, PEOPLE = 13, 700, 3500
SHIFTS = (Shift(1, 0, 480), Shift(2, 480, 960), Shift(3, 960, 1440))
#: Of three shifts the share of a site's work, and of the sites those that are open.
SHARES = {1: (0.6, 1.0), 2: (0.3, 0.5), 3: (0.1, 0.15)}
RATES = {"sampling": 70.0, "register": 110.0}


def district(sites: int, people: int, seed: int = 7) -> Instance:
    """Draw a district."""
    dice = random.Random(seed)
    sizes = [dice.uniform(0.5, 2.0) for _ in range(STREETS)]
    at = [(dice.uniform(0, 10), dice.uniform(0, 10)) for _ in range(STREETS)]
    minutes = {
        (a + 1, b + 1): round(8 + 5 * ((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5) if a != b else 5
        for a in range(STREETS) for b in range(STREETS)
    }  # fmt: skip
    where = dice.choices(range(1, STREETS + 1), sizes, k=sites)
    begun = {street: dice.uniform(0.3, 1.0) for street in range(1, STREETS + 1)}
    places = [Place(n, street, dice.randint(700, 2600)) for n, street in enumerate(where, 1)]
    needs = []
    for place in places:
        still = place.population * min(1.0, begun[place.street] * dice.uniform(0.5, 1.2))
        open_ = [shift for shift, (_share, sites) in SHARES.items() if dice.random() < sites]
        whole = sum(SHARES[shift][0] for shift in open_)
        for shift in open_:
            n = round(still * SHARES[shift][0] / whole * dice.uniform(0.8, 1.2))
            needs += [Need(place.key, shift, skill, n, rate) for skill, rate in RATES.items()]
    workers = []
    for n in range(1, people + 1):
        skills = dice.choices([{"sampling", "register"}, {"sampling"}, {"register"}], [0.35, 0.25, 0.4])[0]
        shifts = dice.choices([{1, 2, 3}, {1, 2}, {2, 3}, {1}], [0.4, 0.3, 0.1, 0.2])[0]
        rested = 420 if dice.random() < 0.08 else 0  # worked last night: not before the second shift
        workers.append(Worker(n, dice.randint(1, STREETS), frozenset(skills), frozenset(shifts), rested))
    return Instance(places, SHIFTS, needs, workers, minutes)


def noon(instance: Instance, seats: Any, seed: int = 8) -> Instance:
    """Return the instance as it is when a tenth of the needs has changed; everybody stands where the plan put him."""
    dice = random.Random(seed)
    needs = [
        replace(need, people=round(need.people * dice.uniform(0.4, 1.8))) if dice.random() < 0.1 else need
        for need in instance.needs
    ]
    return replace(
        instance, needs=needs, workers=[replace(one, before=seats.get(one.key)) for one in instance.workers]
    )  # fmt: skip


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    instance = district(*((140, 700) if options.short else (SITES, PEOPLE)))
    began = time.perf_counter()
    made = plan(instance)
    took = time.perf_counter() - began
    common.say(f"planned in {took:.1f} s")
    found, wrong = figures(instance, made.seats), faults(instance, made.seats)
    plain = by_population(instance)
    beside, plain_wrong = figures(instance, plain), faults(instance, plain)
    changed = noon(instance, made.seats)
    began = time.perf_counter()
    again = plan(changed)
    later = time.perf_counter() - began
    afresh = plan(replace(changed, workers=[replace(one, before=None) for one in changed.workers]))
    moved = sum(again.seats.get(key) != seat for key, seat in made.seats.items())
    moved_afresh = sum(afresh.seats.get(key) != seat for key, seat in made.seats.items())
    result = {
        "sites": len(instance.places), "people": len(instance.workers), "seconds": round(took, 2),
        "last_finish_h": round(found.last_finish, 2), "last_finish_bound_h": round(made.finish_bound or 0, 2),
        "backlog_hour_6": round(found.backlog), "unserved": found.unserved, "placed": found.placed,
        "waiting_h": round(found.waiting), "gap": round(made.gap, 5), "faults": len(wrong),
        "by_population": {
            "last_finish_h": round(beside.last_finish, 2) if beside.unserved == 0 else None,
            "backlog_hour_6": round(beside.backlog), "unserved": beside.unserved, "placed": beside.placed,
            "waiting_h": round(beside.waiting), "faults": len(plain_wrong),
        },
        "noon": {
            "seconds": round(later, 2), "moved": moved, "moved_without_regard": moved_afresh,
            "faults": len(faults(changed, again.seats)), "gap": round(again.gap, 5),
            "last_finish_h": round(figures(changed, again.seats).last_finish, 2),
        },
    }  # fmt: skip
    share = moved / len(made.seats)
    common.finish("allocation", result, [
        common.target("seconds for a plan", round(took, 1), "<= 60", took <= 60),
        common.target("gap to the bound", round(made.gap, 4), "<= 0.02", made.gap <= 0.02),
        common.target("faults that the checker finds", len(wrong), "0", not wrong),
        common.target("backlog at hour 6", round(found.backlog), "<= by population", found.backlog <= beside.backlog),
        common.target("share moved at noon", round(share, 3), "<= 0.1", share <= 0.1),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
