"""What the pages of the area tree show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.scope import Ranges, covers, multirange
from bulou.ledger.statements import statements
from bulou.places.vocabulary import AREA_ATTRIBUTES
from bulou.ui.figures import Name, names, rows
from bulou.ui.responsible import Owner, owner_of, owners

SQL = statements(__package__, "areas")
#: So many areas are listed at once.
MOST = 500
#: How the record names a person of the desk.
DESK = "desk "
_NAMED = {code: name for name, code in AREA_ATTRIBUTES.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """An area of a list. ``below``: how many open areas lie directly below it."""

    id: int
    depth: int
    name: Name
    closed: bool
    below: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an area: which attribute, what stands there, what stood there before, who, when."""

    attribute: str
    value: str
    before: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What keeps an area from being closed."""

    areas: int
    people: int
    duties: int

    def __bool__(self) -> bool:
        return bool(self.areas or self.people or self.duties)


def _rows(found: Iterable[Any]) -> list[Row]:
    return [Row(*row[:5], tuple(row[5].splitlines())) for row in found]


def below(area: int) -> list[Row]:
    """Return the areas directly below one (0: the districts), the closed ones last; one more than ``MOST`` at most."""
    return _rows(rows(SQL["below"], parent=area, ids=[], limit=MOST + 1))


def these(areas: Iterable[int]) -> list[Row]:
    """Return the given areas."""
    return _rows(rows(SQL["below"], parent=-1, ids=[*areas], limit=MOST + 1))


def search(text: str, ranges: Ranges) -> list[Row]:
    """Return the areas within the ranges that a text names; one more than ``MOST`` at most."""
    return _rows(rows(SQL["found"], text=text.lower(), scope=multirange(ranges), limit=MOST + 1))


def siblings(parent: int) -> list[tuple[int, str]]:
    """Return (id, name) of the open areas below one, each of their names."""
    return rows(SQL["siblings"], parent=parent)  # type: ignore[return-value]


def in_the_way(area: int) -> InTheWay:
    """Return what keeps an area from being closed."""
    lo, hi = span(area)
    ((areas, people, duties),) = rows(SQL["in_the_way"], lo=lo, hi=hi)
    return InTheWay(areas, people, duties)


def way(area: int, ranges: Ranges) -> list[tuple[int, Name | None]]:
    """Return the areas above one that are the reader's own, from the top down, with their names."""
    nodes = [node for depth in range(1, level(area)) if covers(ranges, node := ancestor(area, depth))]
    known = names(nodes) if nodes else {}
    return [(node, known.get(node)) for node in nodes]


def changes(area: int) -> tuple[list[Change], list[str], list[str]]:
    """Return what was changed of an area, the other names that it goes by, and the names that it had before."""
    found = rows(SQL["facts"], area=area)
    told = [
        Change(
            _NAMED[attribute],
            value.replace("\n", "、"),
            (before or "").replace("\n", "、"),
            source.removeprefix(DESK),
            at,
        )
        for attribute, value, before, source, at, since in found
        if attribute in _NAMED and at == since
    ]
    others = next((value.splitlines() for attribute, value, *_ in found if _NAMED.get(attribute) == "aliases"), [])
    named = [value for attribute, value, *_ in found if _NAMED.get(attribute) == "name"]
    return told, others, list(dict.fromkeys(named[1:]))


def answers(area: int, now: datetime) -> Owner | None:
    """Return who answers for an area: its own owner, else the nearest above that the reader may see."""
    way = [ancestor(area, depth) for depth in range(1, level(area) + 1)]
    return owner_of(area, "area", owners(way, now), way)
