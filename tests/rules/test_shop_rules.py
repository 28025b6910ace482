"""May a shop open: a decision goes before order and level, of which the stricter counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.zones.shops.rules import Facts, Status, status
from bulou.zones.shops.rules import tests_due as due_tests

STRICT = {"open": 0, "guarantee": 1, "closed": 2}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (Facts(), Status("open", "nothing")),
        (Facts("precaution"), Status("open", "level", True)),
        (Facts("lockdown"), Status("closed", "level")),
        (Facts("control", guarantee=True), Status("guarantee", "level")),
        (Facts("lifted", "guarantee"), Status("closed", "order")),
        (Facts("lifted", "guarantee", True), Status("guarantee", "order")),
        (Facts("precaution", "closed", True), Status("closed", "order")),
        (Facts("lockdown", "closed", False, "open"), Status("open", "decision")),
        (Facts("precaution", "", False, "open"), Status("open", "decision", True)),
        (Facts("", "", True, "closed"), Status("closed", "decision")),
        (Facts("", "", True, "open", False), Status("closed", "register")),
    ],
)
def test_a_shop_stands_as_level_order_and_decision_say(facts: Facts, found: Status) -> None:
    assert status(facts) == found


LEVELS = st.sampled_from(["", "lifted", "precaution", "control", "lockdown"])
ORDERS = st.sampled_from(["", "open", "guarantee", "closed"])


@given(LEVELS, ORDERS, st.booleans())
def test_order_and_level_together_are_never_milder_than_each_alone(level: str, order: str, guarantee: bool) -> None:
    both = STRICT[status(Facts(level, order, guarantee)).value]
    assert both >= STRICT[status(Facts(level, "", guarantee)).value]
    assert both >= STRICT[status(Facts("", order, guarantee)).value]


@pytest.mark.parametrize(
    ("value", "staff", "tested", "on", "due"),
    [
        ("open", 3, None, None, 3), ("open", 3, 2, date(2022, 4, 4), 1), ("open", 3, 5, date(2022, 4, 4), 0),
        ("guarantee", 3, 3, date(2022, 4, 3), 3), ("closed", 3, None, None, 0), ("open", 0, None, None, 0),
    ],
)  # fmt: skip
def test_staff_are_owed_a_test_a_day(value: str, staff: int, tested: int | None, on: date | None, due: int) -> None:
    assert due_tests(value, staff, tested, on, date(2022, 4, 4)) == due
