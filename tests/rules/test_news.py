"""The words that tell where something changed: nobody above it or within it is left out, and nobody else is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger import change_payload
from bulou.ledger.areas import LEVELS, SHIFTS, ancestor, area_id, level

NUMBERS = st.tuples(st.integers(1, 1023), *[st.integers(1, 3)] * 4, st.integers(0, 5))
AREAS = NUMBERS.map(lambda n: area_id(*n[: n[5]], *[0] * (5 - n[5])) if n[5] else 0)


@given(st.sets(AREAS, min_size=1, max_size=30))
def test_all_nodes_on_the_way_to_a_change_hear_of_it_and_no_others(areas: set[int]) -> None:
    on_the_way = {
        ancestor(area, depth) for area in areas for depth in range(min(level(area), change_payload.DEPTH) + 1)
    }
    assert change_payload.heard(change_payload.told(areas)) == on_the_way


def test_too_many_are_told_as_all_of_them() -> None:
    many = [area_id(1 + n // 200, 1, 1 + n % 200) for n in range(change_payload.MOST + 1)]
    assert len(change_payload.told(many[: change_payload.MOST])) < 8_000 and change_payload.heard(
        change_payload.told(many[: change_payload.MOST])
    )
    assert change_payload.told(many) == "" and change_payload.heard("") is None


def test_the_database_rounds_to_the_same_level() -> None:
    assert LEVELS[change_payload.DEPTH - 1] == "neighbourhood" and SHIFTS[change_payload.DEPTH - 1] == 22
