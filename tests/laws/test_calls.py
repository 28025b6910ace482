"""A timetable of calls holds everybody once, splits no household, and keeps to the sizes and hours given."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.calls.rules import Call, Home, Pace, groups, timetable

EIGHT = datetime(2022, 4, 4, 0, 0, tzinfo=UTC)
sizes = st.integers(0, 40)


@st.composite
def towns(draw: st.DrawFn) -> list[Home]:
    rows = draw(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["", "1", "2", "10"]), sizes), max_size=60))
    level = draw(st.fixed_dictionaries({area: st.integers(0, 3) for area in range(1, 5)}))
    return [Home(n, area, stair, n % 7, str(n), people, level[area]) for n, (area, stair, people) in enumerate(rows, 1)]


paces = st.builds(
    lambda lanes, an_hour, minutes, least, more: Pace(
        lanes, an_hour, EIGHT, EIGHT + timedelta(minutes=minutes), least, least + more
    ),
    st.integers(1, 8), st.integers(10, 200), st.integers(1, 600), st.integers(1, 15), st.integers(0, 20),
)  # fmt: skip


@given(towns(), paces)
def test_everybody_is_called_once_with_the_whole_household(town: list[Home], pace: Pace) -> None:
    made = timetable(town, pace)
    called = Counter(key for call in made for key in call.homes)
    assert called == Counter(home.key for home in town if home.people)
    by_key = {home.key: home for home in town}
    for call in made:
        own = [by_key[key] for key in call.homes]
        assert {(home.area, home.stairwell) for home in own} == {(call.area, call.stairwell)}
        assert call.people == sum(home.people for home in own)


@given(towns(), paces)
def test_no_stairwell_is_lost_or_repeated(town: list[Home], pace: Pace) -> None:
    made = timetable(town, pace)
    assert {(call.area, call.stairwell) for call in made} == {(h.area, h.stairwell) for h in town if h.people}
    parts: dict[tuple[int, str], list[int]] = {}
    for call in made:
        parts.setdefault((call.area, call.stairwell), []).append(call.part)
    assert all(found == list(range(1, len(found) + 1)) for found in parts.values())


@given(towns(), paces)
def test_no_group_is_too_large_unless_one_household_is(town: list[Home], pace: Pace) -> None:
    assert all(call.people <= pace.most or len(call.homes) == 1 for call in timetable(town, pace))


@given(towns(), paces)
def test_clean_comes_before_suspect_within_the_hours_and_never_faster_than_the_lanes(
    town: list[Home], pace: Pace
) -> None:
    made = timetable(town, pace)
    timed = [call for call in made if call.at]
    assert made[: len(timed)] == timed, "nothing overtakes what does not fit"
    assert [call.level for call in made] == sorted(call.level for call in made)
    assert all(_end(call) <= pace.ends and call.at >= pace.begins for call in timed)
    for one, after in pairwise(timed):
        assert after.at == _end(one)
        assert one.seconds * pace.lanes * pace.per_lane_hour >= 3600 * one.people


def _end(call: Call) -> datetime:
    assert call.at
    return call.at + timedelta(seconds=call.seconds)


@given(st.lists(st.integers(1, 9), max_size=9), st.integers(1, 8), st.integers(0, 8))
def test_no_other_division_has_fewer_groups_or_fewer_people_in_small_ones(
    people: list[int], least: int, more: int
) -> None:
    """Against every way to cut the row."""
    most = least + more
    row = [Home(n, 1, "", 0, "", size) for n, size in enumerate(people)]

    def cost(cuts: tuple[int, ...]) -> tuple[int, int] | None:
        ends = (0, *cuts, len(row))
        found = [people[a:b] for a, b in pairwise(ends)]
        if any(sum(one) > most and len(one) > 1 for one in found):
            return None
        return len(found), sum(sum(one) for one in found if sum(one) < least)

    found = groups(row, least, most)
    assert [home for group in found for home in group] == row
    if not row:
        return
    ways = [cost(cuts) for n in range(len(row)) for cuts in combinations(range(1, len(row)), n)]
    own = len(found), sum(size for group in found if (size := sum(home.people for home in group)) < least)
    assert own == min(way for way in ways if way is not None)
