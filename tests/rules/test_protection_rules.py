"""Who is due for a test, hours of seven days, meals of a shift, silence after a call-up, suits from lots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bulou.command.suits.rules import Lot, taken
from bulou.forces.protection import rules
from bulou.forces.rules import Span, silent_from

DAY, NOON = date(2022, 4, 5), datetime(2022, 4, 5, 12, tzinfo=UTC)
RULE = rules.version_on(DAY)


def test_the_next_test_follows_the_last_by_the_work() -> None:
    assert rules.due_on(None, False, DAY, RULE) == DAY
    assert rules.due_on(DAY, True, DAY, RULE) == date(2022, 4, 6)
    assert rules.due_on(DAY, False, DAY, RULE) == date(2022, 4, 7)
    assert rules.version_on(date(2000, 1, 1)) is rules.VERSIONS[0]


def test_hours_count_within_seven_days_and_up_to_now() -> None:
    def shift(hours_before: float, length: float) -> Span:
        return Span(NOON - timedelta(hours=hours_before), NOON - timedelta(hours=hours_before - length))

    assert rules.worked([shift(10, 8), shift(4, 8)], NOON) == timedelta(hours=12)
    assert rules.worked([shift(7 * 24 + 4, 8)], NOON) == timedelta(hours=4)
    assert rules.worked([shift(-3, 8), shift(9 * 24, 8)], NOON) == timedelta()


def test_meals_fall_to_the_shift_in_which_they_are_served() -> None:
    assert rules.meals(420, 900) == ["breakfast", "lunch"]
    assert rules.meals(900, 1380) == ["supper"]
    assert rules.meals(1380, 1860) == ["night"]


def test_silence_begins_after_half_an_hour_or_a_third_of_the_time() -> None:
    assert silent_from(NOON, NOON + timedelta(hours=9)) == NOON + timedelta(minutes=30)
    assert silent_from(NOON, NOON + timedelta(minutes=30)) == NOON + timedelta(minutes=10)
    assert silent_from(NOON, NOON - timedelta(hours=1)) == NOON


LOTS = st.lists(
    st.builds(
        Lot, st.integers(1, 3), st.integers(0, 5), st.integers(-2, 50),
        st.none() | st.dates(date(2022, 4, 1), date(2022, 4, 10)),
    ),
    max_size=8, unique_by=lambda one: (one.good, one.lot),
)  # fmt: skip


@given(LOTS, st.integers(0, 100))
def test_no_more_is_taken_than_is_there_or_needed_and_nothing_expired(lots: list[Lot], n: int) -> None:
    got = taken(lots, n, DAY)
    good = {(o.good, o.lot): o for o in lots if o.quantity > 0 and (o.expires is None or o.expires >= DAY)}
    assert sum(row[2] for row in got) == min(n, sum(one.quantity for one in good.values()))
    assert all(0 < row[2] <= good[row[:2]].quantity for row in got)
    days = [good[row[:2]].expires or date.max for row in got]
    assert days == sorted(days)
