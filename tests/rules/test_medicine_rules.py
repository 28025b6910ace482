"""How lists of medicines are read and added up: every line is some medicine's, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulou.relief.medicines import Item, Total, items_of, totals


def test_lines_are_read_with_quantity_and_unit() -> None:
    assert items_of("氨氯地平 5mg 2盒\n 阿司匹林；胰岛素 ×3支\n\n") == [
        Item("氨氯地平 5mg", 2, "盒"), Item("阿司匹林", None), Item("胰岛素", 3, "支"),
    ]  # fmt: skip


def test_the_same_medicine_is_bought_together_and_what_is_not_said_is_counted() -> None:
    assert totals(["氨氯地平 5mg 2盒", "氨氯地平5MG 1盒\n阿司匹林", "阿司匹林"]) == [
        Total("氨氯地平 5mg", "盒", 3, 2, 0), Total("阿司匹林", "", 0, 2, 2),
    ]  # fmt: skip


@given(st.lists(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(1, 99)), max_size=3), max_size=3))
def test_what_is_bought_is_the_sum_of_what_is_asked_for(people: list[list[tuple[str, int]]]) -> None:
    texts = ["\n".join(f"{name} {n}盒" for name, n in said) for said in people]
    found = totals(texts)
    assert sum(one.n for one in found) == sum(n for said in people for _name, n in said)
    assert {one.name: one.people for one in found} == {
        name: count for name in "甲乙丙" if (count := sum(name in dict(said) for said in people))
    }
