"""Brings sequences, policies and exclusions of the registries to what the code declares. Safe to run at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bulou.ledger.install import protect
from bulou.ledger.statements import statements

#: Tables whose rows belong to an area. The area tree itself is public.
SCOPED = {"places_household": "area", "places_person": "area", "places_look_up": "area", "places_unit": "area"}


def install(connection: Any, role: str = "bulou_app") -> None:
    """Install what migrations do not carry, as the owner of the tables."""
    with connection.cursor() as cursor:
        for table, column in SCOPED.items():
            protect(cursor, table, column, role)
        cursor.execute(statements(__package__, "merges")["index"])
        for file in ("install", "digests", "units"):
            for statement in statements(__package__, file).values():
                cursor.execute(statement.replace("bulou_app", role))
        cursor.execute(statements(__package__, "written")["adopted"], {"at": datetime.now(UTC)})
