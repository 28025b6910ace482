"""Runs for medicines as they stand: who is on each, what is bought for them, and who waits to be put on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.command.work import reads
from bulou.command.work.reads import Asked
from bulou.command.work.rules import Row
from bulou.ledger.scope import Ranges
from bulou.relief.medicines import MEDICINE, Total, totals
from bulou.ui.room import Work, works

#: Medicines that are looked through at once.
MOST = 3_000
#: So long a run that is over stands on the list.
SHOWN = timedelta(days=7)


def medicines() -> Work:
    """Return the declared work of medicines."""
    return works()[MEDICINE.name]


@dataclass(frozen=True, slots=True)
class Run:
    """A run. ``open``: how many of its people have not got their bag; ``bought``: of them, whose bag is ready."""

    number: str
    buyer: str
    pharmacy: str
    leaves: str
    rows: list[Row]

    @property
    def bought(self) -> int:
        """How many bags are ready to be handed over."""
        return sum(row.open and row.at.name == "bought" for row in self.rows)

    @property
    def open(self) -> int:
        """How many people have not got theirs."""
        return sum(row.open for row in self.rows)

    @property
    def done(self) -> int:
        """How many have."""
        return sum(row.outcome == 1 for row in self.rows)

    @property
    def totals(self) -> list[Total]:
        """What is bought for them together."""
        return totals(str(row.latest.get("items", "")) for row in self.rows)


def waiting(ranges: Ranges, area: int, now: datetime) -> list[Row]:
    """Return who waits to be put on a run: what is put off is not among them."""
    found, _more = reads.listed(medicines(), ranges, Asked(area, stage=0), now, limit=MOST)
    return [row for row in found if not (row.mark == 1 and row.until and row.until > now)]


def runs(ranges: Ranges, now: datetime, number: str = "") -> list[Run]:
    """Return the runs that somebody is on, the latest first; one of them where its number is given."""
    found: dict[str, list[Row]] = {}
    for state in ("open", "done"):
        rows, _more = reads.listed(medicines(), ranges, Asked(state=state), now, limit=MOST)
        for row in rows:
            run = str(row.latest.get("run", ""))
            old = not row.open and row.stage_at is not None and row.stage_at < now - SHOWN
            if run and row.at.name != "open" and number in ("", run) and (number or not old):
                found.setdefault(run, []).append(row)
    return [_run(run, found[run]) for run in sorted(found, reverse=True)]


def _run(number: str, rows: list[Row]) -> Run:
    rows = sorted(rows, key=lambda row: (row.area, row.stairwell or "", row.floor or 0, row.door or "", row.subject))
    said = rows[0].latest
    return Run(
        number, str(said.get("buyer", "")), str(said.get("pharmacy", "")), str(said.get("leaves") or ""), rows
    )  # fmt: skip
