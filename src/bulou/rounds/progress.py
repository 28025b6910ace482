"""How a round goes in an area: when it will be finished, against its plan, and against the round before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.ledger.areas import span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind
from bulou.rounds.forecast import INTERVAL, Forecast, finish
from bulou.ui.figures import Campaign, Counts, board, rows, share

SQL = statements(__package__, "progress")
#: Older work says little of the next hours.
PAST = timedelta(hours=12)
#: How finely the course of an earlier round is kept: what is compared is never more than this too early.
STEP = timedelta(minutes=1)
#: An earlier round's course is read up to here after its opening.
COURSE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a round should stand now if it went evenly from its opening to the end that was set.

    ``end``: that end. ``share``: tenths of a percent. ``due``: people, of ``present`` to be tested here; ``covered``
    were.
    """

    end: datetime
    share: int
    due: int
    covered: int
    present: int

    @property
    def mark(self) -> str:
        """How far a bar should be filled, in percent of its width."""
        return f"{self.share / 10:.1f}"

    @property
    def ahead(self) -> int:
        """People more than planned; below zero fewer."""
        return self.covered - self.due

    @property
    def short(self) -> int:
        """People fewer than planned; zero where there are none."""
        return max(-self.ahead, 0)

    @property
    def points(self) -> int:
        """Tenths of a percentage point ahead of the plan; below zero behind."""
        return (share(self.covered, self.present) or 0) - self.share


@dataclass(frozen=True, slots=True)
class Before:
    """The round before in the same area: its coverage after the same time, in tenths of a percent."""

    name: str
    coverage: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """A round's way through an area: people first sampled in each ``STEP`` since its opening, of those present."""

    name: str
    present: int
    sampled: dict[int, int]

    def at(self, elapsed: timedelta) -> Before:
        """Tell its coverage when it had been open for ``elapsed``."""
        done = sum(n for step, n in self.sampled.items() if step < elapsed // STEP)
        return Before(self.name, share(min(done, self.present), self.present))


@dataclass(frozen=True, slots=True)
class Antigen:
    """People owed a swab whose latest antigen test since the opening is valid: without and with a sample; positive."""

    alone: int
    both: int
    positive: int

    @property
    def any(self) -> bool:
        """Tell whether anybody reported."""
        return bool(self.alone or self.both)

    def joint(self, total: Counts) -> int | None:
        """Tenths of a percent of those to be tested here who were sampled or reported a valid antigen test."""
        return share(min(total.covered + self.alone, total.present), total.present)

    def twice(self, total: Counts) -> int | None:
        """Tenths of a percent of those to be tested here who were sampled and reported a valid antigen test."""
        return share(min(self.both, total.present), total.present)


@dataclass(frozen=True, slots=True)
class Pace:
    """``hourly``: (begin, people sampled) of the last hours, oldest first. ``planned``: None where no end was set."""

    total: Counts
    elapsed_s: float
    hourly: list[tuple[datetime, int]]
    forecast: Forecast | None
    planned: Planned | None
    before: Before | None
    out_of_scope: int
    antigen: Antigen

    @property
    def plan(self) -> datetime | None:
        """The end that was set."""
        return self.planned and self.planned.end

    @property
    def joint(self) -> int | None:
        """Tenths of a percent who were sampled or reported a valid antigen test."""
        return self.antigen.joint(self.total)

    @property
    def twice(self) -> int | None:
        """Tenths of a percent who were sampled and reported a valid antigen test."""
        return self.antigen.twice(self.total)

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
    elapsed = open_for(campaign, now)
    total = board(campaign.id, area, kind).total
    series = _sampled(campaign.id, area, kind, until, INTERVAL)
    steps = min(elapsed, PAST) // INTERVAL
    recent = [series.get(back, 0) for back in range(steps - 1, -1, -1)]
    while recent and not recent[0]:  # nobody had begun
        recent.pop(0)
    lo, hi = span(area)
    last = last_round(campaign, known, area)
    return Pace(
        total, elapsed.total_seconds(), _hourly(recent, until),
        None if campaign.closed_at else finish(recent, total.missed, until),
        planned(campaign, total, now),
        course(last, area, kind).at(elapsed) if last else None,
        rows(SQL["out_of_scope"], campaign=campaign.id, kind=kind.code, lo=lo, hi=hi)[0][0],
        antigen(campaign, area, kind, now),
    )  # fmt: skip


def open_for(campaign: Campaign, now: datetime) -> timedelta:
    """Return for how long a round has been open, or was."""
    return max(min(now, campaign.closed_at or now) - campaign.opened_at, timedelta())


def planned(campaign: Campaign, total: Counts, now: datetime) -> Planned | None:
    """Hold the counts of an area against the round's plan. Reads nothing.

    Rounds name one end and no curve, so the plan is an even pace for every area alike.
    """
    if campaign.plan is None:
        return None
    whole, gone = campaign.plan - campaign.opened_at, open_for(campaign, now)
    per_mille = 1000 if gone >= whole else 1000 * gone // whole
    return Planned(campaign.plan, per_mille, total.present * per_mille // 1000, total.covered, total.present)


def last_round(campaign: Campaign, known: Sequence[Campaign], area: int) -> Campaign | None:
    """Return the round of the same kind that was opened last before this one and held the whole area."""
    lo, hi = span(area)
    earlier = [
        one for one in known
        if one.kind == campaign.kind and one.opened_at < campaign.opened_at and one.id != campaign.id
        and span(one.area)[0] <= lo and hi <= span(one.area)[1]
    ]  # fmt: skip
    return max(earlier, key=lambda one: one.opened_at, default=None)


def course(campaign: Campaign, area: int, kind: DutyKind) -> Course:
    """Read a round's whole way through an area. Dear: it goes through the area's tubes."""
    steps = COURSE // STEP
    back = _sampled(campaign.id, area, kind, campaign.opened_at + COURSE, STEP)
    present = board(campaign.id, area, kind).total.present
    return Course(campaign.name, present, {steps - 1 - far: n for far, n in back.items()})


def antigen(campaign: Campaign, area: int, kind: DutyKind, now: datetime) -> Antigen:
    """Read the antigen tests of those who owe a swab. Dear: it goes through all reports since the opening."""
    lo, hi = span(area)
    return Antigen(*rows(
        SQL["antigen"], campaign=campaign.id, kind=kind.code, took_part=kind.took_part, lo=lo, hi=hi,
        opened_at=campaign.opened_at, until=min(now, campaign.closed_at or now),
    )[0])  # fmt: skip


def _sampled(campaign: int, area: int, kind: DutyKind, until: datetime, every: timedelta) -> dict[int, int]:
    """Return {intervals back from ``until``: people first sampled in it}."""
    lo, hi = span(area)
    found = rows(
        SQL["sampled"], campaign=campaign, kind=kind.code, tube=REGISTRY.duties["tube"].code, lo=lo, hi=hi,
        until=until, seconds=every.total_seconds(),
    )  # fmt: skip
    return dict(found)


def _hourly(recent: list[int], until: datetime) -> list[tuple[datetime, int]]:
    six = timedelta(hours=1) // INTERVAL
    hours = -(-len(recent) // six)
    padded = [0] * (hours * six - len(recent)) + recent
    return [
        (until - timedelta(hours=hours - at), sum(padded[at * six : (at + 1) * six])) for at in range(hours)
    ]  # fmt: skip
