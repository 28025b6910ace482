"""Reads .xls through xlrd, which knows fonts, hidden rows and merged cells of the old format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from bulou.places.cells import Spoiled
from bulou.places.page import Filler, Page, cell_text
from bulou.places.text_file import UnreadableFile


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
