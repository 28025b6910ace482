"""Puts own protection under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees the tests of its people, and the teams that work there."""
    with connection.cursor() as cursor:
        for table in ("protection_test", "protection_team", "protection_team_change"):
            protect(cursor, table, "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
