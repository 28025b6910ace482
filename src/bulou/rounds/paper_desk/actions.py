"""Sheets of paper into the ledger: shown first, all lines or none, by who may say it, and taken back as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from bulou.ledger import intake, journals
from bulou.ledger.effects import Entry
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.people import DutyRow
from bulou.rounds.chat_list import taken, words
from bulou.rounds.paper.actions import Prepared, prepare
from bulou.rounds.paper.rules import BY_LETTER, Code, Problem, Row
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import rows
from bulou.ui.identity_text import holds_identity, without

SQL = statements(__package__, "paper")


class NotApplied(Exception):
    """The sheet is not what was shown, or the ledger refused a line; nothing was written."""


@dataclass(frozen=True, slots=True)
class Line:
    """A typed line with whom it means. ``entry``: what will be written; ``held``: it is in the ledger already."""

    row: Row
    code: Code
    entry: Entry
    owed: DutyRow
    stairwell: str | None
    floor: int | None
    door: str | None
    held: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A typed sheet as it is shown before it is written. ``elsewhere``: lines that another journal says, by record."""

    prepared: Prepared
    lines: list[Line]
    problems: list[Problem]
    elsewhere: dict[int, int]

    @property
    def digest(self) -> str:
        """What a user has seen: applied is only this, and only while all of them stand as they were shown."""
        told = [
            (one.entry.number, one.entry.kind, repr(one.entry.body), one.owed.rank, one.owed.outcome)
            for one in self.lines
        ]
        return sha256(repr((self.prepared.sheet.journal, told)).encode()).hexdigest()[:32]

    @property
    def missing(self) -> list[int]:
        """The lines that nobody has typed yet."""
        return self.prepared.missing(self.elsewhere)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the lines: receipts under the sheet's own numbers; ``record``: by which it can be taken back."""

    receipts: list[intake.Receipt]
    record: int | None


def show(number: int, typed: str, at: datetime, may: entitled.May) -> Shown:
    """Read a typed sheet and find whom each line means.

    Raises:
        NoSheet: no such sheet within the areas.
    """
    clean = "\n".join("" if holds_identity(line) else line for line in typed.splitlines())
    prepared = prepare(number, clean, at)
    problems = [
        Problem(place, "number", "") for place, line in enumerate(typed.splitlines(), 1) if holds_identity(line)
    ]
    problems += [replace(problem, said=without(problem.said)) for problem in prepared.problems]
    elsewhere = taken.standing(prepared.sheet.journal)
    typed_lines = {row.line for row in prepared.rows}
    problems += [
        Problem(line, "already", str(elsewhere[line])) for line in sorted(typed_lines & prepared.void & {*elsewhere})
    ]
    for row in prepared.rows:
        code = BY_LETTER.get(row.letter)
        if code and code.evidence and words.denies(code.reason, row.rest):
            problems.append(Problem(row.line, "denied", row.rest[:60]))
    for entry in prepared.entries:
        try:
            entitled.check(may, entry.kind, entry.area, entry.body)
        except entitled.NotEntitled:
            problems.append(Problem(entry.number, "entitled", ""))
    return Shown(prepared, [] if problems else _lines(prepared), problems, elsewhere)


def _lines(prepared: Prepared) -> list[Line]:
    kind, sheet = REGISTRY.duties["swab"], prepared.sheet
    persons = [sheet.persons[row.line - 1] for row in prepared.rows]
    found = {
        row[0]: row for row in rows(SQL["people"], campaign=sheet.campaign, kind=kind.code, persons=persons)
    }  # fmt: skip
    out = []
    for row, entry, person in zip(prepared.rows, prepared.entries, persons, strict=True):
        name, stairwell, floor, door, area, stage, at, mark, reason, until, outcome = found.get(
            person, (0, *[None] * 11)
        )[1:]
        owed = DutyRow(
            kind, area or sheet.area, person, 0, stage or 0, at, mark or 0, reason, until, name, outcome=outcome or 0
        )  # fmt: skip
        held = entry.number in prepared.held and entry.number not in prepared.void
        out.append(Line(row, BY_LETTER[row.letter], entry, owed, stairwell, floor, door, held))
    return out


def apply(shown: Shown, digest: str, user: tuple[int, str], ranges: Ranges, now: datetime) -> Applied:
    """Take the shown lines into the ledger, all or none; a line typed before is "repeated".

    A line whose own entry was taken back is written by the user's journal: the sheet's number is spent.

    Raises:
        NotApplied: see there.
    """
    if shown.problems or not shown.lines or shown.digest != digest:
        raise NotApplied
    sheet, void = shown.prepared.sheet, shown.prepared.void
    own = [one for one in shown.lines if one.entry.number not in void]
    again = [one for one in shown.lines if one.entry.number in void]
    with transaction.atomic():
        receipts = {
            one.entry.number: receipt
            for one, receipt in zip(own, intake.post([o.entry for o in own], now), strict=True)
        }
        if again:
            said = [(one.entry.kind, one.entry.at, one.entry.area, one.entry.body) for one in again]
            for one, receipt in zip(again, journals.append(writer(*user, ranges, now), said, now), strict=True):
                if receipt.status != "kept":
                    raise NotApplied
                receipts[one.entry.number] = receipt
        kept = [
            taken.Row(one.row.line, one.owed.subject, one.owed.area, one.entry.kind, one.code.reason or "sealed",
                      receipts[one.entry.number].journal, receipts[one.entry.number].number)
            for one in shown.lines if receipts[one.entry.number].status == "kept"
        ]  # fmt: skip
        record = taken.keep("paper", user[1], sheet.campaign, kept, now, sheet.journal) if kept else None
    told = [replace(receipts[one.entry.number], number=one.row.line) for one in shown.lines]
    return Applied(told, record)
