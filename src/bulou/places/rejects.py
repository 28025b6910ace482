"""The rejects file: refused rows in the form of the list they came from, with the reasons, to be mended and sent again.

It is cut from the source file, so that the database never holds what was refused. It contains identity numbers as they
came: it is written readable by its owner alone. Cells that a spreadsheet would run (= + - @) are written as text: in
Excel by type, in CSV behind an apostrophe, which the import takes off again.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bulou.places.rules import RUNNING
from bulou.places.sheets import Header, Sheet
from bulou.places.vocabulary import REJECT_TITLES, ROW_REFUSALS

#: {row: [(code, field, the other row or None), ...]}
Refusals = Mapping[int, Sequence[tuple[int, str, int | None]]]


def disarmed(cell: str) -> str:
    """Return a cell so that no spreadsheet runs it when it opens a CSV file."""
    cell = cell.lstrip()
    return "'" + cell if cell.startswith(RUNNING) else cell


def reasons(found: Sequence[tuple[int, str, int | None]]) -> tuple[str, str]:
    """Return the reasons of a row in Chinese and in English, each with what was expected."""
    zh, en = [], []
    for code, field, other in found:
        words = ROW_REFUSALS[code]
        behind = f" {other}" if other else ""
        zh.append(f"[{code}] {words.zh}{behind}（应为：{words.expected_zh}）")
        en.append(f"[{code}] {field}: {words.en}{behind} (expected: {words.expected_en})")
    return "；".join(zh), "; ".join(en)


def write(sheet: Sheet, header: Header, refused: Refusals, folder: Path) -> Path:
    """Write the refused rows of a list and return the file's path (CSV for CSV, xlsx for a workbook)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = sheet.path.stem.removesuffix(".rejects")
    target = folder / f"{stem}.rejects{'.xlsx' if sheet.excel else '.csv'}"
    draft = target.with_name("." + target.name)
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    rows = _rows(sheet, header, refused)
    (_workbook if sheet.excel else _csv)(draft, rows)
    draft.chmod(0o600)
    draft.replace(target)
    return target


def _rows(sheet: Sheet, header: Header, refused: Refusals) -> Iterator[list[str]]:
    # Titles above the header stay: they may name the compound that the whole list is about.
    yield from sheet.head[: header.row - 1]
    kept = [at for at, title in enumerate(header.titles) if title not in REJECT_TITLES]
    yield [*(header.titles[at] for at in kept), *REJECT_TITLES]
    for number, cells in sheet.records(header):
        if cells is not None and number in refused:
            yield [*(cells[at] for at in kept), str(number), *reasons(refused[number])]


def _csv(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([disarmed(cell) for cell in row] for row in rows)


def _workbook(path: Path, rows: Iterator[list[str]]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("退回 rejects")
        # Text format: a spreadsheet would round an identity number that is typed in as a number.
        text = book.add_format({"num_format": "@"})
        page.set_column(0, 60, 14, text)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    page.write_string(at, column, cell, text)
