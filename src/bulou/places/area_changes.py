"""Single changes of the area tree by a person at the desk: added, renamed, other names, closed, opened again.

Each is a dated fact with its source; all functions join the transaction that is open. Whether a change may be is
checked by whoever calls them, after ``alone``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.areas import BITS, SHIFTS, level
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import written
from bulou.places.actions import load_areas
from bulou.places.models import Area
from bulou.places.vocabulary import AREA_ATTRIBUTES

SQL = statements(__package__, "area_changes")
OPEN, CLOSED = "open", "closed"


class Full(ValueError):
    """No number is left below an area."""


def alone(using: str = "default") -> None:
    """Wait until no other transaction changes the tree."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["alone"])


def following(parent: int, last: int) -> int:
    """Return the id after the highest that was ever given below an area.

    Raises:
        Full: the level's numbers are used up, or buildings have no level below.
    """
    depth = level(parent) + 1
    if depth > len(BITS):
        raise Full("there is nothing below a building")
    number = (last >> SHIFTS[depth - 1] & (1 << BITS[depth - 1]) - 1) + 1
    if number >= 1 << BITS[depth - 1]:
        raise Full(f"all numbers below {parent} are used")
    return parent | number << SHIFTS[depth - 1]


def add(parent: int, name: str, name_en: str, source: str, at: datetime, using: str = "default") -> int:
    """Add an area below another (0: a district) and return its id, which no area had before.

    Raises:
        Full: no number is left there.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["last_below"], {"parent": parent})
        area = following(parent, cursor.fetchone()[0])
        load_areas([{"id": area, "name": name, "name_en": name_en}], at, source, using)
        _fact(cursor, area, "state", OPEN, source, at)
    return area


def rename(area: Area, name: str, name_en: str, source: str, at: datetime, using: str = "default") -> None:
    """Give an area another name; the old one stays a dated fact, by which lists still find it."""
    row = {"id": area.pk, "name": name, "name_en": name_en, "code": area.code, "x": area.x, "y": area.y}
    load_areas([row], at, source, using)


def call(area: int, names: Sequence[str], source: str, at: datetime, using: str = "default") -> None:
    """Set the other names that lists use for an area."""
    with connections[using].cursor() as cursor:
        _fact(cursor, area, "aliases", "\n".join(names), source, at)


def close(area: int, source: str, at: datetime, using: str = "default") -> bool:
    """Close an area; tell whether it was open."""
    return _state(area, CLOSED, source, at, using)


def reopen(area: int, source: str, at: datetime, using: str = "default") -> bool:
    """Take the closing of an area back; tell whether it was closed."""
    return _state(area, OPEN, source, at, using)


def _state(area: int, state: str, source: str, at: datetime, using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["closed" if state == CLOSED else "reopened"], {"area": area, "at": at})
        if cursor.fetchone() is None:
            return False
        _fact(cursor, area, "state", state, source, at)
        with scoped(EVERYWHERE, using):
            written.note(cursor, source, at, areas=[area])
    return True


def _fact(cursor: Any, area: int, attribute: str, value: str, source: str, at: datetime) -> None:
    values = {"area": area, "attribute": AREA_ATTRIBUTES[attribute], "value": value, "source": source, "at": at}
    cursor.execute(SQL["fact_ended"], values)
    cursor.execute(SQL["fact_opened"], values)
