"""What changed between two published lists of one street. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bulou.zones.entries import ListedUnit


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose level is another one than in the list before; "" for not listed."""

    unit: ListedUnit
    before: str
    now: str


def changes(before: Iterable[ListedUnit], now: Iterable[ListedUnit]) -> list[Change]:
    """Return what is new, gone or at another level, by area."""
    old, new = ({one.area: one for one in units} for units in (before, now))
    out: list[Change] = []
    for area in sorted({*old, *new}):
        was, is_ = old.get(area), new.get(area)
        unit = is_ or was
        if unit is not None and (was.level if was else "") != (is_.level if is_ else ""):
            out.append(Change(unit, was.level if was else "", is_.level if is_ else ""))
    return out
