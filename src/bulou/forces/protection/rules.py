"""Who is due for a test, how long somebody has worked, which meals a shift takes. Facts in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bulou.forces.rules import WEEK, Span


@dataclass(frozen=True, slots=True)
class TestRule:
    """A version of the house rule on tests, in force from a day on: days from one test to the next.

    ``in_suits``: of whoever swabs, drives transfers or disinfects; ``others``: of everybody else.
    """

    name: str
    zh: str
    en: str
    effective: date
    in_suits: int
    others: int


#: The earliest first. A version is never changed: another one follows it. Both intervals are house rules.
VERSIONS = (
    TestRule("tests-1", "穿防护服的每天检测，其他人每2天", "daily in suits, every two days else",
             date(2022, 1, 1), 1, 2),
)  # fmt: skip
#: Meals by the minute of the day at which they are served.
MEALS = (("breakfast", 450), ("lunch", 720), ("supper", 1080), ("night", 1470))


def version_on(day: date) -> TestRule:
    """Return the version in force on a day; before the first one, the first."""
    return next((one for one in reversed(VERSIONS) if one.effective <= day), VERSIONS[0])


def due_on(last: date | None, in_suits: bool, today: date, rule: TestRule) -> date:
    """Return the day of somebody's next test; today where there was none."""
    return today if last is None else last + timedelta(days=rule.in_suits if in_suits else rule.others)


def worked(spans: Iterable[Span], now: datetime) -> timedelta:
    """Return how long somebody's shifts were within the seven days before an instant."""
    since = now - WEEK
    return sum((max(timedelta(), min(one.ends, now) - max(one.starts, since)) for one in spans), timedelta())


def meals(starts: int, ends: int) -> list[str]:
    """Return the meals of a shift: those that are served from its first minute to before its last, also past midnight.

    Parameters:
        starts: minutes after midnight. ``ends``: the same, more than 1440 on the next day.
    """
    return [name for name, at in MEALS if any(starts <= at + day < ends for day in (-1440, 0, 1440))]
