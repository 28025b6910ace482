"""Brings the policies of the accounts' tables to what the code declares. Safe to run at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bulou.ledger.areas import span
from bulou.ledger.scope import multirange
from bulou.ledger.statements import statements


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables."""
    with connection.cursor() as cursor:
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
        values = {"at": datetime.now(UTC), "root": multirange([span(0)])}
        cursor.execute(statements(__package__, "accounts")["adopted"], values)
