"""The list of what needs a decision: a fixed number of bounded statements for each of the reader's ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bulou.command.now.rules import LIMITS, SOON_FROM, TOP, Class, Matter, Owner, owner_of, ranked
from bulou.command.reads import Name, names, rows
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.places.vocabulary import NEEDS

SQL = statements(__package__, "now")
#: Needs that are a danger while a person waits, the gravest first.
DANGERS = ("dialysis", "pregnant", "alone_over_75")
#: Standings that keep an owner away.
AWAY = ["absent", "infection", "quarantine"]
#: Kinds that everybody owes: listed by the board, not one by one.
OF_ALL = ("swab",)


@dataclass
class List:
    """What a page shows. ``counts``: all matters of a class, listed or not; ``names``: of the areas on the way."""

    matters: list[Matter] = field(default_factory=list)
    counts: dict[Class, int] = field(default_factory=lambda: dict.fromkeys(Class, 0))
    open: int = 0
    heard_at: datetime | None = None
    names: dict[int, Name] = field(default_factory=dict)
    owners: list[Owner] = field(default_factory=list)

    def owner(self, matter: Matter) -> Owner | None:
        """Return who answers for a matter."""
        desk = "laboratory" if matter.kind == "tube" and matter.n == 4 else "area"
        way = [ancestor(matter.area, depth) for depth in range(1, level(matter.area) + 1)]
        return owner_of(matter.area, desk, self.owners, way)


def _bits(wanted: tuple[str, ...]) -> int:
    return sum(1 << need.bit for need in NEEDS if need.name in wanted)


def matters(ranges: Ranges, now: datetime) -> List:
    """Read everything that waits for a decision in the ranges; seven statements a range, and two more in all."""
    out, found = List(), []
    campaigns = [row[0] for row in rows(SQL["campaigns"])]
    for lo, hi in ranges:
        where = {"lo": lo, "hi": hi, "now": now, "limit": TOP, "campaigns": campaigns}
        found += _danger(where, out)
        found += _late(where, out)
        found += _conflicts(where, out)
        found += _silent(where, out)
        found += _shortages(where, out)
        open_, heard = rows(SQL["totals"], **where)[0]
        out.open += open_
        out.heard_at = max(filter(None, (out.heard_at, heard)), default=None)
    out.matters = ranked(found)
    nodes = {ancestor(m.area, d) for m in out.matters for d in range(1, level(m.area) + 1)}
    out.names = names(nodes)
    out.owners = [Owner(*row) for row in rows(SQL["owners"], areas=[0, *nodes], away=AWAY, now=now)]
    return out


def _danger(where: dict[str, Any], out: List) -> list[Matter]:
    limit = timedelta(minutes=LIMITS["danger"].minutes)
    kinds = [k.code for k in REGISTRY.duties.values() if k.subject is Subject.PERSON]
    found = rows(
        SQL["danger"], **where, kinds=kinds, needs=_bits(DANGERS), gravest=_bits(DANGERS[:2]), part=2
    )  # fmt: skip
    made = []
    for campaign, kind, subject, occasion, area, _stage, stage_at, opened, needs, _name, total in found:
        since = stage_at or opened
        out.counts[Class.DANGER] += total if not made else 0
        worst = next(i for i, need in enumerate(DANGERS) if needs & _bits((need,)))
        made.append(
            Matter(
                Class.DANGER, REGISTRY.by_code[kind].name, subject, area, since, since + limit if since else None,
                len(DANGERS) - worst, occasion, campaign, detail=DANGERS[worst],
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
    found = rows(
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
    for campaign, kind, subject, occasion, area, takes, outcome, since, total in rows(
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


def _silent(where: dict[str, Any], out: List) -> list[Matter]:
    made = []
    for journal, name, missing, heard, area, total in rows(SQL["silent"], **where, silent=LIMITS["silent"].minutes):
        out.counts[Class.SILENT] += total if not made else 0
        node = max(area, where["lo"])
        made.append(Matter(Class.SILENT, "journal", journal, node, heard, n=missing, detail=name))
    return made


def _shortages(where: dict[str, Any], out: List) -> list[Matter]:
    made = []
    for store, area, good, need, held, since, total in rows(SQL["shortages"], **where):
        out.counts[Class.SHORTAGE] += total if not made else 0
        made.append(Matter(Class.SHORTAGE, "store", store, area, since, occasion=good, n=need - held))
    return made
