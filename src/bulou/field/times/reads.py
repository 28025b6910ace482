"""Entries of devices whose time is in doubt, and what the desk said in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection

from bulou.field.times.rules import Doubt, Stretch, stretches
from bulou.ledger import sql_arrays
from bulou.ledger.rules import JournalFacts
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, EntryKind

SQL = statements(__package__, "times")
#: Devices, and entries of one device, that a page shows.
MOST_DEVICES, MOST = 200, 500


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in doubt with its content. ``void``: taken back already, by whomever."""

    doubt: Doubt
    area: int
    body: dict[str, Any]
    void: bool

    @property
    def kind(self) -> EntryKind | None:
        """Return the declared kind, None where the entry names none."""
        return REGISTRY.entries.get(self.doubt.kind)

    @property
    def sayable(self) -> bool:
        """Tell whether the desk can say it: not what only a device says of itself, nor what was taken back."""
        return self.kind is not None and "desk" in self.kind.roles and not self.void

    @property
    def about(self) -> list[tuple[str, int]]:
        """Return what it speaks of, without names: labels, and how many people."""
        told = [(name, self.body[name]) for name in ("tube", "box") if isinstance(self.body.get(name), int)]
        people = self.body.get("persons", self.body.get("subjects"))
        return told + ([("n", len(people))] if isinstance(people, list) else [])


@dataclass(frozen=True, slots=True)
class Device:
    """A device with what is in doubt of it."""

    facts: JournalFacts
    name: str
    rows: dict[int, Row]
    stretches: list[Stretch]


def rows(name: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of one of the room's statements."""
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def devices(ranges: Ranges) -> list[dict[str, Any]]:
    """Return the devices of a scope of which something is in doubt. One statement."""
    return rows("devices", scope=multirange(ranges), limit=MOST_DEVICES)


def device(journal: int, ranges: Ranges) -> Device | None:
    """Return a device that lies wholly within the ranges; None for any other."""
    found = rows("device", journal=journal, scope=multirange(ranges)) if 0 < journal < 2**53 else []
    if not found:
        return None
    *facts, name = found[0].values()
    told = [_row(one) for one in rows("doubts", journal=journal, limit=MOST)]
    told = _without_taken_back(told, journal)
    known = sql_arrays.journal_facts(facts)
    saids = [row.doubt for row in told if row.sayable]
    return Device(known, name, {row.doubt.number: row for row in told}, stretches(saids, known.enrolled_at))


def settled(journal: int) -> list[dict[str, Any]]:
    """Return what the desk said in place of a device's entries."""
    return [
        row | {
            "kind": REGISTRY.entries.get(row["kind"]),
            # A void is never voided; and what stands by the device's own time has been taken back already.
            "undoable": row["kind"] != "entry.voided" and not (row["counted"] and row["at"] == row["told_at"]),
        }
        for row in rows("settled", journal=journal, limit=MOST)
    ]  # fmt: skip


def _row(told: dict[str, Any]) -> Row:
    told_of = content(told["raw"])
    kind = told["kind"] or str(told_of.get("kind", ""))
    area, body = told["area"] or told_of.get("area"), told_of.get("body")
    doubt = Doubt(
        told["number"], kind, told["at"], None if told["jump_ms"] is None else _lasting(told["jump_ms"]),
        told["received_at"], told["before"], told["low"], told["high"], told["counts"],
    )  # fmt: skip
    return Row(doubt, area if isinstance(area, int) else 0, body if isinstance(body, dict) else {}, told["void"])


def content(raw: bytes | memoryview) -> dict[str, Any]:
    """Return what an entry says, in its own form or as it came; nothing where that is no object."""
    try:
        found = msgspec.json.decode(bytes(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _lasting(ms: int) -> timedelta | None:
    """Return a jump as a length of time; None for one that no clock can have made."""
    try:
        return timedelta(milliseconds=ms)
    except OverflowError:
        return None


def _without_taken_back(told: Sequence[Row], journal: int) -> list[Row]:
    """Mark what the device itself took back within the same stretch, together with the word that took it back."""
    numbers = {row.doubt.number for row in told}
    words = {
        row.doubt.number: row.body["number"]
        for row in told
        if row.doubt.kind == "entry.voided" and row.body.get("journal") == journal
        and isinstance(row.body.get("number"), int) and row.body["number"] in numbers
    }  # fmt: skip
    gone = {*words, *words.values()}
    return [Row(row.doubt, row.area, row.body, True) if row.doubt.number in gone else row for row in told]
