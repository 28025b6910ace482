"""What waits longest: tubes by stage, retests and dispositions, reports that do not fit, journals with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.command.worklist.rules import clocks
from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Stage, Subject
from bulou.people import DutyRow
from bulou.ui.figures import rows

SQL = statements(__package__, "backlog")
LIMIT = 10
#: A phone that reported something and then nothing for this long is asked about.
SILENT = timedelta(hours=2)


@dataclass(frozen=True)
class StageWait:
    """Tubes in one stage. ``oldest_s``: seconds that the oldest is in it; ``late``: how many longer than allowed."""

    stage: Stage
    rank: int
    n: int
    oldest_s: float | None
    late: int


@dataclass(frozen=True)
class Waiting:
    """One open duty and how long it waits, in seconds: a person since it was owed, whatever was done for her since;
    a tube since it came to its stage.

    ``late``: longer than its clock allows; ``matter``: as the list of matters names it.
    """

    owed: DutyRow
    seconds: float | None
    late: bool
    matter: str


@dataclass(frozen=True)
class Gap:
    """A journal somebody must ask about. ``missing``: numbers that the ledger lacks."""

    id: int
    name: str
    kind: str
    missing: int
    heard_at: datetime | None
    silent_s: float | None


def tubes(campaign: int, area: int, kind: DutyKind, now: datetime) -> list[StageWait]:
    """Read open carriers of a kind by stage; every stage but the last has a row, also when it is empty."""
    lo, hi = span(area)
    limited = [(rank, stage.within) for rank, stage in enumerate(kind.stages) if stage.within is not None]
    found = rows(
        SQL["tubes"], campaign=campaign, kind=kind.code, lo=lo, hi=hi, now=now,
        stages=[rank for rank, _ in limited], minutes=[minutes for _, minutes in limited],
    )  # fmt: skip
    by_rank = {rank: (n, since, late) for rank, n, since, late in found}
    out = []
    for rank in range(1, kind.final):
        n, since, late = by_rank.get(rank, (0, None, 0))
        out.append(StageWait(kind.stages[rank], rank, n, _seconds(since, now), late))
    return out


def oldest(
    campaign: int, area: int, kind: DutyKind, now: datetime, limit: int = LIMIT, named: bool = True
) -> list[Waiting]:
    """Read the open duties of a kind that stand longest in their stage. ``named``: persons with their names."""
    lo, hi = span(area)
    personal = named and kind.subject is Subject.PERSON
    found = rows(
        SQL["oldest"], campaign=campaign, kind=kind.code, lo=lo, hi=hi, limit=limit, personal=personal
    )  # fmt: skip
    known = {clock.rank: clock for clock in clocks(kind)}
    out = []
    for s, o, a, stage, at, opened, mark, why, name in found:
        due = known[stage].end(opened, at) if stage in known else None
        owed = DutyRow(kind, a, s, o, stage, at, mark, why, None, name)
        since = (opened or at) if personal else at
        key = f"overdue.{kind.name}.{campaign}.{s}.{o}:{a}"
        out.append(Waiting(owed, _seconds(since, now), due is not None and due < now, key))
    return out


def doubts(campaign: int, area: int, limit: int = LIMIT) -> tuple[list[DutyRow], list[DutyRow]]:
    """Read reports about duties that nobody opened, and subjects that were taken more than once; as many of each."""
    lo, hi = span(area)
    found = [
        DutyRow(REGISTRY.by_code[k], a, s, o, stage, at, 0, None, None, None, outcome=outcome, takes=takes)
        for k, s, o, a, stage, at, outcome, takes in rows(SQL["doubts"], campaign=campaign, lo=lo, hi=hi, limit=limit)
        if k in REGISTRY.by_code
    ]
    return [d for d in found if d.outcome == 3], [d for d in found if d.outcome != 3]


def gaps(area: int, now: datetime, limit: int = LIMIT) -> list[Gap]:
    """Read journals with missing numbers or silent without a closing entry."""
    lo, hi = span(area)
    return [
        Gap(id_, name, kind, max(highest, last or 0) - held, heard_at, _seconds(heard_at, now))
        for id_, name, kind, highest, held, last, heard_at in rows(
            SQL["journals"], lo=lo, hi=hi, silent_since=now - SILENT, limit=limit
        )
    ]


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since).total_seconds()
