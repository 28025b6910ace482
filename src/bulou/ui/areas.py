"""Areas to choose from: to narrow a list, to hand a duty over."""

from __future__ import annotations

from bulou.ledger.areas import ancestor, level
from bulou.ledger.statements import statements
from bulou.ui.figures import Name, rows

SQL = statements(__package__, "areas")


def choices(areas: tuple[int, ...], chosen: int) -> list[tuple[int, int, Name]]:
    """Return the areas that the list can be narrowed to, (id, depth, name): the way to it, and what is below."""
    tops = [a for a in areas if level(a) <= level(chosen) and ancestor(chosen, level(a)) == a] if chosen else [*areas]
    way = (
        {ancestor(chosen, depth) for top in tops for depth in range(level(top), level(chosen) + 1)} if chosen else tops
    )
    return [
        (id_, depth, name) for id_, depth, name in rows(SQL["choices"], way=[*way], below=[chosen] if chosen else tops)
    ]


def receivers(campaign_areas: list[int]) -> list[tuple[int, int, Name]]:
    """Return the streets and neighbourhoods, (id, depth, name), to which a duty can be offered."""
    return [(id_, depth, name) for id_, depth, name in rows(SQL["receivers"], districts=campaign_areas)]
