"""One matter in full: how it stands, what was reported of it and by whom, so that somebody can decide what is right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bulou.command.worklist import reads, resolving
from bulou.command.worklist.actions import ABROAD
from bulou.command.worklist.doubts import SQL as DOUBTED
from bulou.command.worklist.late import DANGERS, bits, members_of
from bulou.command.worklist.rules import DOUBTS, GROUPS, Category, WorkItem, clocks
from bulou.ledger.areas import span
from bulou.ledger.refusals import FLAGS, REFUSALS
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, multirange, scoped
from bulou.ledger.vocabulary import REGISTRY, EntryKind, Mark, Outcome, Reason, Subject, Unheard
from bulou.people.rules import mask_name
from bulou.ui.figures import rows

#: Doubts of which other areas have their part.
BEYOND = ("disputed", "sealed", "short")
#: Why a report does not count.
WHY = {
    Unheard.ELSEWHERE: ("上报的设备不负责这里", "its device does not answer for this place"),
    Unheard.SAME_PERSON: ("所说的同一人不应检，或也被说成重复", "who is named owes nothing, or is named a duplicate"),
    Unheard.NO_OFFER: ("没有对应的移交", "nothing was offered"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One entry about a matter. ``carrier``: the tube or box that it names, or None; ``said``: how many duties the
    whole entry speaks of, all of which a void takes back. ``why``: why it does not count, as (zh, en); ``again``: those
    who answer for the duty can say it themselves. ``count``: of tubes in a box; ``own``: it lies in the reader's areas.
    """

    journal: int
    number: int
    at: datetime
    kind: EntryKind | None
    area: int
    by: str
    by_kind: str
    carrier: int | None
    value: str
    said: int
    void: bool
    why: tuple[str, str]
    reason: Reason | None
    count: int | None
    again: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Doubted:
    """One entry of a device that somebody should look at: ``why`` as (zh, en), and what to do next in English.
    ``void``: how a form names it, where somebody says that it does not count.
    """

    number: int
    at: datetime | None
    kind: EntryKind | None
    why: tuple[str, str]
    field: str
    received_at: datetime
    void: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty as it stands now, whether or not it is on the list."""

    area: int
    stage: int
    stage_at: datetime | None
    opened_at: datetime | None
    outcome: int
    takes: int
    mark: int
    until: datetime | None
    reason: str | None
    withdrawn: bool
    needs: int
    name: str | None

    @property
    def can_reopen(self) -> bool:
        """Tell whether a word holds that can be taken back: excused, deferred or refused by somebody."""
        return not self.withdrawn and (
            self.outcome == Outcome.EXCUSED
            or (self.outcome == Outcome.OPEN and self.mark in (Mark.DEFERRED, Mark.REFUSED))
        )


def standing(kind: str, campaign: int, subject: int, occasion: int) -> Standing | None:
    """Return how a duty within the scope stands; None where there is none."""
    duty = REGISTRY.duties.get(kind)
    found = duty and rows(
        reads.SQL["one"], campaign=campaign, kind=duty.code, subject=subject, occasion=occasion,
        personal=duty.subject is Subject.PERSON,
    )  # fmt: skip
    return Standing(*found[0]) if found else None


def matter_of(asked: WorkItem, ranges: Ranges, now: datetime) -> WorkItem | None:
    """Return a matter as it stands, with whom or what it is about; None where the ranges hold nothing of it."""
    if asked.kind in GROUPS:
        return reads.listed(asked, ranges, now)
    if asked.kind == "journal":
        return _of_device(asked, ranges, now)
    if asked.kind not in REGISTRY.duties:
        return None
    one = standing(asked.kind, asked.campaign, asked.subject, asked.occasion)
    if asked.doubt:
        there = replace(asked, area=one.area) if one else asked
        if listed := reads.listed(there, ranges, now):
            return listed
    if one is None and asked.doubt in ABROAD:
        foreign = replace(asked, foreign=True, n=0)
        return foreign if any(covers(ranges, report.area) for report in reports(foreign, ranges)) else None
    if one is None:
        return None
    found = replace(
        asked, area=one.area, since=one.stage_at or one.opened_at, name=mask_name(one.name) if one.name else ""
    )
    if asked.doubt:
        return replace(found, n=0)
    if asked.class_ is Category.CONFLICT:
        nobody = one.outcome == Outcome.NOT_OWED
        return replace(found, n=one.takes, detail="nobody" if nobody else "twice" if one.takes > 1 else "lent")
    if asked.class_ is Category.DANGER:
        need = next((n for n in DANGERS if one.needs & bits((n,))), "")
        return replace(found, n=one.stage, detail=need, since=one.opened_at or one.stage_at) if need else None
    return _waiting(replace(found, n=one.stage), one, now)


def _of_device(asked: WorkItem, ranges: Ranges, now: datetime) -> WorkItem | None:
    """Return a device's matter as it is on the list; entries that were looked into can be looked at again."""
    listed = reads.listed(asked, ranges, now)
    if listed is not None or asked.class_ is not Category.CONFLICT or not 0 < asked.occasion <= len(DOUBTS):
        return listed
    found = rows(reads.SQL["device"], journal=asked.subject, scope=multirange(ranges))
    again = found and replace(asked, name=found[0][0], detail=DOUBTS[asked.occasion - 1])
    if again and again.detail == "voids":
        return replace(again, n=0)  # whatever was said of it is decided
    told = doubted(again, *span(asked.area)) if again else []
    return replace(again, n=len(told), since=told[-1].received_at) if again and told else None


def _waiting(found: WorkItem, one: Standing, now: datetime) -> WorkItem:
    """Return a late duty with its clock, as the list shows it."""
    clock = next((c for c in clocks(REGISTRY.duties[found.kind]) if c.rank == one.stage), None)
    if one.mark == Mark.DEFERRED and one.until and one.until <= now:
        since = one.until if clock is None else one.opened_at or one.until
        return replace(found, since=since, due=one.until, detail="deferral")
    if clock is None:
        return found
    since = found.since if clock.whole is None else one.opened_at or one.stage_at
    due = clock.end(one.opened_at, one.stage_at)
    return replace(found, since=since, due=due, limit=round((due - since).total_seconds() / 60) if due and since else 0)


def reports(matter: WorkItem, ranges: Ranges) -> list[Report]:
    """Return what was reported of the duty that a matter is about, oldest first; one statement. Where areas contradict
    each other, also what those said of it that are not the reader's.
    """
    duty, beyond = REGISTRY.duties[matter.kind], matter.doubt in BEYOND
    with scoped(EVERYWHERE if beyond else ranges):
        found = rows(
            reads.SQL["reports"], campaign=matter.campaign, kind=duty.code, subject=matter.subject,
            occasion=matter.occasion, beyond=beyond, own=multirange(ranges),
        )  # fmt: skip
    return [
        Report(journal, number, at, REGISTRY.entries.get(kind), area, by, by_kind, carrier,
               duty.values[value] if value and value < len(duty.values) else "", said, void, WHY.get(unheard, ("", "")),
               next((r for r in duty.reasons if r.name == reason), None), None if duty.values else value,
               bool(unheard) and not void and resolving.sayable(act, unheard, kind), covers(ranges, area))
        for (
            journal, number, at, kind, area, by, by_kind, _on, carrier, value, said, void, unheard, act, reason
        ) in found
    ]  # fmt: skip


def packed(box: WorkItem) -> tuple[WorkItem, ...]:
    """Return the tubes of a box that have no result yet, as members of its matter; one statement."""
    found = rows(DOUBTED["packed"], campaign=box.campaign, kind=REGISTRY.duties[box.kind].code, subject=box.subject)
    return members_of(Category.CONFLICT, box.campaign, found, "packed")


def within(journal: int, ranges: Ranges) -> bool:
    """Whether a device lies wholly in these areas: only then are its times the reader's to settle."""
    return bool(rows(DOUBTED["within"], journal=journal, scope=multirange(ranges)))


def doubted(matter: WorkItem, lo: int, hi: int) -> list[Doubted]:
    """Return the entries of a device that a matter of an area counts, the latest first. What it sent of areas that are
    not its own is read as well: the number, the kind and the reason.
    """
    if matter.detail == "voids":
        with scoped(EVERYWHERE):
            found = rows(DOUBTED["voids_said"], journal=matter.subject, lo=lo, hi=hi)
        return [
            Doubted(number, at, REGISTRY.entries.get(kind), (f"“{by}”要求作废", f"“{by}” says that it is void"), "",
                    received, f"{matter.subject}.{number}")
            for number, at, kind, by, received in found
        ]  # fmt: skip
    if matter.detail not in DOUBTS[:3]:
        return []
    out = []
    with scoped(EVERYWHERE):
        found = rows(DOUBTED["doubted"], journal=matter.subject, what=matter.detail, lo=lo, hi=hi)
    for number, at, kind, refusal, field, _flags, received in found:
        reason = REFUSALS.get(refusal) if matter.detail == "refused" else None
        why = (reason.zh, f"{reason.en}; {reason.next_step}") if reason else FLAGS.get(matter.detail, ("", ""))
        out.append(Doubted(number, at, REGISTRY.entries.get(kind), why, field or "", received))
    return out
