"""Puts the record of lists that were applied under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what was said there; of what is written only the undoing is added."""
    with connection.cursor() as cursor:
        protect(cursor, "exchange_taken", "area", role)
        protect(cursor, "exchange_taken_row", "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
