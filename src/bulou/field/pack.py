"""The work pack: all that a device needs to work offline, and no more about people than the door needs.

Of a person it holds the name, the household and whether a team must visit; no identity number, no telephone, no
year of birth and no diagnosis. Couriers and laboratories get campaigns alone.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from bulou.field.problems import Problem
from bulou.ledger.areas import span
from bulou.ledger.journals import Journal
from bulou.ledger.refusals import REFUSALS
from bulou.ledger.scope import scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import reads

SQL = statements(__package__, "field")
MAX_PEOPLE = 5_000
#: Needs for which a team comes to the door instead of the person coming down.
VISITED = frozenset({"bedridden"})


def pack(journal: Journal, using: str = "default") -> dict[str, Any]:
    """Return a device's work pack, ready for JSON.

    Raises:
        Problem: 414, more than ``MAX_PEOPLE`` live in its ranges.
    """
    with scoped(journal.ranges, using):
        campaigns = [row for row in _rows("campaigns", {}, using) if _meets(row["area"], journal)]
        people: dict[str, Any] = {"areas": [], "households": [], "persons": [], "duties": []}
        if journal.kind == "phone":
            people = _people(journal, [row["id"] for row in campaigns], using)
    return {
        "journal": journal.id,
        "name": journal.name,
        "kind": journal.kind,
        "expires_at": journal.expires_at,
        "ranges": journal.ranges,
        "campaigns": campaigns,
        **people,
        "reasons": _reasons(),
        "refusals": {code: {"zh": r.zh, "en": r.en, "next": r.next_step} for code, r in REFUSALS.items()},
    }


def _people(journal: Journal, campaigns: list[int], using: str) -> dict[str, Any]:
    bounds = {"lo": [lo for lo, _ in journal.ranges], "hi": [hi for _, hi in journal.ranges]}
    ((counted,),) = (row.values() for row in _rows("people_in", bounds | {"limit": MAX_PEOPLE + 1}, using))
    if counted > MAX_PEOPLE:
        raise Problem(414, "ranges", counted)
    above = {row for lo, _ in journal.ranges for row in reads.path(lo, using)}
    areas = {row["id"]: row for row in reads.areas(journal.ranges, using)}
    for area, name, name_en in above:
        areas.setdefault(area, {"id": area, "name": name, "name_en": name_en})
    persons = [
        {
            "id": row["id"],
            "household": row["household"],
            "area": row["area"],
            "name": row["name"],
            "team_needed": not VISITED.isdisjoint(row["needs"]),
        }
        for row in reads.persons(journal.ranges, using)
    ]
    return {
        "areas": [{name: areas[key][name] for name in ("id", "name", "name_en")} for key in sorted(areas)],
        "households": reads.households(journal.ranges, using),
        "persons": persons,
        "duties": _rows("open_duties", bounds | {"campaigns": campaigns}, using),
    }


def _meets(area: int, journal: Journal) -> bool:
    """Tell whether a campaign over ``area`` concerns the device."""
    first, last = span(area)
    return any(lo <= last and first <= hi for lo, hi in journal.ranges)


def _reasons() -> dict[str, list[dict[str, str]]]:
    return {
        duty.name: [{"name": r.name, "mark": r.mark.name.lower(), "zh": r.zh, "en": r.en} for r in duty.reasons]
        for duty in REGISTRY.duties.values()
    }


def _rows(name: str, values: dict[str, Any], using: str) -> list[dict[str, Any]]:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL[name], values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
