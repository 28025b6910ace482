"""Who answers for an area, with a deputy who stands in: read for whatever page names somebody to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bulou.ledger.statements import statements
from bulou.ui.figures import rows

SQL = statements(__package__, "responsible")
#: Standings that keep an owner away.
AWAY = ["absent", "infection", "quarantine"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for an area, with a deputy. ``absence``: the standing that keeps the owner away, or ""."""

    area: int
    desk: str
    name: str
    telephone: str
    deputy: str = ""
    deputy_telephone: str = ""
    absence: str = ""
    deputy_absence: str = ""

    @property
    def replaced(self) -> bool:
        """Tell whether the deputy stands in: the owner is away and the deputy is not."""
        return bool(self.absence and self.deputy and not self.deputy_absence)

    @property
    def acting(self) -> tuple[str, str]:
        """Return the name and telephone to call now."""
        return (self.deputy, self.deputy_telephone) if self.replaced else (self.name, self.telephone)


def owner_of(area: int, desk: str, owners: Iterable[Owner], way: Iterable[int]) -> Owner | None:
    """Return the nearest owner of a matter: the desk's own on the way from the leaf up, else the area's.

    Parameters:
        way: ids from the district down to ``area``.
    """
    known = {(o.area, o.desk): o for o in owners}
    up = list(reversed(list(way)))
    found = (known[node, wanted] for wanted in (desk, "area") for node in (*up, 0) if (node, wanted) in known)
    return next(found, None)


def owners(areas: Iterable[int], now: datetime) -> list[Owner]:
    """Return the owners of areas, 0 for those above all districts, each with what keeps them away now."""
    return [Owner(*row) for row in rows(SQL["owners"], areas=sorted(set(areas)), away=AWAY, now=now)]
