"""Calls: how a stairwell is divided, the order and the hours of a timetable, changes of it, advice for the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.calls.rules import Home, Pace, Slot, advice, groups, natural, shifted, swapped, timetable

EIGHT = datetime(2022, 4, 4, 0, 0, tzinfo=UTC)


def homes(*people: int, area: int = 1, stairwell: str = "1", level: int = 0, first: int = 1) -> list[Home]:
    return [Home(first + n, area, stairwell, n, "", size, level) for n, size in enumerate(people)]


def pace(hours: float = 8, lanes: int = 2) -> Pace:
    return Pace(lanes, 60, EIGHT, EIGHT + timedelta(hours=hours))


def sizes(*people: int) -> list[int]:
    return [sum(home.people for home in group) for group in groups(homes(*people))]


def test_a_stairwell_is_divided_into_few_and_even_groups() -> None:
    assert sizes(*[3] * 10) == [30]
    assert sizes(*[3] * 11) in ([18, 15], [15, 18])
    assert sizes(*[4] * 15) == [20, 20, 20]
    assert sizes(2, 3) == [5], "a small stairwell is one group"
    assert sizes(31, 2) == [31, 2], "a household larger than a group stays whole"
    assert sizes() == []


def test_numbers_in_names_count_as_numbers() -> None:
    assert sorted(["10", "2", "1甲", "1"], key=natural) == ["1", "1甲", "2", "10"]


def test_the_milder_level_comes_first_and_each_call_follows_the_one_before() -> None:
    there = [*homes(20, area=1, level=3), *homes(20, area=2, first=10), *homes(20, area=3, level=1, first=20)]
    made = timetable(there, pace())
    assert [call.area for call in made] == [2, 3, 1]
    assert [call.at for call in made] == [EIGHT + timedelta(minutes=10 * n) for n in range(3)]
    assert all(call.seconds == 600 for call in made), "20 people at 2 lanes of 60 an hour"


def test_what_does_not_fit_has_no_time_and_nothing_overtakes_it() -> None:
    made = timetable([*homes(30), *homes(30, stairwell="2", first=10), *homes(1, stairwell="3", first=20)], pace(0.25))
    assert [call.at is None for call in made] == [False, True, True]


def test_nobody_without_people_is_called_and_parts_go_on_behind_those_called() -> None:
    (call,) = timetable([*homes(0, 4)], pace(), {(1, "1"): 2})
    assert (call.homes, call.part) == ((2,), 3)


@pytest.mark.parametrize("wrong", [Pace(0, 60, EIGHT, EIGHT), Pace(1, 0, EIGHT, EIGHT), Pace(1, 1, EIGHT, EIGHT, 9, 8)])
def test_a_pace_that_cannot_be_is_refused(wrong: Pace) -> None:
    with pytest.raises(ValueError, match="lanes"):
        timetable(homes(3), wrong)


def slots() -> list[Slot]:
    at = [EIGHT + timedelta(minutes=n) for n in (0, 10, 30)]
    return [Slot(1, at[0], 600, fixed=True), Slot(2, at[1], 1200), Slot(3, at[2], 300)]


def test_two_calls_change_places_and_end_when_they_ended_before() -> None:
    minutes = {id_: (at - EIGHT).seconds // 60 for id_, at in swapped(slots(), 3, up=True).items()}
    assert minutes == {3: 10, 2: 15}
    assert swapped(slots(), 2, up=False) == swapped(slots(), 3, up=True)
    assert swapped(slots(), 2, up=True) == {}, "what was called is not overtaken"
    assert swapped(slots(), 3, up=False) == swapped(slots(), 1, up=False) == swapped(slots(), 9, up=True) == {}


def test_a_call_is_put_off_with_all_after_it() -> None:
    assert {id_: (at - EIGHT).seconds // 60 for id_, at in shifted(slots(), 2, 10).items()} == {2: 20, 3: 40}
    assert shifted(slots(), 1, 10) == shifted(slots(), 9, 10) == shifted(slots(), 2, 0) == {}


@pytest.mark.parametrize(
    ("waiting", "lanes", "left", "said"),
    [(0, 2, 3, "next"), (20, 2, 3, "next"), (21, 2, 3, "wait"), (40, 2, 3, "wait"), (41, 2, 3, "slow"),
     (80, 2, 3, "slow"), (81, 2, 0, "stop"), (0, 2, 0, "done"), (5, 2, 0, "wait"), (10, 0, 1, "next")],
)  # fmt: skip
def test_advice_follows_from_who_is_on_the_way_for_each_lane(waiting: int, lanes: int, left: int, said: str) -> None:
    assert advice(waiting, lanes, left) == said


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 120)), min_size=2, max_size=6), st.data())
def test_two_calls_that_change_places_are_in_the_other_order(drawn: list[tuple[int, int]], data: st.DataObject) -> None:
    """Also where small groups are called in one moment, and whatever they are called."""
    row = [Slot(n, EIGHT + timedelta(seconds=at), seconds) for n, (at, seconds) in enumerate(drawn)]
    row.sort(key=lambda one: (one.at, one.id))
    place = data.draw(st.integers(0, len(row) - 2))
    first, second = row[place], row[place + 1]
    moved = swapped(row, first.id, up=False)
    assert moved == swapped(row, second.id, up=True) and set(moved) == {first.id, second.id}
    assert (moved[second.id], second.id) < (moved[first.id], first.id)
