"""Verify, part one: every kept entry is read back, expanded by the pure rules, and held against what was stored."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from bulou.ledger import kinds, rules
from bulou.ledger.columns import journal_facts, slot_numbers
from bulou.ledger.lines import Entry, Expanded
from bulou.ledger.refusals import Refused
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Registry

SQL = statements(__package__, "verify_entries")

#: Up to this many entries all are expanded; beyond, a sample, and all of the ledger's own kinds.
FEW = 50_000
CHUNK = 2_000
#: What the planner may do, see the statement ``loops``.
FULL_PASSES, FEW_ROWS = {"yes": "off", "no": "on"}, {"yes": "on", "no": "off"}

Row = tuple[Any, ...]
Rows = list[Row]

LINE = (
    "act", "at", "campaign", "kind", "subject", "occasion", "area", "stage", "frozen", "again", "variant", "value",
    "carrier_kind", "carrier", "mark", "reason", "until", "to_area", "ref_journal", "ref_number", "authority",
    "same_as", "corrects", "due", "given_kind", "given",
)  # fmt: skip
MOVEMENT = ("at", "item_kind", "item", "from_kind", "from_id", "to_kind", "to_id", "quantity")
STATEMENT = ("at", "area", "subject_kind", "subject", "name", "value", "until", "authority")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: the row, and its two sides as plain JSON values (objects are compared by field)."""

    what: str
    key: dict[str, Any]
    recorded: Any
    expected: Any


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
    flags: frozenset[str]
    varied: bool

    @property
    def key(self) -> dict[str, int]:
        return {"journal": self.journal, "number": self.number}


@dataclass(slots=True)
class _Pass:
    """One pass over all entries."""

    cursor: Any
    journals: dict[int, rules.JournalFacts]
    registry: Registry
    bulk: frozenset[str]
    voids: list[tuple[int, int, int, int]] = field(default_factory=list)
    endings: list[tuple[int, int, int]] = field(default_factory=list)
    lists: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def read(self, entries: list[Stored]) -> Iterator[Found]:
        """Expand entries and compare all that was stored with them."""
        expanded: dict[tuple[int, int], tuple[str, Entry | None, Expanded]] = {}
        for stored in entries:
            parts, code, entry = self._expand(stored)
            expanded[stored.journal, stored.number] = (stored.kind, entry, parts)
            if code != stored.refusal:
                yield Found("entry.refusal", stored.key, stored.refusal, code)
            due = [*(rules.flags(entry) if entry else ()), *(["variant"] if stored.varied else [])]
            if frozenset(due) != stored.flags:
                yield Found("entry.flags", stored.key, sorted(stored.flags), sorted(due))
            self.voids += [(*target, stored.journal, stored.number) for target in parts.voids]
            if parts.closes_at is not None:
                self.endings.append((stored.journal, stored.number, parts.closes_at))
            if code is None and entry is not None and stored.kind in self.bulk:
                body = entry.body
                self.lists.append((stored.journal, stored.number, body["count"], body["checksum"], body["campaign"]))
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

    def _expand(self, stored: Stored) -> tuple[Expanded, int | None, Entry | None]:
        """Return what an entry says, the refusal that is due, and the entry if it can be read."""
        if stored.refusal is not None and not stored.kind:
            return Expanded(), stored.refusal, None  # refused at the door before it was read as an entry
        entry = None
        try:
            entry = rules.decode(stored.journal, stored.number, stored.raw)
            return rules.expand(entry, self.journals[stored.journal], self.registry), None, entry
        except Refused as refusal:
            return Expanded(), refusal.code, entry
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
            return Expanded(), stored.refusal or 112, None

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
        if self.voids:
            values = dict(zip(("journal", "number", "by_journal", "by_number"), _columns(self.voids), strict=True))
            self.cursor.execute(SQL["note_voids"], values)
        if self.endings:
            values = dict(zip(("journal", "number", "last"), _columns(self.endings), strict=True))
            self.cursor.execute(SQL["note_endings"], values)
        self.cursor.execute("ANALYZE verify_read")
        self.cursor.execute(SQL["adopt_voids"])
        self.cursor.execute("ANALYZE verify_void_said")

    def frozen_lists(self) -> Iterator[Found]:
        """Hold each frozen list to the count and checksum of its opening."""
        if self.lists:
            names = ("journal", "number", "n", "sum", "campaign")
            self.cursor.execute(SQL["frozen_list"], dict(zip(names, _columns(self.lists), strict=True)))
            for key, recorded, expected in self.cursor.fetchall():
                yield Found("frozen_list", json.loads(key), json.loads(recorded), json.loads(expected))


def compare(cursor: Any, connection: Any, sample: int, seed: int, registry: Registry) -> Iterator[Found]:
    """Read all entries; expand them all when they are few, else ``sample`` of them and all of the ledger's own kinds.

    Leaves the tables ``verify_void_said`` and ``verify_ending`` for the books.
    """
    cursor.execute(SQL["prepare"])
    cursor.execute(SQL["journals"])
    journals = {row[0]: journal_facts(row) for row in cursor.fetchall()}
    cursor.execute(SQL["entry_count"])
    all_of_them = cursor.fetchone()[0] <= FEW
    bulk = vouching(registry)
    always = {kind.name for kind in kinds.ENTRIES} | bulk
    this = _Pass(cursor, journals, registry, bulk)
    due: list[Stored] = []
    picked: list[tuple[int, int, int, Stored]] = []
    for stored, rank in _all(cursor, connection, seed):
        yield from _head(stored)
        if all_of_them or stored.kind in always:
            due.append(stored)
            if len(due) == CHUNK:
                yield from this.read(due)
                due = []
        elif len(picked) < sample:
            heapq.heappush(picked, (rank, stored.journal, stored.number, stored))
        elif picked and rank > picked[0][0]:
            heapq.heapreplace(picked, (rank, stored.journal, stored.number, stored))
    due += [row[-1] for row in picked]
    for i in range(0, len(due), CHUNK):
        yield from this.read(due[i : i + CHUNK])
    this.note()
    yield from this.frozen_lists()


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
            for journal, number, kind, at, area, raw, refusal, flags, varied, rank in rows:
                yield Stored(journal, number, kind, at, area, bytes(raw), refusal, frozenset(flags), varied), rank


def _head(stored: Stored) -> Iterator[Found]:
    """Compare what is stored beside the content with the content."""
    try:
        head = msgspec.json.decode(stored.raw, type=Head)
    except (msgspec.MsgspecError, ValueError):
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


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _columns(rows: Iterable[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
