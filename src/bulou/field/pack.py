"""The work pack: all that a device needs to work offline, and no more about people than the door needs.

Of a person it holds the name, the household and whether a team must visit; no identity number, no telephone, no
year of birth and no diagnosis. Somebody who lives elsewhere and was handed over to here comes with name and door.
Couriers and laboratories get campaigns alone.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from bulou.cases.vocabulary import DUTIES as CASES
from bulou.command.worklist.late import FOLLOWED, ON_THE_WAY
from bulou.command.worklist.rules import OF_ALL
from bulou.field.problems import Problem
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.journals import Journal
from bulou.ledger.refusals import REFUSALS
from bulou.ledger.scope import Ranges, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.places import reads
from bulou.places.vocabulary import need_names

SQL = statements(__package__, "field")
MAX_PEOPLE = 5_000
#: Kinds of duty that somebody at the door can do something about.
AT_THE_DOOR = ("swab", "retest")
#: Needs for which a team comes to the door instead of the person coming down.
VISITED = frozenset({"bedridden"})
#: Kinds of duty that tell a diagnosis.
SECRET = frozenset(duty.name for duty in CASES)


def pack(journal: Journal, using: str = "default") -> dict[str, Any]:
    """Return a device's work pack, ready for JSON.

    Raises:
        Problem: 414, more than ``MAX_PEOPLE`` live in its ranges.
    """
    with scoped(journal.ranges, using):
        told = head(journal, using)
        people: dict[str, Any] = {"areas": [], "households": [], "persons": [], "duties": []}
        if journal.kind == "phone":
            people = _people(journal, told["campaigns"], using)
    return told | {"kind": journal.kind} | people


def head(journal: Journal, using: str) -> dict[str, Any]:
    """Return what every pack begins with: the device, its campaigns, the words of reasons and refusals. A closed
    campaign stays as long as somebody is owed something under it that does not end with the round.
    """
    codes = {name: kind.code for name, kind in REGISTRY.duties.items()}
    followed = {
        "people": [codes[name] for name in FOLLOWED], "items": [codes["tube"], codes["box"]],
        "recent": clock.now() - ON_THE_WAY,
    }  # fmt: skip
    return {
        "journal": journal.id,
        "name": journal.name,
        "expires_at": journal.expires_at,
        "ranges": journal.ranges,
        "campaigns": [row for row in rows("campaigns", followed, using) if _meets(row["area"], journal)],
        "reasons": _reasons(),
        "refusals": {code: {"zh": r.zh, "en": r.en, "next": r.next_step} for code, r in REFUSALS.items()},
    }


def bounds(ranges: Ranges) -> dict[str, Any]:
    """Return the ends of ranges as the columns of a statement."""
    return {"lo": [lo for lo, _ in ranges], "hi": [hi for _, hi in ranges]}


def check_size(within: dict[str, Any], using: str) -> None:
    """Tell whether a pack of these ranges can be made.

    Raises:
        Problem: 414, more than ``MAX_PEOPLE`` live there.
    """
    counted = people_in(within, using)
    if counted > MAX_PEOPLE:
        raise Problem(414, "ranges", counted)


def people_in(within: dict[str, Any], using: str = "default") -> int:
    """Return how many people a pack of these ranges would hold, counted no further than one beyond the limit."""
    ((counted,),) = (row.values() for row in rows("people_in", within | {"limit": MAX_PEOPLE + 1}, using))
    return counted


def columns_of(campaigns: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return campaigns as the columns of a statement."""
    return {
        "campaigns": [row["id"] for row in campaigns],
        "closed": [row["closed_at"] is not None for row in campaigns],
    }


def guests(campaigns: list[int], within: dict[str, Any], using: str) -> list[dict[str, Any]]:
    """Return those who live elsewhere and were handed over to here, with the door at which each is found."""
    return rows("guests", within | {"campaigns": campaigns, "kinds": [*AT_THE_DOOR]}, using)


def _people(journal: Journal, campaigns: list[dict[str, Any]], using: str) -> dict[str, Any]:
    within = bounds(journal.ranges)
    check_size(within, using)
    come = guests([row["id"] for row in campaigns], within, using)
    ends = {lo for lo, _ in journal.ranges} | {guest["area"] for guest in come}
    above = {row for end in ends for row in reads.path(end, using)}
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
        for row in reads.persons(journal.ranges, using) + [g | {"needs": need_names(g["needs"])} for g in come]
    ]
    doors = [
        {"id": g["household"]} | {name: g[name] for name in ("area", "stairwell", "floor", "door")}
        for g in {g["household"]: g for g in come if g["household"]}.values()
    ]
    return {
        "areas": [{name: areas[key][name] for name in ("id", "name", "name_en")} for key in sorted(areas)],
        "households": reads.households(journal.ranges, using) + doors,
        "persons": persons,
        "duties": rows(
            "open_duties", within | columns_of(campaigns) | {"secret": [*SECRET], "of_all": [*OF_ALL]}, using
        ),
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


def rows(name: str, values: dict[str, Any], using: str, sql: dict[str, str] = SQL) -> list[dict[str, Any]]:
    """Return the rows of one of the room's statements by their columns' names."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql[name], values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
