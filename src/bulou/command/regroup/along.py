"""What moves along with areas that are split or merged: units, owners, and which site serves which building.

A device keeps the areas that it was enrolled for, and a zone level the area that a published list names: these are
told, with the page on which each is mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection

from bulou.command.worklist.models import Owner
from bulou.ledger.areas import parent, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import units
from bulou.ui.figures import rows
from bulou.zones.vocabulary import LEVELS, Level

_LEVELS = {level.name: level for level in LEVELS}
SQL = statements(__package__, "along")


class NewHere(ValueError):
    """Units or owners were registered on the new areas since."""


@dataclass(slots=True)
class Along:
    """What moved along: [(unit, area before, area after)], the same of owners; ``copies`` of owners for other parts;
    ``serving``: [(building before, site, building after)].
    """

    units: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    owners: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    copies: list[int] = field(default_factory=list[int])
    serving: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> Along:
        """Read what ``as_json`` gave; nothing of a split or merger of before anything moved along."""
        said = said or {}
        return cls(
            [tuple(one) for one in said.get("units", ())], [tuple(one) for one in said.get("owners", ())],
            [*said.get("copies", ())], [tuple(one) for one in said.get("serving", ())],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """What did not move along. ``devices``: (number, name) of those that stand for old areas alone; ``owners``: (area,
    name) whose desk another one has; ``zones``: (area, level) of old areas that a list names still.
    """

    devices: list[tuple[int, str]]
    owners: list[tuple[int, str]]
    zones: list[tuple[int, Level]]

    def __bool__(self) -> bool:
        return bool(self.devices or self.owners or self.zones)


def at(area: int) -> list[tuple[int, str]]:
    """Return the open units that lie in an area itself and not below it: (number, name)."""
    return [(id_, name) for id_, _area, name in rows(SQL["units"], areas=[area])]


def move(nodes: Mapping[int, Sequence[int]], chosen: Mapping[int, int], by: str, now: datetime) -> Along:
    """Bring what hangs on old areas to those in their place, within the open transaction.

    Parameters:
        nodes: {old area: its successors}. What can lie in one alone goes to the first, or where ``chosen`` says.
        chosen: {unit: which successor}. An owner of an area that was split answers for each part; of owners of one
            desk of several areas that were merged the first one stays.
    """
    out, first = Along(), {old: several[0] for old, several in nodes.items()}
    with scoped(EVERYWHERE):
        out.units = [
            (id_, area, nodes[area][chosen[id_]] if id_ in chosen else first[area])
            for id_, area, _name in rows(SQL["units"], areas=[*nodes])
        ]  # fmt: skip
        _units([(id_, after) for id_, _before, after in out.units], by, now)
        for one in Owner.objects.filter(area__in=[*nodes]).order_by("id"):
            before = one.area
            for place, after in enumerate(nodes[before]):
                if Owner.objects.filter(area=after, desk=one.desk).exists():
                    continue
                if place == 0:
                    out.owners.append((one.pk, before, after))
                else:
                    one.pk = None
                one.area = after
                one.save()
                if place:
                    out.copies.append(one.pk)
        out.serving = [
            (area, unit, first[area]) for area, unit in rows(SQL["serving"], areas=[*nodes])
        ]  # fmt: skip
        _serve([(before, after, unit) for before, unit, after in out.serving], by, now)
    return out


def undo(along: Along, news: Sequence[int], by: str, now: datetime) -> None:
    """Bring back what moved along. What was moved on since stays where it is.

    Raises:
        NewHere: units or owners were registered on the new areas since.
    """
    with scoped(EVERYWHERE):
        moved = {id_: before for id_, before, _after in along.units}
        there = [id_ for id_, _area, _name in rows(SQL["units"], areas=[*news])]
        own = {*along.copies, *(id_ for id_, _before, _after in along.owners)}
        if set(there) - set(moved) or Owner.objects.filter(area__in=[*news]).exclude(pk__in=own).exists():
            raise NewHere
        _units([(id_, moved[id_]) for id_ in there], by, now)
        Owner.objects.filter(pk__in=along.copies).delete()
        for id_, before, after in along.owners:
            Owner.objects.filter(pk=id_, area=after).update(area=before)
        _serve([(after, before, unit) for before, unit, after in along.serving], by, now)


def left(olds: Sequence[int], now: datetime) -> Left:
    """Return what hangs still on areas of one parent that were closed by a split or merger."""
    ends = [span(old) for old in olds]
    lo, hi = span(parent(olds[0]))
    where = {"lo": [one[0] for one in ends], "hi": [one[1] for one in ends]}
    return Left(
        [(id_, name) for id_, name in rows(SQL["devices"], **where, above_lo=lo, above_hi=hi, now=now)],
        [(area, name) for area, name in rows(SQL["owners"], **where)],
        [(area, _LEVELS[value]) for area, value in rows(SQL["zones"], **where, now=now) if value in _LEVELS],
    )


def _units(to: Sequence[tuple[int, int]], by: str, now: datetime) -> None:
    known = units.of(id_ for id_, _area in to)
    units.change([(known[id_], replace(known[id_], area=area)) for id_, area in to], by, now)


def _serve(moved: Sequence[tuple[int, int, int]], by: str, now: datetime) -> None:
    """Have buildings served by the sites that served others: (building before, building after, site)."""
    if not moved:
        return
    values = {
        "before": [one[0] for one in moved], "after": [one[1] for one in moved], "units": [one[2] for one in moved],
        "by": by, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SQL["serving_ended"], values)
        cursor.execute(SQL["serving_begun"], values)
