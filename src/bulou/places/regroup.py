"""Areas split and merged. Ids never change: the new areas are new nodes, the old ones are closed with their successors.

Doors and people move along; what rounds that are open owe stays on the old nodes, because the ledger never reads the
registers. All functions join the transaction that is open; whoever calls them has called ``area_changes.alone``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import area_changes, written
from bulou.places.actions import source_id

SQL = statements(__package__, "regroup")
#: Under this source people are registered in an area that took the place of another.
SOURCE = "区域调整 areas regrouped"


class SameDoor(ValueError):
    """Two doors would have one address: ``stairwell`` and ``door``."""

    def __init__(self, stairwell: str, door: str):
        self.stairwell, self.door = stairwell, door
        super().__init__(f"{stairwell} {door}")


class Changed(ValueError):
    """Something came to the new areas since, so that nobody can tell where it belongs."""


@dataclass(slots=True)
class Moved:
    """What a split or merger did: ``nodes`` {old area: its successors}, doors and people with where they were before.

    ``doors``: [(door, area before)]; ``people``: [(person, area, found area, area of registration)], as before.
    """

    nodes: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    doors: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    people: list[tuple[int, int, int | None, int | None]] = field(
        default_factory=list[tuple[int, int, int | None, int | None]]
    )

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Moved:
        """Read what ``as_json`` gave."""
        return cls(
            {int(old): list(new) for old, new in said["nodes"].items()}, [tuple(one) for one in said["doors"]],
            [tuple(one) for one in said["people"]],
        )  # fmt: skip

    @property
    def new(self) -> list[int]:
        """Return the new areas."""
        return sorted({area for several in self.nodes.values() for area in several})


def regroup(
    olds: Sequence[int], parent: int, news: Sequence[tuple[str, str]], goes: Mapping[int, int], source: str,
    at: datetime, using: str = "default",
) -> Moved:  # fmt: skip
    """Put new areas in the place of others of one parent.

    Parameters:
        news: (name, English name) of each.
        goes: {piece: which of ``news``}, where a piece is an area directly below an old one, or, of buildings, a door.
            What is not named goes to the first.

    Raises:
        SameDoor: two buildings have the same door. Nothing is changed when the caller takes its transaction back.
        area_changes.Full: no number is left there.
    """
    moved = Moved()
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        below = {old: _below(cursor, old) for old in olds}
        for old in (area for top in olds for area in (*[row[0] for row in reversed(below[top])], top)):
            area_changes.close(old, source, at, using)
        made = [area_changes.add(parent, name, name_en, source, at, using) for name, name_en in news]
        for old in olds:
            moved.nodes[old] = made
            at_top: dict[int, int] = {}
            for node, above, name, name_en, others in below[old]:
                under = made[goes.get(node, 0)] if above == old else at_top[above]
                at_top[node] = area_changes.add(under, name, name_en, source, at, using)
                moved.nodes[node] = [at_top[node]]
                if others:
                    area_changes.call(at_top[node], others.splitlines(), source, at, using)
        home = {old: several[0] for old, several in moved.nodes.items()}
        to: list[int] = []
        for old in moved.nodes:
            cursor.execute(SQL["doors"], {"area": old})
            for door, _stairwell, _number in cursor.fetchall():
                moved.doors.append((door, old))
                to.append(made[goes.get(door, 0)] if old in olds else home[old])
        doors = [door for door, _area in moved.doors]
        cursor.execute(SQL["same_doors"], {"doors": doors, "to": to})
        if twice := cursor.fetchone():
            raise SameDoor(*twice)
        cursor.execute(SQL["people"], {"areas": [*moved.nodes]})
        found = cursor.fetchall()
        moved.people = [(person, area, met, registered) for person, area, met, registered, _door in found]
        where = dict(zip(doors, to, strict=True))

        def after(area: int | None, door: int | None) -> int | None:
            return area if area not in home else where.get(door or 0, home[area])

        people = [
            (person, after(area, door), after(met, door), after(registered, door))
            for person, area, met, registered, door in found
        ]
        _move(cursor, list(zip(doors, to, strict=True)), people, source, at, using)
        old = [area for area, several in moved.nodes.items() for _ in several]
        cursor.execute(SQL["succeeded"], {"old": old, "new": [area for s in moved.nodes.values() for area in s]})
    return moved


def undo(moved: Moved, source: str, at: datetime, using: str = "default") -> None:
    """Take a split or merger back: the old areas are open again with their doors and people, the new ones are closed.

    Raises:
        Changed: doors, people or rounds came to the new areas since.
    """
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["since"], {
            "areas": moved.new, "doors": [door for door, _ in moved.doors], "persons": [row[0] for row in moved.people],
        })  # fmt: skip
        if any(cursor.fetchone()):
            raise Changed
        for new in reversed(moved.new):
            area_changes.close(new, source, at, using)
        for old in sorted(moved.nodes):
            area_changes.reopen(old, source, at, using)
        _move(cursor, moved.doors, moved.people, source, at, using)
        cursor.execute(SQL["not_succeeded"], {"new": moved.new})


def _below(cursor: Any, area: int) -> list[tuple[int, int, str, str, str]]:
    lo, hi = span(area)
    cursor.execute(SQL["below"], {"lo": lo, "hi": hi})
    return cursor.fetchall()


def _move(
    cursor: Any, doors: Sequence[tuple[int, int]], people: Sequence[tuple[int, int | None, int | None, int | None]],
    source: str, at: datetime, using: str,
) -> None:  # fmt: skip
    """Bring doors and people to areas, with the record of it."""
    cursor.execute(SQL["doors_moved"], {"doors": [door for door, _ in doors], "to": [area for _, area in doors]})
    values = {
        "persons": [row[0] for row in people], "areas": [row[1] for row in people], "found": [row[2] for row in people],
        "registered": [row[3] for row in people], "at": at, "source": source_id(SOURCE, using)[0],
    }  # fmt: skip
    cursor.execute(SQL["people_moved"], values)
    cursor.execute(SQL["registered_ended"], values)
    cursor.execute(SQL["registered_opened"], values | {"ended": [person for (person,) in cursor.fetchall()]})
    written.note(cursor, source, at, doors_in={area for _, area in doors}, persons=values["persons"])
