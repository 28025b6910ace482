"""Puts coverage checks under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what was drawn in it; whoever sees only a part of it sees that part's people."""
    with connection.cursor() as cursor:
        for table in ("coverage_draw", "coverage_stratum", "coverage_drawn"):
            protect(cursor, table, "area", role)
