"""What does not fit together besides the duties themselves: items, devices' entries, rolls of labels; and one matter's
reports in full, so that somebody can decide which of them is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bulou.command.devices.vocabulary import RANGE
from bulou.command.now.rules import DOUBTS, LIMITS, TUBE_TAKES, Class, Matter
from bulou.command.people.rules import mask_name
from bulou.command.reads import rows
from bulou.ledger import plans
from bulou.ledger.areas import SHIFTS
from bulou.ledger.refusals import FLAGS, REFUSALS
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, EntryKind, Subject
from bulou.places.vocabulary import NEEDS

SQL = statements(__package__, "now")
#: Kinds of item that have a duty of their own.
CARRIERS = ("tube", "box")
#: From the lowest to the highest id of a street.
STREET = (1 << SHIFTS[1]) - 1
#: Needs that are a danger while a person waits, the gravest first.
DANGERS = ("dialysis", "pregnant", "alone_over_75")


@dataclass(frozen=True, slots=True)
class Report:
    """One entry about a matter. ``carrier``: the tube or box that it names, or None; ``said``: how many duties the
    whole entry speaks of, all of which a void takes back.
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


@dataclass(frozen=True, slots=True)
class Doubted:
    """One entry of a device that somebody should look at: ``why`` as (zh, en), and what to do next in English."""

    number: int
    at: datetime | None
    kind: EntryKind | None
    why: tuple[str, str]
    field: str
    received_at: datetime


def bits(wanted: tuple[str, ...]) -> int:
    """Return needs as the number in which the register keeps them."""
    return sum(1 << need.bit for need in NEEDS if need.name in wanted)


def lent(where: dict[str, Any]) -> plans.Reader[tuple[list[Matter], int]]:
    """Return tubes and boxes that somebody passed on who was never seen to have them, tubes whose label was sealed
    more than once, and how many there are.
    """
    kinds = [REGISTRY.duties[name] for name in CARRIERS if name in REGISTRY.duties]
    found = yield SQL["lent"], where | {
        "grace": LIMITS["conflict"].minutes, "items": [int(kind.subject) for kind in kinds],
        "item_kinds": [kind.code for kind in kinds],
    }  # fmt: skip
    made = [
        Matter(Class.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign,
               detail="sealed" if sealed else "lent")
        for campaign, kind, subject, occasion, area, since, sealed, _total in found
    ]  # fmt: skip
    return made, found[0][-1] if found else 0


def doubtful(where: dict[str, Any]) -> plans.Reader[tuple[list[Matter], int]]:
    """Return devices with entries that were refused, came with two contents, or had their time corrected."""
    found = yield SQL["doubtful"], where
    made = [
        Matter(Class.CONFLICT, "journal", journal, area, since, None, 0, DOUBTS.index(what) + 1, n=n, detail=what,
               name=name)
        for journal, name, what, n, since, area, _total in found if what in DOUBTS
    ]  # fmt: skip
    return made, found[0][-1] if found else 0


def labels(where: dict[str, Any]) -> plans.Reader[tuple[list[Matter], dict[Class, int]]]:
    """Return rolls with labels that are accounted for nowhere, and those that run out before the people do."""
    carriers = [REGISTRY.duties[name].code for name in CARRIERS if name in REGISTRY.duties]
    found = yield SQL["labels"], where | {
        "carriers": carriers, "swab": REGISTRY.duties["swab"].code, "in_a_tube": TUBE_TAKES, "street": STREET,
        "range": RANGE,
    }  # fmt: skip
    made, counts = [], {}
    for journal, name, area, finished, n, since, total in found:
        class_ = Class.CONFLICT if finished else Class.SHORTAGE
        counts[class_] = total
        occasion = DOUBTS.index("labels") + 1 if finished else 0
        made.append(Matter(class_, "journal", journal, area, since, occasion=occasion, n=n, detail="labels", name=name))
    return made, counts


def matter_of(asked: Matter, ranges: Ranges) -> Matter | None:
    """Return a matter as it stands, with whom or what it is about; None where the ranges hold nothing of it."""
    if asked.kind == "journal":
        found = rows(SQL["device"], journal=asked.subject, scope=multirange(ranges))
        if not found or not 0 < asked.occasion < len(DOUBTS):
            return None
        return replace(asked, name=found[0][0], detail=DOUBTS[asked.occasion - 1])
    duty = REGISTRY.duties.get(asked.kind)
    found = duty and rows(
        SQL["one"], campaign=asked.campaign, kind=duty.code, subject=asked.subject, occasion=asked.occasion,
        personal=duty.subject is Subject.PERSON, subject_kind=int(duty.subject),
    )  # fmt: skip
    if not found:
        return None
    area, stage, since, outcome, takes, needs, name, sealed = found[0]
    need = next((n for n in DANGERS if needs & bits((n,))), "")
    if asked.class_ is Class.DANGER and not need:
        return None
    doubt = "nobody" if outcome == 3 else "twice" if takes > 1 else "sealed" if sealed else "lent"
    conflict = asked.class_ is Class.CONFLICT
    return replace(
        asked, area=area, since=since, name=mask_name(name) if name else "", n=takes if conflict else stage,
        detail=doubt if conflict else need,
    )  # fmt: skip


def reports(matter: Matter) -> list[Report]:
    """Return what was reported of the duty that a matter is about, oldest first; one statement."""
    duty = REGISTRY.duties[matter.kind]
    found = rows(
        SQL["reports"], campaign=matter.campaign, kind=duty.code, subject=matter.subject, occasion=matter.occasion
    )  # fmt: skip
    return [
        Report(journal, number, at, REGISTRY.entries.get(kind), area, by, by_kind, carrier,
               duty.values[value] if value and value < len(duty.values) else "", said, void)
        for journal, number, at, kind, area, by, by_kind, _carrier_kind, carrier, value, said, void in found
    ]  # fmt: skip


def doubted(matter: Matter, ranges: Ranges) -> list[Doubted]:
    """Return the entries of a device that a matter counts, the latest first; a statement for each range."""
    out = []
    for lo, hi in ranges if matter.detail in DOUBTS[:3] else ():
        for number, at, kind, refusal, field, _flags, received in rows(
            SQL["doubted"], journal=matter.subject, what=matter.detail, lo=lo, hi=hi
        ):
            reason = REFUSALS.get(refusal) if matter.detail == "refused" else None
            why = (reason.zh, f"{reason.en}; {reason.next_step}") if reason else FLAGS.get(matter.detail, ("", ""))
            out.append(Doubted(number, at, REGISTRY.entries.get(kind), why, field or "", received))
    return out
