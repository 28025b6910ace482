"""Lists that come as workbooks: .xlsx and .xlsm through openpyxl, .xls through xlrd, .ods through calamine.

Rows come one by one. What a workbook knows beyond its values is read as well: hidden sheets and rows, merged and struck
cells, numbers that have lost their last digits, formulas that nobody has calculated. A small file that would unfold to a
large one is refused before it is opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from bulou.places.page import Page
from bulou.places.text_file import UnreadableFile

#: A part of a workbook that unfolds to more than so many bytes may be at most so many times as large as it is packed.
#: Offices' largest sheets, half of them empty formatted rows, come to some 30.
LARGE, RATIO = 8 << 20, 100
#: So much may a workbook unfold to at all.
WHOLE = 4 << 30


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
            _guard(packed)
            names = set(packed.namelist())
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile("不是可读的 Excel 文件 / not a readable workbook") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise UnreadableFile("这种工作簿不能读取，请另存为 .xlsx / a workbook of this kind is not read: save it as .xlsx")


def _guard(packed: zipfile.ZipFile) -> None:
    """Refuse a file that unfolds to far more than it holds."""
    parts = packed.infolist()
    whole = sum(part.file_size for part in parts)
    bombs = [part for part in parts if part.file_size > LARGE and part.file_size > RATIO * max(1, part.compress_size)]
    packed_size = sum(part.compress_size for part in parts)
    if bombs or whole > WHOLE or (whole > 4 * LARGE and whole > RATIO * packed_size) or len(parts) > 5_000:
        raise UnreadableFile(
            f"文件展开后有 {whole >> 20} MB，远大于文件本身，未打开；请删去空行和空表后另存为 .xlsx"
            f" / the file unfolds to {whole >> 20} MB, far more than it holds, and was not opened: delete empty rows"
            " and sheets and save it again"
        )


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
