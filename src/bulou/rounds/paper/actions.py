"""Printing sheets, and taking them back through the one door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from bulou.ledger import intake, journals, rules
from bulou.ledger.areas import ROOT, ancestor, level, span
from bulou.ledger.labels import is_label, label
from bulou.ledger.lines import Entry
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import reads
from bulou.rounds.models import Sheet
from bulou.rounds.paper.pdf import Printed
from bulou.rounds.paper.rules import LINES, Problem, Resident, check, entries, laid_out, read_table, tubes

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
class Taken:
    """What became of a typed sheet: receipts by line; lines that nobody has typed yet; or what must be mended first."""

    sheet: Sheet
    receipts: list[intake.Receipt]
    missing: list[int]
    problems: list[Problem]


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
        laid = laid_out((Resident(*row) for row in cursor.fetchall()), lines)
        printed, kept = [], []
        for sheet in laid:
            building = sheet[0].area
            place = " · ".join(name for _id, name, _en in reads.path(building)[1:])
            journal, _key = journals.enrol(f"纸单 {place}", "import", (span(building),), now, now + LASTS)
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


def find(number: int) -> Sheet:
    """Return a sheet by its printed number, within the scope.

    Raises:
        NoSheet: no such sheet here, or the check digit is wrong.
    """
    found = Sheet.objects.filter(pk=number // 10).first() if is_label(number) else None
    if found is None:
        raise NoSheet(number)
    return found


def take_back(number: int, typed: str, at: datetime, now: datetime) -> Taken:
    """Take the typed lines of a sheet into the ledger, all or none; a line typed before is "repeated".

    Parameters:
        at: when the sheet was written at the door.

    Raises:
        NoSheet: as ``find``.
    """
    sheet = find(number)
    rows, problems = read_table(typed)
    with connection.cursor() as cursor:
        cursor.execute(SQL["held"], {"journal": sheet.journal})
        held = {n: rules.decode(sheet.journal, n, bytes(raw)) for n, _kind, _at, raw in cursor.fetchall()}
    problems += check(rows, len(sheet.persons), number)
    problems += _sealed_before(rows, held)
    if problems:
        return Taken(sheet, [], _missing(sheet, held), problems)
    made = [
        # A line that is there already keeps its time, so that the same content is the same entry.
        Entry(sheet.journal, n, kind, held[n].at if n in held else at, sheet.area, body)
        for n, kind, body in entries(rows, sheet.persons, sheet.campaign, sheet.printed_at + DEFERRED)
    ]
    receipts = intake.post(made, now)
    return Taken(sheet, receipts, _missing(sheet, {*held, *(entry.number for entry in made)}), [])


def _sealed_before(rows: Sequence[object], held: dict[int, Entry]) -> list[Problem]:
    """Return the lines whose tube was sealed by another line of the sheet: a tube is reported once, with all in it."""
    typed = tubes(rows)  # type: ignore[arg-type]
    return [
        Problem(typed[tube][0], "sealed", str(tube))
        for n, entry in held.items()
        if entry.kind == "tube.sealed" and (tube := entry.body["tube"]) in typed and n not in typed[tube]
    ]


def _missing(sheet: Sheet, held: object) -> list[int]:
    return [line for line in range(1, len(sheet.persons) + 1) if line not in held]  # type: ignore[operator]
