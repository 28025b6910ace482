"""How a round goes in an area: when it will be finished, against its plan, and against the round before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.command.forecast import INTERVAL, Forecast, finish
from bulou.command.reads import Campaign, Counts, board, rows, share
from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind

SQL = statements(__package__, "pace")
#: Older work says little of the next hours.
PAST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Before:
    """The round before in the same area: its coverage after the same time, in tenths of a percent."""

    name: str
    coverage: int | None


@dataclass(frozen=True, slots=True)
class Pace:
    """``hourly``: (begin, people sampled) of the last hours, oldest first. ``plan``: the end that was set, or None."""

    total: Counts
    elapsed_s: float
    hourly: list[tuple[datetime, int]]
    forecast: Forecast | None
    plan: datetime | None
    before: Before | None
    out_of_scope: int
    #: Of antigen tests since the opening: people with a valid one and no sample, people whose latest is positive.
    tested_alone: int
    antigen_positive: int

    @property
    def joint(self) -> int | None:
        """Tenths of a percent of those to be tested here who were sampled or reported a valid antigen test."""
        return share(self.total.covered + self.tested_alone, self.total.present)

    @property
    def verdict(self) -> str:
        """Tell how the forecast stands to the plan: in time, late, open, or nothing to compare."""
        if self.plan is None or self.forecast is None:
            return ""
        if self.forecast.late <= self.plan:
            return "in_time"
        return "late" if self.forecast.early > self.plan else "open"


def pace(campaign: Campaign, known: Sequence[Campaign], area: int, kind: DutyKind, now: datetime) -> Pace:
    """Read how a round goes in an area. ``known``: the rounds that the reader may see."""
    until = min(now, campaign.closed_at or now)
    elapsed = max(until - campaign.opened_at, timedelta())
    total = board(campaign.id, area, kind).total
    series = _sampled(campaign.id, area, kind, until)
    steps = min(elapsed, PAST) // INTERVAL
    recent = [series.get(back, 0) for back in range(steps - 1, -1, -1)]
    while recent and not recent[0]:  # nobody had begun
        recent.pop(0)
    lo, hi = span(area)
    return Pace(
        total, elapsed.total_seconds(), _hourly(recent, until),
        None if campaign.closed_at else finish(recent, total.missed, until),
        _time(rows(SQL["plan"], campaign=campaign.id)[0][0]),
        _before(campaign, known, area, kind, elapsed),
        rows(SQL["out_of_scope"], campaign=campaign.id, kind=kind.code, lo=lo, hi=hi)[0][0],
        *rows(SQL["antigen"], campaign=campaign.id, kind=kind.code, took_part=kind.took_part, lo=lo, hi=hi,
              opened_at=campaign.opened_at, until=until)[0],
    )  # fmt: skip


def _sampled(campaign: int, area: int, kind: DutyKind, until: datetime) -> dict[int, int]:
    lo, hi = span(area)
    found = rows(
        SQL["sampled"], campaign=campaign, kind=kind.code, tube=REGISTRY.duties["tube"].code, lo=lo, hi=hi,
        until=until, seconds=INTERVAL.total_seconds(),
    )  # fmt: skip
    return dict(found)


def _hourly(recent: list[int], until: datetime) -> list[tuple[datetime, int]]:
    six = timedelta(hours=1) // INTERVAL
    hours = -(-len(recent) // six)
    padded = [0] * (hours * six - len(recent)) + recent
    return [
        (until - timedelta(hours=hours - at), sum(padded[at * six : (at + 1) * six])) for at in range(hours)
    ]  # fmt: skip


def _before(
    campaign: Campaign, known: Sequence[Campaign], area: int, kind: DutyKind, elapsed: timedelta
) -> Before | None:
    lo, hi = span(area)
    earlier = [
        one for one in known
        if one.kind == campaign.kind and one.opened_at < campaign.opened_at and one.id != campaign.id
        and span(one.area)[0] <= lo and hi <= span(one.area)[1]
    ]  # fmt: skip
    if not earlier:
        return None
    last = max(earlier, key=lambda one: one.opened_at)
    present = board(last.id, area, kind).total.present
    done = sum(_sampled(last.id, area, kind, last.opened_at + elapsed).values())
    return Before(last.name, share(min(done, present), present))


def _time(text: str | None) -> datetime | None:
    """Return the instant that a round's rules name; one without a zone, or no instant, sets no plan."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
