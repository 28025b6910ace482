"""Imports a list of persons: in chunks, each in its own transaction; idempotent; goes on where it was broken off.

``sql/import.sql`` says who is taken for the same person and what a later list changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ledger.statements import statements
from bulou.places import rejects, written
from bulou.places.actions import source_id
from bulou.places.identity import Keyring, tail
from bulou.places.names import pinyin
from bulou.places.understand import List, Row

SQL = statements(__package__, "import")
CHUNK = 50_000
#: Any number, the same in every process: imports of one installation run one after the other.
IMPORTING = 0x706C61636573
_WAVE = (
    "doors_added", "doors_found", "known_by_name", "twice_known_waits", "new_numbered", "new_added", "changes",
    "contradicting", "facts_closed", "facts_opened", "persons_changed",
)  # fmt: skip
_COLUMNS = (
    "row", "wave", "area", "stairwell", "floor", "door", "name", "name_key", "pinyin", "initials", "birth_year",
    "phone", "id_tail", "id_digest", "key_version", "needs", "registered_area",
)  # fmt: skip


class Busy(RuntimeError):
    """Another import is running; try again when it has ended."""


@dataclass(frozen=True)
class Progress:
    """Where an import stands: rows of the file that are done with, and the sums so far."""

    row: int
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Outcome:
    """What an import did. read = accepted + rejected; accepted = added + changed + unchanged.

    ``rejects_file`` is None when nothing was refused; ``by_code`` counts refusals (a row may have several).
    """

    run: int
    source: str
    read: int
    accepted: int
    rejected: int
    rejects_file: str | None
    added: int
    changed: int
    unchanged: int
    skipped: int
    by_code: dict[int, int] = field(default_factory=dict)
    resumed_at: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def open_list(
    path: Path | str,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    within: int = 0,
    ranges: Ranges = EVERYWHERE,
    using: str = "default",
) -> tuple[List, str]:
    """Open a list under its source's remembered mapping, with ``mapping`` laid over it; return it and the source.

    Raises:
        UnreadableFile: it is no list, or has no header.
    """
    path = Path(path)
    source = source or path.stem.removesuffix(".rejects")
    with scoped(EVERYWHERE, using):
        remembered = source_id(source, using)[1]
    return List(path, {**remembered, **(mapping or {})}, within, ranges, using), source


def import_persons(
    path: Path | str,
    data: Path | str,
    at: datetime,
    *,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    within: int = 0,
    registered: bool = False,
    valid_from: datetime | None = None,
    ranges: Ranges = EVERYWHERE,
    chunk: int = CHUNK,
    progress: Callable[[Progress], None] | None = None,
    using: str = "default",
) -> Outcome:
    """Import a list of persons.

    Parameters:
        path: CSV (UTF-8, UTF-16 or GB18030) or Excel.
        data: the data folder, for the identity keys and the rejects file.
        at: now; when the facts are recorded.
        source: who the list is from; default the file's name. Its column mapping is remembered.
        mapping: {field: column title} where the titles are not understood.
        within: the area that the whole list is about, for lists that do not name it; 0 for none.
        registered: the addresses are those where people are registered, and not where they live.
        valid_from: from when the list holds; default ``at``.
        ranges: addresses outside are refused.
        chunk: rows a transaction.
        progress: called after each chunk.

    Raises:
        UnreadableFile: the file is no list. Nothing is written.
        Busy: another import is running.
    """
    listed, source = open_list(path, source, mapping, within, ranges, using)
    digest = _digest(Path(path), [source, listed.mapping, listed.within, registered, list(ranges)])
    with _Alone(using):
        with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
            by = source_id(source, using)[0]
            cursor.execute(SQL["mapping_remembered"], {"mapping": json.dumps(listed.mapping), "at": at, "source": by})
            cursor.execute(SQL["run_opened"], {
                "source": by, "file_name": Path(path).name, "digest": digest, "valid_from": valid_from or at, "at": at,
            })  # fmt: skip
            run, start, since = cursor.fetchone()
        values = {"run": run, "source": by, "valid_from": since, "at": at, "registered": registered}
        keys = Keyring.open(data)
        done = start
        for rows in _chunks(listed.rows(after=start), chunk):
            done = _take(rows, done, values, keys, using)
            if progress:
                progress(_progress(done, run, using))
        return _finish(listed, source, start, Path(data), values, using)


def _digest(path: Path, options: list[Any]) -> bytes:
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, ensure_ascii=False).encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.digest()


class _Alone:
    """Holds the one lock of all imports; the database frees it when the process dies."""

    def __init__(self, using: str):
        self._using = using

    def __enter__(self) -> None:
        with connections[self._using].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [IMPORTING])
            if not cursor.fetchone()[0]:
                raise Busy("另一个导入正在进行 / another import is running")

    def __exit__(self, *_: object) -> None:
        with connections[self._using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORTING])


def _chunks(rows: Iterator[Row | int], size: int) -> Iterator[list[Row | int]]:
    while part := list(islice(rows, size)):
        yield part


def _take(rows: list[Row | int], start: int, values: dict[str, Any], keys: Keyring, using: str) -> int:
    """Write one chunk in one transaction; return the row it ends at."""
    good = [row for row in rows if isinstance(row, Row) and row.record]
    bad = [row for row in rows if isinstance(row, Row) and not row.record]
    end = rows[-1] if isinstance(rows[-1], int) else rows[-1].number
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        added, changed, contradicting = _write(cursor, good, values, keys) if good else (0, 0, 0)
        if bad:
            found = sorted({(row.number, p.code, p.field) for row in bad for p in row.problems})
            one_each = {(number, code): name for number, code, name in found}
            cursor.execute(SQL["refusals"], {
                "run": values["run"],
                "row": [number for number, _ in one_each],
                "code": [code for _, code in one_each],
                "field": list(one_each.values()),
            })  # fmt: skip
        cursor.execute(SQL["advanced"], {
            "run": values["run"], "from": start, "to": end,
            "read": len(good) + len(bad), "added": added, "changed": changed,
            "unchanged": len(good) - added - changed - contradicting,
            "rejected": len(bad) + contradicting, "skipped": len(rows) - len(good) - len(bad),
        })  # fmt: skip
        if cursor.fetchone() is None:
            raise Busy("本次导入已由另一进程继续 / another process has taken this import on")
    return end


def _write(cursor: Any, rows: list[Row], values: dict[str, Any], keys: Keyring) -> tuple[int, int, int]:
    """Send the good rows of a chunk and apply them wave by wave; return (added, changed, contradicting)."""
    cursor.execute(SQL["joined_by_hash"])
    cursor.execute(SQL["incoming"])
    with cursor.copy(f"COPY incoming ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for line in _incoming(rows, keys):
            copy.write_row(line)
    if keys.older:
        cursor.execute(SQL["incoming_older"])
        with cursor.copy("COPY incoming_older (row, key_version, id_digest) FROM STDIN") as copy:
            for row in rows:
                if row.record and row.record.id_number:
                    for version in keys.older:
                        copy.write_row((row.number, version, keys.digest(row.record.id_number, version)))
    cursor.execute(SQL["analyzed"])
    cursor.execute(SQL["stairwell_known"])
    changed: set[int] = set()
    wave, last = 0, _last_wave(cursor)
    while wave <= last:
        here = {**values, "wave": wave}
        cursor.execute(SQL["known_by_identity"], here)
        if keys.older:
            cursor.execute(SQL["known_by_older_key"], here)
        for name in _WAVE:
            cursor.execute(SQL[name], here)
        cursor.execute(SQL["changed_rows"])
        changed.update(row for (row,) in cursor.fetchall())
        cursor.execute(SQL["identities_added"], here)
        changed.update(row for (row,) in cursor.fetchall())
        for name in ("found_where_registered", "seen"):
            cursor.execute(SQL[name], here)
        cursor.execute("DROP TABLE changes")
        wave, last = wave + 1, _last_wave(cursor)
    cursor.execute(SQL["spoken_of"])
    areas, persons = cursor.fetchone()
    written.note(cursor, f"import {values['run']}", values["at"], doors_in=areas or (), persons=persons or ())
    cursor.execute(SQL["counted"])
    added, contradicting, _ = cursor.fetchone()
    return added, len(changed), contradicting


def _last_wave(cursor: Any) -> int:
    cursor.execute(SQL["last_wave"])
    return cursor.fetchone()[0]


def _incoming(rows: list[Row], keys: Keyring) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of ``incoming``. Rows that may be one person get different waves, in file order."""
    turn: dict[Any, int] = {}
    for row in rows:
        record = row.record
        assert record is not None
        number = record.id_number
        digest = keys.digest(number) if number else None
        behind = (row.area, record.stairwell, record.door, record.name_key)
        wave = max(turn.get(digest, 0) if digest else 0, turn.get(behind, 0))
        turn[behind] = wave + 1
        if digest:
            turn[digest] = wave + 1
        yield (
            row.number, wave, row.area, record.stairwell, record.floor, record.door, record.name, record.name_key,
            *pinyin(record.name_key), record.birth_year, record.phone, tail(number) if number else None, digest,
            keys.current if number else None, record.needs, row.registered_area,
        )  # fmt: skip


def _sums(run: int, using: str) -> tuple[int, int, int, int, int, int]:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["run_read"], {"run": run})
        return cursor.fetchone()


def _progress(row: int, run: int, using: str) -> Progress:
    read, added, changed, unchanged, rejected, _ = _sums(run, using)
    return Progress(row, read, added + changed + unchanged, rejected)


def _finish(listed: List, source: str, start: int, data: Path, values: dict[str, Any], using: str) -> Outcome:
    """Write the rejects file and close the run; both may be repeated after a crash between them."""
    run = values["run"]
    read, added, changed, unchanged, rejected, skipped = _sums(run, using)
    refused: dict[int, list[tuple[int, str, int | None]]] = {}
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["refused_rows"], {"run": run})
        for row, code, name, other in cursor.fetchall():
            refused.setdefault(row, []).append((code, name, other))
        cursor.execute(SQL["refused_by_code"], {"run": run})
        by_code = dict(cursor.fetchall())
    file = rejects.write(listed.sheet, listed.header, refused, data / "imports" / str(run)) if refused else None
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["run_finished"], values)
        cursor.execute(SQL["earlier_seen_dropped"], values)
    return Outcome(
        run=run,
        source=source,
        read=read,
        accepted=added + changed + unchanged,
        rejected=rejected,
        rejects_file=str(file) if file else None,
        added=added,
        changed=changed,
        unchanged=unchanged,
        skipped=skipped,
        by_code=by_code,
        resumed_at=start,
    )
