"""Brings the registry of goods to what the code declares. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables."""
    with connection.cursor() as cursor:
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
