"""What the pages of enrolment show: offers that stand, the tree to choose areas from, files that were handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bulou.ledger import sql_arrays
from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ledger.statements import statements
from bulou.ui.figures import Name

SQL = statements(__package__, "enrolling")
LIMIT = 100


def rows(name: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of one of the room's statements."""
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def offers(ranges: Ranges, at: datetime) -> list[dict[str, Any]]:
    """Return the offers and cards that stand; ``areas`` are the nodes that begin their ranges. One statement."""
    found = rows("offers", scope=multirange(ranges), at=at, limit=LIMIT)
    for row in found:
        row["areas"] = [lo for lo, _ in sql_arrays.parse_ranges(row.pop("ranges"))]
    return found


def offer(token_hash: bytes, ranges: Ranges, at: datetime) -> dict[str, Any] | None:
    """Return one offer within the scope while it lasts."""
    found = rows("offer", token_hash=token_hash, scope=multirange(ranges), at=at)
    if not found:
        return None
    return found[0] | {"areas": [lo for lo, _ in sql_arrays.parse_ranges(found[0]["ranges"])]}


@dataclass(frozen=True, slots=True)
class Choice:
    """A node of the tree as the form shows it. ``depth``: 1 district ... 5 building."""

    id: int
    depth: int
    name: Name
    child: bool


def choices(areas: tuple[int, ...], under: int) -> list[Choice]:
    """Return the way from one of the reader's areas down to ``under``, and what is directly below. One statement."""
    tops = [area for area in areas if not under or _within(under, area)]
    way = (
        {ancestor(under, depth) for top in tops for depth in range(level(top), level(under) + 1)} if under else {*tops}
    )
    found = rows("below", way=sorted(way), below=[under] if under else sorted(tops))
    return [Choice(row["id"], row["level"], row["name"], row["child"] and row["id"] not in way) for row in found]


def _within(area: int, top: int) -> bool:
    return covers((span(top),), area)


def handed_in(ranges: Ranges) -> list[dict[str, Any]]:
    """Return the journals that came as files lately."""
    return rows("handed_in", scope=multirange(ranges))
