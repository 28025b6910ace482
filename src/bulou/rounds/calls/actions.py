"""What is done about sites and calls at the desk: serve, make a timetable, change it, call the next stairwell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bulou.ledger import journals
from bulou.ledger.scope import Ranges
from bulou.places.units import Unit
from bulou.rounds.calls import reads
from bulou.rounds.calls.models import Call
from bulou.rounds.calls.reads import SQL, Queued
from bulou.rounds.calls.rules import Pace, shifted, swapped, timetable
from bulou.ui import entitled
from bulou.ui.desk_journal import writer
from bulou.ui.figures import Campaign

#: What it takes to say who serves whom and to write a timetable.
NEED = "calls"
#: For so long a call is taken back with one press; whoever has set out by then is told by voice.
UNDO = timedelta(hours=1)
#: People whom one entry calls.
CHUNK = 1000
#: Longest working time that a timetable covers.
LONGEST = timedelta(hours=24)


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


@dataclass(frozen=True, slots=True)
class Made:
    """A timetable as made: groups, people, and how many groups found no time within the hours."""

    groups: int
    people: int
    unfit: int


@dataclass(frozen=True, slots=True)
class Done:
    """A call as written: by which journal, its entries from which number to which, and how many people."""

    journal: int
    first: int
    last: int
    people: int


def check(may: entitled.May, area: int) -> None:
    """Hold what is done with sites to who may do it there.

    Raises:
        Refusal: he may not.
    """
    if not may(NEED, area):
        raise Refusal(_("您的角色在这一区域不能安排采样点和叫号。"))


def check_open(campaign: Campaign) -> None:
    """Hold it to a round that is open.

    Raises:
        Refusal: the round is over.
    """
    if campaign.closed_at is not None:
        raise Refusal(_("这一轮已结束，不能再安排或叫号。"))


def serve(areas: Sequence[int], site: Unit | None, by: str, may: entitled.May, now: datetime) -> int:
    """Have all buildings of some areas served by a site, or by none; return how many buildings there are.

    Raises:
        Refusal: nothing chosen, an area is not the user's, it has no building, or the site is closed.
    """
    if not areas:
        raise Refusal(_("请先勾选楼栋或选择区域。"))
    for area in areas:
        check(may, area)
    if site is not None and not site.open:
        raise Refusal(_("这个采样点已停用。"))
    found = sorted({building for area in areas for building in reads.below(area)})
    if not found:
        raise Refusal(_("这个区域还没有登记楼栋，请先导入区域。"))
    values = {"areas": found, "unit": site.id if site else 0, "now": now, "by": by}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["end_serving"], values)
        if site:
            cursor.execute(SQL["serve"], values)
    return len(found)


def make(campaign: Campaign, site: Unit, pace: Pace, by: str, may: entitled.May, now: datetime) -> Made:
    """Write the timetable of a site anew. What was called already stays, and nobody of it is called again.

    Raises:
        Refusal: not his, the round is over, the hours cannot be, the site serves nothing, or nobody is left to call.
    """
    check_open(campaign)
    check(may, site.area)
    if not pace.begins < pace.ends <= pace.begins + LONGEST:
        raise Refusal(_("结束时间须晚于开始时间，且不超过24小时。"))
    with transaction.atomic():
        kept = [one for one in reads.queue(campaign.id, site).calls if one.called_at is not None]
        rows = {row.pk: row for row in Call.objects.filter(pk__in=[one.id for one in kept])}
        held = {home for row in rows.values() for home in row.homes}
        taken: dict[tuple[int, str], int] = {}
        for row in Call.objects.filter(campaign=campaign.id).exclude(unit=site.id):
            taken[row.area, row.stairwell] = max(row.part, taken.get((row.area, row.stairwell), 0))
            held.update(row.homes)
        for row in rows.values():
            taken[row.area, row.stairwell] = max(row.part, taken.get((row.area, row.stairwell), 0))
        found, _apart = reads.homes(campaign.id, site.id, now)
        made = timetable([one for one in found if one.key not in held], pace, taken)
        if not made:
            raise Refusal(_("没有可以叫号的人：先指定这个采样点服务哪些楼栋，或者都已叫号、采样。"))
        Call.objects.filter(campaign=campaign.id, unit=site.id).exclude(pk__in=[*rows]).delete()
        Call.objects.bulk_create(
            Call(
                campaign=campaign.id, unit=site.id, area=one.area, stairwell=one.stairwell, part=one.part,
                homes=[*one.homes], people=one.people, seconds=one.seconds, at=one.at, source="rule", by=by,
                made_at=now,
            )
            for one in made
        )  # fmt: skip
    return Made(len(made), sum(one.people for one in made), sum(one.at is None for one in made))


def move(campaign: Campaign, site: Unit, call: int, how: str, by: str, may: entitled.May) -> None:
    """Move a call up or down by one place, or put it and all after it off by ten or thirty minutes.

    Raises:
        Refusal: not his, the round is over, or the call cannot move so.
    """
    one = _own(campaign, site, call, may)
    slots = reads.slots(reads.queue(campaign.id, site))
    if how in ("up", "down"):
        moved = swapped(slots, one.id, how == "up")
    else:
        moved = shifted(slots, one.id, {"later10": 10, "later30": 30}.get(how, 0))
    if not moved:
        raise Refusal(_("这一批不能这样移动：已叫号、没有时间，或前后没有可以对调的一批。"))
    _write(moved, by)


def _write(moved: dict[int, datetime], by: str) -> None:
    with transaction.atomic():
        for row in Call.objects.filter(pk__in=[*moved]):
            row.at, row.source, row.by = moved[row.pk], "person", by
            row.save(update_fields=["at", "source", "by"])


def send(campaign: Campaign, site: Unit, call: int, other: Unit, by: str, may: entitled.May, now: datetime) -> None:
    """Have another site take a call, at the end of its own timetable, or from now on.

    Raises:
        Refusal: not his, the call was made already, or the site is closed or the same.
    """
    one = _own(campaign, site, call, may)
    if other.id == site.id or not other.open:
        raise Refusal(_("请选择另一个在用的采样点。"))
    there = [row for row in Call.objects.filter(campaign=campaign.id, unit=other.id) if row.at]
    ends = [row.at + timedelta(seconds=row.seconds) for row in there if row.at]
    row = Call.objects.get(pk=one.id)
    row.seconds = row.seconds * reads.lanes(site) // reads.lanes(other)
    row.unit, row.at, row.source, row.by = other.id, max([*ends, row.at or now]), "person", by
    row.save()


def _own(campaign: Campaign, site: Unit, call: int, may: entitled.May) -> Queued:
    check_open(campaign)
    one = next((one for one in reads.queue(campaign.id, site).calls if one.id == call), None)
    if one is None:
        raise Refusal(_("没有这一批，或时间表已重排：请看最新的时间表。"))
    check(may, one.area)
    if one.called_at is not None:
        raise Refusal(_("这一批已经叫号，不能再改。"))
    return one


def call(
    campaign: Campaign, site: Unit, call: int, user: tuple[int, str], ranges: Ranges, may: entitled.May, now: datetime
) -> Done:
    """Call a group down, the named one or (0) the next: entries of the user's own journal, one for each building.

    Parameters:
        call: the call that the page showed as next, so that two people at two desks do not call two groups for one.

    Raises:
        Refusal: the round is over, nobody is left, or the group was called meanwhile.
        entitled.NotEntitled: not his to call.
    """
    check_open(campaign)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('calls'), %s)", [site.id % 2**31])
        found = reads.queue(campaign.id, site)
        one = next((one for one in found.calls if one.id == call), None) if call else found.next
        if one is None:
            raise Refusal(_("没有可以叫的下一批。"))
        meant = reads.to_call(one.id, now)
        if not meant:
            raise Refusal(_("这一批已经有人叫过号，或都已采样。"))
        for area in meant:
            entitled.check(may, "swab.called", area, {})
        said = [
            ("swab.called", now, area, {"campaign": campaign.id, "persons": people[i : i + CHUNK]})
            for area, people in meant.items() for i in range(0, len(people), CHUNK)
        ]  # fmt: skip
        journal = writer(*user, ranges, now)
        receipts = journals.append(journal, said, now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise Refusal(_("台账没有收下这次叫号：请刷新后再试。"))
        numbers = [receipt.number for receipt in receipts]
    return Done(journal, min(numbers), max(numbers), sum(map(len, meant.values())))


def take_back(done: tuple[int, int, int], user: tuple[int, str], ranges: Ranges, now: datetime) -> None:
    """Take a call back within the hour: its entries no longer count, and the group is next again.

    Parameters:
        done: journal, first and last number, as ``Done`` has them.

    Raises:
        Refusal: not the user's own entries, no calls, or longer ago.
    """
    journal, first, last = done
    if journal != writer(*user, ranges, now) or not 0 <= last - first < 100:
        raise Refusal(_("只能撤回自己刚叫的号。"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["own_calls"], {"journal": journal, "first": first, "last": last, "since": now - UNDO})
        found = cursor.fetchall()
        if len(found) != last - first + 1:
            raise Refusal(_("已超过一小时，或已撤回。"))
        journals.append(
            journal,
            [("entry.voided", now, where, {"journal": journal, "number": number, "reason": "called back"})
             for number, where in found], now,
        )  # fmt: skip
