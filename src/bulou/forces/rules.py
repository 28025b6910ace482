"""Who may be sent: rest, hours, skills, training, exposure. Facts in, decisions out; times are given, none is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bulou.forces.vocabulary import IN_SUITS, TRAINING


@dataclass(frozen=True, slots=True)
class RestRule:
    """A version of the house rule on rest, in force from a day on.

    ``rest``: between two shifts; ``longest``: one shift; ``week``: in any seven days up to the end of a shift.
    """

    name: str
    zh: str
    en: str
    effective: date
    rest: timedelta
    longest: timedelta
    week: timedelta


#: The earliest first. A version is never changed: another one follows it. Eleven hours are those of the European
#: working time directive (2003/88/EC, article 3); the hours of a week are a house rule.
VERSIONS = (
    RestRule(
        "rest-1", "两班之间至少休息11小时", "at least 11 hours of rest between shifts", date(2022, 3, 1),
        timedelta(hours=11), timedelta(hours=12), timedelta(hours=60),
    ),
)  # fmt: skip
WEEK = timedelta(days=7)
#: House rule: so long people who are called up have to answer.
ANSWERED_WITHIN = timedelta(minutes=30)
#: A suit is worn for so long at most, and then another one is put on.
SUIT = timedelta(hours=4)


def version_on(day: date) -> RestRule:
    """Return the version in force on a day; before the first one, the first."""
    return next((one for one in reversed(VERSIONS) if one.effective <= day), VERSIONS[0])


@dataclass(frozen=True, slots=True)
class Span:
    """A shift's time."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill on record. ``until``: the last day on which its proof is good; None: it does not expire."""

    proof: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who would be sent. ``spans``: shifts that he has, also those behind him.

    ``shifts``: names of those for which he is available (none: all); ``since``, ``until``: first and last day.
    """

    ended: bool = False
    skills: Mapping[str, Skill] = field(default_factory=dict[str, Skill])
    shifts: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    exposed_until: datetime | None = None
    spans: Sequence[Span] = ()


def holds(standing: Standing, skill: str, day: date) -> str:
    """Return "" where a skill is on record and its proof good on a day, else "skill" or "expired"."""
    found = standing.skills.get(skill)
    if found is None:
        return "skill"
    return "expired" if found.until is not None and found.until < day else ""


def unfit(standing: Standing, span: Span, skill: str, day: date, shift: str, rule: RestRule) -> list[str]:
    """Return why somebody must not be sent, in the order of ``vocabulary.UNFIT``; nothing where he may be.

    Parameters:
        day: the day of the shift in the installation's zone.
        shift: its name, "" for one at other hours.
    """
    out: list[str] = []
    if standing.ended:
        out.append("ended")
    double = any(one.starts < span.ends and span.starts < one.ends for one in standing.spans)
    if double:
        out.append("double")
    if standing.exposed_until is not None and standing.exposed_until > span.starts:
        out.append("exposed")
    if not double and short(standing, span, rule):
        out.append("rest")
    if span.ends - span.starts > rule.longest:
        out.append("long")
    if hours(standing, span) > rule.week:
        out.append("week")
    if skill and (missing := holds(standing, skill, day)):
        out.append(missing)
    if skill in IN_SUITS and holds(standing, TRAINING, day):
        out.append("training")
    outside = (standing.since is not None and day < standing.since) or (
        standing.until is not None and day > standing.until
    )
    if outside or (standing.shifts and shift and shift not in standing.shifts):
        out.append("unavailable")
    return out


def short(standing: Standing, span: Span, rule: RestRule) -> bool:
    """Tell whether a shift begins, or another one follows it, before the rest is over."""
    return any(
        one.starts - rule.rest < span.ends and span.starts < one.ends + rule.rest for one in standing.spans
    )  # fmt: skip


def hours(standing: Standing, span: Span) -> timedelta:
    """Return the most that would be worked in seven days that hold the shift."""
    spans = [*standing.spans, span]
    ends = [one.ends for one in spans if span.starts <= one.ends <= span.starts + WEEK + (span.ends - span.starts)]
    return max(
        sum((max(timedelta(), min(one.ends, end) - max(one.starts, end - WEEK)) for one in spans), timedelta())
        for end in ends
    )


def suits(span: Span) -> int:
    """Return how many sets of protective equipment a shift takes for one person."""
    return max(1, -(-(span.ends - span.starts) // SUIT))


def silent_from(asked_at: datetime, at: datetime) -> datetime:
    """Return when somebody who was asked and has not answered counts as silent: after half an hour, or sooner where a
    third of the time until he should be there is less.
    """
    return asked_at + max(timedelta(), min(ANSWERED_WITHIN, (at - asked_at) / 3))


def rested_from(standing: Standing, rule: RestRule, before: datetime) -> datetime | None:
    """Return from when somebody may begin a shift, by the latest one that begins before an instant; None: rested."""
    ends = [one.ends for one in standing.spans if one.starts < before]
    return max(ends) + rule.rest if ends else None
