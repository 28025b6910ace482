"""Reads .xlsx and .xlsm row by row through openpyxl, and from the XML what openpyxl leaves out when it reads so."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from bulou.places.cells import Spoiled
from bulou.places.page import ROWS, Filler, Merged, Page, cell_text

_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BLOCK = 1 << 16


def pages(path: Path) -> list[Page]:
    """Return the sheets of a workbook in their order."""
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        names = [(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]
        book.close()
    parts = _parts(path)
    found = []
    for at, (title, hidden) in enumerate(names):
        extras = _Extras() if hidden else _extras(path, parts[title])
        found.append(Page(title, lambda at=at, extras=extras: _rows(path, at, extras), hidden, extras.hidden))
    return found


def _parts(path: Path) -> dict[str, str]:
    """Return which part of the file holds which sheet."""
    with zipfile.ZipFile(path) as packed:
        rels = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    targets = {one.get("Id"): one.get("Target", "") for one in rels}
    found = {}
    for sheet in (one for one in book.iter() if one.tag.endswith("}sheet")):
        target = targets.get(sheet.get(_LINK), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


@dataclass
class _Extras:
    """Hidden rows, cells merged downwards, and formulas of which no value is stored."""

    hidden: set[int] = field(default_factory=set[int])
    merged: list[Merged] = field(default_factory=list[Merged])
    bare: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])


class _Listener:
    """Hears a sheet's XML and fills ``_Extras``."""

    def __init__(self) -> None:
        self.found = _Extras()
        self._row = 0
        self._cell, self._formula, self._value, self._inside = "", False, False, 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell, self._formula, self._value = given.get("r", ""), False, False
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._inside += 1
        elif name == "row":
            self._row = int(given.get("r", self._row + 1))
            if given.get("hidden") in ("1", "true"):
                self.found.hidden.add(self._row)
        elif name == "mergeCell":
            left, top, _, bottom = range_boundaries(given["ref"])
            if left and top and bottom and bottom > top:
                self.found.merged.append((top, bottom, left))

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self._inside -= 1
        elif name == "c" and self._formula and not self._value and self._cell:
            self.found.bare.add(coordinate_to_tuple(self._cell))

    def text(self, data: str) -> None:
        if self._inside and data.strip():
            self._value = True


def _extras(path: Path, part: str) -> _Extras:
    listener = _Listener()
    reader = expat.ParserCreate()
    reader.buffer_text = True
    reader.StartElementHandler, reader.EndElementHandler = listener.start, listener.end
    reader.CharacterDataHandler = listener.text
    with zipfile.ZipFile(path) as packed, packed.open(part) as file:
        while block := file.read(_BLOCK):
            reader.Parse(block, False)
        reader.Parse(b"", True)
    return listener.found


def _rows(path: Path, at: int, extras: _Extras) -> Iterator[list[str]]:
    fill = Filler(extras.merged)
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[at]
        sheet.reset_dimensions()  # what a sheet says of its own size is not believed
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > ROWS:
                raise ValueError("more rows than a spreadsheet has")
            cells = [_cell(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if extras.bare:
                for column in (column for column in range(1, len(row) + 1) if (number, column) in extras.bare):
                    cells += [""] * (column - len(cells))
                    cells[column - 1] = Spoiled("", "formula")
            yield fill(number, cells)
        book.close()


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    text = Spoiled(str(value), "error") if cell.data_type == "e" else cell_text(value)
    return Spoiled(text, "struck") if text.strip() and cell.font.strike else text
