"""Reads .ods through calamine, and from the XML what calamine does not tell: hidden, merged, digits lost."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import fastexcel

from bulou.places.cells import INEXACT, Spoiled, kept
from bulou.places.page import Filler, Merged, Page

#: So many repeated rows are told one by one as hidden.
_REPEATED = 10_000


@dataclass
class _Sheet:
    """What the XML says of one sheet. ``spoiled``: {(row, column): why}, counted from 1."""

    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set[int])
    merged: list[Merged] = field(default_factory=list[Merged])
    spoiled: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])


def pages(path: Path) -> list[Page]:
    """Return the sheets of an .ods file in their order."""
    sheets = _sheets(path)
    book = fastexcel.read_excel(path)
    return [
        Page(name, lambda at=at, sheet=sheet: _rows(book, at, sheet), sheet.hidden, sheet.hidden_rows)
        for at, (name, sheet) in enumerate(zip(book.sheet_names, sheets, strict=True))
    ]


def _rows(book: Any, at: int, sheet: _Sheet) -> Iterator[list[str]]:
    # skip_rows=0: leading blank rows stay, or every row number would be wrong.
    table = book.load_sheet(at, header_row=None, skip_rows=0, dtypes="string").to_polars()
    fill = Filler(sheet.merged)
    for number, row in enumerate(table.iter_rows(), 1):
        cells = [kept(value or "") for value in row]
        for column, cell in enumerate(cells, 1):
            if cell and (why := sheet.spoiled.get((number, column))):
                cells[column - 1] = Spoiled(cell, why)
        yield fill(number, cells)


class _Listener:
    """Hears a document's XML and notes of each sheet what ``_Sheet`` has."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._hiding: set[str] = set()
        self._style = ""
        self._row = self._column = self._rows = self._width = self._again = 0
        self._filled = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "style:style":
            self._style = given.get("style:name", "")
        elif tag == "style:table-properties" and given.get("table:display") == "false":
            self._hiding.add(self._style)
        elif tag == "table:table":
            self.sheets.append(_Sheet(given.get("table:style-name", "") in self._hiding))
            self._row = self._rows = self._width = 0
        elif tag == "table:table-row":
            self._column, self._again, self._filled = 0, int(given.get("table:number-rows-repeated", 1)), False
            if given.get("table:visibility", "visible") != "visible":
                self.sheets[-1].hidden_rows.update(range(self._row + 1, self._row + 1 + min(self._again, _REPEATED)))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(given)

    def _cell(self, given: dict[str, str]) -> None:
        again = int(given.get("table:number-columns-repeated", 1))
        sheet, at = self.sheets[-1], (self._row + 1, self._column + 1)
        self._column += again
        kind = given.get("office:value-type")
        if not kind:
            return
        self._filled, self._width = True, max(self._width, self._column)
        deep = int(given.get("table:number-rows-spanned", 1))
        if deep > 1:
            sheet.merged.append((at[0], at[0] + deep - 1, at[1]))
        if kind == "float" and abs(float(given.get("office:value", 0))) >= INEXACT:
            sheet.spoiled[at] = "digits"
        elif kind in ("date", "time"):
            sheet.spoiled[at] = "date"

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._row += self._again
            self._rows += self._again if self._filled else min(self._again, 1)


def _sheets(path: Path) -> list[_Sheet]:
    listener = _Listener()
    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = listener.start, listener.end
    with zipfile.ZipFile(path) as packed, packed.open("content.xml") as file:
        while block := file.read(1 << 16):
            reader.Parse(block, False)
        reader.Parse(b"", True)
    return listener.sheets
