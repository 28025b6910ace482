"""The one door: batches of entries into the ledger, each in one transaction.

Any order, any repetition and any split into batches leaves the same books (law 1): entries are kept under their
number, lines are derived from them by pure rules, and every duty that a batch speaks of takes in what is added to it,
or is folded anew from all its lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import psycopg

from bulou.ledger import change_payload, fast_path, prepared, rules, sql_arrays
from bulou.ledger.effects import Entry, Expanded
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, pipelined
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, Registry

SQL = statements(__package__, "intake")
Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Report:
    """An entry as it came under its number: decoded, or refused before it could be."""

    journal: int
    number: int
    entry: Entry | None
    raw: bytes
    refusal: Refused | None = None

    @classmethod
    def of(cls, entry: Entry) -> Report:
        """Wrap a decoded entry with its canonical content."""
        return cls(entry.journal, entry.number, entry, rules.canonical(entry))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened to one entry: kept, repeated, refused (kept, counts nowhere), or conflicting.

    Conflicting: two contents came under one number. ``counts`` tells whether it is this one that counts from now on.
    """

    journal: int
    number: int
    status: str
    code: int | None = None
    field: str | None = None
    flags: tuple[str, ...] = ()
    counts: bool = False


@dataclass(slots=True)
class _Slot:
    """One number of a journal within the batch: the content that counts, and the others."""

    report: Report
    digest: bytes
    expanded: Expanded = field(default_factory=Expanded)
    refusal: Refused | None = None
    flags: list[str] = field(default_factory=list)
    replaces: bool = False
    beside: bool = False
    """Another content under its number counts; this one is kept, and not judged."""

    def receipt(self) -> Receipt:
        """Return what is told of this content."""
        refusal = self.refusal
        told = "refused" if refusal else "conflicting" if "variant" in self.flags else "kept"
        code, where = (refusal.code, refusal.field) if refusal else (None, None)
        counts = not refusal and not self.beside
        return Receipt(self.report.journal, self.report.number, told, code, where, tuple(self.flags), counts)

    def repeated(self) -> Receipt:
        """Return what is told of this content when it came again."""
        return replace(self.receipt(), status="repeated", field=None, counts=False)


#: Makes what a report is told, once all of its batch are judged.
_Verdict = Callable[[], Receipt]
#: Changes of holdings on their way, and their columns.
_Held = tuple[psycopg.Cursor[Any], dict[str, str]]


@dataclass(slots=True)
class _Touched:
    """What must be folded anew because of entries that came earlier, and journals and standings to look at again."""

    duties: set[tuple[int, int, int, int]] = field(default_factory=set)
    standings: set[tuple[int, int, str]] = field(default_factory=set)
    endings: set[int] = field(default_factory=set)
    """Journals whose closing entry may have come, gone or come back."""

    def note(self, rows: Iterable[tuple[str, int, int, int, int, str]]) -> list[Slot]:
        """Take rows of (what, campaign, kind, subject, occasion, name); return the (journal, number) of voids."""
        voids = []
        for what, campaign, kind, subject, occasion, name in rows:
            if what == "duty":
                self.duties.add((campaign, kind, subject, occasion))
            elif what == "standing":
                self.standings.add((kind, subject, name))
            else:
                voids.append((subject, occasion))
        return voids


def post(
    entries: Iterable[Entry | Report], received_at: datetime, using: str = "default", registry: Registry = REGISTRY
) -> list[Receipt]:
    """Take a batch of entries into the ledger, in one transaction; return a receipt for each, in their order.

    Journals of the entries must exist. ``received_at`` is kept for the record and never moves the books.

    Raises:
        KeyError: an entry's journal is not enrolled.
        django.db.Error: the database refused the batch; nothing of it was taken.
    """
    reports = [Report.of(item) if isinstance(item, Entry) else item for item in entries]
    with pipelined(EVERYWHERE, using) as driver:
        return _Batch(driver, received_at, registry).take(reports)


class _Batch:
    """One batch inside its transaction, in the driver's pipeline: the server works while the rules go on."""

    def __init__(self, driver: Any, received_at: datetime, registry: Registry):
        self.driver, self.received_at, self.registry = driver, received_at, registry
        self.touched = _Touched()
        self.dead: set[Slot] = set()

    def take(self, reports: Sequence[Report]) -> list[Receipt]:
        """Keep what is new, and bring the books up to date."""
        asked = sql_arrays.slots({(report.journal, report.number) for report in reports})
        locked = self._lock_journals(reports)
        known = self._send("known", **asked)
        voided = self._send("voided_before", **asked)
        facts = {row[0]: sql_arrays.journal_facts(row) for row in locked.fetchall()}
        held = {(row[0], row[1]): (bytes(row[2]), row[3], row[4]) for row in known.fetchall()}
        slots, variants, verdicts = self._classify(reports, held)
        if self.touched.endings:  # an entry gave way, perhaps a void
            voided = self._send("voided_before", **asked)
        said_before = {(row[0], row[1]) for row in voided.fetchall()} & set(slots)
        self._keep_variants(variants)
        self._keep(slots, facts)
        self._apply_voids(slots, said_before)
        plan = fast_path.plan(_told(slots.values()), self.touched.duties, facts, self.registry)
        held = self._hold(slots)
        advanced = self._advance(plan)
        self._count(slots)
        self._follow(advanced, held)
        return [verdict() for verdict in verdicts]

    def _send(self, name: str, /, **values: Any) -> psycopg.Cursor[Any]:
        """Have the server run a statement, whose plan it keeps, and go on; reading the rows waits for them."""
        return prepared.Cursor(self.driver).execute(SQL[name], values)

    def _run(self, name: str, /, **values: Any) -> list[Any]:
        """Run a statement and return its rows."""
        return self._send(name, **values).fetchall()

    def _lock_journals(self, reports: Sequence[Report]) -> psycopg.Cursor[Any]:
        ids = {report.journal for report in reports}
        for report in reports:
            if report.entry is not None and report.entry.kind == "entry.voided":
                target = report.entry.body.get("journal")
                if isinstance(target, int) and 0 < target < 2**53:
                    ids.add(target)
        return self._send("lock_journals", ids=sql_arrays.array(sorted(ids)))

    def _classify(
        self,
        reports: Sequence[Report],
        known: dict[Slot, tuple[bytes, int | None, list[str]]],
    ) -> tuple[dict[Slot, _Slot], list[_Slot], list[_Verdict]]:
        """Sort a batch into what is new, what gives way, and what was here before."""
        fresh: dict[Slot, _Slot] = {}
        others: list[_Slot] = []
        verdicts: list[_Verdict] = []
        demoted: list[Slot] = []
        for report in reports:
            key = (report.journal, report.number)
            slot = _Slot(report, rules.digest(report.raw))
            before = fresh[key].digest if key in fresh else known[key][0] if key in known else None
            if slot.digest == before:
                verdicts.append(fresh[key].repeated if key in fresh else partial(_repeated, key, known[key]))
                continue
            verdicts.append(slot.receipt)
            if before is not None:
                slot.flags = ["variant"]
            if before is None or slot.digest < before:
                slot.replaces = key in known
                if key in fresh:
                    others.append(fresh[key])
                elif slot.replaces:
                    demoted.append(key)
                fresh[key] = slot
            else:
                others.append(slot)
                if key in fresh:
                    fresh[key].flags = ["variant"]
        for slot in others:
            slot.flags, slot.beside = ["variant"], True
        self._demote(demoted)
        return fresh, others, verdicts

    def _judge(self, slot: _Slot, journal: rules.JournalFacts) -> None:
        """Let the pure rules expand the entry, or note its refusal."""
        report = slot.report
        if report.refusal is not None or report.entry is None:
            slot.refusal = report.refusal or Refused(112)
            return
        slot.flags += rules.flags(report.entry)
        try:
            slot.expanded = rules.expand(report.entry, journal, self.registry)
        except Refused as refusal:
            slot.refusal = refusal

    def _demote(self, keys: list[Slot]) -> None:
        """Take out what an entry said that gives way to a smaller digest."""
        if not keys:
            return
        where = sql_arrays.slots(keys)
        self._send("held_movements", sign=-1, dead_too=False, **where)
        self._send("drop_empty_holdings", **where)
        self.touched.note(self._run("hanging_on", **where))
        voids = self.touched.note(self._run("forget", **where))
        self._send("demote", **where)
        self.touched.endings |= {journal for journal, _ in (*keys, *voids)}
        self._judge_voids(set(voids))

    def _keep_variants(self, variants: list[_Slot]) -> None:
        if not variants:
            return
        self._send(
            "insert_variants",
            journal=[v.report.journal for v in variants],
            number=[v.report.number for v in variants],
            digest=[v.digest for v in variants],
            raw=[v.report.raw for v in variants],
            received_at=self.received_at,
        )
        self._send("flag_variant", **sql_arrays.slots([(v.report.journal, v.report.number) for v in variants]))

    def _keep(self, slots: dict[Slot, _Slot], facts: dict[int, rules.JournalFacts]) -> None:
        """Judge the entries, and store them and what the rules made of them."""
        if not slots:
            return
        for slot in slots.values():
            self._judge(slot, facts[slot.report.journal])
        self._send("insert_entries", received_at=self.received_at, **sql_arrays.entries(slots.values()))
        if told := _told(slots.values()):
            self._send("insert_lines", **sql_arrays.lines(told))
        moves = [(key, slot.report.entry, move) for key, slot in slots.items() for move in slot.expanded.movements]
        if moves:
            self._send("insert_movements", **sql_arrays.movements(moves))
        stated = [(key, slot.report.entry, said) for key, slot in slots.items() for said in slot.expanded.statements]
        if stated:
            self._send("insert_statements", **sql_arrays.statements(stated))
        for _, _, said in stated:
            self.touched.standings.add((int(said.subject_kind), said.subject, said.name))

    def _apply_voids(self, slots: dict[Slot, _Slot], said_before: set[Slot]) -> None:
        """Keep what the batch says of entries that do not count, and find out which these are from now on."""
        voids = [(target, key) for key, slot in slots.items() for target in slot.expanded.voids]
        if voids:
            self._send(
                "insert_voids",
                journal=[target[0] for target, _ in voids],
                number=[target[1] for target, _ in voids],
                by_journal=[key[0] for _, key in voids],
                by_number=[key[1] for _, key in voids],
            )
        self._judge_voids(said_before | {target for target, _ in voids}, frozenset(slots))

    def _judge_voids(self, targets: set[Slot], fresh: frozenset[Slot] = frozenset()) -> None:
        """Take back what entries said that do not count any more, or take it in again; some may still be on their way.

        ``fresh``: entries of this batch, whose movements are not in the holdings yet.
        """
        if not targets:
            return
        several = [kind for kind in self.registry.entries.values() if kind.void_voices > 1]
        judged = self._run(
            "judge_voids", desk=sorted(rules.DESK), several=[kind.name for kind in several],
            voices=[kind.void_voices for kind in several], **sql_arrays.slots(sorted(targets)),
        )  # fmt: skip
        self.dead |= {(journal, number) for journal, number, _, dead in judged if dead and (journal, number) in fresh}
        changed = [row for row in judged if row[2] != row[3] or (row[0], row[1]) in fresh]
        if not changed:
            return
        self.touched.note(self._run("spoken_of", **sql_arrays.slots([(row[0], row[1]) for row in changed])))
        for sign, died in ((-1, True), (1, False)):
            turned = [(j, n) for j, n, was, now in changed if now is died and was is not died and (j, n) not in fresh]
            if turned:
                self._send("held_movements", sign=sign, dead_too=True, **sql_arrays.slots(turned))
                self._send("drop_empty_holdings", **sql_arrays.slots(turned))

    def _hold(self, slots: dict[Slot, _Slot]) -> _Held | None:
        """Add the batch's live movements to the holdings."""
        change: Counter[tuple[int, int, int, int]] = Counter()
        for key, slot in slots.items():
            for move in slot.expanded.movements if key not in self.dead else ():
                item = (int(move.item_kind), move.item)
                change[*item, int(move.to_kind), move.to_id] += move.quantity
                change[*item, int(move.from_kind), move.from_id] -= move.quantity
        held = sql_arrays.held((*holder, n) for holder, n in sorted(change.items()) if n)
        return (self._send("hold", **held), held) if any(change.values()) else None

    def _advance(self, plan: fast_path.Plan) -> psycopg.Cursor[Any] | None:
        """Bring duties up to date, by what is added where that is enough."""
        return self._send("advance", **sql_arrays.plan(plan)) if plan.first or plan.groups or plan.again else None

    def _follow(self, advanced: psycopg.Cursor[Any] | None, held: _Held | None) -> None:
        """Do what depends on what the server found: standings that follow from duties, holders with nothing left."""
        if advanced:
            self.touched.standings.update((row[0], row[1], row[2]) for row in advanced.fetchall())
        standings = sorted(self.touched.standings)
        if standings:
            kinds, subjects, names = (list(part) for part in zip(*standings, strict=True))
            self._send("restand", kinds=kinds, subjects=subjects, names=names)
            for name, follower in self.registry.followers.items():
                if told := sorted({subject for _kind, subject, said in standings if said == name}):
                    follower(self.driver, told, self.received_at)
        if held and held[0].fetchall():
            self._send("drop_emptied", **held[1])

    def _count(self, slots: dict[Slot, _Slot]) -> None:
        """Bring the journals' own figures up to date, and tell the boards where something was said."""
        if not slots:
            return
        by_journal: dict[int, list[_Slot]] = {}
        for (journal, _), slot in slots.items():
            by_journal.setdefault(journal, []).append(slot)
        # A slot that replaced another one is no new number.
        added = {journal: sum(not slot.replaces for slot in group) for journal, group in by_journal.items()}
        self._send(
            "count_journals",
            journal=list(by_journal),
            highest=[max(s.report.number for s in group) for group in by_journal.values()],
            added=[added[journal] for journal in by_journal],
            received_at=self.received_at,
        )
        closing = {key[0] for key, slot in slots.items() if slot.expanded.closes_at is not None}
        closing |= {target[0] for slot in slots.values() for target in slot.expanded.voids} | self.touched.endings
        if closing:
            self._send("close_journals", ids=sorted(closing))
        areas = {slot.report.entry.area for slot in slots.values() if slot.report.entry is not None}
        lines = (line for slot in slots.values() for line in slot.expanded.lines)
        areas |= {line.to_area for line in lines if line.to_area is not None}
        if areas:
            self._send("notify", areas=change_payload.told(areas))


def _told(slots: Iterable[_Slot]) -> list[fast_path.Told]:
    return [
        ((s.report.journal, s.report.number), s.report.entry, s.expanded.lines)
        for s in slots
        if s.report.entry and s.expanded.lines
    ]


def _repeated(key: Slot, held: tuple[bytes, int | None, list[str]]) -> Receipt:
    return Receipt(*key, "repeated", held[1], None, tuple(held[2]))
