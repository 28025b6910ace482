"""Our figure beside the official one: every difference in persons is given a cause, and the causes add up. Pure.

The official figure is walked to ours one cause at a time, in a fixed order: the time of cut, the scope (other areas or
people out of scope), place of registration against residence, and closed loop. What no cause explains is its own line
and is shown as such; it is never spread over the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: In the order in which they are taken.
CAUSES = ("cut", "scope", "registration", "closed_loop")
UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Step:
    """One cause and what it adds to the official figure, in persons; negative where ours is smaller by it."""

    cause: str
    n: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Official + the steps = ours, exactly. Every known cause has its step, zero ones as well."""

    official: int
    ours: int
    steps: tuple[Step, ...]

    @property
    def difference(self) -> int:
        """Ours less the official figure."""
        return self.ours - self.official

    @property
    def unexplained(self) -> int:
        """What remains without a cause."""
        return self.steps[-1].n


def reconcile(official: int, ours: int, known: Mapping[str, int]) -> Reconciled:
    """Name the difference by cause.

    Parameters:
        official: the figure of the superior's table.
        ours: the ledger's figure now, of the residents of the area.
        known: by cause, how many persons ours counts and the official one does not (negative: the other way round),
            each counted from the ledger after the causes before it. A cause that is absent is zero.

    Raises:
        ValueError: an unknown cause.
    """
    if strange := set(known) - set(CAUSES):
        raise ValueError(f"unknown causes: {sorted(strange)}")
    steps = [Step(cause, known.get(cause, 0)) for cause in CAUSES]
    rest = ours - official - sum(step.n for step in steps)
    return Reconciled(official, ours, (*steps, Step(UNEXPLAINED, rest)))


def total(rows: list[Reconciled]) -> Reconciled:
    """Return the sum of several areas' reconciliations, cause by cause."""
    known = {cause: sum(row.steps[at].n for row in rows) for at, cause in enumerate(CAUSES)}
    return reconcile(sum(row.official for row in rows), sum(row.ours for row in rows), known)
