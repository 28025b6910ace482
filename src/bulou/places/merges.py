"""Merges: the register follows what the books say of second records, whatever entry states it, corrects it or voids it.

Told by the intake within its own transaction (``Registry.follow``), so that the register is never behind the books.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.statements import statements
from bulou.places import written

_SAID = statements(__package__, "merges")
SQL = {name: text.replace("{same}", _SAID["same"]) for name, text in _SAID.items()}


def follow(driver: Any, persons: list[int], at: Any) -> None:
    """Bring these persons up to date with what the books say of them, and leave the record of it.

    Parameters:
        driver: the driver's connection, within the scope of everything.
        at: when it is recorded.
    """
    with driver.cursor() as cursor:
        cursor.execute(SQL["followed"], {"persons": persons, "at": at})
        if changed := [person for (person,) in cursor.fetchall()]:
            cursor.execute(written.SQL["persons"], {"by": "merge", "at": at, "ids": sorted(changed)})
