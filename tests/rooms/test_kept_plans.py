"""Statements whose plans the server keeps, alone and side by side."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, connection

from bulou.ledger import prepared
from bulou.ledger.scope import EVERYWHERE, scoped

COUNT = "SELECT count(*) /* {} */ FROM places_area WHERE id BETWEEN %(lo)s::bigint AND %(hi)s::bigint"
QUOTIENT = "SELECT 60 / %(by)s::integer"


def test_one_plan_serves_all_values_of_a_scope(db: None) -> None:
    statement = COUNT.format("kept")
    with scoped(EVERYWHERE):
        for n in range(8):
            prepared.rows(statement, lo=n, hi=2**40)
    kept = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%/* kept */%'"
    with connection.cursor() as cursor:
        cursor.execute(kept)
        found = cursor.fetchall()
    assert sum(generic for generic, _ in found) == 8 and not any(custom for _, custom in found)


def halving(by: int, seen: list[Any]) -> prepared.Reader[int]:
    """Ask as long as the answer is even."""
    ((found,),) = yield QUOTIENT, {"by": by}
    seen.append(found)
    while not found % 2:
        ((found,),) = yield "SELECT %(n)s::integer / 2", {"n": found}
        seen.append(found)
    return found


def silent() -> prepared.Reader[int]:
    """Know the answer already."""
    return 7
    yield


def test_readers_side_by_side_get_their_own_answers(db: None, queries) -> None:
    seen: list[Any] = []
    with queries(7):
        assert prepared.together([halving(1, seen), silent(), halving(4, seen), halving(3, seen)]) == [15, 7, 15, 5]
    assert seen[:3] == [60, 15, 20], "the first questions of all come before the second one of any"
    assert prepared.together([]) == []
    assert prepared.several((QUOTIENT, {"by": 2}), (QUOTIENT, {"by": 3})) == [[(30,)], [(20,)]]


def test_what_the_database_refuses_is_told_as_by_a_cursor(db: None) -> None:
    with pytest.raises(DataError):
        prepared.rows(QUOTIENT, by=0)
    with pytest.raises(DataError), scoped(EVERYWHERE):
        prepared.several((QUOTIENT, {"by": 1}), (QUOTIENT, {"by": 0}), (QUOTIENT, {"by": 2}))
    assert prepared.rows(QUOTIENT, by=5) == [(12,)]
