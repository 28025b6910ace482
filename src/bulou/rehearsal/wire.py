"""From the town's own names to the server's: what a device really sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bulou.ledger.areas import found_id
from bulou.ledger.check_digit import label
from bulou.rehearsal.records import Item

#: A campaign has its own labels: a printed label is used once. Tubes and boxes count below, boxes from the middle.
ROLL = 10**10
CAMPAIGNS = 10**4
FIRST_BOX = ROLL // 2
WITHOUT_CAMPAIGN = frozenset({"entry.voided", "journal.closed"})


@dataclass(frozen=True)
class Names:
    """What the server calls things. ``persons`` and ``households`` by position in the town, ``journals`` by device.

    ``start``: the moment from which times count.
    """

    start: datetime
    campaign: int
    persons: Sequence[int]
    households: Sequence[int]
    journals: dict[str, int]

    def time(self, at: int) -> str:
        """Return a time of the script in RFC 3339, UTC."""
        return (self.start.astimezone(UTC) + timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def tube(self, serial: int) -> int:
        """Return the printed label of a tube."""
        return label(self.campaign % CAMPAIGNS * ROLL + serial)

    def box(self, serial: int) -> int:
        """Return the printed label of a box."""
        return self.tube(FIRST_BOX + serial)

    def person(self, who: int, journal: int) -> int:
        """Return a person's id: of the roster, or made from the entry that reported the finding."""
        return self.persons[who] if who >= 0 else found_id(journal, -who)


def _results(names: Names, rows: list[dict[str, Any]], journal: int) -> list[dict[str, Any]]:
    return [{"tube": names.tube(row["tube"]), "value": row["value"]} for row in rows]


def _persons(names: Names, persons: list[int], journal: int) -> list[int]:
    return [names.person(who, journal) for who in persons]


def _journal(names: Names, device: str, journal: int) -> int:
    return names.journals[device]


def _tube(names: Names, serial: int, journal: int) -> int:
    return names.tube(serial)


TRANSLATED: dict[str, Callable[[Names, Any, int], Any]] = {
    "persons": _persons,
    "subjects": _persons,
    "until": lambda names, at, journal: names.time(at),
    "household": lambda names, position, journal: names.households[position],
    "tube": _tube,
    "retest_of": _tube,
    "tubes": lambda names, serials, journal: [names.tube(serial) for serial in serials],
    "box": lambda names, serial, journal: names.box(serial),
    "results": _results,
    "journal": _journal,
    "giver": _journal,
    "offer_journal": _journal,
}


def entry(names: Names, device: str, item: Item, offset_ms: int) -> dict[str, Any]:
    """Return an entry as it goes over the wire."""
    journal = names.journals[device]
    body = {
        name: TRANSLATED[name](names, value, journal) if name in TRANSLATED else value
        for name, value in item.body.items()
    }
    if item.kind not in WITHOUT_CAMPAIGN:
        body["campaign"] = names.campaign
    return {
        "n": item.number,
        "kind": item.kind,
        "v": 1,
        "at": names.time(item.at),
        "offset_ms": offset_ms,
        "area": item.area,
        "body": body,
    }


def weight(item: Item) -> int:
    """Return about how many lines an entry makes."""
    body = item.body
    return 1 + len(body.get("persons") or body.get("tubes") or ()) + 10 * len(body.get("results") or ())
