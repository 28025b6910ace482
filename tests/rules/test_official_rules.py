"""Every difference from the official figure is named, and what is named adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.reconciliation.rules import CAUSES, reconcile, total

n = st.integers(-(10**7), 10**7)
known = st.dictionaries(st.sampled_from(CAUSES), n)
reconciled = st.builds(reconcile, n, n, known)


@given(n, n, known)
def test_the_causes_sum_to_the_difference(official: int, ours: int, by_cause: dict[str, int]) -> None:
    told = reconcile(official, ours, by_cause)
    assert told.official + sum(step.n for step in told.steps) == ours
    assert sum(step.n for step in told.steps) == told.difference
    assert {step.cause: step.n for step in told.steps if step.n and step.cause in CAUSES} == {
        cause: m for cause, m in by_cause.items() if m
    }


@given(st.lists(reconciled, max_size=6))
def test_a_total_is_the_sum_of_its_rows_cause_by_cause(rows) -> None:
    told = total(rows)
    assert told.difference == sum(row.difference for row in rows)
    assert told.unexplained == sum(row.unexplained for row in rows)


def test_the_rest_stands_alone() -> None:
    told = reconcile(1000, 980, {"cut": 12, "registration": -30})
    assert told.unexplained == -2 and told.steps[0].n == 12


def test_a_cause_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="weather"):
        reconcile(1, 2, {"weather": 1})
