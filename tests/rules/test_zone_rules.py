"""The rule of levels: what it proposes on which day, what is missing, and what the day-by-day walk comes to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bulou.zones.rules import VERSIONS, Facts, propose, replay, version_on

DAY = date(2022, 4, 20)
BLANKET, FIRST, SECOND = VERSIONS


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_the_version_in_force_is_the_latest_that_has_begun() -> None:
    assert version_on(date(2022, 4, 10)) is BLANKET and version_on(date(2022, 4, 11)) is FIRST
    assert version_on(date(2022, 4, 18)) is SECOND and version_on(date(2020, 1, 1)) is BLANKET


def test_under_the_closure_of_the_whole_area_everything_is_lockdown() -> None:
    found = propose(Facts(DAY), BLANKET)
    assert (found.level, found.earliest, found.towards) == ("lockdown", None, "")


@pytest.mark.parametrize(("days", "level"), [(0, "lockdown"), (6, "lockdown"), (7, "control"), (13, "control"),
                                             (14, "precaution"), (40, "precaution")])  # fmt: skip
def test_a_unit_without_a_level_gets_one_by_the_days_since_its_last_positive(days: int, level: str) -> None:
    assert propose(Facts(DAY, [ago(days)]), FIRST).level == level


def test_a_unit_that_never_had_a_positive_is_precaution() -> None:
    found = propose(Facts(DAY), SECOND)
    assert (found.level, found.days, found.last, found.seven) == ("precaution", None, None, 0)


def test_lockdown_stays_until_the_days_are_over_and_everybody_was_tested_clean() -> None:
    held = Facts(DAY, [ago(8), ago(9)], "lockdown")
    found = propose(held, SECOND)
    assert (found.level, found.towards, found.earliest, found.missing) == ("lockdown", "control", ago(1), ("round",))
    early = propose(Facts(DAY, [ago(5)], "lockdown"), SECOND)
    assert (early.level, early.missing, early.earliest) == (
        "lockdown", ("days", "round"), DAY + timedelta(days=2),
    )  # fmt: skip
    lifted = propose(Facts(DAY, [ago(8)], "lockdown", clean_round=ago(1)), SECOND)
    assert lifted.level == "control" and lifted.towards == "precaution" and lifted.missing == ("days", "round")


def test_a_round_before_the_last_day_of_the_period_is_not_enough() -> None:
    assert propose(Facts(DAY, [ago(8)], "lockdown", clean_round=ago(2)), SECOND).level == "lockdown"


def test_control_after_lockdown_ends_three_days_later_and_other_control_after_fourteen() -> None:
    after = Facts(DAY, [ago(10)], "control", "lockdown", clean_round=DAY)
    assert propose(after, SECOND).level == "precaution"
    assert propose(Facts(DAY, [ago(10)], "control", "", clean_round=DAY), SECOND).level == "control"


def test_a_new_positive_tightens_from_any_level() -> None:
    for level in ("precaution", "control", "lockdown"):
        found = propose(Facts(DAY, [ago(20), DAY], level, clean_round=DAY), SECOND)
        assert found.level == "lockdown" and found.days == 0


def test_positives_are_counted_one_a_person_and_none_from_the_future() -> None:
    found = propose(Facts(DAY, [ago(1), ago(1), ago(9), ago(14), DAY + timedelta(days=1)]), SECOND)
    assert (found.seven, found.fourteen) == (2, 3)


def test_day_by_day_a_lockdown_of_the_second_version_goes_down_in_two_steps() -> None:
    start, last = date(2022, 4, 18), date(2022, 4, 17)
    walk = [replay([last], last + timedelta(days=n), start).level for n in (1, 6, 7, 9, 10, 11)]
    assert walk == ["lockdown", "lockdown", "control", "control", "precaution", "precaution"]


def test_without_a_clean_round_the_walk_never_lifts() -> None:
    assert replay([date(2022, 4, 17)], date(2022, 6, 1), date(2022, 4, 18), clean=[]).level == "lockdown"
