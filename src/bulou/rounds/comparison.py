"""What stands beside a board's coverage: the plan, the round before at the same time, the antigen tests.

The same figures as on the page of the forecast, by the same reads. The plan comes from the board's own counts and is
current with them; the two others are dear and may be a minute old.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bulou.ledger.scope import Ranges
from bulou.ledger.vocabulary import DutyKind
from bulou.rounds import progress as pace
from bulou.rounds.coverage_check.reads import Estimate
from bulou.rounds.coverage_check.reads import beside as coverage
from bulou.ui.figures import Campaign, Counts
from bulou.ui.live import background_cache as kept

#: Antigen tests come all the time; an earlier round changes only by what is corrected or comes late.
FRESH, SETTLED = 60.0, 3600.0
#: What is kept where no sample says anything: known, and nothing to show.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Beside:
    """``first``: no round went before. ``unfinished``: a figure is being read for the first time."""

    planned: pace.Planned | None
    before: pace.Before | None
    points: int | None
    elapsed_s: float
    antigen: pace.Antigen | None
    joint: int | None
    twice: int | None
    true: Estimate | None
    first: bool
    unfinished: bool


def beside(
    campaign: Campaign, known: Sequence[Campaign], total: Counts, area: int, now: datetime, ranges: Ranges
) -> Beside:
    """Return what is known beside the counts of an area. ``known``: the rounds that the reader may see.

    ``now``: to the minute, so that a board without news stays as it is.
    """
    kind: DutyKind = total.kind
    last = pace.last_round(campaign, known, area)
    course = last and kept.KEPT.get(
        ("course", last.id, area, kind.code), ranges, SETTLED, lambda: pace.course(last, area, kind)
    )
    antigen = kept.KEPT.get(
        ("antigen", campaign.id, area, kind.code), ranges, FRESH, lambda: pace.antigen(campaign, area, kind, now)
    )
    true = kept.KEPT.get(("coverage", campaign.id, area), ranges, FRESH, lambda: coverage(campaign.id, area) or NONE)
    elapsed = pace.open_for(campaign, now)
    before = course.at(elapsed) if course else None
    points = None
    if before and before.coverage is not None and total.coverage is not None:
        points = total.coverage - before.coverage
    shown = antigen if antigen and antigen.any else None
    return Beside(
        pace.planned(campaign, total, now), before, points, elapsed.total_seconds(), shown,
        shown and shown.joint(total), shown and shown.twice(total),
        true=true if isinstance(true, Estimate) else None, first=last is None,
        unfinished=antigen is None or (last is not None and course is None),
    )  # fmt: skip
