"""Puts imports that are taken back under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees which imports were taken back there."""
    with connection.cursor() as cursor:
        protect(cursor, "jobs_undoing", "area", role)
