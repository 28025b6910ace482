"""Puts notices under row level security and installs the function that says whom an audience names."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables. Safe to run at any time."""
    with connection.cursor() as cursor:
        for table in ("notices_notice", "notices_delivery", "notices_rumour"):
            protect(cursor, table, "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
