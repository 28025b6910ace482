"""Who may be sent: rest, hours, skills, training, exposure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bulou.forces import rules
from bulou.forces.rules import Skill, Span, Standing
from bulou.forces.vocabulary import UNFIT

MIDNIGHT = datetime(2022, 4, 4, tzinfo=UTC)
DAY = date(2022, 4, 4)
RULE = rules.VERSIONS[0]
TRAINED = {"sampling": Skill("证书1"), "register": Skill(), "protection": Skill("培训", date(2022, 12, 31))}


def at(starts: float, ends: float) -> Span:
    return Span(MIDNIGHT + timedelta(hours=starts), MIDNIGHT + timedelta(hours=ends))


MORNING = at(7, 15)


def why(standing: Standing, span: Span = MORNING, skill: str = "sampling", shift: str = "morning") -> list[str]:
    return rules.unfit(standing, span, skill, DAY, shift, RULE)


def test_whoever_is_skilled_trained_and_rested_may_be_sent():
    assert why(Standing(skills=TRAINED)) == []
    assert why(Standing(skills=TRAINED, spans=[at(-12, -4), at(26, 34)])) == []


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([at(8, 9)], ["double"]),
        ([at(14, 22)], ["double"]),
        ([at(-9, -1)], ["rest"]),  # the night before ends at 23:00, eight hours earlier
        ([at(-12, -3.99)], ["rest"]),
        ([at(-12, -4)], []),  # eleven hours to the minute
        ([at(25, 33)], ["rest"]),  # what follows begins ten hours later
        ([at(-n * 24 + 7, -n * 24 + 17) for n in range(1, 7)], ["week"]),
    ],
)
def test_rest_and_hours(spans: list[Span], expected: list[str]):
    assert why(Standing(skills=TRAINED, spans=spans)) == expected


def test_hours_of_a_week_count_what_follows_as_well():
    later = [at(24 * n + 7, 24 * n + 17) for n in range(1, 7)]
    assert rules.hours(Standing(spans=later), at(7, 15)) == timedelta(hours=68)
    assert why(Standing(skills=TRAINED, spans=later)) == ["week"]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(), ["skill", "training"]),
        (Standing(skills={"sampling": Skill("", date(2022, 4, 3)), "protection": Skill()}), ["expired"]),
        (Standing(skills={"sampling": Skill("", DAY), "protection": Skill("", date(2022, 4, 3))}), ["training"]),
        (Standing(skills=TRAINED, ended=True), ["ended"]),
        (Standing(skills=TRAINED, exposed_until=MIDNIGHT + timedelta(days=7)), ["exposed"]),
        (Standing(skills=TRAINED, exposed_until=MIDNIGHT), []),
        (Standing(skills=TRAINED, shifts=frozenset({"night"})), ["unavailable"]),
        (Standing(skills=TRAINED, since=date(2022, 4, 5)), ["unavailable"]),
        (Standing(skills=TRAINED, until=date(2022, 4, 3)), ["unavailable"]),
    ],
)
def test_each_reason_is_named(standing: Standing, expected: list[str]):
    assert why(standing) == expected


def test_a_suit_asks_for_the_training_and_scanning_does_not():
    bare = Standing(skills={"register": Skill(), "sampling": Skill()})
    assert (why(bare, skill="register"), why(bare)) == ([], ["training"])


def test_a_shift_of_more_than_twelve_hours_is_too_long():
    assert why(Standing(skills=TRAINED), at(7, 19)) == []
    assert why(Standing(skills=TRAINED), at(7, 20)) == ["long"]


def test_reasons_come_in_the_order_of_their_table():
    order = [one.name for one in UNFIT]
    worst = Standing(
        ended=True, exposed_until=MIDNIGHT + timedelta(days=9), spans=[at(8, 9)], shifts=frozenset({"night"})
    )
    found = why(worst, at(7, 22))
    assert found == sorted(found, key=order.index) and {"ended", "double", "exposed", "long"} <= set(found)


@pytest.mark.parametrize(("hours", "sets"), [(1, 1), (4, 1), (4.5, 2), (8, 2), (12, 3)])
def test_a_suit_is_changed_every_four_hours(hours: float, sets: int):
    assert rules.suits(at(7, 7 + hours)) == sets


def test_rest_ends_eleven_hours_after_the_latest_shift_before():
    spans = [at(-30, -22), at(-12, -4), at(7, 15)]
    assert rules.rested_from(Standing(spans=spans), RULE, MIDNIGHT) == MIDNIGHT + timedelta(hours=7)
    assert rules.rested_from(Standing(), RULE, MIDNIGHT) is None
