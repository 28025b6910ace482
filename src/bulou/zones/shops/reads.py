"""What is known of shops: read from the register and the books, put before the rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.figures import rows
from bulou.zones import reads as zones
from bulou.zones.shops import rules
from bulou.zones.shops.vocabulary import RULE, STATUS, TESTED
from bulou.zones.units import SHOP

SQL = statements(__package__, "shops")
#: Shops that are read at a time.
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with how it stands. ``until``: when a decision on it ends; ``due``: staff tests owed today."""

    unit: Unit
    status: rules.Status
    level: str
    decision: str
    until: datetime | None
    staff: int
    due: int

    @property
    def segment(self) -> str:
        """The stretch of street on which it is, as patrols walk."""
        return str(self.unit.attributes.get("segment") or "")

    @property
    def trade(self) -> str:
        """What it sells."""
        return str(self.unit.attributes.get("trade") or "")


def shops(within: Iterable[int], now: datetime, state: str = "open") -> list[Shop]:
    """Return the shops of areas by stretch of street and name. ``state`` of the register: open, closed, all."""
    held, found = zones.held_levels(now), []
    with scoped(EVERYWHERE):  # an order is as public as a level
        orders = {area: value for area, value, _since, _until in rows(SQL["orders"], now=now)}
    for area in within:
        own, _more = units.listed(SHOP.code, area, "", state, limit=MOST)
        names = [f"{kind}.{unit.id}" for unit in own for kind in (STATUS, TESTED)]
        lo, hi = span(area)
        said = {row[0]: row[1:] for row in rows(SQL["said"], lo=lo, hi=hi, names=names, now=now)} if own else {}
        found += [_shop(unit, said, held, orders, now) for unit in own]
    return sorted(found, key=lambda one: (one.segment == "", one.segment, one.unit.name, one.unit.id))


def _shop(unit: Unit, said: dict[str, Any], held: dict[int, Any], orders: dict[int, str], now: datetime) -> Shop:
    decision, _since, until = said.get(f"{STATUS}.{unit.id}", ("", None, None))
    tested, at, _until = said.get(f"{TESTED}.{unit.id}", (None, None, None))
    above = zones.nearest(unit.area, held)
    order = next(
        (orders[node] for d in range(level(unit.area), 0, -1) if (node := ancestor(unit.area, d)) in orders), ""
    )
    facts = rules.Facts(
        above.level if above else "", order, bool(unit.attributes.get("guarantee")),
        "" if decision == RULE else decision, unit.open,
    )  # fmt: skip
    status = rules.status(facts)
    staff = int(unit.attributes.get("staff") or 0)
    due = rules.tests_due(
        status.value, staff, int(tested) if tested else None, zones.today(at) if at else None, zones.today(now)
    )
    return Shop(unit, status, facts.level, facts.decision, until if facts.decision else None, staff, due)


def past(unit: Unit) -> list[tuple[datetime, str, datetime | None, str, str]]:
    """Return what was decided on a shop, the latest first: when, what, until, why, by whom."""
    return [
        (at, value, until, str(msgspec.json.decode(bytes(raw))["body"].get("reason", "")), by or "")
        for _name, at, value, until, raw, by in rows(SQL["reasons"], area=unit.area, name=f"{STATUS}.{unit.id}")
    ]
