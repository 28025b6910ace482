"""Who tests positive, and what is owed to that person now: shown wherever the person is, to whoever may know; to all
others, what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bulou.ledger.vocabulary import REGISTRY, DutyKind, Mark, Outcome, Stage
from bulou.people.duties import SQL
from bulou.people.reads import Sheet
from bulou.people.vocabulary import SECRET
from bulou.ui.figures import rows
from bulou.ui.room import works


@dataclass(frozen=True, slots=True)
class Positive:
    """Somebody who tests positive. ``stage``: how far the way to a place is, None where nothing is owed; ``refused``:
    the transfer is refused; ``over``: admitted, or excused by a rule; ``antigen``: by a test at home alone.
    """

    stage: Stage | None
    refused: bool = False
    over: bool = False
    antigen: bool = False


def positives(persons: Iterable[int], now: datetime) -> dict[int, Positive]:
    """Return those of the persons who test positive, as far as the reader's scope shows it. One statement."""
    ids = sorted(set(persons))
    if not ids:
        return {}
    kind = REGISTRY.duties["disposition"]
    found = {}
    for person, stage, outcome, mark, infection, antigen in rows(SQL["positive"], persons=ids, kind=kind.code, now=now):
        if infection == "negative":
            continue
        if outcome is None:
            found[person] = Positive(None, antigen=infection is None and antigen)
            continue
        reached = kind.stages[min(max(stage, 0), len(kind.stages) - 1)]
        found[person] = Positive(reached, mark == Mark.REFUSED, outcome != Outcome.OPEN)
    return found


def is_secret(kind: DutyKind | None) -> bool:
    """Tell whether a kind of duty says by itself that a person tests positive."""
    return kind is not None and kind.name in works() and works()[kind.name].secret


def discreet(sheet: Sheet) -> Sheet:
    """Return a sheet for somebody who may not know who tests positive: no result, nothing that follows from one."""
    events = [
        replace(one, value=None)
        for one in sheet.events
        if not is_secret(one.kind) and not (one.standing and one.standing[0] in SECRET)
    ]
    return replace(
        sheet, events=events,
        open=[one for one in sheet.open if not is_secret(one.owed.kind)],
        past=[one for one in sheet.past if not is_secret(one.owed.kind)],
        standings=[one for one in sheet.standings if one.name not in SECRET],
    )  # fmt: skip
