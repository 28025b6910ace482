"""A scope rule as data: kept with a round it reads back as it was, and each person has exactly one treatment."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.scope.rules import (
    CAUSES,
    CHOICES,
    CLEARED,
    ELSEWHERE,
    MOST_DAYS,
    OUT,
    OWED,
    POOL,
    POSITIVE,
    RECOVERED,
    SEALED,
    SINGLE,
    Scope,
    changed,
    decide,
    misfilled,
    pool_size,
    problems,
    read,
    recorded,
)

DAYS = st.integers(1, MOST_DAYS)
SCOPES = st.builds(
    Scope, st.fixed_dictionaries({cause: st.sampled_from(CHOICES[cause]) for cause in CAUSES}), DAYS, DAYS,
    st.none() | st.dates(), st.text(max_size=20), st.sampled_from(SEALED),
)  # fmt: skip


@given(SCOPES)
def test_a_rule_reads_back_as_it_was_kept(scope):
    assert read(recorded(scope)) == scope and problems(scope) == []
    assert all(isinstance(value, str) for value in recorded(scope).values())


@given(st.dictionaries(st.sampled_from([f"scope.{name}" for name in (*CAUSES, "dated", "cleared_days")]), st.text()))
def test_whatever_a_record_says_there_is_a_rule(rules):
    assert problems(read(rules)) == []


@given(SCOPES, st.sets(st.sampled_from(CAUSES)))
def test_each_person_has_one_treatment_with_its_cause(scope, known):
    treatment, cause = decide(scope, known)
    if treatment == OWED:
        assert cause == "" and all(scope.treat[one] == OWED for one in known)
    else:
        assert cause in known and scope.treat[cause] == treatment
    if ELSEWHERE in known:
        assert treatment == OUT, "under no rule does somebody owe who does not live here"


@pytest.mark.parametrize(("known", "expected"), [
    (set(), (OWED, "")), ({CLEARED}, (OWED, "")), ({POSITIVE, POOL}, (OUT, POSITIVE)), ({RECOVERED}, (OWED, "")),
    ({POOL, CLEARED}, ("deferred", POOL)),
])  # fmt: skip
def test_the_standard_rule(known, expected):
    assert decide(Scope(), known) == expected


def test_the_first_cause_that_counts_decides():
    scope = Scope(Scope().treat | {RECOVERED: SINGLE}, dated=date(2022, 4, 6))
    assert decide(scope, {RECOVERED, POOL}) == (SINGLE, RECOVERED)


def test_what_differs_is_named_with_both_values():
    assert changed({"name": "a", "area": 1, "until": None}, {"name": "b", "area": 1, "until": "x"}) == [
        ("name", "a", "b"), ("until", "", "x"),
    ]  # fmt: skip


@given(st.integers(1, 20), st.integers(0, 20), st.integers(1, 20), st.none() | st.integers(1, 20), st.booleans())
def test_a_tube_is_wrong_in_what_the_rule_forbids_and_in_nothing_else(people, singles, homes, pool, by_household):
    singles, homes = min(singles, people), min(homes, people)
    found = misfilled(people, singles, homes, pool, by_household)
    assert bool(found.over) == (pool is not None and people > pool) and found.over in (0, people)
    assert found.singles == (singles if people > 1 else 0)
    assert found.homes == (homes if by_household and homes > 1 else 0)
    assert not misfilled(1, singles, 1, pool, by_household), "whoever is alone in a tube is so by every rule"


@given(st.dictionaries(st.sampled_from(["pool_size", "scope.sealed"]), st.text()))
def test_a_pool_size_is_read_or_is_not_said(rules):
    assert pool_size(rules) is None or 1 <= (pool_size(rules) or 0) <= 20
    assert read(rules).sealed in SEALED
