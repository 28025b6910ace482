"""Codes of door cards and the second fact: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.vocabulary import Outcome
from bulou.residents import reads, rules
from bulou.rounds.vocabulary import RESULTED, SAMPLED


@given(st.integers(0, 2**50 - 1))
def test_a_code_is_read_back_however_it_is_typed(random: int) -> None:
    made = rules.code(random)
    assert len(made) == rules.LENGTH and not set(made) & set("ILOU")
    typed = rules.grouped(made).lower().replace("0", "o").replace("1", "l")
    assert rules.read(made) == rules.read(rules.grouped(made)) == rules.read(f" {typed} ") == made


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_two_numbers_are_two_codes(one: int, other: int) -> None:
    assert (rules.code(one) == rules.code(other)) == (one == other)


@pytest.mark.parametrize("text", ["", "ABC", "ABCDEFGHJU", "A" * 41, "ABCDEFGHJ\0", "一二三四五六七八九十"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert rules.read(text) == ""


def test_more_bits_than_a_code_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="50 bits"):
        rules.code(2**50)


def test_the_second_fact_takes_both_halves() -> None:
    ends = ("13800001234", None, "567x")
    assert rules.proves(1970, ends, "1970", "1234") and rules.proves(1970, ends, " 1970 ", "567X")
    for year, tail in (
        ("1971", "1234"),
        ("1970", "1235"),
        ("1970", ""),
        ("", "1234"),
        ("1970", "234"),
        ("1970", "0000"),
    ):
        assert not rules.proves(1970, ends, year, tail), (year, tail)
    assert not rules.proves(None, ends, "", "1234") and not rules.proves(1970, (None, "", "12"), "1970", "12")


def test_a_fact_that_fits_two_opens_nobody() -> None:
    assert rules.one_of([7]) == 7 and rules.one_of([7, 8]) is None and rules.one_of([]) is None


@given(st.integers(1_600_000_000, 1_700_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_a_window_holds_its_time(now: datetime) -> None:
    limit = rules.Limit(3, timedelta(minutes=15))
    since = rules.window(now, limit)
    assert since <= now < since + limit.within and rules.window(since, limit) == since


@given(st.integers(0, 5), st.sampled_from(list(Outcome)), st.booleans())
def test_only_a_negative_result_is_told(stage: int, outcome: Outcome, other: bool) -> None:
    state = reads.state_of(stage, outcome, other)
    assert (state == "negative") == (stage == RESULTED and outcome is Outcome.DONE and not other)
    assert (state == "none") == (stage < SAMPLED)
