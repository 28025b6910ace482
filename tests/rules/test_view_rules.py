"""What a saved view of a list keeps, and which names it may have."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.command.work.saved import rules
from bulou.command.work.saved.rules import Filters

LATE = Filters(late=True)


@dataclass(frozen=True)
class Held:
    role: str
    areas: tuple[int, ...]
    abilities: frozenset[str]


def filters() -> st.SearchStrategy[Filters]:
    return st.builds(
        Filters, st.sampled_from((0, 1 << 39)), st.sampled_from(("open", "done", "excused", "all")),
        st.sampled_from(("", "told")), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(("", "yes", "no")),
    )  # fmt: skip


@given(filters(), filters())
def test_two_views_have_one_address_only_where_they_are_the_same(one: Filters, other: Filters) -> None:
    assert (one.query == other.query) is (one == other)


@given(filters())
def test_an_address_carries_nothing_but_filters(one: Filters) -> None:
    assert set(one.query) <= {"area", "state", "stage", "late", "danger", "refused", "given"} and all(
        one.query.values()
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("超时未办", ""), ("3号楼 24小时", ""), ("", "empty"), ("字" * 31, "long"), ("字" * 30, ""),
        ("13800000001", "number"), ("P50123", "number"), ("138 0000 0001", "number"), ("１３８００", "number"),
        ("旧的", "taken"),
    ],
)  # fmt: skip
def test_names(name: str, why: str) -> None:
    assert rules.why_not(name, LATE, ["旧的"]) == why
    assert rules.why_not(name, None, ["旧的"]) == why, "the same holds for another name"


def test_at_most_so_many_and_none_that_narrows_nothing() -> None:
    full = [f"视图{n}" for n in range(rules.MOST)]
    assert rules.why_not("新", LATE, full) == "many" and rules.why_not("新", LATE, full[1:]) == ""
    assert rules.why_not("新", None, full) == "", "another name is no view more"
    assert rules.why_not("新", Filters(), []) == "all"


@given(st.text(max_size=60))
def test_a_name_is_kept_without_what_cannot_be_seen(text: str) -> None:
    kept = rules.named(text)
    assert kept == rules.named(kept) and kept == kept.strip() and all(c.isprintable() for c in kept)


def test_it_is_shared_with_the_roles_that_open_the_list_in_that_area() -> None:
    grants = [
        Held("street", (7,), frozenset({"people", "now"})), Held("store", (7,), frozenset({"now"})),
        Held("committee", (9,), frozenset({"people"})), Held("command", (0,), frozenset({"people"})),
    ]  # fmt: skip
    assert rules.roles_of(grants, "people", [0, 1, 7]) == ["command", "street"]
    assert rules.roles_of(grants, "people", [0, 9]) == ["command", "committee"]
