"""When somebody may go home: the rule of the programme, by its version. Pure.

The rules are those of the national protocols: for people who test positive the diagnosis and treatment protocol, trial
9th edition (14 March 2022): two negative tests in a row, at least 24 hours apart; for contacts the prevention and
control protocol, 8th edition (14 days), and 9th edition (28 June 2022: 7 days and 3 at home).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """One version. ``since``: the day from which it holds; ``negatives`` in a row, ``apart`` from each other at least;
    ``days``: least days since the first positive result or the onset; ``quarantine``: days of a contact.
    """

    name: str
    since: date
    negatives: int
    apart: timedelta
    days: int
    quarantine: int


#: The oldest first; each holds until the next one. A new one is added at the end.
RULES = (
    Rule("2022-03", date(2022, 1, 1), 2, timedelta(hours=24), 0, 14),
    Rule("2022-06", date(2022, 6, 28), 2, timedelta(hours=24), 0, 7),
)


@dataclass(frozen=True, slots=True)
class Result:
    """One test with a result."""

    at: datetime
    negative: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may go, and in both languages why or why not. ``earliest``: if all goes well."""

    may: bool
    why: tuple[str, str]
    earliest: datetime | None


def rule_of(day: date, rules: tuple[Rule, ...] = RULES) -> Rule:
    """Return the version that holds on a day; before the first one, that one."""
    return next((rule for rule in reversed(rules) if rule.since <= day), rules[0])


def decide(
    since: datetime, symptoms: str, tests: Iterable[Result], stands: bool, now: datetime, rule: Rule
) -> Decision:  # fmt: skip
    """Return whether somebody may be discharged.

    Parameters:
        since: the verified result, or the onset.
        symptoms: as the latest record says: "none", "mild", "worse", "grave" or "".
        stands: whether the result still stands; one that was withdrawn keeps nobody.
    """
    if not stands:
        return Decision(
            True, ("阳性结果已撤销：应立即出院", "The positive result was withdrawn: to be discharged at once"), now
        )
    told = sorted((one for one in tests if one.at <= now), key=lambda one: one.at)
    row: list[Result] = []
    for one in told:
        row = [*row, one] if one.negative else []
    kept: list[Result] = []
    for one in row:
        if not kept or one.at - kept[-1].at >= rule.apart:
            kept.append(one)
    open_until = since + timedelta(days=rule.days)
    missing = max(0, rule.negatives - len(kept))
    next_at = max(now, kept[-1].at + rule.apart) if kept else now
    earliest = max(open_until, next_at + rule.apart * max(0, missing - 1)) if missing else max(open_until, now)
    if symptoms in ("worse", "grave"):
        return Decision(False, ("病情加重：由医生决定", "Has become worse: a doctor decides"), None)
    if missing:
        hours = int(rule.apart.total_seconds() // 3600)
        return Decision(
            False,
            (f"还差{missing}次核酸阴性（连续{rule.negatives}次，间隔{hours}小时）",
             f"{missing} more negative test(s) needed ({rule.negatives} in a row, {hours} h apart)"),
            earliest,
        )  # fmt: skip
    if now < open_until:
        return Decision(False, (f"未满{rule.days}天", f"Not yet {rule.days} days"), earliest)
    return Decision(
        True,
        (f"连续{rule.negatives}次核酸阴性", f"{rule.negatives} negative tests in a row"), now,
    )  # fmt: skip


def observed_until(exposed_on: date, rule: Rule) -> date:
    """Return the last day of a contact's quarantine."""
    return exposed_on + timedelta(days=rule.quarantine)
