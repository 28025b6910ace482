"""What sources say of a person: what stands, who says so too, who says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.places.sources import HIGH, KINDS, LOW, TRUSTS, USUAL, Statement, compare, named, replaces

DAY = datetime(2022, 4, 3, tzinfo=UTC)


def said(value: str, source: str, days: int = 0, trust: int = USUAL, held: bool = False, second: bool = False):
    return Statement(3, value, source, "", trust, DAY + timedelta(days=days), held, second)


def test_what_stands_comes_first_and_the_others_beside_it():
    (one,) = compare([
        said("139", "物业", 2), said("138", "派出所", 0, held=True), said("138", "接种点", 1), said("137", "宾馆", 3),
    ])  # fmt: skip
    assert one.stands.source == "派出所" and [s.source for s in one.alike] == ["接种点"]
    assert [(s.source, s.value) for s in one.otherwise] == [("宾馆", "137"), ("物业", "139")]


def test_of_one_source_the_latest_word_counts():
    (one,) = compare([said("1", "物业", 0), said("2", "物业", 5), said("9", "派出所", 1, held=True)])
    assert [s.value for s in one.otherwise] == ["2"]


def test_a_merged_record_says_it_beside_the_persons_own():
    (one,) = compare([said("139", "接种点", 9, held=True, second=True), said("138", "派出所", 0, held=True)])
    assert one.stands.value == "138" and one.otherwise[0].second


def test_where_the_record_says_nothing_the_most_trusted_and_then_the_latest_stands_for_it():
    (one,) = compare([said("1", "群接龙", 9, LOW), said("2", "物业", 1), said("3", "居委会", 3)])
    assert one.stands.value == "3" and [s.value for s in one.otherwise] == ["1", "2"]


@given(st.lists(st.builds(
    Statement, st.sampled_from([2, 3]), st.sampled_from("ab"), st.sampled_from(["x", "y", "z"]), st.just(""),
    st.sampled_from(TRUSTS), st.integers(0, 30).map(lambda days: DAY + timedelta(days=days)),
    st.booleans(), st.booleans())))  # fmt: skip
def test_each_field_is_told_once_and_nobody_is_forgotten(statements):
    told = compare(statements)
    assert [one.stands.field for one in told] == sorted({one.field for one in statements})
    for one in told:
        assert all(s.value == one.stands.value for s in one.alike)
        assert all(s.value != one.stands.value for s in one.otherwise)
        names = [s.source for s in (*one.alike, *one.otherwise)]
        assert len(names) == len(set(names)), "one word of a source"
        assert {s.source for s in statements if s.field == one.stands.field} == {one.stands.source, *names}


@pytest.mark.parametrize(("trust", "days", "stands", "expected"), [
    (USUAL, 1, USUAL, True), (USUAL, 0, USUAL, True), (USUAL, -1, USUAL, False), (LOW, 5, USUAL, False),
    (HIGH, 0, USUAL, True), (HIGH, -1, LOW, False),
])  # fmt: skip
def test_what_replaces_what(trust, days, stands, expected):
    assert replaces(trust, DAY + timedelta(days=days), stands, DAY) is expected


def test_a_source_has_the_name_of_its_file_where_none_is_given():
    assert named("物业.rejects.csv", "") == "物业" and named("a.csv", "派出所") == "派出所"
    assert KINDS["chat"].trust == LOW and all(one.zh and one.en for one in KINDS.values())
