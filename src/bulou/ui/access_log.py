"""Every look at a named person and every list that leaves the desk, put on record. It is read in ``people.records``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from bulou.ledger.statements import statements

SQL = statements(__package__, "access_log")
#: How the filters of exported lists are written in the record, by the name of the filter; rooms add their own.
FILTER_WORDS: dict[str, Callable[[str], Any]] = {}


def note_look(people: list[tuple[int, int]], user: str, reason: str, now: datetime) -> None:
    """Record that a user was shown these persons' names: (person, area) each. Law 6: every look at a named person."""
    if people:
        with connection.cursor() as cursor:
            cursor.execute(SQL["note_look"], shown(people, user, reason, now))


def shown(people: list[tuple[int, int]], user: str, reason: str, now: datetime) -> dict[str, Any]:
    """Return the values that a statement about a look takes."""
    persons, areas = [p for p, _ in people], [a for _, a in people]
    return {"persons": persons, "areas": areas, "user": user, "reason": reason, "now": now}


def note_export(
    user: str, what: str, filter: Mapping[str, Any], rows: int, masked: bool, at: datetime, area: int = 0
) -> None:
    """Record a list that left the desk as a file or on paper. Within the scope that holds ``area``."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["note_export"],
            {
                "at": at, "user": user, "what": what, "filter": json.dumps(filter, ensure_ascii=False), "rows": rows,
                "masked": masked, "area": area,
            },
        )  # fmt: skip
