"""The finish is forecast from what was reached, and only when enough was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.forecast import HORIZON, INTERVAL, finish

NOW = datetime(2022, 4, 4, 6, 0, tzinfo=UTC)
rates = st.lists(st.integers(0, 300), min_size=6, max_size=40)


def test_a_steady_rate_is_simple_division() -> None:
    told = finish([50] * 12, 500, NOW)
    assert told and {told.early, told.likely, told.late} == {NOW + timedelta(minutes=100)}


def test_breaks_widen_and_delay() -> None:
    told = finish(([60] * 6 + [0] * 6) * 3, 900, NOW)
    assert told and told.early < told.late and told.likely > NOW + 15 * INTERVAL


@pytest.mark.parametrize("done", [[], [90, 90, 90], [0, 0, 0, 0, 0, 400], [1, 1, 1, 1, 1, 1]])
def test_too_little_says_nothing(done: list[int]) -> None:
    assert finish(done, 100, NOW) is None


def test_what_would_take_longer_than_the_horizon_is_not_said() -> None:
    assert finish([10] * 12, 10 * HORIZON + 1, NOW) is None


def test_finished_is_now_and_negative_is_an_error() -> None:
    told = finish([], 0, NOW)
    assert told and told.early == told.late == NOW
    with pytest.raises(ValueError):
        finish([-1], 5, NOW)


@given(rates, st.integers(1, 5000), st.integers(0, 50))
def test_ordered_repeatable_and_never_faster_than_the_best_rate(done: list[int], remaining: int, seed: int) -> None:
    told = finish(done, remaining, NOW, seed)
    assert told == finish(done, remaining, NOW, seed)
    if told:
        assert NOW < told.early <= told.likely <= told.late
        assert told.early >= NOW + -(-remaining // max(done)) * INTERVAL


@given(rates, st.integers(1, 2000), st.integers(0, 2000))
def test_more_people_are_never_sooner(done: list[int], remaining: int, more: int) -> None:
    one, other = finish(done, remaining, NOW), finish(done, remaining + more, NOW)
    if one and other:
        assert one.early <= other.early and one.likely <= other.likely and one.late <= other.late
