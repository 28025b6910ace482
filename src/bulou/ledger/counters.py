"""How duties stand, and how many of them: the plain meaning of the counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bulou.ledger.effects import Key
from bulou.ledger.vocabulary import Mark, Outcome, Registry


@dataclass(frozen=True, slots=True)
class DutyState:
    """One row of the duties; the fields are those of ``models.Duty``."""

    area: int
    origin: int
    frozen: bool
    stage: int
    stage_at: datetime | None
    opened_at: datetime | None
    outcome: int
    mark: int
    reason: str | None
    until: datetime | None
    offered_to: int | None
    variant: int | None
    value: int | None
    takes: int
    withdrawn: bool
    unheard: int
    moved: bool
    disputed: int
    returns: int
    given_kind: int | None
    given: int | None
    due_at: datetime | None


def count(
    duties: Mapping[Key, DutyState], registry: Registry
) -> tuple[dict[tuple[int, int, int], tuple[int, ...]], dict[tuple[int, int, int, int], int]]:
    """Return the counters and transfers of duties, by leaf area.

    Figures are frozen, added, open, done, excused, deferred, refused, then the open ones of each stage.
    """
    figures: dict[tuple[int, int, int], list[int]] = {}
    transfers: Counter[tuple[int, int, int, int]] = Counter()

    def row(key: Key, area: int) -> list[int]:
        nothing = [0] * (7 + len(registry.by_code[key.kind].stages))
        return figures.setdefault((key.campaign, key.kind, area), nothing)

    for key, duty in duties.items():
        if duty.outcome == Outcome.NOT_OWED:
            continue
        row(key, duty.origin)[0 if duty.frozen else 1] += 1
        here = row(key, duty.area)
        here[2 + duty.outcome] += 1
        if duty.outcome == Outcome.OPEN:
            here[5] += duty.mark == Mark.DEFERRED
            here[6] += duty.mark == Mark.REFUSED
            here[7 + duty.stage] += 1
        if duty.origin != duty.area:
            transfers[key.campaign, key.kind, duty.origin, duty.area] += 1
    return {place: tuple(row) for place, row in figures.items()}, dict(transfers)
