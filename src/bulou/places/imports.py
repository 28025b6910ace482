"""Imports a list of persons: in chunks, each in its own transaction; idempotent; goes on where it was broken off.

``linkage.py`` says who is taken for the same person; ``sql/import.sql`` what a later list changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connections

from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.ledger.statements import statements
from bulou.places import rejects, written
from bulou.places.actions import source_id
from bulou.places.doubts import Raised, raise_doubts, said_of
from bulou.places.identity import Keyring
from bulou.places.matching import Placed, place
from bulou.places.roster_rows import List, Row, left, sheets
from bulou.places.sources import named
from bulou.places.vocabulary import ROW_REFUSALS

SQL = statements(__package__, "import")
CHUNK = 25_000
#: So many cells and doubts an outcome names; the report file has them all.
NAMED = 200
#: Any number, the same in every process: imports of one installation run one after the other.
IMPORTING = 0x706C61636573
_WAVE = (
    "doors_added", "doors_found", "new_added", "changes", "said_before", "facts_closed", "facts_opened",
    "persons_changed", "said_otherwise",
)  # fmt: skip
_COLUMNS = (
    "row", "wave", "person", "is_new", "applies", "area", "stairwell", "floor", "door", "name", "name_key", "pinyin",
    "initials", "birth_year", "sex", "bed", "phone", "phone_2", "id_tail", "id_digest", "key_version", "needs",
    "registered_area", "said",
)  # fmt: skip


class Busy(RuntimeError):
    """Another import is running; try again when it has ended."""


class Ahead(ValueError):
    """The day of the list lies ahead; a mistyped year would outrank every list to come."""


@dataclass(frozen=True)
class Progress:
    """Where an import stands: rows of the file that are done with, the sums so far, and the number of the import."""

    row: int
    read: int
    accepted: int
    rejected: int
    run: int = 0


@dataclass(frozen=True)
class Outcome:
    """What an import did. read = accepted + rejected; accepted = added + changed + unchanged.

    ``rejects_file`` is None when nothing was refused; ``by_code`` counts refusals (a row may have several). ``doubts``
    is how many questions were raised, ``flagged`` names cells that were left while their row was taken, the first
    ``NAMED`` of ``flagged_cells``. ``sheets``, ``columns`` and ``left`` say what was read, as what, and what was not
    and why. ``report_file`` holds all of it, without any value of the list.
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
    sheets: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    left: list[dict[str, Any]] = field(default_factory=list)
    doubts: int = 0
    doubted: list[dict[str, Any]] = field(default_factory=list)
    flagged: list[dict[str, Any]] = field(default_factory=list)
    flagged_cells: int = 0
    flagged_by_code: dict[int, int] = field(default_factory=dict)
    report_file: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def open_list(
    path: Path | str,
    at: datetime,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    within: int = 0,
    ranges: Ranges = EVERYWHERE,
    using: str = "default",
    keys: Keyring | None = None,
) -> tuple[List, str]:
    """Open a list under its source's remembered mapping, with ``mapping`` laid over it; return it and the source.

    Parameters:
        at: when the list holds; no birth is later.
        keys: to read the codes of a rejects file.

    Raises:
        UnreadableFile: it is no list, or has no header.
    """
    path = Path(path)
    source = named(path.name, source)
    with scoped(EVERYWHERE, using):
        remembered = source_id(source, using)[1]
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return List(path, {**remembered, **(mapping or {})}, today, within, ranges, using, keys and keys.reveal), source


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
        path: a text (UTF-8, UTF-16, GB18030 or Big5) or a workbook.
        data: the data folder, for the identity keys, the rejects file and the report.
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
        Ahead: ``valid_from`` lies behind ``at``.
        Busy: another import is running.
    """
    if valid_from and valid_from > at:
        raise Ahead(f"{valid_from:%Y-%m-%d}")
    keys = Keyring.open(data)
    listed, source = open_list(path, valid_from or at, source, mapping, within, ranges, using, keys)
    digest = _digest(Path(path), [source, listed.mapping, listed.within, registered, list(ranges)])
    with Alone(using):
        with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
            by = source_id(source, using)[0]
            cursor.execute(SQL["mapping_remembered"], {"mapping": json.dumps(listed.mapping), "at": at, "source": by})
            cursor.execute(SQL["run_opened"], {
                "source": by, "file_name": Path(path).name, "digest": digest, "valid_from": valid_from or at, "at": at,
            })  # fmt: skip
            run, start, since = cursor.fetchone()
        values = {"run": run, "source": by, "valid_from": since, "at": at, "registered": registered}
        done = start
        for rows in _chunks(listed.rows(after=start), chunk):
            done = _take(rows, done, values, keys, using)
            if progress:
                progress(_progress(done, run, using))
        return _finish(listed, source, start, Path(data), values, keys, using)


def _digest(path: Path, options: list[Any]) -> bytes:
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, ensure_ascii=False).encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.digest()


class Alone:
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


def running(using: str = "default") -> bool:
    """Return whether an import is at work, in whatever process."""
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["importing"], {"key": IMPORTING})
        return cursor.fetchone()[0]


def _chunks(rows: Iterator[Row | int], size: int) -> Iterator[list[Row | int]]:
    while part := list(islice(rows, size)):
        yield part


def _take(rows: list[Row | int], start: int, values: dict[str, Any], keys: Keyring, using: str) -> int:
    """Write one chunk in one transaction; return the row it ends at."""
    good = [row for row in rows if isinstance(row, Row) and row.record]
    bad = [row for row in rows if isinstance(row, Row) and not row.record]
    end = rows[-1] if isinstance(rows[-1], int) else rows[-1].number
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        added, changed, doubts = _write(cursor, good, values, keys) if good else (0, 0, 0)
        flagged = _flag(cursor, good, values["run"])
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
            "unchanged": len(good) - added - changed, "rejected": len(bad),
            "skipped": len(rows) - len(good) - len(bad), "flagged": flagged, "doubts": doubts,
        })  # fmt: skip
        if cursor.fetchone() is None:
            raise Busy("本次导入已由另一进程继续 / another process has taken this import on")
    return end


def _write(cursor: Any, rows: list[Row], values: dict[str, Any], keys: Keyring) -> tuple[int, int, int]:
    """Decide the good rows of a chunk and write them wave by wave; return (added, changed, doubts raised)."""
    cursor.execute(SQL["joined_by_hash"])
    placed = place(cursor, rows, values["run"], values["registered"], keys)
    cursor.execute(SQL["incoming"])
    with cursor.copy(f"COPY incoming ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for one in placed:
            if one.person is not None:
                copy.write_row(_incoming(one))
    cursor.execute(SQL["analyzed"])
    changed: set[int] = set()
    for wave in range(max((one.wave for one in placed), default=-1) + 1):
        here = {**values, "wave": wave}
        for name in _WAVE:
            cursor.execute(SQL[name], here)
        cursor.execute(SQL["changed_rows"])
        changed.update(row for (row,) in cursor.fetchall())
        cursor.execute(SQL["identities_added"], here)
        changed.update(row for (row,) in cursor.fetchall())
        for name in ("found_where_registered", "seen"):
            cursor.execute(SQL[name], here)
        cursor.execute("DROP TABLE changes")
    cursor.execute(SQL["spoken_of"])
    areas, persons = cursor.fetchone()
    written.note(cursor, f"import {values['run']}", values["at"], doors_in=areas or (), persons=persons or ())
    raised = [
        Raised(
            doubt, one.claim, _said(one), one.claim.digests[0] if one.claim.digests else None, one.row.sheet,
            one.row.line,
        )
        for one in placed for doubt in one.doubts
    ]  # fmt: skip
    doubts = raise_doubts(cursor, raised, values["source"], values["run"], values["at"])
    return sum(one.is_new for one in placed), len(changed), len(doubts)


def _said(one: Placed) -> dict[str, Any]:
    record = one.row.record
    assert record is not None
    return said_of(one.claim, record.floor, record.needs, one.tail)


def _incoming(one: Placed) -> tuple[Any, ...]:
    record, claim = one.row.record, one.claim
    assert record is not None
    version, digest = one.digest or (None, None)
    return (
        claim.row, one.wave, one.person, one.is_new, one.applies, claim.area, claim.stairwell, record.floor, claim.door,
        claim.name, claim.name_key, claim.sound, one.initials, claim.birth_year, claim.sex or None, claim.bed,
        one.phone, one.phone_2, one.tail if digest else None, digest, version, record.needs, one.row.registered_area,
        claim.said,
    )  # fmt: skip


def _flag(cursor: Any, rows: list[Row], run: int) -> int:
    """Write which cells of taken rows were left; return how many."""
    found = [(row, flag) for row in rows if row.record for flag in row.record.flags]
    if found:
        cursor.execute(SQL["flags"], {
            "run": run,
            "row": [row.number for row, _ in found],
            "sheet": [row.sheet for row, _ in found],
            "line": [row.line for row, _ in found],
            "column": [row.column(flag) for row, flag in found],
            "field": [flag.field for _, flag in found],
            "code": [flag.code for _, flag in found],
        })  # fmt: skip
    return len(found)


def _sums(run: int, using: str) -> tuple[int, int, int, int, int, int, int, int]:
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["run_read"], {"run": run})
        return cursor.fetchone()


def _progress(row: int, run: int, using: str) -> Progress:
    read, added, changed, unchanged, rejected, *_ = _sums(run, using)
    return Progress(row, read, added + changed + unchanged, rejected, run)


def _finish(
    listed: List, source: str, start: int, data: Path, values: dict[str, Any], keys: Keyring, using: str
) -> Outcome:
    """Write the rejects file and the report, and close the run; all may be repeated after a crash between them."""
    run, folder = values["run"], data / "imports" / str(values["run"])
    read, added, changed, unchanged, rejected, skipped, flagged, doubts = _sums(run, using)
    shown, kept = sheets(listed), [asdict(one) for one in left(listed)]
    refused: dict[int, list[tuple[int, str]]] = {}
    with connections[using].cursor() as cursor:
        cursor.execute(SQL["refused_rows"], {"run": run})
        for row, code, name, _ in cursor.fetchall():
            refused.setdefault(row, []).append((code, name))
        cursor.execute(SQL["refused_by_code"], {"run": run})
        by_code = dict(cursor.fetchall())
        cursor.execute(SQL["flagged_by_code"], {"run": run})
        flagged_by_code = dict(cursor.fetchall())
        cursor.execute(SQL["flagged_rows"], {"run": run, "limit": flagged})
        cells = [_flagged(*row) for row in cursor.fetchall()]
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["doubts_of_run"], {"run": run, "limit": doubts})
        doubted = [{"kind": kind, "sheet": sheet, "row": line} for kind, sheet, line in cursor.fetchall()]
    file = rejects.write(listed, refused, folder, keys, listed.today) if refused else None
    outcome = Outcome(
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
        sheets=shown,
        columns=next((one["columns"] for one in shown if one["read"]), {}),
        left=kept,
        doubts=doubts,
        doubted=doubted,
        flagged=cells,
        flagged_cells=flagged,
        flagged_by_code=flagged_by_code,
        report_file=str(folder / "report.json"),
    )
    _report(folder / "report.json", outcome)
    with scoped(EVERYWHERE, using), connections[using].cursor() as cursor:
        cursor.execute(SQL["run_finished"], values)
        cursor.execute(SQL["earlier_seen_dropped"], values)
    return replace(outcome, flagged=cells[:NAMED], doubted=doubted[:NAMED])


def _flagged(sheet: str, line: int, column: str, name: str, code: int) -> dict[str, Any]:
    words = ROW_REFUSALS[code]
    return {"sheet": sheet, "row": line, "column": column, "field": name, "code": code, "zh": words.zh, "en": words.en}


def _report(file: Path, outcome: Outcome) -> None:
    """Write what an import did: rows, columns and reasons, and no value of the list."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}")
    draft.write_text(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1), "utf-8")
    draft.chmod(0o600)
    draft.replace(file)
