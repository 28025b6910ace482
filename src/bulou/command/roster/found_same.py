"""Second records that somebody found at a door and that no question had named: a desk confirms or says two people.

Until then nobody is merged: a code that was typed wrong at a door would take a person off every list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.linkage.actions import settle
from bulou.command.roster import actions
from bulou.command.roster.actions import Refusal, Said, open_again, write
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.people.rules import mask_name
from bulou.rounds.actions import Joined, join_newcomers
from bulou.ui.figures import rows

SQL = statements(__package__, "found_same")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two. ``person``: None for a code that nobody has, or somebody out of the reader's areas."""

    person: int | None
    name: str
    area: int
    stairwell: str
    floor: int | None
    door: str


@dataclass(frozen=True, slots=True)
class FoundSame:
    """What was found, and since when it waits. ``whole``: the reader may decide it."""

    record: Record
    stays: Record
    since: datetime
    whole: bool


def waiting(ranges: Ranges, named: bool, person: int = 0, merged: bool = False) -> list[FoundSame]:
    """Return what waits within the session's scope, the oldest first, or what was ``merged``, the latest first.

    Names are masked unless ``named``.
    """
    return [
        FoundSame(_record(row[:6], named), _record(row[6:12], named), row[12],
                  row[6] is not None and covers(ranges, row[2]) and covers(ranges, row[8]))
        for row in rows(SQL["merged" if merged else "waiting"], person=person, limit=SHOWN)
    ]  # fmt: skip


def _record(row: tuple[Any, ...], named: bool) -> Record:
    person, name, area, stairwell, floor, door = row
    said = (name or "") if named else mask_name(name or "") if name else ""
    return Record(person, said, area or 0, stairwell or "", floor, door or "")


def decide(person: int, same: bool, user: tuple[int, str], ranges: Ranges, now: datetime) -> dict[int, Joined]:
    """Merge the record, and end what it owes beside the one that stays; or leave two people, for good.

    Parameters:
        user: id and sign-in name.

    Returns:
        Who owes each open round from now on.

    Raises:
        Refusal: nothing waits there, the other record is none or is not the reader's, or the ledger did not take it.
    """
    found = next(iter(waiting(ranges, False, person)), None) if person else None
    if found is None:
        raise Refusal(_("没有这条存疑，或不在您的区域内。"))
    if same and not found.whole:
        raise Refusal(_("另一条记录不存在或不在您的区域内，请由上级处理。"))
    body: dict[str, Any] = {"persons": [person], "reason": "found at the door"}
    if same:
        body["into"] = [found.stays.person]
    with transaction.atomic():
        write([("person.merged" if same else "person.parted", now, found.record.area, body)], user, ranges, now)
        if same:
            settle([person], "found at the door", now)
        return join_newcomers(now, now)


def take_back(person: int, user: tuple[int, str], ranges: Ranges, now: datetime) -> dict[int, Joined]:
    """Have two people again whom ``decide`` merged; what they owed is open again. Returned as by ``decide``.

    Raises:
        Refusal: they were not merged so, the other record is not the reader's, or the ledger did not take it.
    """
    found = next(iter(waiting(ranges, False, person, merged=True)), None) if person else None
    if found is None or not found.whole:
        raise Refusal(_("没有这条存疑，或不在您的区域内。"))
    with transaction.atomic():
        said: list[Said] = [("person.parted", now, found.record.area, {"persons": [person], "reason": "taken back"})]
        again = rows(actions.SQL["excused_as_same"], person=person, other=found.stays.person)
        said += open_again(again, "taken back", now)
        write(said, user, ranges, now)
        return join_newcomers(now, now)
