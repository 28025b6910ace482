"""Puts the records of looks and exports under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what was looked at and taken there; what is written stays."""
    with connection.cursor() as cursor:
        protect(cursor, "people_glass", "area", role)
        protect(cursor, "people_export", "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
