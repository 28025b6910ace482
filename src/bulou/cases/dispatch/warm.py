"""Plans one trip of nobody in particular, so that all is compiled: ``python -m bulou.cases.dispatch.warm``."""

from __future__ import annotations

from bulou.cases.dispatch.instances import matrix
from bulou.cases.dispatch.model import Facility, Group, Problem, Vehicle
from bulou.cases.dispatch.plan import STEP, solve


def problem() -> Problem:
    """Return a small problem with everything that a real one can have."""
    groups = tuple(Group(f"H{n}", n, (f"{n}",), 1, (0,), waiting=600.0 * n) for n in range(4))
    vehicles = (Vehicle("V1", "van", 2, 4), Vehicle("V2", "ambulance", 2, 4, stretchers=1))
    travel = matrix([(500.0 * n, 300.0 * n) for n in range(6)], "euclidean", 1.4, 25)
    return Problem(groups, (Facility("F", 5, 10),), vehicles, travel, 900)


def main() -> None:
    """Compile by planning once."""
    solve(problem(), 1, STEP)


if __name__ == "__main__":
    main()
