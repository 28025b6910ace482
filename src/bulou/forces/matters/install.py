"""Puts the duties of call-ups under row level security. Safe to run at any time."""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for a call-up's place sees its duty."""
    with connection.cursor() as cursor:
        protect(cursor, "matters_matter", "area", role)
