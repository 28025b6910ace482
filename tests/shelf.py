"""All books side by side: what the fold says of a set of reports, what a database holds, and how the two differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from bulou.ledger import fold, intake, rules
from bulou.ledger.effects import Key
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, multirange
from bulou.ledger.vocabulary import REGISTRY, Registry
from tests import cast

Slot = tuple[int, int]


@dataclass
class Shelf:
    """Every book as a plain mapping, so that two shelves can be compared row by row."""

    duties: dict[Any, Any] = field(default_factory=dict)
    counters: dict[Any, Any] = field(default_factory=dict)
    transfers: dict[Any, Any] = field(default_factory=dict)
    holdings: dict[Any, Any] = field(default_factory=dict)
    standings: dict[Any, Any] = field(default_factory=dict)
    refused: dict[Any, Any] = field(default_factory=dict)
    journals: dict[Any, Any] = field(default_factory=dict)
    entries: dict[Any, Any] = field(default_factory=dict)
    unheard: dict[Any, Any] = field(default_factory=dict)
    void: dict[Any, Any] = field(default_factory=dict)


def differences(want: Shelf, got: Shelf) -> list[str]:
    """Return one sentence for each row in which two shelves differ."""
    out = []
    for book in fields(Shelf):
        one, other = getattr(want, book.name), getattr(got, book.name)
        for key in sorted(set(one) | set(other), key=repr):
            if one.get(key) != other.get(key):
                out.append(f"{book.name} {key}: should be {one.get(key)}, is {other.get(key)}")
    return out


# -- what the set of reports says ----------------------------------------------------------------


def reports_of(entries: Iterable[Any]) -> list[intake.Report]:
    """Return entries as reports; reports are left as they are."""
    return [item if isinstance(item, intake.Report) else intake.Report.of(item) for item in entries]


def expected(
    entries: Iterable[Any],
    journals: Mapping[int, rules.JournalFacts] = cast.JOURNALS,
    bulk: Iterable = (),
    registry: Registry = REGISTRY,
) -> Shelf:
    """Return what the books must be, by the plain fold; and the journals' figures and kept entries, reckoned here."""
    reports = reports_of(entries)
    books = fold.fold(reports, journals, bulk, registry)
    contents: dict[Slot, dict[bytes, intake.Report]] = defaultdict(dict)
    for report in reports:
        contents[report.journal, report.number][rules.digest(report.raw)] = report
    numbers: dict[int, set[int]] = defaultdict(set)
    for journal, number in contents:
        numbers[journal].add(number)
    return Shelf(
        duties=dict(books.duties),
        counters={key: row for key, row in books.counters.items() if any(row)},
        transfers={key: n for key, n in books.transfers.items() if n},
        holdings=dict(books.holdings),
        standings=dict(books.standings),
        refused=dict(books.refused),
        journals={
            journal: (
                max(held),
                len(held),
                _upto(held),
                _closed_last(journal, contents, journals, books.void, registry),
            )
            for journal, held in numbers.items()
        },
        entries={slot: _kept(by_digest) for slot, by_digest in contents.items()},
        unheard=dict(books.unheard),
        void=dict.fromkeys(books.void, True),
    )


def _upto(held: set[int]) -> int:
    upto = 0
    while upto + 1 in held:
        upto += 1
    return upto


def _expanded(report: intake.Report, journals: Mapping[int, rules.JournalFacts], registry: Registry):
    try:
        return rules.expand(report.entry, journals[report.journal], registry) if report.entry else None
    except Refused:
        return None


def _closed_last(
    journal: int, contents: Mapping, journals: Mapping[int, rules.JournalFacts], void: set[Slot], registry: Registry
) -> int | None:
    parts = {slot: _expanded(by_digest[min(by_digest)], journals, registry) for slot, by_digest in contents.items()}
    ends = [
        said.closes_at
        for slot, said in parts.items()
        if said and slot[0] == journal and slot not in void and said.closes_at is not None
    ]
    return max(ends, default=None)


def _kept(by_digest: Mapping[bytes, intake.Report]) -> tuple:
    first, *others = sorted(by_digest)
    report = by_digest[first]
    flags = set(rules.flags(report.entry)) if report.entry is not None and report.refusal is None else set()
    if others:
        flags.add("variant")
    return first, tuple(others), tuple(sorted(flags))


# -- what a database holds -----------------------------------------------------------------------

_DUTY = [f.name for f in fields(fold.DutyState)]


def read(using: str = "default") -> Shelf:
    """Return the books of a whole database."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:

        def rows(query: str) -> list[tuple]:
            cursor.execute(query)
            return cursor.fetchall()

        cursor.execute("SELECT set_config('bulou.scope', %s, true)", [multirange(EVERYWHERE)])
        others = defaultdict(list)
        for journal, number, digest in rows("SELECT journal, number, digest FROM ledger_variant"):
            others[journal, number].append(bytes(digest))
        kept = rows("SELECT journal, number, digest, flags, refusal FROM ledger_entry")
        return Shelf(
            duties={
                Key(*row[:4]): fold.DutyState(*row[4:])
                for row in rows(f"SELECT campaign, kind, subject, occasion, {', '.join(_DUTY)} FROM ledger_duty")
            },
            counters={
                tuple(row[:3]): (*row[3:-1], *row[-1])
                for row in rows(
                    "SELECT campaign, kind, area, frozen, added, open, done, excused, deferred, refused,"
                    " stages FROM ledger_counter"
                )
                if any((*row[3:-1], *row[-1]))
            },
            transfers={
                row[:4]: row[4] for row in rows("SELECT campaign, kind, origin, area, n FROM ledger_transfer") if row[4]
            },
            holdings={
                row[:4]: row[4]
                for row in rows("SELECT item_kind, item, holder_kind, holder, quantity FROM ledger_holding")
            },
            standings={
                row[:3]: row[3:]
                for row in rows("SELECT subject_kind, subject, name, value, since, until FROM ledger_standing")
            },
            refused={(row[0], row[1]): row[4] for row in kept if row[4] is not None},
            journals={
                row[0]: row[1:]
                for row in rows("SELECT id, highest, held, upto, closed_last FROM ledger_journal")
                if row[2]
            },
            entries={
                (row[0], row[1]): (bytes(row[2]), tuple(sorted(others[row[0], row[1]])), tuple(sorted(row[3])))
                for row in kept
            },
            unheard={
                row[:3]: row[3]
                for row in rows("SELECT journal, number, line, unheard FROM ledger_line WHERE unheard <> 0")
            },
            void=dict.fromkeys(rows("SELECT DISTINCT journal, number FROM ledger_void"), True),
        )


def enrol(using: str = "default", journals: Iterable[rules.JournalFacts] = tuple(cast.JOURNALS.values())) -> None:
    """Enrol the cast's journals under their own ids."""
    with connections[using].cursor() as cursor:
        for facts in journals:
            cursor.execute(
                "WITH j AS ("
                "INSERT INTO ledger_journal (id, name, kind, ranges, enrolled_at, expires_at, highest, held, upto,"
                " actor, unit_kind, unit)"
                " VALUES (%s, %s, %s, %s::int8multirange, %s, %s, 0, 0, 0, %s, %s, %s) RETURNING *)"
                " INSERT INTO ledger_journal_record (journal, what, at, name, kind, ranges, enrolled_at, expires_at,"
                " actor, unit_kind, unit)"
                " SELECT id, 'enrolled', enrolled_at, name, kind, ranges, enrolled_at, expires_at,"
                " actor, unit_kind, unit FROM j",
                [
                    facts.id, facts.kind, facts.kind, multirange(facts.ranges), facts.enrolled_at, facts.expires_at,
                    facts.actor or None, *(facts.unit or (None, None)),
                ],
            )  # fmt: skip


class _Undo(Exception):
    pass


@contextmanager
def undone(using: str = "default"):
    """Run a block in a transaction that is taken back at its end."""
    try:
        with transaction.atomic(using=using):
            yield
            raise _Undo
    except _Undo:
        pass


def deliver(
    batches: Sequence[Sequence[Any]],
    crashes: Iterable[int] = (),
    using: str = "default",
    registry: Registry = REGISTRY,
) -> Shelf:
    """Post batches, read the books, take everything back.

    A batch whose place is in ``crashes`` is posted once more before, in a transaction that breaks off at its end.
    A batch may also be something to call: an act of the desk that writes into the ledger by itself.
    """
    crashes = set(crashes)
    with undone(using):
        for place, batch in enumerate(batches):
            if place in crashes:
                with undone(using):
                    _post(batch, cast.minute(600 + place), using, registry)
            _post(batch, cast.minute(700 + place), using, registry)
        return read(using)


def _post(batch: Any, received_at: datetime, using: str, registry: Registry) -> None:
    if callable(batch):
        batch()
    else:
        intake.post(batch, received_at, using, registry)
