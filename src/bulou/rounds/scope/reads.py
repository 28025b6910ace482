"""Whom a scope rule treats otherwise: before a round begins, when it begins, and read back from the round."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.rounds.scope.rules import CAUSES, Misfilled, Scope, read
from bulou.ui.figures import rows

SQL = statements(__package__, "scope")
TUBES = statements(__package__, "misfilled")
#: So many people stand on a page.
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Treated:
    """A resident whom the rule treats otherwise."""

    person: int
    area: int
    cause: str
    treatment: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The same on a page. ``owes``: she owes the round all the same."""

    person: int
    area: int
    cause: str
    treatment: str
    at: datetime
    name: str
    door: str | None
    owes: bool


@dataclass(frozen=True, slots=True)
class Tube:
    """A sealed tube that is not as its round's rule says, and in what."""

    tube: int
    area: int
    at: datetime
    wrong: Misfilled


def misfilled(campaign: int, area: int, limit: int) -> list[Tube]:
    """Return the tubes of a round in an area that are not by its rule and still count, the latest first."""
    lo, hi = span(area)
    found = rows(TUBES["listed"], campaign=campaign, lo=lo, hi=hi, limit=limit)
    return [Tube(tube, place, at, Misfilled(*counts)) for tube, place, at, *counts in found]


def treated(lo: int, hi: int, scope: Scope, at: datetime) -> list[Treated]:
    """Return the residents of a range whom a rule treats otherwise at a time, in the caller's scope. One statement."""
    causes, treatments = scope.known
    of = dict(zip(causes, treatments, strict=True))
    found = rows(
        SQL["caused"], lo=lo, hi=hi, at=at, causes=causes, recovered_since=at - timedelta(days=scope.recovered_days),
        cleared_since=at - timedelta(days=scope.cleared_days),
    )  # fmt: skip
    return [Treated(person, area, cause, of[cause]) for person, area, cause in found]


def counts(found: Iterable[Treated]) -> list[tuple[str, str, int]]:
    """Return (cause, treatment, people), in the order of causes."""
    counted = Counter((one.cause, one.treatment) for one in found)
    return sorted(((*key, n) for key, n in counted.items()), key=lambda row: CAUSES.index(row[0]))


def keep(campaign: int, found: Iterable[Treated], at: datetime) -> None:
    """Keep with a round whom it treats otherwise."""
    found = list(found)
    if not found:
        return
    values: dict[str, Any] = {
        "campaign": campaign, "at": at, "persons": [one.person for one in found], "areas": [one.area for one in found],
        "causes": [one.cause for one in found], "treatments": [one.treatment for one in found],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SQL["keep"], values)


def of_round(campaign: int) -> tuple[Scope, dict[str, str]]:
    """Return the scope rule of a round, and all that its record says of its rules."""
    found = rows(SQL["rules"], campaign=campaign)
    rules = json.loads(found[0][0] or "{}") if found else {}
    return read(rules), rules


def counted(campaign: int, area: int) -> list[tuple[str, str, int]]:
    """Return (cause, treatment, people) of a round in an area."""
    lo, hi = span(area)
    found = rows(SQL["counted"], campaign=campaign, lo=lo, hi=hi)
    return sorted(((c, t, n) for c, t, n in found), key=lambda row: CAUSES.index(row[0]))


def listed(campaign: int, area: int, treatment: str, start: int) -> list[Shown]:
    """Return the people of an area whom a round treats otherwise, one more than ``LIMIT`` at most."""
    lo, hi = span(area)
    found = rows(SQL["treated"], campaign=campaign, lo=lo, hi=hi, treatment=treatment, limit=LIMIT + 1, start=start)
    return [Shown(*row) for row in found]
