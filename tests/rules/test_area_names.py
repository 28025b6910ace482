"""Which names areas may have, and which numbers new ones get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.command.areas import rules
from bulou.ledger.areas import BITS, SHIFTS, area_id, level, parent
from bulou.places.area_changes import Full, following

PARENTS = (0, area_id(104), area_id(104, 7), area_id(104, 7, 1), area_id(104, 7, 1, 1))


@given(st.sampled_from(PARENTS), st.integers(1, 300))
def test_each_new_number_is_the_parents_and_above_all_before(above: int, times: int) -> None:
    last, depth = 0, level(above) + 1
    for n in range(1, min(times, (1 << BITS[depth - 1]) - 1) + 1):
        new = following(above, last)
        assert (parent(new), level(new), new >> SHIFTS[depth - 1] & (1 << BITS[depth - 1]) - 1) == (above, depth, n)
        assert new > last
        last = new


@pytest.mark.parametrize("above", PARENTS)
def test_when_the_numbers_are_used_up_it_says_so(above: int) -> None:
    depth = level(above) + 1
    with pytest.raises(Full):
        following(above, above | ((1 << BITS[depth - 1]) - 1) << SHIFTS[depth - 1])


def test_there_is_nothing_below_a_building() -> None:
    with pytest.raises(Full):
        following(area_id(104, 7, 1, 1, 1), 0)


@pytest.mark.parametrize(
    ("depth", "name", "other", "same"),
    [
        (5, "7号楼", "07幢", True),
        (5, "７号楼", "7", True),
        (5, "7号楼", "17号楼", False),
        (4, "丹桂小区", "丹桂", True),
        (4, "丹桂一村", "丹桂1村", True),
        (4, "丹桂一村", "丹桂二村", False),
        (3, "梅溪居委会", "梅溪社区", True),
        (2, "华泾镇", "华泾", True),
    ],
)
def test_a_name_clashes_where_lists_would_take_it_for_the_other(depth: int, name: str, other: str, same: bool) -> None:
    assert (rules.clash(depth, [name], [(1, other)]) == (1, other)) is same
    assert rules.clash(depth, [name], [(1, other)], own=1) is None


def test_names_are_kept_without_what_cannot_be_seen() -> None:
    assert rules.clean("  梅溪​ 新村\x00 ") == "梅溪 新村"
    assert rules.listed("梅苑\n\n 梅苑 \r\n梅溪路88弄") == ["梅苑", "梅溪路88弄"]
