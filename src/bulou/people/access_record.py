"""The record of looks and exports, for those who answer for it: who, when, whom, why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.people.vocabulary import QUESTIONED, VERDICTS, codes_of
from bulou.places.names import name_key
from bulou.ui.figures import rows

SQL = statements(__package__, "records")
LIMIT = 200
#: Before everything that a desk can have recorded; after it.
EVER, NEVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search of the record. Empty means all. ``days``: how far back from ``until``; ``before``: a page's key."""

    user: str = ""
    whom: str = ""
    reason: str = ""
    since: datetime = EVER
    until: datetime = NEVER
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class Access:
    """One look at one or more named persons, at one time for one reason. ``people``: (id, area, name)."""

    id: int
    at: datetime
    user: str
    reason: str
    people: list[tuple[int, int, str | None]]


@dataclass(frozen=True)
class Exported:
    """One list that left the desk."""

    id: int
    at: datetime
    user: str
    what: str
    filter: dict[str, Any]
    rows: int
    masked: bool
    area: int


@dataclass(frozen=True)
class Granted:
    """One broken glass with its review."""

    id: int
    at: datetime
    user: str
    how: str
    kind: str
    why: str
    person: int | None
    area: int
    until: datetime | None
    verdict: str
    note: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    name: str | None


def _values(wanted: Wanted, ranges: Ranges) -> dict[str, Any]:
    """Return what the statements take; a name asks the registers first, one statement for each range."""
    persons: list[int] | None = None
    if wanted.whom.isdecimal():
        persons = [int(wanted.whom[:16])]
    elif wanted.whom:
        key = name_key(wanted.whom)
        persons = [row[0] for lo, hi in ranges for row in rows(SQL["named"], name=key, lo=lo, hi=hi)]
    before, before_id = wanted.before or (wanted.until, 0)
    return {
        "user": wanted.user, "persons": persons, "reasons": codes_of(wanted.reason) if wanted.reason else None,
        "since": wanted.since, "before": before, "before_id": before_id, "limit": LIMIT,
    }  # fmt: skip


def looks(wanted: Wanted, ranges: Ranges) -> tuple[list[Access], tuple[datetime, int] | None]:
    """Return looks, the latest first, those of one page view together; and the key to go on from."""
    out: list[Access] = []
    found = rows(SQL["looks"], **_values(wanted, ranges))
    for id_, at, user, reason, person, area, name in found:
        if out and (out[-1].at, out[-1].user, out[-1].reason) == (at, user, reason):
            out[-1].people.append((person, area, name))
        else:
            out.append(Access(id_, at, user, reason, [(person, area, name)]))
    return out, (found[-1][1], found[-1][0]) if len(found) == LIMIT else None


def exports(wanted: Wanted, ranges: Ranges) -> list[Exported]:
    """Return lists that left the desk, the latest first."""
    return [
        Exported(*row[:4], json.loads(row[4]), *row[5:]) for row in rows(SQL["exports"], **_values(wanted, ranges))
    ]  # fmt: skip


def glasses(wanted: Wanted, ranges: Ranges) -> list[Granted]:
    """Return broken glass, what nobody has judged first."""
    return [Granted(*row) for row in rows(SQL["glasses"], **_values(wanted, ranges))]


def review(grant: int, verdict: str, note: str, user: str, at: datetime) -> None:
    """Judge a broken glass, once, by somebody else than who broke it.

    Raises:
        LookupError: not in the reader's scope.
        Refusal: it was judged already, or it is the reader's own, or a question has no words.
    """
    found = rows(SQL["glass_named"], grant=grant)
    if not found:
        raise LookupError(grant)
    if verdict not in VERDICTS:
        raise Refusal(_("请选择“合理”或“存疑”。"))
    if found[0][0] == user:
        raise Refusal(_("不能复核本人的查阅。"))
    if verdict == QUESTIONED and not note.strip():
        raise Refusal(_("存疑的，请写明疑点。"))
    values = {"grant": grant, "verdict": verdict, "note": note.strip()[:500], "user": user, "at": at}
    if not rows(SQL["review"], **values):
        raise Refusal(_("此条已复核。"))


def recent(now: datetime, days: int = 7) -> datetime:
    """Return from when the record is shown unless asked otherwise."""
    return now - timedelta(days=days)
