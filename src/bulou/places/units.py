"""The registry of units: what stands in it, how it is written. Run inside ``ledger.scope.scoped``.

A unit is never removed: it is closed, and can be opened again. Who did what, and what was there before, is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from bulou.ledger.areas import ROOT, TOTAL_BITS, span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Subject

SQL = statements(__package__, "unit_reads")
#: What a code may be: it is printed, and read aloud over the telephone.
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
#: A code that the registry gives out itself: nobody else chooses one like it.
GIVEN_OUT = re.compile(r"U\d+")
#: So many units or devices can be chosen from at once.
MOST = 2_000
#: What every kind of unit has besides its own attributes.
FIELDS = ("name", "code", "area", "contact", "telephone", "hours", "attributes")
#: Of a unit and of a device: (kind of subject, number).
Given = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as known now. ``id`` 0: not yet in the registry."""

    id: int
    kind: int
    area: int
    name: str
    code: str = ""
    contact: str = ""
    telephone: str = ""
    hours: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is in use."""
        return self.until is None


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a unit. ``before``: of each field that changed what it was."""

    at: datetime
    by: str
    act: str
    reason: str
    before: Mapping[str, Any]


class CodeTaken(ValueError):
    """Another unit has the code."""


def listed(
    kind: int = 0, area: int = 0, q: str = "", state: str = "open", after: int = 0, limit: int = 50
) -> tuple[list[Unit], int]:
    """Return one page of units by name, and behind which unit the next one begins (0: there is none)."""
    found = _rows(
        "listed", kind=kind, **_range(area), q=q.strip(), state=state, after=after, limit=limit + 1
    )  # fmt: skip
    units = [Unit(*row) for row in found[:limit]]
    return units, units[-1].id if len(found) > limit else 0


def counts(area: int = 0) -> dict[int, int]:
    """Return how many open units there are of each kind."""
    return dict(_rows("counts", **_range(area)))


def of(ids: Iterable[int]) -> dict[int, Unit]:
    """Return units by their numbers, as far as they are in sight."""
    wanted = sorted({id_ for id_ in ids if 0 < id_ < 2**53})
    return {row[0]: Unit(*row) for row in _rows("of", ids=wanted)} if wanted else {}


def coded(codes: Iterable[str]) -> dict[str, Unit]:
    """Return units by their codes, as far as they are in sight."""
    wanted = sorted({code.upper() for code in codes if code})
    return {row[4].upper(): Unit(*row) for row in _rows("coded", codes=wanted)} if wanted else {}


def changes(id_: int) -> list[Change]:
    """Return what was done to a unit, the latest first."""
    return [Change(*row) for row in _rows("changes", id=id_)]


def choices(kinds: Sequence[int] = (), now: datetime | None = None) -> dict[Given, tuple[str, str, int]]:
    """Return what can be chosen by name: (name, code, kind of unit). ``now``: with the devices that are in use then."""
    units = [
        ((int(Subject.UNIT), row[0]), (row[3], row[4], row[1])) for row in _rows("open", kinds=[*kinds], limit=MOST)
    ]
    devices = _rows("devices", now=now, limit=MOST) if now else []
    return dict(units) | {(int(Subject.JOURNAL), id_): (name, f"#{id_}", 0) for id_, name in devices}


def names(given: Iterable[Given]) -> dict[Given, str]:
    """Return the names of units and devices to whom something is given, as far as they are in sight."""
    wanted = set(given)
    units = [id_ for kind, id_ in wanted if kind == Subject.UNIT]
    devices = [id_ for kind, id_ in wanted if kind == Subject.JOURNAL]
    out: dict[Given, str] = {(int(Subject.UNIT), id_): unit.name for id_, unit in of(units).items()}
    if devices:
        out |= {(int(Subject.JOURNAL), id_): name for id_, name in _rows("device_names", ids=devices)}
    return out


def areas_named(names: Iterable[str]) -> list[tuple[int, str, str]]:
    """Return the open areas (id, name, name_en) that have one of the names."""
    wanted = sorted(set(names))
    return [(row[0], row[1], row[2]) for row in _rows("named_areas", names=wanted)] if wanted else []


def add(units: Sequence[Unit], by: str, now: datetime) -> list[int]:
    """Add units, all or none; return their numbers. Whoever has no code gets one.

    Raises:
        CodeTaken: a code is another unit's.
    """
    out = []
    with transaction.atomic():
        for unit in units:
            ((id_,),) = _rows("number")
            code = unit.code or f"U{id_}"
            _write("added", **_values(unit) | {"id": id_, "code": code, "source": unit.source or by, "since": now})
            _write("said", id=id_, at=now, by=by, act="added", reason="", before=Jsonb({}))
            out.append(id_)
    return out


def change(pairs: Sequence[tuple[Unit, Unit]], by: str, now: datetime) -> int:
    """Change units (as they are, as they are to be), all or none; return how many differ.

    Raises:
        CodeTaken: a code is another unit's.
    """
    n = 0
    with transaction.atomic():
        for old, new in pairs:
            before = differing(old, new)
            if not before:
                continue
            _write("changed", **_values(new) | {"id": old.id, "code": new.code or old.code})
            _write("said", id=old.id, at=now, by=by, act="changed", reason="", before=Jsonb(before))
            n += 1
    return n


def end(unit: Unit, by: str, reason: str, now: datetime, reopen: bool = False) -> bool:
    """Close a unit, or open it again; tell whether that changed anything."""
    with transaction.atomic():
        if not _write("ended", id=unit.id, until=None if reopen else now):
            return False
        act, before = (
            ("reopened", {"until": unit.until.isoformat() if unit.until else None}) if reopen else ("closed", {})
        )
        _write("said", id=unit.id, at=now, by=by, act=act, reason=reason, before=Jsonb(before))
    return True


def differing(old: Unit, new: Unit) -> dict[str, Any]:
    """Return of each field that differs what it was; of attributes each by itself."""
    out: dict[str, Any] = {
        name: getattr(old, name) for name in FIELDS[:-1]
        if getattr(old, name) != getattr(new, name) and not (name == "code" and not new.code)
    }  # fmt: skip
    keys = sorted({*old.attributes, *new.attributes})
    changed = {key: old.attributes.get(key) for key in keys if old.attributes.get(key) != new.attributes.get(key)}
    return out | ({"attributes": changed} if changed else {})


def _values(unit: Unit) -> dict[str, Any]:
    return {
        "kind": unit.kind, "area": unit.area, "last": span(unit.area)[1], "name": unit.name, "contact": unit.contact,
        "telephone": unit.telephone, "hours": unit.hours, "attributes": Jsonb(dict(unit.attributes)),
    }  # fmt: skip


def _range(area: int) -> dict[str, int]:
    lo, hi = span(area) if area else (ROOT, 2**TOTAL_BITS - 1)
    return {"lo": lo, "hi": hi}


def _rows(name: str, /, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], values)
        return [tuple(json.loads(cell) if _json(cursor, at, cell) else cell for at, cell in enumerate(row))
                for row in cursor.fetchall()]  # fmt: skip


def _json(cursor: Any, at: int, cell: Any) -> bool:
    """Tell whether a cell is JSON that came as text: Django leaves its reading to the field."""
    return isinstance(cell, str) and cursor.description[at].type_code == 3802  # jsonb


def _write(name: str, /, **values: Any) -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute(SQL[name], values)
            return cursor.rowcount
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise CodeTaken(values.get("code", "")) from error
        raise
