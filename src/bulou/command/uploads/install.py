"""Puts uploaded files under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees the files that were brought in for it."""
    with connection.cursor() as cursor:
        protect(cursor, "uploads_upload", "area", role)
