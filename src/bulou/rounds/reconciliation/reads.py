"""Our figures for the areas of somebody else's table, and what explains a difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import DutyKind
from bulou.rounds.reconciliation.rules import Reconciled, reconcile
from bulou.rounds.reconciliation.tables import Area, Row
from bulou.ui.figures import rows

SQL = statements(__package__, "official")


@dataclass(frozen=True, slots=True)
class Basis:
    """How the official figure was counted: until when, and what is not in it.

    ``scope``: the list at the opening alone; ``registration``: by place of registration; ``closed_loop``: without
    people inside a closed loop (their standing ``closed_loop`` is ``inside``).
    """

    cut: datetime
    scope: bool = False
    registration: bool = False
    closed_loop: bool = False


def areas(ranges: Ranges) -> list[Area]:
    """Return every open area within the reader's own."""
    found = rows(SQL["areas"], ranges=multirange(ranges))
    return [
        Area(id_, depth, name, name_en, span(id_)[1], tuple(others.splitlines()))
        for id_, depth, name, name_en, others in found
    ]


def figures(campaign: int, kind: DutyKind, wanted: Sequence[Area]) -> dict[int, dict[str, int]]:
    """Return our figures by area, one statement."""
    found = rows(
        SQL["figures"], ids=[a.id for a in wanted], his=[a.hi for a in wanted], campaign=campaign, kind=kind.code,
        took_part=kind.took_part,
    )  # fmt: skip
    return {row[0]: dict(zip(("owed", "covered", "done", "missed"), row[1:], strict=True)) for row in found}


def compare(
    campaign: int, kind: DutyKind, table: Iterable[Row], ours: dict[int, dict[str, int]], basis: Basis
) -> dict[tuple[int, str], Reconciled]:
    """Return by area and figure how the official one becomes ours. One statement, over the areas that differ."""
    given = {
        (row.area, figure): n for row in table if row.area for figure, n in row.given.items() if n is not None
    }  # fmt: skip
    differ = [(area, figure) for (area, figure), n in given.items() if ours[area.id][figure] != n]
    known: dict[tuple[int, str], dict[str, int]] = {}
    values: dict[str, Any] = {
        "ids": [a.id for a, _ in differ], "his": [a.hi for a, _ in differ], "figures": [f for _, f in differ],
        "campaign": campaign, "kind": kind.code, "took_part": kind.took_part, "cut": basis.cut, "scope": basis.scope,
        "registration": basis.registration, "closed_loop": basis.closed_loop,
    }  # fmt: skip
    for id_, figure, cause, n in rows(SQL["causes"], **values):
        known.setdefault((id_, figure), {})[cause] = n
    return {
        (area.id, figure): reconcile(n, ours[area.id][figure], known.get((area.id, figure), {}))
        for (area, figure), n in given.items()
    }
