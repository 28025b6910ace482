"""Lists that come as workbooks: .xlsx and .xlsm through openpyxl, .xls through xlrd, .ods through calamine.

Rows come one by one. What a workbook knows beyond its values is read as well: hidden sheets and rows, merged and struck
cells, numbers that have lost their last digits, formulas that nobody has calculated. A small file that would unfold to
a large one is refused before it is opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bulou.places import workbook_guard
from bulou.places.page import Page
from bulou.places.text_file import UnreadableFile
from bulou.places.workbook_guard import Bounds, Most

#: A sheet of .xlsx is read row by row, each as wide as its last cell, and every text of it is kept.
BOUNDS = Bounds(unfolded=Most(32 << 20, 60), light=Most(1_000_000, 4), heavy=Most(200_000, 1), laid=Most(2_000_000, 10))
#: A sheet of .ods is laid out whole.
ODS_BOUNDS = replace(BOUNDS, span=BOUNDS.laid)


def kind_of(path: Path) -> str:
    """Return xlsx, xls or ods by what a file is, whatever it is called; '' when it is no workbook.

    Raises:
        UnreadableFile: a workbook that is not read, with what to do.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if not start.startswith(b"PK\x03\x04"):
        if path.suffix.lower() in (".xlsx", ".xlsm", ".ods") and b"\0" in start:
            raise UnreadableFile("不是可读的 Excel 文件 / not a readable workbook")
        return ""
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
        workbook_guard.check(path, ODS_BOUNDS if "content.xml" in names else BOUNDS)
    except workbook_guard.Unopened as error:
        raise UnreadableFile(str(error)) from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile("不是可读的 Excel 文件 / not a readable workbook") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise UnreadableFile("这种工作簿不能读取，请另存为 .xlsx / a workbook of this kind is not read: save it as .xlsx")


def pages_of(path: Path, kind: str) -> list[Page]:
    """Return the sheets of a workbook in their order; their rows are read one by one.

    Raises:
        UnreadableFile: it cannot be opened.
    """
    from bulou.places import workbook_ods, workbook_old, workbook_xlsx  # slow to load, and a list in text needs none

    read = {"xlsx": workbook_xlsx.pages, "xls": workbook_old.xls_pages, "ods": workbook_ods.pages}[kind]
    try:
        found = read(path)
    except UnreadableFile:
        raise
    except Exception as error:  # three libraries with errors of their own, over bytes that anybody may have made
        raise UnreadableFile("不是可读的 Excel 文件 / not a readable workbook") from error
    for page in found:
        page.read = lambda rows=page.read: _guarded(rows())
    return found


def _guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Pass rows on; what breaks on the way is an unreadable file."""
    try:
        yield from rows
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile("文件读到一半出错，可能已损坏 / the file broke off while it was read") from error
