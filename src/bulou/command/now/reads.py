"""The list of what needs a decision: a fixed number of bounded statements for each of the reader's ranges."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bulou.command.now import doubts
from bulou.command.now.doubts import DANGERS, bits
from bulou.command.now.rules import LIMITS, SOON_FROM, TOP, Class, Matter, Owner, owner_of, ranked
from bulou.command.people.rules import mask_name
from bulou.command.reads import SQL as BOARD
from bulou.command.reads import Name, rows
from bulou.ledger import plans
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, Subject

SQL = statements(__package__, "now")
#: Standings that keep an owner away.
AWAY = ["absent", "infection", "quarantine"]
#: A reader of matters: asks, and returns what it found.
Found = plans.Reader[list[Matter]]
#: Kinds that everybody owes: listed by the board, not one by one.
OF_ALL = ("swab",)


@dataclass
class List:
    """What a page shows. ``counts``: all matters of a class, listed or not; ``names``: of the areas on the way;
    ``taken``: who sees to what, by (subject, name of the standing).
    """

    matters: list[Matter] = field(default_factory=list)
    counts: dict[Class, int] = field(default_factory=lambda: dict.fromkeys(Class, 0))
    open: int = 0
    heard_at: datetime | None = None
    names: dict[int, Name] = field(default_factory=dict)
    owners: list[Owner] = field(default_factory=list)
    taken: dict[tuple[int, str], str] = field(default_factory=dict)

    def owner(self, matter: Matter) -> Owner | None:
        """Return who answers for a matter."""
        desk = "laboratory" if matter.kind == "tube" and matter.n == 4 else "area"
        way = [ancestor(matter.area, depth) for depth in range(1, level(matter.area) + 1)]
        return owner_of(matter.area, desk, self.owners, way)

    def taker(self, matter: Matter) -> str:
        """Return who said that he sees to it, or ""."""
        return self.taken.get((matter.subject, matter.taken), "")


def subject_kind(kind: str) -> int:
    """Return what the subject of a matter is; 0 where that is not known."""
    if kind in REGISTRY.duties:
        return int(REGISTRY.duties[kind].subject)
    return {"journal": int(Subject.JOURNAL), "store": int(Subject.STORE)}.get(kind, 0)


def matters(ranges: Ranges, now: datetime, limit: int = TOP) -> List:
    """Read everything that waits for a decision in the ranges; ten statements a range, and five more in all, in four
    pipelines.
    """
    out = List()
    campaigns = [row[0] for row in plans.rows(SQL["campaigns"])]
    wheres = [{"lo": lo, "hi": hi, "now": now, "limit": limit, "campaigns": campaigns} for lo, hi in ranges]
    found = plans.together(read(where, out) for where in wheres for read in READERS)
    with scoped(EVERYWHERE):
        found += plans.together(_offers(where, out) for where in wheres)
    listed = ranked([matter for group in found for matter in group])
    nodes = {ancestor(m.area, d) for m in listed for d in range(1, level(m.area) + 1)}
    plans.together((_persons(listed, out), _places(nodes, out), _takers(listed, now, out), _owners(nodes, now, out)))
    return out


def _danger(where: dict[str, Any], out: List) -> Found:
    limit = timedelta(minutes=LIMITS["danger"].minutes)
    kinds = [k.code for k in REGISTRY.duties.values() if k.subject is Subject.PERSON]
    found = yield SQL["danger"], where | {
        "kinds": kinds, "needs": bits(DANGERS), "gravest": bits(DANGERS[:2]), "part": 2
    }  # fmt: skip
    made = []
    for campaign, kind, subject, occasion, area, stage, stage_at, opened, needs, _name, total in found:
        since = stage_at or opened
        out.counts[Class.DANGER] += total if not made else 0
        worst = next(i for i, need in enumerate(DANGERS) if needs & bits((need,)))
        made.append(
            Matter(
                Class.DANGER, REGISTRY.by_code[kind].name, subject, area, since, since + limit if since else None,
                len(DANGERS) - worst, occasion, campaign, n=stage, detail=DANGERS[worst],
            )
        )  # fmt: skip
    return made


def _late(where: dict[str, Any], out: List) -> Found:
    limited = [
        (kind, rank, stage.within)
        for kind in REGISTRY.duties.values()
        if kind.name not in OF_ALL
        for rank, stage in enumerate(kind.stages)
        if stage.within
    ]
    found = yield SQL["late"], where | {
        "soon": SOON_FROM, "kinds": sorted({kind.code for kind, _, _ in limited}),
        "limit_kinds": [kind.code for kind, _, _ in limited], "limit_stages": [rank for _, rank, _ in limited],
        "limit_minutes": [minutes for _, _, minutes in limited],
        "subject_kinds": [int(k.subject) for k, _, _ in limited],
    }  # fmt: skip
    made, seen = [], set()
    for campaign, kind, subject, occasion, area, stage, since, minutes, late, total in found:
        class_ = Class.OVERDUE if late else Class.SOON
        if class_ not in seen:
            seen.add(class_)
            out.counts[class_] += total
        name = REGISTRY.by_code[kind].name
        made.append(
            Matter(
                class_, name, subject, area, since, since + timedelta(minutes=minutes), int(name == "disposition"),
                occasion, campaign, n=stage,
            )
        )  # fmt: skip
    return made


def _conflicts(where: dict[str, Any], out: List) -> Found:
    made = []
    found = yield SQL["conflicts"], where | {"grace": LIMITS["conflict"].minutes}
    for campaign, kind, subject, occasion, area, takes, outcome, since, total in found:
        if kind not in REGISTRY.by_code:
            continue
        out.counts[Class.CONFLICT] += total if not made else 0
        detail = "nobody" if outcome == 3 else "twice"
        name = REGISTRY.by_code[kind].name
        made.append(
            Matter(Class.CONFLICT, name, subject, area, since, None, 0, occasion, campaign, n=takes, detail=detail)
        )
    return made


def _lent(where: dict[str, Any], out: List) -> Found:
    made, total = yield from doubts.lent(where)
    out.counts[Class.CONFLICT] += total
    return made


def _doubtful(where: dict[str, Any], out: List) -> Found:
    made, total = yield from doubts.doubtful(where)
    out.counts[Class.CONFLICT] += total
    return made


def _labels(where: dict[str, Any], out: List) -> Found:
    """Labels that are accounted for nowhere; rolls of labels that run out are a shortage."""
    made, totals = yield from doubts.labels(where)
    for class_, total in totals.items():
        out.counts[class_] += total
    return made


def _silent(where: dict[str, Any], out: List) -> Found:
    made = []
    found = yield SQL["silent"], where | {"silent": LIMITS["silent"].minutes}
    for journal, name, missing, heard, revoked, area, total in found:
        out.counts[Class.SILENT] += total if not made else 0
        node = max(area, where["lo"])
        made.append(Matter(Class.SILENT, "journal", journal, node, heard, None, int(revoked), n=missing, name=name))
    return made


def _shortages(where: dict[str, Any], out: List) -> Found:
    made = []
    found = yield SQL["shortages"], where
    for store, area, good, need, held, since, total in found:
        out.counts[Class.SHORTAGE] += total if not made else 0
        made.append(Matter(Class.SHORTAGE, "store", store, area, since, occasion=good, n=need - held))
    return made


def _totals(where: dict[str, Any], out: List) -> Found:
    """No matters: what is open in all, and when the range was last heard of."""
    ((open_, heard),) = yield SQL["totals"], where
    out.open += open_
    out.heard_at = max(filter(None, (out.heard_at, heard)), default=None)
    return []


def _offers(where: dict[str, Any], out: List) -> Found:
    """Duties that another area offers to one of the range. The duty itself still lies outside of the reader's scope;
    whoever is asked to take it may know its number, and that alone is read.
    """
    made = []
    found = yield SQL["offers"], where
    for campaign, kind, subject, occasion, to_area, at, total in found:
        out.counts[Class.OFFER] += total if not made else 0
        made.append(Matter(Class.OFFER, REGISTRY.by_code[kind].name, subject, to_area, at, None, 0, occasion, campaign))
    return made


#: All that is read in the reader's own scope; each bounded, each of one range.
READERS = (_danger, _late, _conflicts, _lent, _doubtful, _labels, _silent, _shortages, _totals)


def _persons(listed: list[Matter], out: List) -> plans.Reader[None]:
    """The matters, with the masked names of the persons whom they are about."""
    persons = {m.subject for m in listed if subject_kind(m.kind) == Subject.PERSON}
    found = yield SQL["named"], {"persons": sorted(persons)}
    known = {id_: mask_name(name) for id_, name in found}
    out.matters = [
        replace(m, name=known[m.subject]) if m.subject in known and m.subject in persons else m for m in listed
    ]


def _places(nodes: set[int], out: List) -> plans.Reader[None]:
    out.names = dict((yield BOARD["names"], {"ids": sorted(nodes)}))


def _takers(listed: list[Matter], now: datetime, out: List) -> plans.Reader[None]:
    found = yield SQL["taken"], {
        "kinds": [subject_kind(m.kind) for m in listed], "subjects": [m.subject for m in listed],
        "names": [m.taken for m in listed], "now": now,
    }  # fmt: skip
    out.taken = {(subject, name): who for subject, name, who in found}


def _owners(nodes: set[int], now: datetime, out: List) -> plans.Reader[None]:
    found = yield SQL["owners"], {"areas": [0, *nodes], "away": AWAY, "now": now}
    out.owners = [Owner(*row) for row in found]


def choices(areas: tuple[int, ...], chosen: int) -> list[tuple[int, int, Name]]:
    """Return the areas that the list can be narrowed to, (id, depth, name): the way to it, and what is below."""
    tops = [a for a in areas if level(a) <= level(chosen) and ancestor(chosen, level(a)) == a] if chosen else [*areas]
    way = (
        {ancestor(chosen, depth) for top in tops for depth in range(level(top), level(chosen) + 1)} if chosen else tops
    )
    return [
        (id_, depth, name) for id_, depth, name in rows(SQL["choices"], way=[*way], below=[chosen] if chosen else tops)
    ]


def receivers(campaign_areas: list[int]) -> list[tuple[int, int, Name]]:
    """Return the streets and neighbourhoods, (id, depth, name), to which a duty can be offered."""
    return [(id_, depth, name) for id_, depth, name in rows(SQL["receivers"], districts=campaign_areas)]
