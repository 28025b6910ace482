"""Who may go home by which version of the rule; two in one bed; how many beds will be taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bulou.cases.occupancy import Lying, doubled, mixed, outlook
from bulou.cases.release import RULES, Result, decide, observed_until, rule_of

NOW = datetime(2022, 4, 12, 8, tzinfo=UTC)
SINCE = NOW - timedelta(days=8)


def hours(*ago: float, negative: bool = True) -> list[Result]:
    return [Result(NOW - timedelta(hours=one), negative) for one in ago]


@pytest.mark.parametrize(
    ("tests", "may"),
    [
        ([], False),
        (hours(30), False),
        (hours(30, 2), True),
        (hours(20, 2), False),
        (hours(50, 40, 2), True),
        (hours(60, 30) + hours(10, negative=False), False),
        (hours(-5, 40), False),
    ],
)
def test_two_negatives_in_a_row_a_day_apart(tests: list[Result], may: bool) -> None:
    assert decide(SINCE, "none", tests, True, NOW, RULES[0]).may is may


def test_who_has_become_worse_stays_and_who_has_no_result_any_more_goes() -> None:
    assert not decide(SINCE, "worse", hours(30, 2), True, NOW, RULES[0]).may
    assert decide(SINCE, "worse", [], False, NOW, RULES[0]).may


def test_the_earliest_time_counts_on_what_is_missing() -> None:
    assert decide(SINCE, "none", hours(10), True, NOW, RULES[0]).earliest == NOW + timedelta(hours=14)
    assert decide(SINCE, "none", [], True, NOW, RULES[0]).earliest == NOW + timedelta(hours=24)


def test_the_version_of_the_day_counts() -> None:
    assert observed_until(date(2022, 4, 3), rule_of(date(2022, 4, 3))) == date(2022, 4, 17)
    assert observed_until(date(2022, 7, 3), rule_of(date(2022, 7, 3))) == date(2022, 7, 10)


def test_two_in_one_bed_are_found_however_the_bed_is_written() -> None:
    lying = [Lying(1, "3-112", False), Lying(2, "3 -112", False), Lying(3, "", False), Lying(4, "", False)]
    assert doubled(lying) == {"3-112": [1, 2]}
    assert mixed(lying) == ([], [])
    assert mixed([*lying, Lying(9, "4-1", True)]) == ([9], [1, 2, 3, 4])


def test_the_outlook_widens_and_keeps_to_what_is_known() -> None:
    near, _mid, far = outlook(100, {24: 10, 48: 10, 72: 10}, 5, 1.0, 192, (24, 48, 72))
    assert near.least < near.taken < near.most and far.most - far.least > near.most - near.least
    assert outlook(0, {}, 0, 0, 192, (24,))[0].most == 0
    assert outlook(10, {24: 10}, 3, 0, 192, (24,))[0].taken == 3
