"""The desk says anew, with the right time, what a phone told with a wrong one; each can be taken back.

Each is an entry of the user's own journal, judged as if the device had written it: within its areas, kinds and shift.
The device's own entry stays as it is; of one that counts by the wrong time a void is written before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.field.times import reads
from bulou.field.times.reads import SQL, Device, Row
from bulou.ledger import journals, rules
from bulou.ledger.areas import found_id
from bulou.ledger.effects import Entry
from bulou.ledger.refusals import REFUSALS, Refused
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange, scoped
from bulou.places import actions as places

Said = tuple[str, datetime, int, dict[str, Any]]
#: A browser's field for a time has no seconds.
MINUTE = timedelta(minutes=1)


class Refusal(ValueError):
    """An act that cannot be done; its text is the sentence that the page shows."""


def accept(
    journal: int,
    numbers: Sequence[int],
    first: datetime | None,
    user: int,
    name: str,
    ranges: Ranges,
    now: datetime,
) -> int:
    """Say entries of one stretch anew, all or none; return how many.

    Parameters:
        numbers: of the entries, all of one stretch.
        first: when the first of the stretch happened.

    Raises:
        Refusal: nothing chosen, no such entries any more, a time that cannot be, or one that the rules refuse.
    """
    with transaction.atomic():
        _lock(journal)
        device = reads.device(journal, ranges)
        if device is None:
            raise Refusal(_("没有此设备，或其区域超出您的负责范围。"))
        chosen = _chosen(device, numbers)
        timed = _timed(device, chosen, first, now)
        saids: list[Said] = []
        places_of: dict[int, int] = {}
        before = _said_anew(journal, [row.body.get("number") for row in chosen])
        for row, at in timed:
            entry = _as_of_device(device, row, at)
            if row.doubt.counts:
                void = {"journal": journal, "number": row.doubt.number, "reason": _("时间有误，由指挥台按实际时间补记")}
                saids.append(("entry.voided", now, row.area, void))
            places_of[row.doubt.number] = len(saids)
            saids.append((entry.kind, at, entry.area, _body(device, row, before)))
        own = _writer(user, name, ranges)
        receipts = journals.append(own, saids, now)
        wrong = next((one for one in receipts if one.status != "kept"), None)
        if wrong:
            raise Refusal(_sentence(wrong.code or 0))
        found = [
            Entry(journal, row.doubt.number, row.doubt.kind, at, row.area, row.body)
            for row, at in timed
            if _is_found(row)
        ]
        if found:
            with scoped(EVERYWHERE):
                places.register_found(found, now)
        with connection.cursor() as cursor:
            cursor.execute(
                SQL["keep"], {
                    "journal": journal, "by_journal": own, "by": name, "at": now, "numbers": [*places_of],
                    "by_numbers": [receipts[place].number for place in places_of.values()],
                },
            )  # fmt: skip
    return len(timed)


def undo(journal: int, number: int, user: int, name: str, ranges: Ranges, now: datetime) -> None:
    """Take back what the desk said in place of one entry, which is in doubt again.

    Raises:
        Refusal: there is no such entry.
    """
    with transaction.atomic():
        _lock(journal)
        known = reads.device(journal, ranges) is not None
        found = [one for one in reads.settled(journal) if known and one["number"] == number and one["undoable"]]
        if not found:
            raise Refusal(_("这一条没有补记，或已经撤回。"))
        own, kind = found[0], found[0]["kind"].name
        body = {"journal": own["by_journal"], "number": own["by_number"], "reason": _("撤回补记")}
        saids: list[Said] = [("entry.voided", now, own["area"], body)]
        if own["counted"]:  # the device's own is void for good: its content stands again by the time that it told
            saids.append((kind, own["told_at"], own["area"], reads.content(own["raw"])["body"]))
        desk = _writer(user, name, ranges)
        receipts = journals.append(desk, saids, now)
        if any(one.status != "kept" for one in receipts):
            raise Refusal(_sentence(next(one.code for one in receipts if one.status != "kept") or 0))
        values = {
            "journal": journal, "number": number, "by_journal": desk, "by_number": receipts[-1].number, "by": name,
            "at": now,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(SQL["keep_anew" if own["counted"] else "drop"], values)


def _writer(user: int, name: str, ranges: Ranges) -> int:
    """Return the journal in which a user corrects times within a scope; the first correction enrols it."""
    scope = multirange(ranges)
    found = reads.rows("corrector", user=user, scope=scope)
    if found:
        return found[0]["journal"]
    journal, _key = journals.enrol(f"{name} · 补记", "desk", ranges, *journals.ALWAYS)
    with connection.cursor() as cursor:
        cursor.execute(SQL["keep_corrector"], {"user": user, "scope": scope, "journal": journal})
    return journal


def _lock(journal: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL["lock"], {"journal": journal})


def _chosen(device: Device, numbers: Sequence[int]) -> list[Row]:
    wanted = dict.fromkeys(numbers)
    chosen = [row for number, row in device.rows.items() if number in wanted and row.sayable]
    if not wanted:
        raise Refusal(_("请先勾选事项。"))
    if len(chosen) < len(wanted):
        raise Refusal(_("有的条目已经补记或撤回，请核对后再办。"))
    return chosen


def _timed(device: Device, chosen: list[Row], first: datetime | None, now: datetime) -> list[tuple[Row, datetime]]:
    numbers = {row.doubt.number for row in chosen}
    stretch = next((one for one in device.stretches if numbers <= {d.number for d in one.doubts}), None)
    if stretch is None:
        raise Refusal(_("请一段一段地补记。"))
    if first is None:
        raise Refusal(_("请填写第一条的实际时间。"))
    if chosen[0].doubt.counts and abs(first - stretch.first) < MINUTE:
        raise Refusal(_("时间没有变，不需要更正。"))
    if abs(first - stretch.first) < MINUTE:  # the proposal as the page showed it, which has no seconds
        first = stretch.first
    timed = [(row, min(stretch.at(row.doubt, first), now)) for row in chosen]
    if first > now or any(stretch.at(row.doubt, first) > now + MINUTE for row in chosen):
        raise Refusal(_("实际时间不能晚于现在。"))
    facts = device.facts
    if not all(facts.enrolled_at - rules.TOLERANCE <= at <= facts.expires_at + rules.TOLERANCE for _row, at in timed):
        raise Refusal(
            _("实际时间须在这台设备的登记有效期内：%(from)s至%(to)s。")
            % {"from": _written(facts.enrolled_at), "to": _written(facts.expires_at)}
        )
    return timed


def _as_of_device(device: Device, row: Row, at: datetime) -> Entry:
    """Return the entry as the device would have written it.

    Raises:
        Refusal: the device could not have said it at any time.
    """
    entry = Entry(device.facts.id, row.doubt.number, row.doubt.kind, at, row.area, row.body)
    try:
        rules.expand(entry, device.facts)
    except Refused as error:
        raise Refusal(_("第%(n)s条：%(why)s") % {"n": row.doubt.number, "why": _sentence(error.code)}) from None
    return entry


def _body(device: Device, row: Row, before: dict[int, dict[str, int]]) -> dict[str, Any]:
    """Return what the desk says.

    A person found keeps her id; and a void names what the desk said in place of its target.
    """
    if _is_found(row):
        return row.body | {"person": found_id(device.facts.id, row.doubt.number)}
    if row.doubt.kind == "entry.voided" and row.body.get("journal") == device.facts.id:
        target = before.get(row.body.get("number", 0))
        return row.body | ({"journal": target["by_journal"], "number": target["by_number"]} if target else {})
    return row.body


def _is_found(row: Row) -> bool:
    return row.doubt.kind == "person.found" and row.body.get("person") is None


def _said_anew(journal: int, numbers: Sequence[Any]) -> dict[int, dict[str, int]]:
    wanted = [number for number in numbers if isinstance(number, int)]
    return {one["number"]: one for one in reads.rows("said_anew", journal=journal, numbers=wanted)}


def _sentence(code: int) -> str:
    refusal = REFUSALS.get(code)
    if refusal is None:
        return _("操作未成功，请刷新后重试。")
    return refusal.en if (get_language() or "").startswith("en") else refusal.zh


def _written(at: datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
