"""Vehicles to people to beds by the size of the fleet: how long from the result to the bed, for three fleets.

An instance is an evening's folder (households.csv, facilities.csv, vehicles.csv, settings.json), or one that holds such
folders; without one an evening is drawn by a seed. Results of the evening are taken to be verified in the four hours
before, evenly by the order of the list. The fleet is the folder's own, two thirds and one third of it, every kind
alike, with three times the hours, so that who is left waits on and is counted. Every plan goes through the check.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import common
from dispatch import draw

SECONDS, SHORT = 20.0, 8.0
#: Parts of the fleet, and the hours over which results came before the plan is made.
FLEETS, BEFORE = (("whole", 1, 1), ("two_thirds", 2, 3), ("one_third", 1, 3)), 4 * 3600.0
#: So many times the hours of the instance may be driven.
LONGER = 3


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    figures: dict[str, Any] = {}
    targets: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bulou-fleets-") as folder:
        where = options.instance
        if where is None:
            where = Path(folder)
            draw(where, seed=11)
        for evening in sorted({file.parent for file in where.rglob("households.csv")}):
            prefix = f"{evening.name}: " if options.instance else ""
            found = {name: fleet(evening, of, to, SHORT if options.short else SECONDS) for name, of, to in FLEETS}
            figures |= {f"{prefix}{name}": value for name, value in found.items()}
            wrong = sum(one["violations"] for one in found.values())
            left = found["whole"]["not_fetched"]
            longest = [found[name]["p95_h"] for name, _of, _to in FLEETS]
            targets += [
                common.target(f"{prefix}violations found by the check", wrong, "0", wrong == 0),
                common.target(f"{prefix}people not fetched by the whole fleet", left, "0", left == 0),
                common.target(f"{prefix}p95 hours, whole fleet", longest[0], "reported", True),
                common.target(f"{prefix}p95 hours, two thirds", longest[1], "reported", True),
                common.target(f"{prefix}p95 hours, one third", longest[2], "reported", True),
            ]
    common.finish("fleets", figures, targets)


def fleet(folder: Path, of: int, to: int, seconds: float) -> dict[str, Any]:
    """Plan an evening with a part of its vehicles; return what came of it, in hours from the result to the bed."""
    from bulou.cases.dispatch import checker, instances, model, plan

    whole = instances.evening(folder)
    cars = tuple(
        replace(car, end=car.end * LONGER)
        for kind in sorted({car.kind for car in whole.vehicles})
        for n, car in enumerate(one for one in whole.vehicles if one.kind == kind)
        if n * of // to != (n + 1) * of // to or of == to
    )
    n = max(1, len(whole.groups) - 1)
    groups = tuple(replace(one, waiting=BEFORE * (1 - at / n)) for at, one in enumerate(whole.groups))
    problem = replace(whole, vehicles=cars, groups=groups)
    plan.solve(problem, rounds=1)  # compiles
    begun = time.perf_counter()
    made = plan.solve(problem, 1, progress=lambda: (time.perf_counter() - begun) / seconds)
    wrong = checker.violations(problem, made)
    waits = model.waits(problem, made)
    common.say(f"{folder.name}: {len(cars)} vehicles, {len(waits)} people fetched, {len(wrong)} violations")
    return {
        "vehicles": len(cars), "people": sum(len(group.members) for group in groups),
        "not_fetched": sum(len(groups[at].members) for at in made.unserved), "violations": len(wrong),
        "median_h": round(model.share(waits, 0.5) / 3600, 2), "p95_h": round(model.share(waits, 0.95) / 3600, 2),
        "longest_h": round(waits[-1] / 3600, 2) if waits else None,
        "driven_h": round(model.driven(problem, made) / 3600, 1),
    }  # fmt: skip


if __name__ == "__main__":
    main()
