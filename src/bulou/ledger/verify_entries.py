"""Verify, part one: every kept entry is read back, expanded by the pure rules, and held against what was stored."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connections, transaction

from bulou.ledger import campaigns, checks, core_entries, rules
from bulou.ledger.effects import Entry, Expanded
from bulou.ledger.refusals import Refused
from bulou.ledger.sql_arrays import journal_facts, slot_numbers
from bulou.ledger.statements import statements
from bulou.ledger.verify_found import Found, named, plain
from bulou.ledger.vocabulary import Registry

SQL = statements(__package__, "verify_entries")

#: Up to this many entries all are expanded; beyond, a sample, and all of the ledger's own kinds.
FEW = 50_000
CHUNK = 2_000
#: What the planner may do, see the statement ``loops``.
FULL_PASSES, FEW_ROWS = {"yes": "off", "no": "on"}, {"yes": "on", "no": "off"}

#: What reading a content may raise that somebody has damaged.
UNREADABLE = (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)

Row = tuple[Any, ...]
Rows = list[Row]
#: The number of a refusal and the field that it names.
Due = tuple[int | None, str | None]

LINE = (
    "act", "at", "campaign", "kind", "subject", "occasion", "area", "stage", "frozen", "again", "variant", "value",
    "carrier_kind", "carrier", "mark", "reason", "until", "to_area", "ref_journal", "ref_number", "authority",
    "same_as", "corrects", "due", "given_kind", "given",
)  # fmt: skip
MOVEMENT = ("at", "item_kind", "item", "from_kind", "from_id", "to_kind", "to_id", "quantity")
STATEMENT = ("at", "area", "subject_kind", "subject", "name", "value", "until", "authority")


class Head(msgspec.Struct):
    """The part of an entry's content that is stored beside it."""

    kind: str
    at: datetime
    area: int


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is stored."""

    journal: int
    number: int
    kind: str
    at: datetime | None
    area: int
    raw: bytes
    refusal: int | None
    refused_field: str | None
    flags: frozenset[str]
    varied: bool

    @property
    def key(self) -> dict[str, int]:
        return {"journal": self.journal, "number": self.number}


@dataclass(slots=True)
class _Told:
    """What the entries of a part of the pass say of voids, endings and campaigns."""

    voids: list[tuple[int, int, int, int]] = field(default_factory=list)
    endings: list[tuple[int, int, int]] = field(default_factory=list)
    lists: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    rounds: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Pass:
    """One pass over all entries."""

    cursor: Any
    alias: str
    journals: dict[int, rules.JournalFacts]
    registry: Registry
    bulk: frozenset[str]
    told: _Told = field(default_factory=_Told)

    def compare(self, sample: int | None, seed: int) -> Iterator[Found]:
        """Read all entries; expand them all when they are few or ``sample`` is None, else so many of them, all that
        were refused, and all of the ledger's own kinds.

        Fills the tables ``verify_void`` and ``verify_ending`` for the books.
        """
        self.cursor.execute(SQL["entry_count"])
        all_of_them = sample is None or self.cursor.fetchone()[0] <= FEW
        always = {kind.name for kind in core_entries.ENTRIES} | self.bulk | {campaigns.CLOSED}
        due: list[Stored] = []
        picked: list[tuple[int, int, int, Stored]] = []
        for stored, rank in _all(self.cursor, connections[self.alias], seed):
            yield from _head(stored)
            if all_of_them or stored.kind in always or stored.refusal is not None:
                due.append(stored)
                if len(due) == CHUNK:
                    yield from self.read(due)
                    due = []
            elif len(picked) < (sample or 0):
                heapq.heappush(picked, (rank, stored.journal, stored.number, stored))
            elif picked and rank > picked[0][0]:
                heapq.heapreplace(picked, (rank, stored.journal, stored.number, stored))
        due += [row[-1] for row in picked]
        for i in range(0, len(due), CHUNK):
            yield from self.read(due[i : i + CHUNK])
        self.note()

    def read(self, entries: list[Stored]) -> Iterator[Found]:
        """Expand entries and compare all that was stored with them; where that fails, halve them to the culprit."""
        told = _Told()
        try:
            with transaction.atomic(using=self.alias):
                found = list(self._read(entries, told))
        except Exception as error:  # whatever an insider wrote there must not hide the rest
            if len(entries) == 1:
                yield Found("unreadable", entries[0].key, named(error), None)
                return
            half = len(entries) // 2
            yield from self.read(entries[:half])
            yield from self.read(entries[half:])
            return
        for name in ("voids", "endings", "lists", "rounds"):
            getattr(self.told, name).extend(getattr(told, name))
        yield from found

    def _read(self, entries: list[Stored], told: _Told) -> Iterator[Found]:
        expanded: dict[tuple[int, int], tuple[str, Entry | None, Expanded]] = {}
        for stored in entries:
            if stored.journal not in self.journals:
                yield Found("entry.journal", stored.key, stored.journal, None)
            parts, refusal, entry = self._expand(stored)
            expanded[stored.journal, stored.number] = (stored.kind, entry, parts)
            yield from _refusal(stored, refusal)
            due = [*(rules.flags(entry) if entry else ()), *(["variant"] if stored.varied else [])]
            if frozenset(due) != stored.flags:
                yield Found("entry.flags", stored.key, sorted(stored.flags), sorted(due))
            told.voids += [(*target, stored.journal, stored.number) for target in parts.voids]
            if parts.closes_at is not None:
                told.endings.append((stored.journal, stored.number, parts.closes_at))
            if refusal == (None, None) and entry is not None:
                if stored.kind in self.bulk:
                    body = entry.body
                    told.lists.append(
                        (stored.journal, stored.number, body["count"], body["checksum"], body["campaign"])
                    )
                if stored.kind in self.bulk or stored.kind == campaigns.CLOSED:
                    told.rounds.append(entry)
        keys = {"journals": [k[0] for k in expanded], "numbers": [k[1] for k in expanded]}
        self.cursor.execute(SQL["note_read"], keys)
        for what, names, rows in (
            ("line", LINE, _line_rows),
            ("movement", MOVEMENT, _movement_rows),
            ("statement", STATEMENT, _statement_rows),
        ):
            # The lines of an opening are vouched for by its count and checksum.
            own = {k: v for k, v in expanded.items() if what != "line" or v[0] not in self.bulk}
            keys = {"journals": [k[0] for k in own], "numbers": [k[1] for k in own]}
            yield from self._compare(
                SQL[f"{what}s_of"], keys, what, names, {k: rows(v[1], v[2]) for k, v in own.items()}
            )

    def _expand(self, stored: Stored) -> tuple[Expanded, Due, Entry | None]:
        """Return what an entry says, the refusal that is due, and the entry if it can be read."""
        recorded, journal = (stored.refusal, stored.refused_field), self.journals.get(stored.journal)
        if journal is None or (stored.refusal is not None and not stored.kind and self._unreadable(stored)):
            return Expanded(), recorded, None
        entry = None
        try:
            entry = rules.decode(stored.journal, stored.number, stored.raw)
            return rules.expand(entry, journal, self.registry), (None, None), entry
        except Refused as refusal:
            return Expanded(), (refusal.code, refusal.field.replace("\0", "?")[:200]), entry
        except UNREADABLE:
            return Expanded(), recorded if stored.refusal is not None else (112, None), None

    @staticmethod
    def _unreadable(stored: Stored) -> bool:
        """Tell whether a content that is kept as unread cannot be read: by the door, or without one by the ledger."""
        if checks.DOORS:
            return all(door(stored.journal, stored.number, stored.raw) for door in checks.DOORS)
        try:
            return rules.canonical(rules.decode(stored.journal, stored.number, stored.raw)) != stored.raw
        except UNREADABLE:
            return True

    def _compare(
        self, statement: str, keys: dict[str, Any], what: str, names: tuple[str, ...], due: dict[tuple[int, int], Rows]
    ) -> Iterator[Found]:
        self.cursor.execute(statement, keys)
        held: dict[tuple[int, int], dict[int, Row]] = defaultdict(dict)
        for row in self.cursor.fetchall():
            held[row[0], row[1]][row[2]] = row[3:]
        for key, rows in due.items():
            there = held.get(key, {})
            if [there.get(i) for i in range(len(rows))] == rows and len(there) == len(rows):
                continue
            for line in sorted({*range(len(rows)), *there}):
                recorded, expected = there.get(line), rows[line] if line < len(rows) else None
                if recorded != expected:
                    where = {"journal": key[0], "number": key[1], "line": line}
                    yield Found(what, where, _json(names, recorded), _json(names, expected))

    def note(self) -> None:
        """Keep what the entries said of voids and endings for the books."""
        if self.told.voids:
            values = dict(zip(("journal", "number", "by_journal", "by_number"), _columns(self.told.voids), strict=True))
            self.cursor.execute(SQL["note_voids"], values)
        if self.told.endings:
            values = dict(zip(("journal", "number", "last"), _columns(self.told.endings), strict=True))
            self.cursor.execute(SQL["note_endings"], values)
        self.cursor.execute("ANALYZE verify_read")
        self.cursor.execute(SQL["adopt_voids"])
        self.cursor.execute("ANALYZE verify_void_said")

    def frozen_lists(self) -> Iterator[Found]:
        """Hold each frozen list to the count and checksum of its opening."""
        if self.told.lists:
            names = ("journal", "number", "n", "sum", "campaign")
            self.cursor.execute(SQL["frozen_list"], dict(zip(names, _columns(self.told.lists), strict=True)))
            for key, recorded, expected in self.cursor.fetchall():
                yield Found("frozen_list", json.loads(key), json.loads(recorded), json.loads(expected))


def begin(cursor: Any, alias: str, registry: Registry) -> Pass:
    """Return a pass over all entries, which knows the journals that can be read."""
    cursor.execute(SQL["journals"])
    journals: dict[int, rules.JournalFacts] = {}
    for row in cursor.fetchall():
        with suppress(ValueError):  # ranges without an end; the check of enrolments names the journal
            journals[row[0]] = journal_facts(row)
    return Pass(cursor, alias, journals, registry, vouching(registry))


def vouching(registry: Registry) -> frozenset[str]:
    """Return the kinds of entry whose lines were written in bulk: their body has the count and the checksum of them."""
    return frozenset(
        name for name, kind in registry.entries.items() if {"count", "checksum"} <= set(kind.body.__struct_fields__)
    )


def _all(settings: Any, connection: Any, seed: int) -> Iterator[tuple[Stored, int]]:
    with connection.chunked_cursor() as cursor:
        settings.execute(SQL["loops"], FULL_PASSES)  # it is planned when it is opened
        cursor.execute(SQL["entries"], {"seed": seed})
        settings.execute(SQL["loops"], FEW_ROWS)
        while rows := cursor.fetchmany(CHUNK):
            for journal, number, kind, at, area, raw, refusal, where, flags, varied, rank in rows:
                yield (
                    Stored(journal, number, kind, at, area, bytes(raw), refusal, where, frozenset(flags), varied),
                    rank,
                )


def _head(stored: Stored) -> Iterator[Found]:
    """Compare what is stored beside the content with the content."""
    try:
        head = msgspec.json.decode(stored.raw, type=Head)
    except UNREADABLE:
        recorded = {"kind": stored.kind, "at": plain(stored.at), "area": stored.area}
        if stored.refusal is None:
            yield Found("entry", stored.key, recorded, "refused: the content cannot be read")
        return
    at = head.at if head.at.tzinfo else None
    if (stored.kind, stored.at, stored.area) != (head.kind, at, head.area):
        if stored.refusal is not None and (stored.kind, stored.at, stored.area) == ("", None, 0):
            return  # refused at the door before it was read as an entry
        recorded = {"kind": stored.kind, "at": plain(stored.at), "area": stored.area}
        expected = {"kind": head.kind.replace("\0", "?"), "at": plain(at), "area": head.area}
        yield Found("entry", stored.key, recorded, expected)


def _refusal(stored: Stored, due: Due) -> Iterator[Found]:
    """Compare the recorded refusal with the one that is due."""
    code, where = due
    if code != stored.refusal:
        yield Found("entry.refusal", stored.key, stored.refusal, code)
    elif (where or None) != (stored.refused_field or None):
        yield Found("entry.refused_field", stored.key, stored.refused_field, where)


def _line_rows(entry: Entry | None, parts: Expanded) -> Rows:
    if entry is None:
        return []
    return [
        (
            int(line.act), entry.at, *line.key, line.area, line.stage, line.frozen, line.again, line.variant,
            line.value, line.carrier_kind, line.carrier, None if line.mark is None else int(line.mark), line.reason,
            line.until, line.to_area, *(line.ref or (None, None)), int(line.authority), line.same_as,
            slot_numbers(line.corrects) or None, line.due, *(line.given or (None, None)),
        )
        for line in parts.lines
    ]  # fmt: skip


def _movement_rows(entry: Entry | None, parts: Expanded) -> Rows:
    if entry is None:
        return []
    return [
        (entry.at, int(m.item_kind), m.item, int(m.from_kind), m.from_id, int(m.to_kind), m.to_id, m.quantity)
        for m in parts.movements
    ]


def _statement_rows(entry: Entry | None, parts: Expanded) -> Rows:
    if entry is None:
        return []
    return [
        (entry.at, entry.area, int(s.subject_kind), s.subject, s.name, s.value, s.until, int(s.authority))
        for s in parts.statements
    ]


def _json(names: tuple[str, ...], row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {name: plain(value) for name, value in zip(names, row, strict=True)}


def _columns(rows: Iterable[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
