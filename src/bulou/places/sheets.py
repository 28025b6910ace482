"""Reads lists as offices send them: CSV in any usual encoding, Excel; titles above the header; merged cells.

CSV is read by the standard library, row by row: a million rows take seconds and little memory, short rows and quoted
line breaks keep their row numbers. Excel is read by calamine through fastexcel, every cell as text.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulou.places import workbook_guard
from bulou.places.vocabulary import DOOR_FIELDS, FIELDS, IGNORED_TITLES, PLACE_FIELDS, SUM_WORDS
from bulou.places.workbook_guard import Bounds, Most

HEAD_ROWS = 30
_BLOCK = 1 << 20
#: The whole sheet is laid out, and every text of it kept.
BOUNDS = Bounds(unfolded=Most(32 << 20, 60), light=Most(1_000_000, 4), heavy=Most(200_000, 1), span=Most(2_000_000, 10))
_EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


class UnreadableFile(ValueError):
    """The file cannot be read as a list; the message says what was expected, in Chinese and English."""


@dataclass(frozen=True)
class Header:
    """Where the header stands and what its columns are.

    ``row`` is 1-based; ``columns`` is {field: column}; ``unread`` are titles that no field goes by.
    """

    row: int
    titles: list[str]
    columns: dict[str, int]
    unread: list[str] = field(default_factory=list)


class Sheet:
    """One list. ``excel``; ``encoding`` and ``delimiter`` for CSV; ``head`` holds the first rows."""

    def __init__(self, path: Path):
        self.path = path
        self.excel = path.suffix.lower() in _EXCEL
        self.encoding, self.delimiter = ("", "") if self.excel else _csv_form(path)
        self._frame = _excel_frame(path) if self.excel else None
        self.head = [cells for _, cells in zip(range(HEAD_ROWS), self.rows(), strict=False)]
        if not any(any(cells) for cells in self.head):
            raise UnreadableFile("文件为空 / the file is empty")

    def rows(self) -> Iterator[list[str]]:
        """Yield every row of the file from the first, as texts ('' for an empty cell)."""
        if self._frame is not None:
            for row in self._frame.iter_rows():
                yield [value or "" for value in row]
            return
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                yield from reader
            except csv.Error as error:
                raise UnreadableFile(
                    f"第 {reader.line_num} 行附近引号不成对 / unbalanced quotes near line {reader.line_num}"
                ) from error

    def header(self, remembered: Mapping[str, str] | None = None) -> Header:
        """Find the header: the row among the first in which most titles are known.

        Parameters:
            remembered: {field: title} as this source's columns were mapped before, or by hand. It goes before synonyms.

        Raises:
            UnreadableFile: no row names at least a name and another field.
        """
        best: Header | None = None
        for number, cells in enumerate(self.head, 1):
            found = match_titles(cells, remembered or {})
            if "name" in found.columns and len(found.columns) > 1:
                found = Header(number, found.titles, found.columns, found.unread)
                if best is None or len(found.columns) > len(best.columns):
                    best = found
        if best is None:
            raise UnreadableFile("找不到表头（至少要有“姓名”和地址列）/ no header row with a name and an address")
        return best

    def records(self, header: Header) -> Iterator[tuple[int, list[str] | None]]:
        """Yield (row number, cells) of each row below the header; None for blank and sum rows.

        In a workbook the cells that were merged downwards are filled with the value above.
        """
        width = len(header.titles)
        fill = _Filler(header.columns) if self.excel else None
        for number, cells in enumerate(self.rows(), 1):
            if number <= header.row:
                continue
            if not any(cells) or _sums_up(cells) or not any(cell.strip() for cell in cells):
                yield number, None
                continue
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            yield number, fill(cells) if fill else cells


class _Filler:
    """Fills address cells from the row above, but never a door of another building."""

    def __init__(self, columns: Mapping[str, int]):
        self._columns = [columns[name] for name in (*PLACE_FIELDS, *DOOR_FIELDS) if name in columns]
        self._above: list[str] = [""] * len(self._columns)

    def __call__(self, cells: list[str]) -> list[str]:
        moved = False
        for at, column in enumerate(self._columns):
            value = cells[column].strip()
            if value:
                moved = moved or value != self._above[at]
                self._above[at] = value
            elif moved:
                self._above[at] = ""
            else:
                cells[column] = self._above[at]
        return cells


def title_key(title: str) -> str:
    """Return a column title as it is compared: half width, lower case, no spaces, brackets and marks."""
    title = unicodedata.normalize("NFKC", title).lower()
    head = title.split("(")[0] if not title.startswith("(") else title
    return "".join(c for c in head if c not in " \t\r\n*:_()[]【】\"'")


def _synonyms() -> dict[str, str]:
    return {title_key(title): one.name for one in FIELDS for title in (one.name, one.zh, one.en, *one.titles)}


_SYNONYMS = _synonyms()
_IGNORED = {title_key(title) for title in IGNORED_TITLES}


def match_titles(titles: Sequence[str], remembered: Mapping[str, str]) -> Header:
    """Return which column holds which field; the first of two columns for the same field counts."""
    wanted = {title_key(title): name for name, title in remembered.items()}
    columns: dict[str, int] = {}
    for known in (wanted, _SYNONYMS):
        for at, title in enumerate(titles):
            name = known.get(title_key(title))
            if name and name not in columns and at not in columns.values():
                columns[name] = at
    used = set(columns.values())
    unread = [t for at, t in enumerate(titles) if t.strip() and at not in used and title_key(t) not in _IGNORED]
    return Header(0, [t.strip() for t in titles], columns, unread)


def _sums_up(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell), "")
    return len(first) < 12 and title_key(first) in SUM_WORDS


def _csv_form(path: Path) -> tuple[str, str]:
    """Return (encoding, delimiter) of a CSV file.

    Raises:
        UnreadableFile: neither UTF-8, UTF-16 nor GB18030.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        likely: tuple[str, ...] = ("utf-16",)
    else:
        likely = ("utf-8-sig", "gb18030")
    encoding = next((name for name in likely if _decodes(path, name)), "")
    if not encoding:
        raise UnreadableFile("编码无法识别，请另存为 UTF-8 CSV 或 Excel / unknown encoding: save as UTF-8 CSV or Excel")
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(20_000)
    return encoding, max(",;\t|", key=lambda mark: (text.count(mark), mark == ","))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _excel_frame(path: Path):
    import fastexcel

    if path.suffix.lower() != ".xls":  # the old form is not packed
        try:
            workbook_guard.check(path, BOUNDS)
        except workbook_guard.Unopened as error:
            raise UnreadableFile(str(error)) from error
    try:
        book = fastexcel.read_excel(path)
        # skip_rows=0: leading blank rows stay, or every row number would be wrong.
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise UnreadableFile("不是可读的 Excel 文件 / not a readable workbook") from error
    return sheet.to_polars()
