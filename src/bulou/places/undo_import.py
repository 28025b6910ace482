"""An import taken back in the register: what it corrected is as it was; who came by it alone is told to the caller.

People leave by an entry (``person.unlisted``) and not by a deletion: their rows and records stay, and a later list that
names them brings them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import written
from bulou.places.actions import source_id
from bulou.places.imports import Alone

SQL = statements(__package__, "undo_import")
#: Under this source values stand that were brought back.
BACK = "撤销导入 import undone"


class TookPart(ValueError):
    """People of the list have taken part since (``people``), or doubts of it were decided (``doubts``)."""

    def __init__(self, people: int, doubts: int):
        self.people, self.doubts = people, doubts
        super().__init__(f"{people} people took part, {doubts} doubts decided")


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. ``left``: (area, person) of who came by this list alone; ``returned``: number of values."""

    left: list[tuple[int, int]]
    returned: int


def undo(run: int, at: datetime, using: str = "default") -> Undone:
    """Take an import back within the open transaction; the caller writes that ``left`` are off the lists.

    Identity numbers and doors that the list has added stay: of a number nobody keeps what was there before.

    Raises:
        TookPart: somebody whom this list alone names has taken part since. Nothing is changed.
        KeyError: there is no such import.
        Busy: an import is running.
    """
    by = f"import {run}"
    with Alone(using), scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["run"], {"run": run})
        found = cursor.fetchone()
        if found is None:
            raise KeyError(run)
        values: dict[str, Any] = {"run": run, "by": by, "source": found[0], "valid_from": found[1], "at": at}
        cursor.execute(SQL["came"], values)
        cursor.execute("ANALYZE came")
        cursor.execute(SQL["took_part"], values)
        people, doubts = cursor.fetchone()
        if people or doubts:
            raise TookPart(people, doubts)
        cursor.execute(SQL["recorded"], values)
        values |= {"times": cursor.fetchone()[0], "back": source_id(BACK, using)[0]}
        cursor.execute(SQL["corrected"], values)
        cursor.execute(SQL["facts_ended"])
        cursor.execute(SQL["facts_back"], values)
        returned = cursor.rowcount
        cursor.execute(SQL["persons_back"])
        written.note(cursor, f"undo {by}", at, persons=[row[0] for row in cursor.fetchall()])
        cursor.execute(SQL["ended"], values)
        cursor.execute(SQL["unsaid"], values)
        cursor.execute(SQL["not_said"], values)
        cursor.execute(SQL["left"])
        left = [(area, person) for area, person in cursor.fetchall()]
        for table in ("came", "corrected"):
            cursor.execute(f"DROP TABLE {table}")
    return Undone(left, returned)


def listed_again(at: datetime, using: str = "default") -> list[tuple[int, int]]:
    """Return (area, person) of those off the lists whom a list names again, recorded anew; the caller writes it."""
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["listed_again"], {"at": at})
        found = sorted((area, person) for area, person in cursor.fetchall())
        written.note(cursor, "listed again", at, persons=[person for _area, person in found])
    return found
