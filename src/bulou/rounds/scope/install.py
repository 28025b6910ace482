"""Puts plans of rounds, whom they treat otherwise, and tubes not by the rule, under row level security.

Safe to run at any time.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.install import protect


def install(connection: Any, role: str = "bulou_app") -> None:
    """Who answers for an area sees what is planned there and who there is treated otherwise."""
    with connection.cursor() as cursor:
        protect(cursor, "scope_plan", "area", role)
        protect(cursor, "scope_treated", "area", role)
        protect(cursor, "scope_misfilled", "area", role)
