"""Puts the units of enrolments under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Whoever sees the offer sees for which unit it is."""
    with connection.cursor() as cursor:
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
