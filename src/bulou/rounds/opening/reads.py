"""What the pages of rounds show, each within the reader's scope."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bulou.ledger.areas import SHIFTS, TOTAL_BITS, ancestor, level, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Stage
from bulou.rounds.opening.rules import Check, Facts, checks
from bulou.rounds.scope.reads import counts, treated
from bulou.rounds.scope.rules import OUT, Scope
from bulou.rounds.vocabulary import CLOSING_REASONS
from bulou.ui.figures import Campaign, Name, rows

SQL = statements(__package__, "opening")
#: So many areas that lack something are named one by one.
NAMED = 12
#: The level at which phones are enrolled.
NEIGHBOURHOOD = 3


@dataclass(frozen=True, slots=True)
class Below:
    """One child of a round's area before it begins."""

    area: int
    name: Name | None
    people: int
    doors: int
    without_door: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A typed reason with which a round is closed."""

    name: str

    @property
    def zh(self) -> str:
        """Return its Chinese words."""
        return CLOSING_REASONS.get(self.name, (self.name, ""))[0]

    @property
    def en(self) -> str:
        """Return its English words."""
        return CLOSING_REASONS.get(self.name, ("", self.name))[1]


@dataclass(frozen=True, slots=True)
class Ready:
    """What is known before a round begins: by child, the checks, and the first areas that lack an owner or a phone.

    ``treated``: (cause, treatment, people) of those whom the scope rule treats otherwise.
    """

    below: list[Below]
    checks: list[Check]
    lacking: dict[str, list[int]]
    people: int
    owed: int
    doors: int
    treated: list[tuple[str, str, int]]

    @property
    def stops(self) -> bool:
        """Tell whether the round cannot begin like this."""
        return any(one.weight == 0 for one in self.checks)


def ready(area: int, now: datetime, scope: Scope | None = None) -> Ready:
    """Read what is known of an area before a round begins there: a fixed number of statements."""
    lo, hi = span(area)
    depth = level(area)
    where = {"lo": lo, "hi": hi, "now": now, "named": NAMED}
    shift = SHIFTS[depth] if depth < len(SHIFTS) else 0
    below = [Below(*row) for row in rows(SQL["below"], shift=shift, whole=depth == len(SHIFTS), **where)]
    found = treated(lo, hi, scope or Scope(), now)
    out = sum(one.treatment == OUT for one in found)
    ((doubts,),) = rows(SQL["doubts"], **where)
    ((answering, unowned, no_owner),) = rows(SQL["unowned"], above=ancestor(area, min(depth, 3)), **where)
    at = max(depth, NEIGHBOURHOOD)
    bits = SHIFTS[at - 1] if at else TOTAL_BITS
    ((places, unphoned, no_phone),) = rows(SQL["unphoned"], level=at, below=bits, **where)
    devices = dict(rows(SQL["devices"], **where))
    ((labels,),) = rows(SQL["labels"], **where)
    people = sum(one.people for one in below)
    facts = Facts(
        people=people, doors=sum(one.doors for one in below), without_door=sum(one.without_door for one in below),
        out_of_scope=out, doubts=doubts, bare=sum(not one.people for one in below), unowned=unowned,
        answering=answering, unphoned=unphoned, neighbourhoods=places, laboratories=devices.get("laboratory", 0),
        couriers=devices.get("courier", 0), labels=labels,
    )  # fmt: skip
    lacking = {"unowned": list(no_owner or ()), "unphoned": list(no_phone or ())}
    return Ready(below, checks(facts), lacking, people, people - out, facts.doors, counts(found))


def next_number() -> int:
    """Return the number of the next round."""
    with scoped(EVERYWHERE):
        return rows(SQL["next_number"])[0][0]


def is_open(campaign: int) -> bool:
    """Tell whether there is a round of this number."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["is_open"], {"campaign": campaign})
        return cursor.fetchone()[0]


def counted(campaigns: Iterable[Campaign], kind: DutyKind) -> dict[int, tuple[int, int]]:
    """Return by round how many are owed and how many of them are open, within the reader's areas."""
    found = rows(SQL["counted"], campaigns=[one.id for one in campaigns], kind=kind.code)
    return {campaign: (owed, open_) for campaign, owed, open_ in found}


def open_by_stage(campaign: int) -> list[tuple[DutyKind, list[tuple[Stage, int]]]]:
    """Return what is open in a round, by kind of duty and stage. Counts of the whole round, wherever a duty stands now:
    a round is closed over all of them.
    """
    with scoped(EVERYWHERE):
        found = rows(SQL["open_by_stage"], campaign=campaign)
    out: dict[int, list[tuple[Stage, int]]] = {}
    for kind, stage, n in found:
        out.setdefault(kind, []).append((REGISTRY.by_code[kind].stages[stage], n))
    return [(REGISTRY.by_code[kind], stages) for kind, stages in out.items()]


def closing(campaign: Campaign) -> tuple[str, datetime, list[dict[str, Any]]] | None:
    """Return who closed a round, when, and with which reasons ``{reason, n}``; None of one that is open.

    Everybody under the round may know: it is read in every scope, and holds counts alone.
    """
    if campaign.closed_at is None:
        return None
    with scoped(EVERYWHERE):
        found = rows(SQL["closing"], campaign=campaign.id, area=campaign.area)
    if not found:
        return None
    name, at, reasons = found[0]
    return name, at, json.loads(reasons) if isinstance(reasons, str) else reasons or []
