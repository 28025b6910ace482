"""Who lists come from: what kind of office, how far its lists are trusted, and what each of them says of a person.

The rule of the value that is shown (docs/decisions/0043): a list replaces what stands where it says otherwise, is not
older, and is trusted at least as much as whoever said that. What it says otherwise is kept beside it, with its date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connections

from bulou.ledger.statements import statements

SQL = statements(__package__, "sources")
#: How far the lists of a source are trusted.
LOW, USUAL, HIGH = TRUSTS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of office that brings lists. ``trust``: of its lists, unless whoever brings one says otherwise."""

    name: str
    zh: str
    en: str
    trust: int = USUAL


KINDS = {
    one.name: one
    for one in (
        SourceKind("police", "派出所登记", "police register"),
        SourceKind("property", "物业登记", "property management"),
        SourceKind("vaccination", "疫苗接种名单", "vaccination list"),
        SourceKind("hotel", "宾馆旅店登记", "hotels"),
        SourceKind("dormitory", "集体宿舍名单", "dormitories"),
        SourceKind("site", "建筑工地名单", "building sites"),
        SourceKind("committee", "居委会走访名单", "neighbourhood committee's visits"),
        SourceKind("found", "上一轮现场登记", "finds of the last round"),
        SourceKind("chat", "群接龙粘贴名单", "pasted chat list", LOW),
        SourceKind("other", "其他名单", "another list"),
    )
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source of lists: ``kind`` of ``KINDS`` or "", the day of its latest list, and how many people that named."""

    name: str
    kind: str
    trust: int
    by: str
    set_at: datetime | None
    since: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says of a field of a person, since when. ``held``: it stands on a record; ``second``: on one that
    was merged into the person's.
    """

    field: int
    value: str
    source: str
    kind: str
    trust: int
    since: datetime
    held: bool = False
    second: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A field of a person: what stands, who else says so, and who says otherwise, the latest first."""

    stands: Statement
    alike: tuple[Statement, ...] = ()
    otherwise: tuple[Statement, ...] = ()


def compare(said: Iterable[Statement]) -> list[Told]:
    """Return field by field what stands on a person's record and what other lists say of it; of one source the latest
    word counts. Of what the record does not hold, the most trusted and then the latest stands for it.
    """
    fields: dict[int, list[Statement]] = {}
    for one in said:
        fields.setdefault(one.field, []).append(one)
    out = []
    for _field, all_ in sorted(fields.items()):
        ranked = sorted(all_, key=lambda s: (s.held and not s.second, s.trust, s.since), reverse=True)
        stands, latest = ranked[0], dict[str, Statement]()
        for one in sorted(ranked[1:], key=lambda s: s.since):
            if one.source != stands.source or one.value != stands.value:
                latest[one.source] = one
        others = sorted(latest.values(), key=lambda s: s.since, reverse=True)
        out.append(
            Told(
                stands, tuple(s for s in others if s.value == stands.value),
                tuple(s for s in others if s.value != stands.value),
            )
        )  # fmt: skip
    return out


def replaces(trust: int, since: datetime, stands: int, stands_since: datetime) -> bool:
    """Tell whether what a list says otherwise replaces what stands: as ``import.sql`` has it, for whole columns."""
    return trust >= stands and since >= stands_since


def named(file: str, source: str | None) -> str:
    """Return the name of a list's source: the given one, else the file's."""
    return source or Path(file).stem.removesuffix(".rejects")


def declare(name: str, kind: str, trust: int, by: str, at: datetime, using: str = "default") -> None:
    """Say what a source is; what is not said (``kind`` "", ``trust`` 0) stays as it was."""
    usual = KINDS[kind].trust if kind else 0
    values = {"name": name, "kind": kind, "trust": trust or usual, "by": by, "at": at}
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["declared"], values)


def listed(using: str = "default") -> list[Source]:
    """Return the sources of lists that were imported, the latest first."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["listed"])
        return [Source(*row) for row in cursor.fetchall()]
