"""The record that each writer of the registries leaves: the digest of every row as it stood when the writer was done.

A row that somebody changes by hand no longer has the digest of its record, and `verify` names it; the records are
sealed. Whoever writes areas, households or persons calls ``note`` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements

SQL = statements(__package__, "written")


def note(
    cursor: Any,
    by: str,
    at: datetime,
    *,
    areas: Iterable[int] = (),
    doors_in: Iterable[int] = (),
    persons: Iterable[int] = (),
) -> None:
    """Record what this transaction has written of the given areas, of doors in the given areas, and of the persons.

    More may be given than was written; what was not is left out. Run it within the scope of everything.
    """
    for name, key, ids in (("areas", "ids", areas), ("households", "areas", doors_in), ("persons", "ids", persons)):
        if chosen := sorted(set(ids)):
            cursor.execute(SQL[name], {"by": by, "at": at, key: chosen})


def newest(using: str = "default") -> int:
    """Return the number of the latest record; 0 where there is none."""
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["newest"])
        return cursor.fetchone()[0]
