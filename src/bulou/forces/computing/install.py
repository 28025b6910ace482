"""Puts computations of allocations under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what is computed for it."""
    with connection.cursor() as cursor:
        protect(cursor, "computing_run", "area", role)
