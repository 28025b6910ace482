"""Puts forces under row level security, and holds nobody to two shifts at once. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements

#: Tables whose rows belong to an area.
SCOPED = ("forces_member", "forces_look", "forces_call_up", "forces_asked", "forces_plan", "forces_shift")


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables."""
    with connection.cursor() as cursor:
        for table in SCOPED:
            protect(cursor, table, "area", role)
        for statement in statements(__package__, "install").values():
            cursor.execute(statement.replace("bulou_app", role))
