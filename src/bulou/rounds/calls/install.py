"""Puts sites and calls under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for a building sees which site serves it and when its stairwells are called."""
    with connection.cursor() as cursor:
        protect(cursor, "calls_serving", "area", role)
        protect(cursor, "calls_call", "area", role)
