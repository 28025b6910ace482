"""What a published list changes for who lives there: which areas it closes, which it frees. Pure.

An area is closed where nobody leaves the flat or the compound: lockdown and control. What lies below an area on the
list is held as the nearest one above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bulou.ledger.areas import ancestor, level
from bulou.zones.entries import ListedUnit

#: Levels under which households cannot see to their own supply.
CLOSED = frozenset({"lockdown", "control"})
#: Of a list: level by area.
Levels = Mapping[int, str]


def levels(units: Iterable[ListedUnit]) -> dict[int, str]:
    """Return the level of each area on a list."""
    return {one.area: one.level for one in units}


def nearest(area: int, listed: Levels) -> int:
    """Return the area on the list that says how an area is held: itself, else the nearest one above; 0 for none."""
    return next((node for depth in range(level(area), 0, -1) if (node := ancestor(area, depth)) in listed), 0)


def is_closed(area: int, listed: Levels) -> bool:
    """Tell whether a list closes an area."""
    return listed.get(nearest(area, listed), "") in CLOSED


def newly_closed(before: Levels, now: Levels, households: Mapping[int, int]) -> dict[int, int]:
    """Return the households that a list closes and the one before did not, by the area on the list that closes them.

    Parameters:
        households: their number by building, or by any area.
    """
    out: dict[int, int] = {}
    for area, n in households.items():
        if is_closed(area, now) and not is_closed(area, before):
            node = nearest(area, now)
            out[node] = out.get(node, 0) + n
    return out


def freed(before: Levels, now: Levels, areas: Iterable[int]) -> set[int]:
    """Return the areas that the list before closed and this one does not."""
    return {area for area in areas if is_closed(area, before) and not is_closed(area, now)}
