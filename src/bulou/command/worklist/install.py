"""Puts the owners under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """An owner of an area is seen by those whose scope holds the area."""
    with connection.cursor() as cursor:
        protect(cursor, "now_owner", "area", role)
