"""Whatever two lists say: each household is newly closed, closed as before, freed, or free; nobody twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulou.zones import consequences
from tests import cast

NODES = (cast.STREET, cast.UPPER, cast.ESTATE, cast.NO_1, cast.NO_2, cast.COURT, cast.BRIDGE)
LISTS = st.dictionaries(st.sampled_from(NODES), st.sampled_from(("lockdown", "control", "precaution")))
HOMES = st.dictionaries(st.sampled_from(cast.BUILDINGS), st.integers(0, 500))


@given(LISTS, LISTS, HOMES)
def test_households_are_newly_closed_or_freed_or_as_before(
    before: dict[int, str], now: dict[int, str], homes: dict[int, int]
) -> None:
    closed, freed = consequences.newly_closed(before, now, homes), consequences.freed(before, now, homes)
    were = sum(n for area, n in homes.items() if consequences.is_closed(area, before))
    are = sum(n for area, n in homes.items() if consequences.is_closed(area, now))
    assert were + sum(closed.values()) - sum(homes[area] for area in freed) == are
    assert set(closed) <= {area for area, level in now.items() if level in consequences.CLOSED}
    assert consequences.newly_closed(now, now, homes) == {} and not consequences.freed(now, now, homes)


@given(LISTS, LISTS, HOMES)
def test_what_one_list_closes_the_way_back_frees(
    before: dict[int, str], now: dict[int, str], homes: dict[int, int]
) -> None:
    there = sum(consequences.newly_closed(before, now, homes).values())
    assert there == sum(homes[area] for area in consequences.freed(now, before, homes))
