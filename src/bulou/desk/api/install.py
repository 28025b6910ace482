"""Puts keys under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees its keys; what a key may do is never changed."""
    with connection.cursor() as cursor:
        protect(cursor, "api_key", "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
