"""Doubts: two facts that may be about one person or two. Raised by imports and finds, decided by a person.

A doubt keeps both facts with their sources and changes nobody. What was asked once is not asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db import connections, transaction

from bulou.ledger.scope import EVERYWHERE, Ranges, covers, scoped
from bulou.ledger.statements import statements
from bulou.places import written
from bulou.places.keys import name_key
from bulou.places.linkage.rows import Claim, Digest, Doubt
from bulou.places.names import pinyin
from bulou.places.vocabulary import DECISIONS

SQL = statements(__package__, "doubts")
#: What the record of a person who is added has from the doubt, as it was said.
AS_SAID = ("name", "area", "stairwell", "door", "floor", "birth_year", "sex", "bed", "needs")


class NotDecided(ValueError):
    """A decision that cannot be taken; ``code`` says why: gone, decided, area, decision."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@dataclass(slots=True)
class Raised:
    """A doubt to be written: the question, what the other source says, and where it says so."""

    doubt: Doubt
    claim: Claim
    said: dict[str, Any]
    digest: Digest | None = None
    sheet: str = ""
    line: int | None = None


def fingerprint(person: int, claim: Claim, found: int | None = None) -> bytes:
    """Return what makes a doubt the same as an earlier one: who, and which name and door it is about.

    Parameters:
        found: the record of somebody found, which is asked about by itself: it owes a duty of its own.
    """
    said = json.dumps([person, claim.name_key, claim.area, claim.stairwell, claim.door, *([found] if found else [])])
    return blake2b(said.encode(), digest_size=16).digest()


def said_of(claim: Claim, floor: int | None = None, needs: int = 0, tail: str | None = None) -> dict[str, Any]:
    """Return what a source says of a person, as a doubt keeps it."""
    return {
        "name": claim.name, "area": claim.area, "stairwell": claim.stairwell, "door": claim.door, "floor": floor,
        "birth_year": claim.birth_year, "sex": claim.sex or None, "bed": claim.bed, "phones": list(claim.phones),
        "needs": needs, "tail": tail,
    }  # fmt: skip


def raise_doubts(cursor: Any, raised: Sequence[Raised], source: int, run: int | None, at: datetime) -> list[int | None]:
    """Write doubts, in the transaction that is open; return the second person of each new one."""
    if not raised:
        return []
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "kind", "area", "other_area", "person", "other", "said", "digest", "version", "sheet", "line",
            "fingerprint",
        )
    }  # fmt: skip
    for one in raised:
        doubt = one.doubt
        found = doubt.other if doubt.kind == "found" else None
        row = {
            "kind": doubt.kind, "area": doubt.person.area, "other_area": one.claim.area, "person": doubt.person.id,
            "other": doubt.other.id if doubt.other else None, "said": json.dumps(one.said, ensure_ascii=False),
            "digest": one.digest[1] if one.digest else None, "version": one.digest[0] if one.digest else None,
            "sheet": one.sheet, "line": one.line,
            "fingerprint": fingerprint(doubt.person.id, one.claim, found.id if found else None),
        }  # fmt: skip
        for name, value in row.items():
            columns[name].append(value)
    cursor.execute(SQL["raised"], {**columns, "source": source, "run": run, "at": at})
    return [other for (other,) in cursor.fetchall()]


def doubts(ranges: Ranges, decided: bool = False, limit: int = 200, using: str = "default") -> list[dict[str, Any]]:
    """Return doubts within a scope, the oldest open one first, or the latest decisions. Run inside ``scoped``.

    Each row holds the person on record, the other one where there is one, what the source says, and ``whole``: whether
    both lie within ``ranges``, so that the reader may decide.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["decided" if decided else "open"], {"limit": limit})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if isinstance(row["said"], str):  # Django's cursors leave jsonb as text
            row["said"] = json.loads(row["said"])
        row["whole"] = covers(ranges, row["area"]) and covers(ranges, row["other_area"])
    return rows


def count(using: str = "default") -> int:
    """Return how many doubts of the session's scope are open."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["open_count"])
        return cursor.fetchone()[0]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did. ``other``: the second person who was on record already.

    ``merged``: the person that is no longer one of her own; ``added``: the person added by it.
    """

    person: int
    other: int | None = None
    merged: int | None = None
    added: int | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Whom a doubt that is open again is about. ``found``: the second person was found in the field."""

    person: int
    other: int | None = None
    found: bool = False


def decide(doubt: int, decision: str, user: str, ranges: Ranges, at: datetime, using: str = "default") -> Decided:
    """Decide a doubt, once. Run inside ``scoped``.

    Parameters:
        decision: "same": one person, as on record; what was unknown is filled in. "take": one person, and the name and
            door of the other source are right. "two": two people; the second is added where she is not on record yet.

    Raises:
        NotDecided: there is no such doubt in scope, it was decided already, or it reaches beyond ``ranges``.
    """
    if decision not in DECISIONS:
        raise NotDecided("decision")
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SQL["locked"], {"doubt": doubt})
        found = cursor.fetchone()
        if found is None:
            raise NotDecided("gone")
        person, other, area, other_area, said, source, _, decided_at, _ = found
        said = json.loads(said) if isinstance(said, str) else said
        if decided_at is not None:
            raise NotDecided("decided")
        if not (covers(ranges, area) and covers(ranges, other_area)):
            raise NotDecided("area")
        cursor.execute(SQL["root"], {"person": person})
        person = cursor.fetchone()[0]  # who is on record may have been found to be somebody else's second record
        facts = _facts(said, person, other, source, at)
        added = merged = None
        if decision == "two" and other is None:
            cursor.execute(SQL["door_of_fact"], facts)
            cursor.execute(SQL["person_of_fact"], facts)
            added = cursor.fetchone()[0]
        elif decision != "two":
            merged = other if other != person else None
            if decision == "take":
                cursor.execute(SQL["door_of_fact"], facts)
                _written(cursor, facts)
            for name in ("needs_ended", "needs_begun", "filled"):
                cursor.execute(SQL[name], facts)
            if merged is not None:
                cursor.execute(SQL["merged"], {"person": person, "other": merged})
        cursor.execute(SQL["settled"], {"doubt": doubt, "decision": decision, "user": user, "at": at, "added": added})
        _note(cursor, f"doubt {doubt} {decision} {user}", at, said["area"], (person, other, added), using)
    return Decided(person, other, merged, added)


def _facts(said: dict[str, Any], person: int, other: int | None, source: int | None, at: datetime) -> dict[str, Any]:
    key = name_key(said["name"])
    sound, initials = pinyin(key)
    phones = said["phones"]
    return {
        **{name: said[name] for name in AS_SAID},
        "phone": phones[0] if phones else None, "phone_2": phones[1] if len(phones) > 1 else None,
        "name_key": key, "pinyin": sound, "initials": initials, "person": person, "other": other, "source": source,
        "at": at,
    }  # fmt: skip


def _note(cursor: Any, by: str, at: datetime, area: int, persons: Iterable[int | None], using: str) -> None:
    """Leave the record of a decision, within the scope of all: a door it wrote, how it left whom it is about."""
    with scoped(EVERYWHERE, using):
        written.note(cursor, by, at, doors_in=(area,))
        ids = [one for one in persons if one is not None]
        cursor.execute(written.SQL["as_left"], {"at": at, "by": by, "ids": ids})


def _written(cursor: Any, facts: dict[str, Any]) -> None:
    """Give a person another name and door, each as a dated fact."""
    for name in ("facts_ended", "facts_begun", "fact_taken"):
        cursor.execute(SQL[name], facts)


def take_back(doubt: int, user: str, ranges: Ranges, at: datetime, using: str = "default") -> TakenBack:
    """Open a decided doubt again. Run inside ``scoped``.

    The two are two on record as before, under the name and behind the door that the first one had before. What the
    decision filled in stays, and so does a person who was added by it.

    Raises:
        NotDecided: there is no such decision in scope.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SQL["locked"], {"doubt": doubt})
        found = cursor.fetchone()
        if found is None or found[7] is None:
            raise NotDecided("gone")
        person, other, area, other_area, said, source, kind, decided_at, decision = found
        if not (covers(ranges, area) and covers(ranges, other_area)):
            raise NotDecided("area")
        said = json.loads(said) if isinstance(said, str) else said
        cursor.execute(SQL["reopened"], {"doubt": doubt})
        cursor.execute(SQL["unmerged"], {"doubt": doubt, "other": other, "at": at})
        if decision == "take":
            cursor.execute(SQL["before_taken"], {"person": person, "decided_at": decided_at})
            before = dict(zip(("name", "area", "stairwell", "floor", "door"), cursor.fetchone(), strict=True))
            _written(cursor, _facts(said | before, person, other, source, at))
        _note(cursor, f"doubt {doubt} back {user}", at, said["area"], (person, other), using)
    return TakenBack(person, other, kind == "found")
