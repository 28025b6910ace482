"""The rejects file: refused rows in the form of the list they came from, with the reasons, to be mended and sent again.

It is cut from the source file, so that the database never holds what was refused, and it holds no identity number: in
their own column stand stars, the tail and a code by which this installation knows the number again when the file comes
back; in any other cell stars alone. It is readable by its owner alone. Cells that a spreadsheet would run (= + - @) are
written as text: in Excel by type, in CSV behind an apostrophe, which the import takes off again.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bulou.places.cells import why
from bulou.places.documents import hidden, read_document
from bulou.places.identity import Keyring, masked
from bulou.places.names import CUT, RUNNING
from bulou.places.roster_rows import List
from bulou.places.tables import Line, Table
from bulou.places.titles import Header
from bulou.places.vocabulary import REJECT_TITLES, ROW_REFUSALS

#: {number of the row: [(code, field), ...]}
Refusals = Mapping[int, Sequence[tuple[int, str]]]
#: Sheet names have at most so many characters.
_SHEET_NAME = 31


def disarmed(cell: str) -> str:
    """Return a cell so that no spreadsheet runs it when it opens a CSV file."""
    cell = cell.lstrip()
    return "'" + cell if cell.startswith(RUNNING) else cell


def reasons(found: Sequence[tuple[int, str]]) -> tuple[str, str]:
    """Return the reasons of a row in Chinese and in English, each with what was expected."""
    zh, en = [], []
    for code, field in found:
        words = ROW_REFUSALS[code]
        zh.append(f"[{code}] {words.zh}（应为：{words.expected_zh}）")
        en.append(f"[{code}] {field}: {words.en} (expected: {words.expected_en})")
    return "；".join(zh), "; ".join(en)


def write(listed: List, refused: Refusals, folder: Path, keys: Keyring, today: date) -> Path:
    """Write the refused rows of a list and return the file's path (CSV for a text, xlsx for a workbook)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = listed.book.kind == "text"
    stem = listed.book.path.stem.removesuffix(".rejects")
    target = folder / f"{stem}.rejects{'.csv' if text else '.xlsx'}"
    draft = target.with_name("." + target.name)
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    pages = _pages(listed, refused, _Veil(keys, today))
    (_csv if text else _workbook)(draft, pages)
    draft.chmod(0o600)
    draft.replace(target)
    return target


class _Veil:
    """Writes cells without identity numbers."""

    def __init__(self, keys: Keyring, today: date):
        self._keys, self._today = keys, today

    def number(self, cell: str) -> str:
        """Return a cell of the identity column: the code of a number that is one, stars instead of one that is none."""
        document, _ = read_document("" if why(cell) else cell, self._today)
        if document is None:
            return cell if sum(c.isdigit() for c in cell) < 5 else masked(cell.strip())
        if document.code:
            return cell
        return self._keys.carried(document.number, document.born.year if document.born else None, document.sex)

    def other(self, cell: str) -> str:
        """Return any other cell."""
        return hidden(str(cell)).replace(CUT, "\ufffd")


#: A sheet of the rejects file: its name and its rows.
_Page = tuple[str, Iterator[list[str]]]
#: A refused row: where it stood, its cells, and why.
_Refused = tuple[Line, list[str], Sequence[tuple[int, str]]]


def _pages(listed: List, refused: Refusals, veil: _Veil) -> Iterator[_Page]:
    base = 0
    for table in listed.tables:
        found: list[_Refused] = []
        for line in table.lines(base):
            base = line.number
            if line.cells is not None and line.number in refused:
                found.append((line, line.cells, refused[line.number]))
        if found:
            yield table.page.name or "退回 rejects", _rows(table, found, veil)


def _rows(table: Table, found: Sequence[_Refused], veil: _Veil) -> Iterator[list[str]]:
    # Titles above the header stay: they may name the compound that the whole list is about.
    for cells in table.head[: table.headers[0].row - 1]:
        yield [veil.other(cell) for cell in cells]
    last: Header | None = None
    section = ""
    for line, cells, why_refused in found:
        header = line.header
        others = [at for one in table.headers if one is not header for at in one.own if at not in header.own]
        kept = [at for at, title in enumerate(header.titles) if title not in REJECT_TITLES and at not in others]
        numbers = header.columns.get("id_number", ())
        if last is None or [header.titles[at] for at in kept] != [
            last.titles[at] for at in kept if at < len(last.titles)
        ]:
            yield [*(header.titles[at] for at in kept), *REJECT_TITLES]
        last = header
        if line.section != section:
            # A title between rows names the building of those below it.
            section = line.section
            yield [section if at == kept.index(_unnamed(header, kept)) else "" for at in range(len(kept))]
        written = [veil.number(cells[at]) if at in numbers else veil.other(cells[at]) for at in kept]
        yield [*written, str(line.row), *reasons(why_refused)]


def _unnamed(header: Header, kept: Sequence[int]) -> int:
    """Return the first column that is no name's: a title stands in it."""
    names = header.columns.get("name", ())
    return next(at for at in kept if at not in names)


def _csv(path: Path, pages: Iterator[_Page]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        for _, rows in pages:
            csv.writer(file).writerows([disarmed(cell) for cell in row] for row in rows)


def _workbook(path: Path, pages: Iterator[_Page]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        # Text format: a spreadsheet would round an identity number that is typed in as a number.
        text = book.add_format({"num_format": "@"})
        for name, rows in pages:
            page = book.add_worksheet(name[:_SHEET_NAME])
            page.set_column(0, 60, 14, text)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell:
                        page.write_string(at, column, cell, text)
