"""The list of what needs a decision: a fixed number of bounded statements for each of the reader's ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bulou.command.worklist import doubts, equipment, late
from bulou.command.worklist.late import DANGERS, NAMED, Read
from bulou.command.worklist.rules import (
    DOUBTS,
    SILENCES,
    TOP,
    Category,
    WorkItem,
    desk_of,
    ranked,
    subject_kind,
)  # fmt: skip
from bulou.ledger import prepared
from bulou.ledger.areas import ancestor, is_area, level, span
from bulou.ledger.scope import EVERYWHERE, Ranges, covers, multirange, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Subject
from bulou.people.rules import mask_name
from bulou.ui.figures import SQL as BOARD
from bulou.ui.figures import Name
from bulou.ui.responsible import AWAY, Owner, owner_of
from bulou.ui.responsible import SQL as RESPONSIBLE

__all__ = ["DANGERS", "SQL", "List", "listed", "matters", "where"]

SQL = statements(__package__, "now")
Reader = Callable[[dict[str, Any]], late.Found]
#: All that is read in the reader's own scope; each bounded, each of one range.
READERS: tuple[Reader, ...] = (
    late.danger, late.late, late.deferred, late.unsampled, late.unreached, late.planned, *doubts.READERS,
    *equipment.READERS,
)  # fmt: skip
#: What is read beyond it, and says no more of other areas than its statement tells.
BEYOND: tuple[Reader, ...] = (late.offers, late.items, *doubts.BEYOND)
#: Of groups, what reads each again for its own page.
OF_GROUPS: dict[str, Reader] = {
    "items": late.items, "deferred": late.deferred, "unknown": doubts.unknown, "unheard": doubts.unheard,
}  # fmt: skip
#: Of devices' entries in doubt, what is not refused, changed or corrected.
OF_SORTS: dict[str, Reader] = {"labels": equipment.labels, "voids": doubts.voids}
OF_DEVICES: dict[tuple[Category, str], Reader] = {
    **{(Category.SILENT, sort): equipment.silent for sort in SILENCES},
    **{(Category.CONFLICT, sort): OF_SORTS.get(sort, doubts.doubtful) for sort in DOUBTS},
    (Category.SHORTAGE, ""): equipment.labels,
}
#: Matters among which one is looked for.
MOST = 5000


@dataclass
class List:
    """What a page shows. ``counts``: all matters of a class, listed or not; ``names``: of the areas on the way;
    ``taken``: who sees to what, by (kind of subject, subject, name of the standing).
    """

    matters: list[WorkItem] = field(default_factory=list)
    counts: dict[Category, int] = field(default_factory=lambda: dict.fromkeys(Category, 0))
    open: int = 0
    heard_at: datetime | None = None
    names: dict[int, Name] = field(default_factory=dict)
    owners: list[Owner] = field(default_factory=list)
    taken: dict[tuple[int, int, str], str] = field(default_factory=dict)

    def owner(self, matter: WorkItem) -> Owner | None:
        """Return who answers for a matter."""
        way = [ancestor(matter.spot, depth) for depth in range(1, level(matter.spot) + 1)]
        return owner_of(matter.spot, desk_of(matter), self.owners, way)

    def taker(self, matter: WorkItem) -> str:
        """Return who said that he sees to it, or ""."""
        return self.taken.get((*matter.about, matter.taken), "")


def matters(ranges: Ranges, now: datetime, limit: int = TOP, own: Ranges = ()) -> List:
    """Read everything that waits for a decision in the ranges: a fixed number of statements a range, and six more, in
    a few pipelines.

    Parameters:
        own: the reader's own ranges, where ``ranges`` is a part of them; what was said of the whole holds in the part.
    """
    out = List()
    wheres = where(ranges, now, limit, own)
    *found, heard = prepared.together([*(reader(one) for one in wheres for reader in READERS), _totals(wheres)])
    with scoped(EVERYWHERE):
        found += prepared.together(reader(one) for one in wheres for reader in BEYOND)
    for _made, counts in found:
        for class_, n in counts.items():
            out.counts[class_] += n
    out.open, out.heard_at = heard
    once = {m.key: m for m in ranked(matter for made, _counts in found for matter in made)}
    fill(out, [*once.values()], now)
    return out


def where(
    ranges: Ranges, now: datetime, limit: int = TOP, own: Ranges = (), members: int = NAMED
) -> list[dict[str, Any]]:
    """Return what every reader is given, range by range.

    ``nodes``: the areas whose word holds in the whole range; ``listed``: all the ranges; ``own``: those of the reader.
    """
    known = late.rounds(now) | {"listed": multirange(ranges), "own": multirange(own or ranges)}
    return [
        {"lo": lo, "hi": hi, "now": now, "limit": limit, "members": members, "nodes": _nodes(lo, own), **known}
        for lo, hi in ranges
    ]


def _nodes(lo: int, own: Ranges) -> list[int]:
    """Return the areas on the way from the reader's own range down to ``lo``."""
    way = {ancestor(lo, depth) for depth in range(level(lo) + 1)} if is_area(lo) else {lo}
    return sorted(node for node in way if node == lo or (covers(own, node) and covers(own, span(node)[1])))


def listed(asked: WorkItem, ranges: Ranges, now: datetime) -> WorkItem | None:
    """Return a matter of a device, one that stands for many, or a doubt that a duty has beside its others, as the list
    has it now, and of a group more members; None where it is not on the list.
    """
    reader = (
        OF_GROUPS.get(asked.kind)
        or doubts.OF_DUTIES.get(asked.doubt)
        or OF_DEVICES.get((asked.class_, asked.detail or _sort(asked)))
    )
    if reader is None:
        return None
    parts: Ranges = (span(asked.area),)
    above = ancestor(asked.area, level(asked.area) - 1)
    if asked.kind == "deferred" and all(covers(ranges, end) for end in span(above)):  # a part of what lies above it
        parts = (span(above),)
    with scoped(EVERYWHERE if reader in BEYOND else ranges):
        shown = MOST if asked.doubt else late.SHOWN
        found: list[Read] = prepared.together(reader(one) for one in where(parts, now, MOST, ranges, shown))
    all_ = (one for made, _counts in found for m in made for one in (m, *m.members))
    return next((m for m in all_ if m.key == asked.key and m.area == asked.area), None)


def _sort(asked: WorkItem) -> str:
    sorts = {Category.CONFLICT: DOUBTS, Category.SILENT: SILENCES}.get(asked.class_, ())
    return sorts[asked.occasion - 1] if 0 < asked.occasion <= len(sorts) else ""


def fill(out: List, listed: list[WorkItem], now: datetime) -> None:
    """Put matters on a list with the names of their persons and places, their owners, and who sees to them."""
    nodes = {ancestor(m.spot, d) for m in listed for d in range(1, level(m.spot) + 1)}
    told = {one.place for of in listed for m in (of, *of.members) for one in m.told}
    prepared.together(
        (_persons(listed, out), _places(nodes | told, out), _takers(listed, now, out), _owners(nodes, now, out))
    )
    out.matters = [_placed(m, out) for m in out.matters]


def _placed(matter: WorkItem, out: List) -> WorkItem:
    """Return a matter whose reports, and those of its members, say from where they came."""
    if not matter.told and not matter.members:
        return matter
    told = tuple(replace(one, name=tuple(out.names.get(one.place, ()))) for one in matter.told)
    return replace(matter, told=told, members=tuple(_placed(one, out) for one in matter.members))


def _totals(wheres: list[dict[str, Any]]) -> prepared.Reader[Any]:
    """What is open in all, and when one of the ranges was last heard of."""
    open_, heard = 0, None
    for one in wheres:
        ((n, at),) = yield late.SQL["totals"], one
        open_, heard = open_ + n, max(filter(None, (heard, at)), default=None)
    return open_, heard


def _is_person(matter: WorkItem) -> bool:
    return subject_kind(matter.kind) == Subject.PERSON


def _persons(listed: list[WorkItem], out: List) -> prepared.Reader[None]:
    """The matters, with the masked names of the persons whom they and their first members are about."""
    persons = {m.subject for one in listed for m in (one, *one.members) if _is_person(m)}
    found = yield SQL["named"], {"persons": sorted(persons)}
    known = {id_: mask_name(name) for id_, name in found}

    def named(of: Iterable[WorkItem]) -> list[WorkItem]:
        return [replace(m, name=known[m.subject]) if _is_person(m) and m.subject in known else m for m in of]

    out.matters = [replace(m, members=tuple(named(m.members))) if m.members else m for m in named(listed)]


def _places(nodes: set[int], out: List) -> prepared.Reader[None]:
    out.names = dict((yield BOARD["names"], {"ids": sorted(nodes)}))


def _takers(listed: list[WorkItem], now: datetime, out: List) -> prepared.Reader[None]:
    found = yield SQL["taken"], {
        "kinds": [m.about[0] for m in listed], "subjects": [m.about[1] for m in listed],
        "names": [m.taken for m in listed], "now": now,
    }  # fmt: skip
    out.taken = {(kind, subject, name): who for kind, subject, name, who in found}


def _owners(nodes: set[int], now: datetime, out: List) -> prepared.Reader[None]:
    found = yield RESPONSIBLE["owners"], {"areas": [0, *nodes], "away": AWAY, "now": now}
    out.owners = [Owner(*row) for row in found]


def name_of(area: int) -> Name | None:
    """Return the name of an area, as far as it is known."""
    found: dict[int, Name] = dict(prepared.rows(BOARD["names"], ids=[area]))
    return found.get(area)
