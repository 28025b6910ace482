"""Puts the record of devices' service under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what was done to its devices; what is written stays."""
    with connection.cursor() as cursor:
        protect(cursor, "devices_service", "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
