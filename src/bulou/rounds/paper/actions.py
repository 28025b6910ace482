"""Printing sheets, and reading what was written on them; what is taken into the ledger is decided at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from bulou.ledger import journals, rules
from bulou.ledger.areas import ROOT, ancestor, level, span
from bulou.ledger.check_digit import is_label, label
from bulou.ledger.effects import Entry
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import reads
from bulou.rounds.models import Sheet
from bulou.rounds.paper.pdf import Printed
from bulou.rounds.paper.rules import LINES, Problem, Resident, Row, check, entries, laid_out, read_table, tubes

SQL = statements("bulou.rounds", "paper")
#: For so long a sheet can be taken back.
LASTS = timedelta(days=14)
#: How long "away" holds where the sheet says no time.
DEFERRED = timedelta(days=1)


class NoRound(LookupError):
    """No open round covers the area."""


class NoSheet(LookupError):
    """No such sheet, or not within the reader's areas."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A typed sheet, before anything is written.

    Parameters:
        rows: what was typed, by line.
        held: what the ledger holds of the sheet's lines already, by number; ``void``: those that do not count any more.
        entries: what the rows say, one entry a row, under the sheet's own numbers; none while there are ``problems``.
    """

    sheet: Sheet
    rows: list[Row]
    held: dict[int, Entry]
    void: frozenset[int]
    entries: list[Entry]
    problems: list[Problem]

    def missing(self, also: Iterable[int] = ()) -> list[int]:
        """Return the lines that nobody has typed yet; ``also``: typed elsewhere."""
        there = {*self.held, *also} - (self.void - {*also})
        return [line for line in range(1, len(self.sheet.persons) + 1) if line not in there]


def print_sheets(
    area: int, now: datetime, by: str, campaign: int = 0, lines: int = LINES
) -> tuple[list[Printed], list[Sheet]]:
    """Number and enrol the sheets of an area for an open round: everybody whose swab is still to be taken.

    Runs within the caller's scope.

    Raises:
        NoRound: no open round covers the area.
        ValueError: fewer than one line a sheet.
    """
    above = [ROOT, *(ancestor(area, depth) for depth in range(1, level(area) + 1))]
    lo, hi = span(area)
    swab = REGISTRY.duties["swab"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["campaign"], {"campaign": campaign, "above": above})
        round_ = cursor.fetchone()
        if round_ is None:
            raise NoRound(area)
        cursor.execute(
            SQL["residents"], {"campaign": round_[0], "kind": swab.code, "part": swab.took_part, "lo": lo, "hi": hi}
        )
        found = cursor.fetchall()
        homes = {home: _way(home) for *_, home in found if not lo <= home <= hi}
        laid = laid_out((Resident(*row[:-1], homes.get(row[-1], "")) for row in found), lines)
        printed, kept = [], []
        for sheet in laid:
            building = sheet[0].area
            place = _way(building)
            journal, _key = journals.enrol(f"纸单 {place}", "import", _ranges(sheet), now, now + LASTS)
            at = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
            printed.append(Printed(label(journal), round_[1], place, at, tuple(sheet)))
            kept.append(
                Sheet(
                    journal=journal, campaign=round_[0], area=building, persons=[r.person for r in sheet],
                    printed_at=now, printed_by=by,
                )
            )  # fmt: skip
        Sheet.objects.bulk_create(kept)
    return printed, kept


def _way(area: int) -> str:
    return " · ".join(name for _id, name, _en in reads.path(area)[1:])


def _ranges(sheet: Sequence[Resident]) -> Ranges:
    """Return what a sheet's journal answers for: its building, and the places where people of it are owed something."""
    return tuple(sorted({(node, node) for one in sheet for node in (one.area, one.owed)}))


def find(number: int) -> Sheet:
    """Return a sheet by its printed number, within the scope.

    Raises:
        NoSheet: no such sheet here, or the check digit is wrong.
    """
    found = Sheet.objects.filter(pk=number // 10).first() if is_label(number) else None
    if found is None:
        raise NoSheet(number)
    return found


def prepare(number: int, typed: str, at: datetime) -> Prepared:
    """Read the typed lines of a sheet. Nothing is written.

    Parameters:
        at: when the sheet was written at the door.

    Raises:
        NoSheet: as ``find``.
    """
    sheet = find(number)
    rows, problems = read_table(typed)
    with connection.cursor() as cursor:
        cursor.execute(SQL["held"], {"journal": sheet.journal})
        found = cursor.fetchall()
    held = {n: rules.decode(sheet.journal, n, bytes(raw)) for n, _kind, _at, raw, _void in found}
    void = frozenset(n for n, *_, is_void in found if is_void)
    problems += check(rows, len(sheet.persons), number)
    problems += _sealed_before(rows, {n: entry for n, entry in held.items() if n not in void})
    made = [] if problems else [
        # A line that is there already keeps its time, so that the same content is the same entry.
        Entry(sheet.journal, n, kind, held[n].at if n in held else at, sheet.area, body)
        for n, kind, body in entries(rows, sheet.persons, sheet.campaign, sheet.printed_at + DEFERRED)
    ]  # fmt: skip
    return Prepared(sheet, sorted(rows, key=lambda row: row.line), held, void, made, problems)


def _sealed_before(rows: Sequence[object], held: dict[int, Entry]) -> list[Problem]:
    """Return the lines whose tube was sealed by another line of the sheet: a tube is reported once, with all in it."""
    typed = tubes(rows)  # type: ignore[arg-type]
    return [
        Problem(typed[tube][0], "sealed", str(tube))
        for n, entry in held.items()
        if entry.kind == "tube.sealed" and (tube := entry.body["tube"]) in typed and n not in typed[tube]
    ]
