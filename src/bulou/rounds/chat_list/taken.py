"""The record of lists and sheets that were applied, and how one is taken back: by voids, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import DutyKind
from bulou.people import DutyRow
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import rows

SQL = statements(__package__, "taken")
LIMIT, LATELY = 30, timedelta(days=7)


class Refusal(ValueError):
    """A list that cannot be taken back; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a list: what was said there, and the entry that says it."""

    line: int
    person: int
    area: int
    kind: str
    act: str
    journal: int
    number: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A list or sheet that was applied."""

    id: int
    what: str
    user: str
    at: datetime
    campaign: int
    round: str | None
    people: int
    sheet: int | None
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A person of it as he stands now. ``void``: the entry does not count any more."""

    row: Row
    void: bool
    owed: DutyRow | None
    name: str | None
    stairwell: str | None
    floor: int | None
    door: str | None


def keep(what: str, user: str, campaign: int, kept: Sequence[Row], now: datetime, sheet: int | None = None) -> int:
    """Record what was applied; return its number. Within the scope of all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL["keep"],
            {"what": what, "user": user, "at": now, "campaign": campaign, "area": kept[0].area, "people": len(kept),
             "sheet": sheet},
        )  # fmt: skip
        (taken,) = cursor.fetchone()
        columns = {name: [getattr(row, name) for row in kept] for name in Row.__dataclass_fields__}
        cursor.execute(SQL["keep_rows"], columns | {"taken": taken})
    return taken


def recent(now: datetime) -> list[Taken]:
    """Return what was applied in the last days within the scope, the latest first."""
    return [Taken(*row) for row in rows(SQL["recent"], since=now - LATELY, limit=LIMIT)]


def one(number: int) -> Taken | None:
    """Return one of them, or None for one that is not in the scope."""
    found = rows(SQL["one"], taken=number)
    return Taken(*found[0]) if found else None


def people(taken: Taken, kind: DutyKind) -> list[Said]:
    """Return its people within the scope, each as he stands now."""
    out = []
    for row in rows(SQL["rows"], taken=taken.id, campaign=taken.campaign, kind=kind.code):
        name, stairwell, floor, door, void, stage, mark, reason, until, outcome, at = row[7:]
        owed = None
        if stage is not None:
            owed = DutyRow(kind, row[2], row[1], 0, stage, at, mark, reason, until, name, outcome=outcome)
        out.append(Said(Row(*row[:7]), void, owed, name, stairwell, floor, door))
    return out


def standing(sheet: int) -> dict[int, int]:
    """Return the lines of a sheet that stand, each with the record that it is in."""
    return dict(rows(SQL["standing"], sheet=sheet))


def undo(
    taken: Taken, said: Sequence[Said], user: tuple[int, str], ranges: Ranges, may: entitled.May, now: datetime
) -> int:
    """Take a list back: void each of its entries that still counts, all or none; return how many entries.

    The duties stand as they would without the list: what was reported before and since holds.

    Raises:
        Refusal: it is undone already, it reaches beyond the user's areas, or the ledger did not take the voids.
        entitled.NotEntitled: what somebody else applied, by who may not take that back.
    """
    if taken.undone_at is not None:
        raise Refusal(_("这份名单已经撤销。"))
    if len(said) != taken.people or not all(covers(ranges, one.row.area) for one in said):
        raise Refusal(_("这份名单有您区域以外的人，请上级撤销。"))
    areas = {(one.row.journal, one.row.number): one.row.area for one in said if not one.void}
    reason = _("撤销%(at)s录入的名单（第%(id)s号）") % {"at": taken.at.isoformat(" ", "minutes"), "id": taken.id}
    entries: list[tuple[str, datetime, int, dict[str, Any]]] = [
        ("entry.voided", now, area, {"journal": journal, "number": number, "reason": reason})
        for (journal, number), area in areas.items()
    ]
    for name, _at, area, body in entries:
        entitled.check(may, name, area, body, own=taken.user == user[1])
    with transaction.atomic():
        if not rows(SQL["undo"], taken=taken.id, at=now, user=user[1]):
            raise Refusal(_("这份名单已经撤销。"))
        if entries:
            receipts = journals.append(writer(*user, ranges, now), entries, now)
            if any(receipt.status != "kept" for receipt in receipts):
                raise Refusal(_("操作未成功，请刷新后重试。"))
    return len(entries)
