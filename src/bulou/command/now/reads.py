"""The list of what needs a decision: a fixed number of bounded statements for each of the reader's ranges."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bulou.command.now import doubts
from bulou.command.now.doubts import DANGERS, bits
from bulou.command.now.rules import LIMITS, SOON_FROM, TOP, Class, Matter, Owner, owner_of, ranked
from bulou.command.people.rules import mask_name
from bulou.command.reads import Name, names, rows
from bulou.ledger import plans
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, Subject

SQL = statements(__package__, "now")
#: Standings that keep an owner away.
AWAY = ["absent", "infection", "quarantine"]
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
    """Read everything that waits for a decision in the ranges; ten statements a range, and five more in all."""
    out, found = List(), []
    campaigns = [row[0] for row in plans.rows(SQL["campaigns"])]
    for lo, hi in ranges:
        where = {"lo": lo, "hi": hi, "now": now, "limit": limit, "campaigns": campaigns}
        found += _danger(where, out)
        found += _late(where, out)
        found += _conflicts(where, out)
        found += _doubts(where, out)
        found += _silent(where, out)
        found += _shortages(where, out)
        found += _offers(where, out)
        open_, heard = plans.rows(SQL["totals"], **where)[0]
        out.open += open_
        out.heard_at = max(filter(None, (out.heard_at, heard)), default=None)
    out.matters = _named(ranked(found))
    nodes = {ancestor(m.area, d) for m in out.matters for d in range(1, level(m.area) + 1)}
    out.names = names(nodes)
    asked = {
        "kinds": [subject_kind(m.kind) for m in out.matters], "subjects": [m.subject for m in out.matters],
        "names": [m.taken for m in out.matters],
    }  # fmt: skip
    out.taken = {(subject, name): who for subject, name, who in plans.rows(SQL["taken"], **asked, now=now)}
    out.owners = [Owner(*row) for row in plans.rows(SQL["owners"], areas=[0, *nodes], away=AWAY, now=now)]
    return out


def _danger(where: dict[str, Any], out: List) -> list[Matter]:
    limit = timedelta(minutes=LIMITS["danger"].minutes)
    kinds = [k.code for k in REGISTRY.duties.values() if k.subject is Subject.PERSON]
    found = plans.rows(
        SQL["danger"], **where, kinds=kinds, needs=bits(DANGERS), gravest=bits(DANGERS[:2]), part=2
    )  # fmt: skip
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


def _late(where: dict[str, Any], out: List) -> list[Matter]:
    limited = [
        (kind, rank, stage.within)
        for kind in REGISTRY.duties.values()
        if kind.name not in OF_ALL
        for rank, stage in enumerate(kind.stages)
        if stage.within
    ]
    found = plans.rows(
        SQL["late"], **where, soon=SOON_FROM, kinds=sorted({kind.code for kind, _, _ in limited}),
        limit_kinds=[kind.code for kind, _, _ in limited], limit_stages=[rank for _, rank, _ in limited],
        limit_minutes=[minutes for _, _, minutes in limited], subject_kinds=[int(k.subject) for k, _, _ in limited],
    )  # fmt: skip
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


def _conflicts(where: dict[str, Any], out: List) -> list[Matter]:
    made = []
    for campaign, kind, subject, occasion, area, takes, outcome, since, total in plans.rows(
        SQL["conflicts"], **where, grace=LIMITS["conflict"].minutes
    ):
        if kind not in REGISTRY.by_code:
            continue
        out.counts[Class.CONFLICT] += total if not made else 0
        detail = "nobody" if outcome == 3 else "twice"
        name = REGISTRY.by_code[kind].name
        made.append(
            Matter(Class.CONFLICT, name, subject, area, since, None, 0, occasion, campaign, n=takes, detail=detail)
        )
    return made


def _doubts(where: dict[str, Any], out: List) -> list[Matter]:
    """Items, entries and labels that do not fit; rolls of labels that run out are a shortage."""
    items, of_items = doubts.lent(where)
    devices, of_devices = doubts.doubtful(where)
    rolls, of_rolls = doubts.labels(where)
    out.counts[Class.CONFLICT] += of_items + of_devices + of_rolls.get(Class.CONFLICT, 0)
    out.counts[Class.SHORTAGE] += of_rolls.get(Class.SHORTAGE, 0)
    return items + devices + rolls


def _named(found: list[Matter]) -> list[Matter]:
    """Return the matters with the masked names of the persons whom they are about; one statement."""
    persons = {m.subject for m in found if subject_kind(m.kind) == Subject.PERSON}
    known = {id_: mask_name(name) for id_, name in plans.rows(SQL["named"], persons=sorted(persons))}
    return [replace(m, name=known[m.subject]) if m.subject in known and m.subject in persons else m for m in found]


def _silent(where: dict[str, Any], out: List) -> list[Matter]:
    made = []
    for journal, name, missing, heard, revoked, area, total in plans.rows(
        SQL["silent"], **where, silent=LIMITS["silent"].minutes
    ):
        out.counts[Class.SILENT] += total if not made else 0
        node = max(area, where["lo"])
        made.append(Matter(Class.SILENT, "journal", journal, node, heard, None, int(revoked), n=missing, name=name))
    return made


def _shortages(where: dict[str, Any], out: List) -> list[Matter]:
    made = []
    for store, area, good, need, held, since, total in plans.rows(SQL["shortages"], **where):
        out.counts[Class.SHORTAGE] += total if not made else 0
        made.append(Matter(Class.SHORTAGE, "store", store, area, since, occasion=good, n=need - held))
    return made


def _offers(where: dict[str, Any], out: List) -> list[Matter]:
    """Duties that another area offers to one of the range. The duty itself still lies outside of the reader's scope;
    whoever is asked to take it may know its number, and that alone is read.
    """
    made = []
    with scoped(EVERYWHERE):
        found = plans.rows(SQL["offers"], **where)
    for campaign, kind, subject, occasion, to_area, at, total in found:
        out.counts[Class.OFFER] += total if not made else 0
        made.append(Matter(Class.OFFER, REGISTRY.by_code[kind].name, subject, to_area, at, None, 0, occasion, campaign))
    return made


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
