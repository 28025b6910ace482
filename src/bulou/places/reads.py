"""What work packs, screens and plans read of the registries. Run inside ``ledger.scope.scoped``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections

from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.places.vocabulary import AREA_ATTRIBUTES, ATTRIBUTES, need_names

SQL = statements(__package__, "registry")


def _rows(name: str, values: dict[str, Any], using: str) -> list[dict[str, Any]]:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL[name], values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _in_ranges(name: str, ranges: Ranges, using: str) -> list[dict[str, Any]]:
    return [row for lo, hi in ranges for row in _rows(name, {"lo": lo, "hi": hi}, using)]


def areas(ranges: Ranges, using: str = "default") -> list[dict[str, Any]]:
    """Return the open areas within inclusive ranges: id, parent, level, name, name_en, code, x, y."""
    return _in_ranges("areas_under", ranges, using)


def children(area: int, using: str = "default") -> list[dict[str, Any]]:
    """Return the open areas directly below ``area`` (0: the districts), as ``areas`` does."""
    return _rows("area_children", {"area": area}, using)


def path(area: int, using: str = "default") -> list[tuple[int, str, str]]:
    """Return (id, name, name_en) of the areas from the district down to ``area``; unknown ones are left out."""
    nodes = [ancestor(area, depth) for depth in range(1, level(area) + 1)]
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, name, name_en FROM places_area WHERE id = ANY(%s) ORDER BY level", [nodes])
        return cursor.fetchall()


def area_names(ids: list[int], using: str = "default") -> dict[int, tuple[str, str]]:
    """Return {id: (name, name_en)} of those ids that are known."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, name, name_en FROM places_area WHERE id = ANY(%s)", [ids])
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def aliases(using: str = "default") -> list[tuple[int, list[str]]]:
    """Return the other names that areas go by now, of all areas: (id, names)."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT area, value FROM places_area_fact WHERE attribute = %s AND valid_to IS NULL AND value <> ''"
            " ORDER BY area", [AREA_ATTRIBUTES["aliases"]],
        )  # fmt: skip
        return [(area, value.splitlines()) for area, value in cursor.fetchall()]


def other_names(ids: Iterable[int], using: str = "default") -> dict[int, list[str]]:
    """Return {id: names} of those areas that go by other names besides their own."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT area, value FROM places_area_fact WHERE area = ANY (%s) AND attribute = %s AND valid_to IS NULL"
            " AND value <> ''", [sorted(ids), AREA_ATTRIBUTES["aliases"]],
        )  # fmt: skip
        return {area: value.splitlines() for area, value in cursor.fetchall()}


def households(ranges: Ranges, using: str = "default") -> list[dict[str, Any]]:
    """Return households within inclusive ranges: id, area, stairwell, floor, door."""
    return _in_ranges("households_in", ranges, using)


def persons(ranges: Ranges, using: str = "default") -> list[dict[str, Any]]:
    """Return people within inclusive ranges: id, household, area, name, birth_year, phone, needs (list of names).

    For work packs and calling lists of a scope; nothing of the identity number.
    """
    rows = _in_ranges("persons_in", ranges, using)
    for row in rows:
        row["needs"] = need_names(row["needs"])
    return rows


def history(person: int, using: str = "default") -> list[dict[str, Any]]:
    """Return the dated facts of a person: attribute, value, source, valid_from, valid_to, recorded_at."""
    named = {code: name for name, code in ATTRIBUTES.items()}
    rows = _rows("history_of", {"person": person}, using)
    return [{**row, "attribute": named[row["attribute"]], "source": row.pop("name")} for row in rows]
