"""What does not fit together, one reader a kind of doubt: duties taken twice, ids on no list, items passed on unseen,
labels sealed twice, tubes filled against the rule, results that contradict each other, boxes counted otherwise than
packed, reports and voids that do not count, devices' entries that were not taken as they came.

To add a kind: a statement in ``sql/doubts.sql`` with its `total`, a reader here that turns its rows into matters of
class CONFLICT, and its place in ``READERS``; its sentence in ``words.py`` and its step in ``advice.py``. A matter
about a device's entries takes a word in ``rules.DOUBTS`` as its ``occasion``; one that stands for many, a kind in
``rules.GROUPS``; one that a duty can have beside its others, a word in ``rules.BESIDE``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import json

from bulou.command.worklist.late import Found, Read, common, members_of
from bulou.command.worklist.rules import DOUBTS, LIMITS, Category, Told, WorkItem
from bulou.ledger import prepared
from bulou.ledger.areas import ancestor, level
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY

SQL = statements(__package__, "doubts")
#: Kinds of item that have a duty of their own.
CARRIERS = ("tube", "box")


def twice(where: dict[str, Any]) -> Found:
    """Who is in two tubes, which tube is in two boxes."""
    found = yield SQL["twice"], where | {"grace": LIMITS["conflict"].minutes}
    made = [
        WorkItem(
            Category.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign, n=takes,
            detail="twice",
        )
        for campaign, kind, subject, occasion, area, takes, since, _total in found
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def unknown(where: dict[str, Any]) -> Found:
    """Ids on no list, by the device that reported them first; a single one as itself."""
    found = yield SQL["unknown"], where | {"grace": LIMITS["conflict"].minutes}
    made = []
    for campaign, kind, journal, name, n, since, first, last, told, _total in found:
        members = members_of(Category.CONFLICT, campaign, told, "nobody")
        made.append(
            members[0] if n == 1 else WorkItem(
                Category.CONFLICT, "unknown", journal, where["lo"], since, None, 0, kind, campaign, n=n, name=name,
                place=common(first, last, where["lo"]), members=members,
            )
        )  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def lent(where: dict[str, Any]) -> Found:
    """Tubes and boxes that somebody passed on who was never seen to have them."""
    kinds = [REGISTRY.duties[name] for name in CARRIERS if name in REGISTRY.duties]
    found = yield SQL["lent"], where | {
        "grace": LIMITS["conflict"].minutes, "items": [int(kind.subject) for kind in kinds],
        "item_kinds": [kind.code for kind in kinds],
    }  # fmt: skip
    made = [
        WorkItem(Category.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign,
               detail="lent")
        for campaign, kind, subject, occasion, area, since, _total in found
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def sealed(where: dict[str, Any]) -> Found:
    """Labels that more than one entry sealed, on the list of each area in which that was."""
    found = yield SQL["sealed"], where | {"grace": LIMITS["conflict"].minutes, "tube": REGISTRY.duties["tube"].code}
    return _of_both(where, found, "sealed", 0)


def misfilled(where: dict[str, Any]) -> Found:
    """Tubes that are not as their round's rule says, in people or households that each report names as its value."""
    found = yield SQL["misfilled"], where | {"tube": REGISTRY.duties["tube"].code}
    made = [
        WorkItem(Category.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 1, occasion, campaign,
                 n=len(told), detail="misfilled", told=told_of(told, area))
        for campaign, kind, subject, occasion, area, since, told, _total in (
            (*row[:6], json.decode(row[6]), row[7]) for row in found)
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def disputed(where: dict[str, Any]) -> Found:
    """Results that contradict each other, on the list of the area that decides and of those that reported them."""
    found = yield SQL["disputed"], where
    return _of_both(where, found, "disputed", 1)


def _of_both(where: dict[str, Any], found: prepared.Rows, detail: str, weight: int) -> Read:
    """Return matters that concern areas beside that of their duty; to these they are foreign."""
    made = []
    for campaign, kind, subject, occasion, area, since, reports, foreign, _total in found:
        told = told_of(json.decode(reports), area)
        made.append(
            WorkItem(
                Category.CONFLICT, REGISTRY.by_code[kind].name, subject, where["lo"] if foreign else area, since, None,
                weight, occasion, campaign, n=len(told), detail=detail, place=area, told=told, foreign=foreign,
            )
        )  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def unheard(where: dict[str, Any]) -> Found:
    """Duties with reports that do not count, by the device that reported last; a single one as itself."""
    found = yield SQL["unheard"], where | {"grace": LIMITS["conflict"].minutes}
    made = []
    for campaign, kind, journal, name, n, since, first, last, told, _total in found:
        members = tuple(
            WorkItem(
                Category.CONFLICT, REGISTRY.by_code[code].name, subject, area, datetime.fromtimestamp(began, UTC), None,
                0, occasion, campaign, n=reports, detail="unheard", told=told_of([latest], area),
            )
            for code, subject, occasion, _stage, area, began, reports, latest in json.decode(told)
        )  # fmt: skip
        made.append(
            members[0] if n == 1 else WorkItem(
                Category.CONFLICT, "unheard", journal, where["lo"], since, None, 0, kind, campaign, n=n, name=name,
                place=common(first, last, where["lo"]), members=members,
            )
        )  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def short(where: dict[str, Any]) -> Found:
    """Boxes in which another number of tubes was counted than was packed."""
    found = yield SQL["short"], where | {"grace": LIMITS["conflict"].minutes, "box": REGISTRY.duties["box"].code}
    made = [
        WorkItem(Category.CONFLICT, REGISTRY.by_code[kind].name, subject, area, since, None, 0, occasion, campaign,
                 n=packed,
               detail="short", told=told_of(json.decode(told), area))
        for campaign, kind, subject, occasion, area, packed, since, told, _total in found
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def voids(where: dict[str, Any]) -> Found:
    """Devices of whose entries somebody says that they do not count who may not say so alone."""
    found = yield SQL["voids"], where
    made = [
        WorkItem(Category.CONFLICT, "journal", journal, where["lo"], since, None, 0, DOUBTS.index("voids") + 1, n=n,
               detail="voids", name=name, place=max(area, where["lo"]), said=by if voices == 1 else "")
        for journal, name, n, since, area, by, voices, _total in found
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


def told_of(rows: Sequence[Sequence[Any]], area: int) -> tuple[Told, ...]:
    """Return the reports of a matter of ``area`` that a statement names as (kind of entry, device, time, area, value,
    reason, why it does not count). Those of elsewhere come from the first area on the way that is not on the way here.
    """
    out = []
    for said, by, at, there, value, reason, why in rows:
        depth = next((d for d in range(1, level(there) + 1) if ancestor(there, d) != ancestor(area, d)), 0)
        when = datetime.fromtimestamp(float(at), UTC)
        out.append(
            Told(said, by, when, there, value or 0, reason or "", why or 0, ancestor(there, depth) if depth else 0)
        )
    return tuple(out)


def doubtful(where: dict[str, Any]) -> Found:
    """Devices with entries that were refused, came with two contents, or had their time corrected."""
    found = yield SQL["doubtful"], where
    made = [
        WorkItem(Category.CONFLICT, "journal", journal, where["lo"], since, None, 0, DOUBTS.index(what) + 1, n=n,
               detail=what, name=name, place=max(area, where["lo"]))
        for journal, name, what, n, since, area, _total in found if what in DOUBTS
    ]  # fmt: skip
    return made, {Category.CONFLICT: found[0][-1]} if found else {}


#: Read in the reader's own scope, and beyond it (what is read there is named by the statement).
READERS = (twice, unknown, lent, unheard, misfilled)
BEYOND = (doubtful, sealed, disputed, short, voids)
#: What reads each doubt of a duty that stands beside its others.
OF_DUTIES = {"unheard": unheard, "disputed": disputed, "short": short, "sealed": sealed, "misfilled": misfilled}
