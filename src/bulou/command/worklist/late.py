"""What waits too long: people in danger, retests, transfers, tubes and boxes, deferrals that ran out, plans that ended.

Each reader takes where it looks, asks one statement or two, and returns its matters with the number of all there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bulou.command.work.rules import limits
from bulou.command.worklist.rules import (
    LIMITS,
    OF_ALL,
    PHASES,
    Category,
    Clock,
    WorkItem,
    clocks,
    judge,
)  # fmt: skip
from bulou.ledger import prepared
from bulou.ledger.areas import SHIFTS, ancestor, level
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import COVERED, REGISTRY, DutyKind, Subject
from bulou.places.vocabulary import NEEDS
from bulou.ui.figures import instant
from bulou.ui.room import Work, works

SQL = statements(__package__, "late")
#: What a reader returns: its matters, and how many there are of each class, listed or not.
Read = tuple[list[WorkItem], dict[Category, int]]
Found = prepared.Reader[Read]
#: Needs that are a danger while a person waits, the gravest first.
DANGERS = ("dialysis", "pregnant", "alone_over_75")
#: What is owed to people themselves: it is followed for as long as it is open, whatever became of its round.
FOLLOWED = ("retest", "disposition")
#: What people wait for, the gravest first: before samples, and before what everybody owes.
GRAVEST = {"disposition": 3, "retest": 2, "swab": 2}
#: So long after a round was closed its samples may still be on the way.
ON_THE_WAY = timedelta(days=14)
#: House rule: without a limit of its own, a distribution has reached every household after so long.
REACHED_WITHIN = timedelta(days=2)
#: Members of a group that the list names, and that its own page shows.
NAMED, SHOWN = 3, 60


@dataclass(frozen=True, slots=True)
class Round:
    """An open round. ``until``: its planned end, where it has one."""

    id: int
    area: int
    opened_at: datetime
    until: datetime | None


def bits(wanted: tuple[str, ...]) -> int:
    """Return needs as the number in which the register keeps them."""
    return sum(1 << need.bit for need in NEEDS if need.name in wanted)


def rounds(now: datetime) -> dict[str, Any]:
    """Return what every statement needs to know of rounds; two statements."""
    follow = [REGISTRY.duties[name].code for name in FOLLOWED if name in REGISTRY.duties]
    opened, followed = prepared.several(
        (SQL["campaigns"], {}), (SQL["followed"], {"since": now - ON_THE_WAY, "kinds": follow})
    )  # fmt: skip
    campaigns = [row[0] for row in opened]
    return {
        "rounds": [Round(id_, area, opened_at, instant(until)) for id_, _name, area, opened_at, until in opened],
        "campaigns": campaigns,
        "recent": campaigns + [id_ for id_, recent in followed if recent],
        "all": campaigns + [id_ for id_, _recent in followed],
        "of_all": [REGISTRY.duties[name].code for name in OF_ALL if name in REGISTRY.duties],
    }


def parts_of(lo: int) -> int:
    """Return the bits below the parts into which groups of a range that begins at ``lo`` fall: those a level further
    down; streets where the range is no area.
    """
    return SHIFTS[min(max(level(lo), 1), len(SHIFTS) - 1)]


def danger(where: dict[str, Any]) -> Found:
    """People in clinical danger to whom something is owed. They wait since it was."""
    limit = timedelta(minutes=LIMITS["danger"].minutes)
    kinds = [k.code for k in REGISTRY.duties.values() if k.subject is Subject.PERSON]
    found = yield SQL["danger"], where | {"kinds": kinds, "needs": bits(DANGERS), "gravest": bits(DANGERS[:2])}
    made = []
    for campaign, kind, subject, occasion, area, stage, since, needs, _total in found:
        worst = next(i for i, need in enumerate(DANGERS) if needs & bits((need,)))
        made.append(
            WorkItem(
                Category.DANGER, REGISTRY.by_code[kind].name, subject, area, since, since + limit if since else None,
                len(DANGERS) - worst, occasion, campaign, n=stage, detail=DANGERS[worst],
            )
        )  # fmt: skip
    return made, {Category.DANGER: found[0][-1]} if found else {}


def late(where: dict[str, Any]) -> Found:
    """Retests, and what rooms declare as work, beyond their clock, or nearly; swabs of abnormal pools not retested."""
    clocked = [(k, clock) for k in REGISTRY.duties.values() if k.subject is Subject.PERSON for clock in _known(k)]
    clocked += [(w.duty, c) for w in _worked() for c in limits(w)]
    found = yield SQL["late"], where | _clocks(clocked) | {
        "gravest": REGISTRY.duties["disposition"].code, "retest": REGISTRY.duties["retest"].code,
    }  # fmt: skip
    made, counts = [], {}
    for campaign, kind, subject, occasion, area, stage, since, due, over, put_off, total in found:
        class_ = Category.OVERDUE if over else Category.SOON
        counts[class_] = total
        name = REGISTRY.by_code[kind].name
        made.append(
            WorkItem(
                class_, name, subject, area, since, due, GRAVEST.get(name, 1), occasion, campaign, n=stage,
                limit=round((due - since).total_seconds() / 60) if since else 0,
                detail="deferral" if put_off else "",
            )
        )  # fmt: skip
    return made, counts


def _worked() -> list[Work]:
    """Return what is followed one by one; what everybody owes is shown by area."""
    return [work for work in works().values() if work.duty.subject is not Subject.PERSON and not work.covered]


def _known(kind: DutyKind) -> list[Clock]:
    """Return the clocks of a kind; of what is worked also those of stages that an order alone limits."""
    return limits(works()[kind.name]) if kind.name in works() else clocks(kind)


def items(where: dict[str, Any]) -> Found:
    """Tubes and boxes that stand too long, by the device that reported on them last; a single one as itself."""
    clocked = [
        (k, clock)
        for k in REGISTRY.duties.values()
        for clock in clocks(k)
        if (k.name, k.stages[clock.rank].name) in PHASES
    ]
    values = _clocks(clocked) | {"phases": [PHASES[k.name, k.stages[clock.rank].name] for k, clock in clocked]}
    found = yield SQL["items"], where | values | {"box": REGISTRY.duties["box"].code}
    made, counts = [], {}
    for campaign, journal, name, phase, over, n, boxes, since, due, first, last, told, total in found:
        class_ = Category.OVERDUE if over else Category.SOON
        counts[class_] = total
        members = members_of(class_, campaign, told)
        made.append(
            members[0] if n == 1 else WorkItem(
                class_, "items", journal, where["lo"], since, due, 0, phase, campaign, n=n, boxes=boxes, name=name,
                place=common(first, last, where["lo"]), members=members,
            )
        )  # fmt: skip
    return made, counts


def deferred(where: dict[str, Any]) -> Found:
    """People without a swab whose deferral has run out, part by part; a single one as himself."""
    swab, shift = REGISTRY.duties["swab"], parts_of(where["lo"])
    found = yield SQL["deferred"], where | {"kind": swab.code, "part": swab.took_part, "shift": shift}
    made = []
    for campaign, part, n, until, told, _total in found:
        members = members_of(Category.OVERDUE, campaign, told, "deferral")
        made.append(
            members[0] if n == 1 else WorkItem(
                Category.OVERDUE, "deferred", part, part, until, until, 0, 0, campaign, n=n, members=members
            )
        )  # fmt: skip
    return made, {Category.OVERDUE: found[0][-1]} if found else {}


def unsampled(where: dict[str, Any]) -> Found:
    """Where people are without a swab after the planned end of a round, part by part."""
    over = [r for r in where["rounds"] if r.until and r.until <= where["now"]]
    if not over:
        return [], {}
    found = yield SQL["unsampled"], where | {
        "ended": [r.id for r in over], "ends": [r.until for r in over], "kind": REGISTRY.duties["swab"].code,
        "shift": parts_of(where["lo"]),
    }  # fmt: skip
    made = [
        WorkItem(Category.OVERDUE, "unsampled", part, part, ended, ended, 0, 0, campaign, n=n)
        for campaign, part, n, ended, _total in found
    ]
    return made, {Category.OVERDUE: found[0][-1]} if found else {}


def unreached(where: dict[str, Any]) -> Found:
    """Where households or people were not reached in time by what everybody of an area is owed, part by part."""
    found = yield SQL["unreached"], where | {
        "covered": COVERED, "hours": REACHED_WITHIN // timedelta(hours=1), "shift": parts_of(where["lo"]),
    }  # fmt: skip
    made = [
        WorkItem(
            Category.OVERDUE, "unreached", part, part, ended, ended, 0, 0, campaign, n=n,
            detail=REGISTRY.by_code[kind].name,
        )
        for campaign, kind, part, n, ended, _total in found if kind in REGISTRY.by_code
    ]  # fmt: skip
    return made, {Category.OVERDUE: found[0][-1]} if found else {}


def planned(where: dict[str, Any]) -> Found:
    """Rounds of the range whose planned end is over or near while people are without a swab."""
    classes: dict[int, Category] = {}
    for r in where["rounds"]:
        class_ = (
            judge(r.opened_at, int((r.until - r.opened_at).total_seconds() // 60), where["now"]) if r.until else None
        )
        if class_ is not None:
            classes[r.id] = class_
    known = {r.id: r for r in where["rounds"] if r.id in classes}
    if not known:
        return [], {}
    found = yield SQL["planned"], where | {
        "planned": [*known], "areas": [r.area for r in known.values()],
        "lates": [classes[id_] is Category.OVERDUE for id_ in known], "kind": REGISTRY.duties["swab"].code,
    }  # fmt: skip
    made, counts = [], dict.fromkeys(Category, 0)
    for campaign, area, n, over in found:
        until, class_ = known[campaign].until, Category.OVERDUE if over else Category.SOON
        counts[class_] += 1
        since = until if over else known[campaign].opened_at
        made.append(WorkItem(class_, "plan", area, area, since, until, 1, 0, campaign, n=n))
    return made, counts


def offers(where: dict[str, Any]) -> Found:
    """Duties that another area offers to one of the range. The duty itself still lies outside of the reader's scope;
    whoever is asked to take it may know its number, and that alone is read.
    """
    found = yield SQL["offers"], where
    made = [
        WorkItem(
            Category.OFFER, REGISTRY.by_code[kind].name, subject, to_area, at, None,
            int(REGISTRY.by_code[kind].name in FOLLOWED), occasion, campaign,
        )
        for campaign, kind, subject, occasion, to_area, at, _total in found
    ]  # fmt: skip
    return made, {Category.OFFER: found[0][-1]} if found else {}


def common(first: int, last: int, least: int) -> int:
    """Return the smallest area that holds both, and no larger one than ``least``."""
    depth = next(
        (d for d in range(min(level(first), level(last)), 0, -1) if ancestor(first, d) == ancestor(last, d)), 0
    )
    return max(ancestor(first, depth), least)


def _clocks(clocked: Iterable[tuple[DutyKind, Clock]]) -> dict[str, list[Any]]:
    """Return clocks as columns of a statement."""
    rows = list(clocked)
    return {
        "kinds": sorted({kind.code for kind, _ in rows}),
        "limit_kinds": [kind.code for kind, _ in rows], "limit_stages": [clock.rank for _, clock in rows],
        "steps": [clock.step for _, clock in rows], "wholes": [clock.whole for _, clock in rows],
        "notices": [clock.notice for _, clock in rows],
    }  # fmt: skip


def members_of(
    class_: Category, campaign: int, told: Sequence[Sequence[int]], detail: str = ""
) -> tuple[WorkItem, ...]:
    """Return members of a group that a statement names as (kind, subject, occasion, stage, area, since)."""
    out = []
    for code, subject, occasion, stage, area, since in told:
        kind = REGISTRY.by_code[code]
        began = datetime.fromtimestamp(since, UTC) if since is not None else None
        within = kind.stages[stage].within or 0
        due = began + timedelta(minutes=0 if detail else within) if began else None
        out.append(
            WorkItem(
                class_, kind.name, subject, area, began, due, 0, occasion, campaign, n=stage, limit=within,
                detail=detail,
            )
        )  # fmt: skip
    return tuple(out)
