"""Puts saved views under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """A view goes with the area of who made it: without the area it is not seen, by himself neither."""
    with connection.cursor() as cursor:
        protect(cursor, "saved_view", "area", role)
