"""The rule of levels: a versioned table of conditions that proposes; a person decides. Facts in, proposals out: pure.

Days are counted from the last positive: on the day of the positive itself the count is 0, and after seven whole days
without one it is 7. A clean round (everybody tested, nobody positive) counts for a step when it was taken on the last
day of that step's period or later; where nobody knows, it is said to be missing and never assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

#: From the strictest down. A unit without a positive in memory is held no stricter than the last of them.
LEVELS = ("lockdown", "control", "precaution")
LOCKDOWN, CONTROL, PRECAUTION = LEVELS
#: Positives older than this say nothing under any version.
MEMORY_DAYS = 14
#: What can be missing for a step down.
DAYS, ROUND, ASSESSMENT = "days", "round", "assessment"


@dataclass(frozen=True, slots=True)
class Step:
    """One way down: from a level to a milder one, after so many days without a positive.

    ``came_from``: only where the unit came to its level from this one. ``clean_from_day``: everybody was tested and
    nobody positive on this day of the count or later. ``assessed``: somebody looked at the unit and found it fit.
    """

    source: str
    target: str
    days: int
    came_from: str = ""
    clean_from_day: int | None = None
    assessed: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the rule. ``blanket``: the whole area is held at this level, whatever was found where.

    ``first``: (level, days): a unit that has no level yet gets the first level whose count it is still below; beyond
    the last one it is precaution. ``review_days``: within how many days a decision is looked at again.
    """

    name: str
    effective: date
    zh: str
    en: str
    first: tuple[tuple[str, int], ...] = ((LOCKDOWN, 7), (CONTROL, 14))
    steps: tuple[Step, ...] = ()
    blanket: str = ""
    review_days: int = 7


#: The table, oldest first. The date of the last one is in no source that we have: it is the first day on which seven
#: days without a positive can have passed since the first lists (see docs/decisions/0027).
VERSIONS = (
    Version(
        "blanket-2022-04-03", date(2022, 4, 3), "全域封控", "closure of the whole area", blanket=LOCKDOWN, review_days=4
    ),
    Version(
        "three-zones-2022-04-11", date(2022, 4, 11), "三区划分（7天＋7天）", "three levels, 7 and 7 days",
        steps=(
            Step(LOCKDOWN, PRECAUTION, 14, clean_from_day=13),
            Step(CONTROL, PRECAUTION, 14, clean_from_day=13),
        ),
    ),
    Version(
        "three-zones-2022-04-18", date(2022, 4, 18), "三区划分（7天＋3天）", "three levels, 7 and 3 days",
        steps=(
            Step(LOCKDOWN, CONTROL, 7, clean_from_day=7),
            Step(CONTROL, PRECAUTION, 10, came_from=LOCKDOWN, clean_from_day=10),
            Step(CONTROL, PRECAUTION, 14, clean_from_day=13),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a unit on a day.

    ``positives``: days on which somebody there tested positive, once for each person. ``level`` and ``came_from``: as
    held now, "" for none. ``clean_round``: the last day on which everybody was tested and nobody positive; None where
    nobody knows. ``assessed``: somebody looked and found it fit.
    """

    day: date
    positives: Sequence[date] = ()
    level: str = ""
    came_from: str = ""
    clean_round: date | None = None
    assessed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a version proposes, with all that it leans on.

    ``days``: the count; None where no positive is in memory. ``earliest``: on which day the next step down can be
    taken at the soonest; None where there is none. ``towards``: the level of that step. ``missing``: of DAYS, ROUND,
    ASSESSMENT, what keeps the unit from it.
    """

    level: str
    version: str
    days: int | None
    last: date | None
    seven: int
    fourteen: int
    towards: str = ""
    earliest: date | None = None
    missing: tuple[str, ...] = field(default=())


def version_on(day: date, versions: Sequence[Version] = VERSIONS) -> Version:
    """Return the version in force on a day; the first one for days before all of them."""
    return next((one for one in reversed(versions) if one.effective <= day), versions[0])


def milder(one: str, other: str) -> bool:
    """Tell whether the first level is milder than the second; no level is the mildest."""
    order = {name: n for n, name in enumerate(LEVELS)}
    return order.get(one, len(LEVELS)) > order.get(other, len(LEVELS))


def propose(facts: Facts, version: Version) -> Proposal:
    """Return what a version of the rule proposes for a unit, and why."""
    seen = sorted(one for one in facts.positives if one <= facts.day)
    last = seen[-1] if seen else None
    days = (facts.day - last).days if last else None
    counted = [sum((facts.day - one).days < width for one in seen) for width in (7, MEMORY_DAYS)]

    def made(level: str, step: Step | None = None, missing: tuple[str, ...] = ()) -> Proposal:
        earliest = last + timedelta(days=step.days) if step and last else None
        if step and not last:
            earliest = facts.day
        towards = step.target if step else ""
        return Proposal(level, version.name, days, last, counted[0], counted[1], towards, earliest, missing)

    if version.blanket:
        return made(version.blanket)
    fresh = _first(days, version)
    held = facts.level if facts.level in LEVELS else fresh
    if fresh == LOCKDOWN or (not facts.level and fresh == CONTROL):
        held = fresh
    came = facts.came_from if held == facts.level else ""
    step = next((one for one in version.steps if one.source == held and one.came_from in ("", came)), None)
    if step is None:
        return made(held if facts.level else fresh)
    missing = _missing(facts, step, days, last)
    if missing:
        return made(held, step, missing)
    after = next((one for one in version.steps if one.source == step.target and one.came_from in ("", held)), None)
    return made(step.target, after, _missing(facts, after, days, last) if after else ())


def _first(days: int | None, version: Version) -> str:
    if days is None:
        return PRECAUTION
    return next((level for level, below in version.first if days < below), PRECAUTION)


def _missing(facts: Facts, step: Step, days: int | None, last: date | None) -> tuple[str, ...]:
    out: list[str] = []
    if days is not None and days < step.days:
        out.append(DAYS)
    if step.clean_from_day is not None and last is not None:
        wanted = last + timedelta(days=step.clean_from_day)
        if facts.clean_round is None or facts.clean_round < wanted:
            out.append(ROUND)
    if step.assessed and not facts.assessed:
        out.append(ASSESSMENT)
    return tuple(out)


def replay(
    positives: Iterable[date], until: date, since: date, versions: Sequence[Version] = VERSIONS,
    clean: Iterable[date] | None = None,
) -> Proposal:  # fmt: skip
    """Return the proposal for a day as it comes from following the rule day by day, every proposal accepted.

    Parameters:
        since: the first day on which levels are given; the unit has none before.
        clean: days of rounds in which everybody was tested and nobody positive; None where every day may be taken for
            one, as it must be where no list of rounds was published.
    """
    found, rounds = sorted(positives), None if clean is None else sorted(clean)
    level = came = ""
    day = min(since, until)
    while True:
        known = day if rounds is None else next((one for one in reversed(rounds) if one <= day), None)
        seen = [one for one in found if one <= day]
        proposal = propose(Facts(day, seen, level, came, known), version_on(day, versions))
        if proposal.level != level:
            came, level = level, proposal.level
        if day >= until:
            return proposal
        day += timedelta(days=1)
