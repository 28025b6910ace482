"""What is written to the registries, always in the plural: areas, whole towns, people found in the field, look-ups.

Lists of offices come in through ``imports.py``. All functions join the transaction that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from bulou.ledger.areas import FOUND_BASE, found_id, is_area, level, parent
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.places import written
from bulou.places.doubts_found import doubt_found
from bulou.places.id_cards import Cards
from bulou.places.keys import door_key, name_key, stairwell_key
from bulou.places.names import pinyin
from bulou.places.vocabulary import need_bits

SQL = statements(__package__, "registry")
AREA_COLUMNS = ("id", "parent", "level", "name", "name_en", "code", "x", "y")


def load_areas(rows: Iterable[Mapping[str, Any]], at: datetime, source: str, using: str = "default") -> int:
    """Add areas to the tree, or correct the names, codes and positions of known ones; return how many came.

    Parameters:
        rows: id, name; optional name_en, code, x, y. Any order; parents and levels follow from the ids.
        at: from when the values hold. What they replace is kept as a dated fact.
        source: where the list comes from.

    Raises:
        ValueError: an id is not an area's, or a parent is neither known nor in the list.
    """
    table = []
    for row in rows:
        area = row["id"]
        if not is_area(area):
            raise ValueError(f"{area} is not the id of an area")
        table.append((
            area, parent(area), level(area), row["name"], row.get("name_en") or "", row.get("code") or "",
            row.get("x") or 0.0, row.get("y") or 0.0,
        ))  # fmt: skip
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SQL["areas_incoming"])
        _copy(cursor, "areas_incoming", AREA_COLUMNS, table)
        _refuse_orphans(cursor)
        for name in ("area_facts_closed", "area_facts_opened", "areas_written"):
            cursor.execute(SQL[name], {"at": at, "source": source})
        with scoped(EVERYWHERE, using):
            written.note(cursor, source, at, areas=(row[0] for row in table))
        cursor.execute("DROP TABLE areas_incoming")
    return len(table)


def _refuse_orphans(cursor: Any) -> None:
    cursor.execute(
        "SELECT id FROM areas_incoming i WHERE parent <> 0 AND NOT EXISTS (SELECT FROM areas_incoming p"
        " WHERE p.id = i.parent) AND NOT EXISTS (SELECT FROM places_area a WHERE a.id = i.parent) LIMIT 1"
    )
    if orphan := cursor.fetchone():
        raise ValueError(f"the parent of area {orphan[0]} is neither known nor in the list")


def load_town(
    areas: Iterable[Mapping[str, Any]],
    households: Mapping[str, Sequence[Any]],
    persons: Mapping[str, Sequence[Any]],
    at: datetime,
    source: str,
    using: str = "default",
) -> None:
    """Fill empty registries with a whole town by columns, ids included (tests, benchmarks; a demo imports a file).

    Parameters:
        areas: as for ``load_areas``.
        households: id, area, stairwell, floor, door.
        persons: id, household, name, birth_year, phone, needs (lists of names). No identity numbers.

    Raises:
        IntegrityError: an id or a door is there already.
    """
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        load_areas(areas, at, source, using)
        by = source_id(source, using)[0]
        area_of = dict(zip(households["id"], households["area"], strict=True))
        columns = ("id", "area", "stairwell", "floor", "door", "source", "valid_from", "recorded_at")
        rows = zip(*(households[name] for name in columns[:5]), strict=True)
        _fill(cursor, "places_household", columns, ((i, a, str(s), f, str(d), by, at, at) for i, a, s, f, d in rows))
        columns = (
            "id", "household", "area", "name", "name_key", "pinyin", "initials", "birth_year", "phone", "needs",
            "found_area", "source", "valid_from", "recorded_at",
        )  # fmt: skip
        named = ("id", "household", "name", "birth_year", "phone", "needs")
        _fill(cursor, "places_person", columns, (
            (i, h, area_of[h], n, key := name_key(n), *pinyin(key), b, p, need_bits(w), area_of[h], by, at, at)
            for i, h, n, b, p, w in zip(*(persons[name] for name in named), strict=True)
        ))  # fmt: skip
        written.note(cursor, source, at, doors_in=area_of.values(), persons=persons["id"])
        for name, ids in (("household_ids_past", households["id"]), ("person_ids_past", persons["id"])):
            cursor.execute(SQL[name], {"ids": [i for i in ids if i < FOUND_BASE]})


def source_id(name: str, using: str = "default") -> tuple[int, dict[str, str]]:
    """Return (id, remembered mapping) of a source, added when it is new."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["source_named"], {"name": name})
        row = cursor.fetchone()
    mapping = row[1]
    if isinstance(mapping, str):  # Django's cursors leave jsonb as text
        import json

        mapping = json.loads(mapping)
    return row[0], mapping


@dataclass(frozen=True, slots=True)
class Registered:
    """People found, as registered: how many were new, and the entries of those who may be on the list of their door."""

    new: int = 0
    doubtful: tuple[Entry, ...] = ()


def register_found(entries: Sequence[Entry], recorded_at: datetime, using: str = "default") -> Registered:
    """Register the people that ``person.found`` entries report; raise a doubt for who may be on the list of that door.

    Call it after ``intake.post``, in the same transaction and with the entries that were kept or repeated; entries of
    other kinds are left alone. The same entries again change nothing: the id of a person is fixed by the entry.
    """
    found = [entry for entry in entries if entry.kind == "person.found"]
    if not found:
        return Registered()
    rows = [_found_row(entry) for entry in found]
    cards = Cards()
    for row, entry in zip(rows, found, strict=True):
        row |= cards.read(row["id"], entry.body.get("card"))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        source = source_id("现场 field", using)[0]
        values = columns | cards.columns | {"source": source, "recorded_at": recorded_at}
        cursor.execute(SQL["doors_opened"], values)
        cursor.execute(SQL["persons_found"], values)
        new = {id_ for (id_,) in cursor.fetchall()}
        written.note(cursor, "field", recorded_at, doors_in=columns["area"], persons=columns["id"])
        doubtful = doubt_found(cursor, [row for row in rows if row["id"] in new], source, recorded_at)
    again = tuple(entry for row, entry in zip(rows, found, strict=True) if row["id"] in doubtful)
    return Registered(len(new), again)


def _found_row(entry: Entry) -> dict[str, Any]:
    body = entry.body
    key = name_key(body["name"])
    sound, initials = pinyin(key)
    return {
        "id": body.get("person") or found_id(entry.journal, entry.number),
        "household": body.get("household"),
        "area": entry.area,
        "stairwell": stairwell_key(str(body.get("stairwell") or "")),
        "floor": body.get("floor"),
        "door": door_key(str(body.get("door") or "")),
        "name": body["name"],
        "name_key": key,
        "pinyin": sound,
        "initials": initials,
        "birth_year": body.get("birth_year"),
        "phone": body.get("phone") or None,
        "needs": need_bits(body.get("needs") or []),
        "at": entry.at,
    }


def look_up(person: int, user: str, reason: str, at: datetime, using: str = "default") -> dict[str, Any] | None:
    """Return one named person's data, writing down who looked and why; None when not in the caller's scope.

    The one way to a single person's data (law 6). Run it inside ``scoped``.

    Raises:
        ValueError: no reason is given.
    """
    if not reason.strip():
        raise ValueError("a look at a person needs a reason")
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SQL["looked_up"], {"person": person, "user": user, "reason": reason.strip(), "at": at})
        if cursor.fetchone() is None:
            return None
        cursor.execute(SQL["person_for_look_up"], {"person": person})
        names = [column.name for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Send rows into one of the tables named in this module."""
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _fill(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a table under row level security, which COPY itself refuses, by way of a passing table."""
    listed = ", ".join(columns)
    cursor.execute(f"CREATE TEMP TABLE passing ON COMMIT DROP AS SELECT {listed} FROM {table} WHERE false")
    _copy(cursor, "passing", columns, rows)
    cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM passing ORDER BY id")
    cursor.execute("DROP TABLE passing")
