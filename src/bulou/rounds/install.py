"""Puts the printed sheets under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """A sheet is seen by those whose scope holds its building."""
    with connection.cursor() as cursor:
        protect(cursor, "rounds_sheet", "area", role)
