"""Puts volunteers who sign up under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees who signed up there; who holds a code finds that one and no other."""
    with connection.cursor() as cursor:
        for table in ("volunteers_poster", "volunteers_application", "volunteers_key", "volunteers_look"):
            protect(cursor, table, "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
