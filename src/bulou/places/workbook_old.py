"""Reads .xls through xlrd, which knows fonts, hidden rows and merged cells of the old format, and .ods through calamine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import fastexcel
import xlrd

from bulou.places.cells import Spoiled, kept
from bulou.places.page import Filler, Page, cell_text
from bulou.places.text_file import UnreadableFile

#: So many cells may a sheet span that is read as one block (.ods).
BLOCK = 5_000_000


def xls_pages(path: Path) -> list[Page]:
    """Return the sheets of an .xls file in their order."""
    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower() or "EncryptedPackage" in str(error) or _is_encrypted(path):
            raise UnreadableFile("文件有密码保护，请去掉密码后再导入 / the file is protected by a password") from error
        raise
    pages = []
    for at, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(at)
        hidden_rows = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < sheet.nrows}
        pages.append(Page(name, lambda sheet=sheet: _xls_rows(book, sheet), sheet.visibility != 0, hidden_rows))
    return pages


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def _xls_rows(book: Any, sheet: Any) -> Iterator[list[str]]:
    merged = [(top + 1, bottom, left + 1) for top, bottom, left, _ in sheet.merged_cells if bottom - top > 1]
    fill = Filler(merged)
    for number in range(sheet.nrows):
        cells = [_xls_cell(book, cell) for cell in sheet.row(number)]
        yield fill(number + 1, cells)


def _xls_cell(book: Any, cell: Any) -> str:
    value: Any = cell.value
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        text: str = Spoiled(xlrd.error_text_from_code.get(value, "#ERROR"), "error")
    elif cell.ctype == xlrd.XL_CELL_DATE:
        try:
            text = cell_text(xlrd.xldate_as_datetime(value, book.datemode))
        except (xlrd.XLDateError, OverflowError, ValueError):
            text = cell_text(value)
    else:
        text = cell_text(bool(value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else value)
    struck = book.font_list[book.xf_list[cell.xf_index].font_index].struck_out if cell.xf_index is not None else False
    return Spoiled(text, "struck") if struck and text.strip() else text


def ods_pages(path: Path) -> list[Page]:
    """Return the sheets of an .ods file; merged and hidden cells are not known of them."""
    if (cells := _ods_span(path)) > BLOCK:
        raise UnreadableFile(
            f"表格范围有 {cells} 格，未打开；请删去空行和空列后另存为 .xlsx"
            f" / the sheets span {cells} cells and were not opened: delete empty rows and columns and save as .xlsx"
        )
    book = fastexcel.read_excel(path)
    pages = []
    for at, name in enumerate(book.sheet_names):
        pages.append(Page(name, lambda at=at: _ods_rows(book, at), partly=True))
    return pages


def _ods_rows(book: Any, at: int) -> Iterator[list[str]]:
    # skip_rows=0: leading blank rows stay, or every row number would be wrong.
    sheet = book.load_sheet(at, header_row=None, skip_rows=0, dtypes="string")
    for row in sheet.to_polars().iter_rows():
        yield [kept(value or "") for value in row]


def _ods_span(path: Path) -> int:
    """Return how many cells the sheets of an .ods file span, repeated ones counted as often as they are repeated."""
    total = rows = width = column = again = 0
    filled = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal rows, width, column, again, filled, total
        if tag == "table:table":
            rows = width = 0
        elif tag == "table:table-row":
            column, again, filled = 0, int(given.get("table:number-rows-repeated", 1)), False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            column += int(given.get("table:number-columns-repeated", 1))
            if "office:value-type" in given:
                filled, width = True, max(width, column)

    def end(tag: str) -> None:
        nonlocal rows, total
        if tag == "table:table-row":
            rows += again if filled else min(again, 1)
            total = max(total, rows * width)

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = start, end
    with zipfile.ZipFile(path) as packed, packed.open("content.xml") as file:
        while block := file.read(1 << 16):
            reader.Parse(block, False)
        reader.Parse(b"", True)
    return total
