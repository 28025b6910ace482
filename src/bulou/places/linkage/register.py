"""The register linked with itself: which records are surely one person, which may be, whom one list alone names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places.linkage.link import COLUMNS, Linked, Settings, database, link

SQL = statements("bulou.places", "linkage")
OWN = statements(__package__, "register")
FIELD = "现场 field"
CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Source:
    """Who lists come from, with the latest list that was taken in whole; ``bit``: how the linkage knows it."""

    id: int
    name: str
    run: int | None
    since: datetime | None
    bit: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. ``singles``: (person, the one list that names her), the most worthwhile first."""

    sources: list[Source]
    records: int
    linked: Linked
    singles: list[tuple[int, str]]


def sources(using: str = "default") -> list[Source]:
    """Return the sources that the register knows."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["sources"], {"field": FIELD})
        return [Source(*row, bit=1 << at) for at, row in enumerate(cursor.fetchall())]


def find(
    lo: int,
    hi: int,
    settings: Settings | None = None,
    told: Callable[[str], None] = lambda _: None,
    using: str = "default",
) -> Found:
    """Link the people of a range of areas; nothing is written."""
    with scoped(EVERYWHERE, using):
        known = sources(using)
    settings = settings or Settings()
    told("read")
    with database(settings) as connection:
        count = _fill(connection, known, lo, hi, using)
        linked = link(connection, settings, told)
        singles = _singles(connection, known) if count else []
    return Found(known, count, linked, singles)


def _fill(connection: Any, known: list[Source], lo: int, hi: int, using: str) -> int:
    import pyarrow as pa

    values = {
        "sources": [one.id for one in known], "runs": [one.run for one in known], "bits": [one.bit for one in known],
        "lo": lo, "hi": hi,
    }  # fmt: skip
    types = [pa.int64(), pa.int64(), *[pa.string()] * 7]
    count = 0
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["records"], values)
        while rows := cursor.fetchmany(CHUNK):
            columns = zip(*rows, strict=True)
            table = pa.table({
                name: pa.array(column, type_) for name, column, type_ in zip(COLUMNS, columns, types, strict=True)
            })  # fmt: skip
            connection.register("given", table)
            connection.execute("INSERT INTO records SELECT * FROM given")
            connection.unregister("given")
            count += len(rows)
    return count


def _singles(connection: Any, known: list[Source]) -> list[tuple[int, str]]:
    connection.execute(OWN["covered"], {"bits": len(known)})
    names = {one.bit: one.name for one in known}
    return [(person, names.get(mask, "")) for person, _, mask in connection.execute(OWN["single"]).fetchall()]
