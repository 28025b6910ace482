"""Tables of a list: every row of every sheet is one that is read, or one that is left and named with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from bulou.places import text_file
from bulou.places.page import Page
from bulou.places.text_file import UnreadableFile
from bulou.places.titles import NAME_TITLES, Header, field_of, find_header, known, match_titles, side_by_side, title_key
from bulou.places.vocabulary import FOOT_WORDS, SUM_WORDS
from bulou.places.workbook import kind_of, pages_of

HEAD_ROWS = 30
#: So many row numbers of one kind are named; of more there is the count.
NAMED = 50


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a list that was not read, and why. ``what``: sheet, column or rows."""

    sheet: str
    what: str
    named: str
    zh: str
    en: str


@dataclass
class Book:
    """A file as it was opened. ``kind``: text, xlsx, xls or ods."""

    path: Path
    kind: str
    pages: list[Page]
    encoding: str = ""
    separator: str = ""


def open_book(path: Path) -> Book:
    """Open a list, by what it is and not by what it is called.

    Raises:
        UnreadableFile: it is no list; the message says why.
    """
    if path.stat().st_size == 0:
        raise UnreadableFile("文件为空 / the file is empty")
    if kind := kind_of(path):
        return Book(path, kind, pages_of(path, kind))
    form = text_file.form_of(path, known)
    return Book(path, "text", [Page("", lambda: text_file.rows(path, form))], form.encoding, form.separator)


def is_text(name: str) -> bool:
    """Tell whether an uploaded table is a text by its name."""
    return name.lower().endswith((".csv", ".txt"))


def text_in(content: bytes) -> str:
    """Return an uploaded text table (CSV, in whatever encoding of lists) as lines with tabs between the cells.

    Raises:
        UnreadableFile: it is no list; the message says why.
    """
    with NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        rows = [row for page in open_book(Path(file.name)).pages for row in page.read()]
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


@dataclass(slots=True)
class Line:
    """One line of a table: ``number`` is its own within the whole file, ``row`` its row on the page.

    ``cells`` is None for a line that is nobody's (blank, a sum, a title that comes again).
    """

    number: int
    row: int
    header: Header
    cells: list[str] | None
    section: str = ""


_SECTION = re.compile(
    r"[^\d]{0,12}(?:\d{1,4}|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|号|幢|栋|座|#|＃)楼?(?:住户|居民|名单|名册|登记表)*"
)


@dataclass
class Table:
    """A page with a header: one table, or several side by side. ``above``: the texts over the header.

    ``skipped`` counts what is nobody's and not blank, while the lines are read: {kind: row numbers}; ``untitled``
    columns had values.
    """

    page: Page
    headers: list[Header]
    remembered: Mapping[str, str]
    head: list[list[str]]
    skipped: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    untitled: set[int] = field(default_factory=set[int])
    read: int = 0

    @property
    def above(self) -> str:
        """Return what stands over the header, and the sheet's own name: titles name compounds and buildings."""
        return " ".join(cell for cells in self.head[: self.headers[0].row - 1] for cell in cells if cell)

    def lines(self, base: int) -> Iterator[Line]:
        """Yield each line below the header; numbers go on from ``base``, which is 0 for the first page."""
        self.skipped, self.untitled, self.read = {}, set(), 0
        headers, section, beside = self.headers, "", 0
        for row, cells in enumerate(self.page.read(), 1):
            if row <= self.headers[0].row:
                continue
            number = base + row + beside
            kind = _kind(cells, headers[0])
            if not kind and (again := self._header(row, cells)):
                kind, headers = "header", again
            if kind == "section":
                section = next(cell.strip() for cell in cells if cell.strip())
            if kind:
                if kind != "blank":  # a sheet may have a million of them
                    self.skipped.setdefault(kind, []).append(row)
                yield Line(number, row, headers[0], None)
                continue
            for at, header in enumerate(headers):
                line = self._line(number + at, row, header, cells, section)
                self.read += line.cells is not None
                yield line
            beside += len(headers) - 1

    def _line(self, number: int, row: int, header: Header, cells: list[str], section: str) -> Line:
        if header.own and not any(at < len(cells) and cells[at].strip() for at in header.own):
            return Line(number, row, header, None)
        if len(cells) < len(header.titles):
            cells = cells + [""] * (len(header.titles) - len(cells))
        for at, cell in enumerate(cells):
            if (at >= len(header.titles) or not header.titles[at]) and cell.strip():
                self.untitled.add(at)
        return Line(number, row, header, cells, section)

    def _header(self, row: int, cells: Sequence[str]) -> list[Header] | None:
        """Return the headers that a row below the first is: a list goes on under its titles again, or under others."""
        if NAME_TITLES.isdisjoint(cells) and not any(one.title("name") in cells for one in self.headers):
            return None  # nearly every row, and the cheap way to know it
        titles = [cell for cell in cells if cell.strip()]
        fields = [field_of(title)[0] for title in titles]
        if "name" not in fields or sum(1 for name in fields if name) < max(2, len(titles) * 0.6):
            return None
        found = match_titles(cells, self.remembered, row)
        return side_by_side(found, self.remembered) if found.names_people else self.headers

    def left(self) -> Iterator[Left]:
        """Yield what was not read of the page, once its lines were."""
        for header in self.headers:
            for at, instead in header.unread:
                title = header.titles[at]
                yield (
                    Left(self.page.name, "column", title, f"已读“{instead}”列", f"the column {instead} is read")
                    if instead
                    else Left(self.page.name, "column", title, "不是名册的栏目", "no field of a roster")
                )
        for at in sorted(self.untitled):
            yield Left(self.page.name, "column", column_name(at), "有内容而没有标题", "it has values and no title")
        for kind, rows in self.skipped.items():
            zh, en = _KINDS[kind]
            yield Left(self.page.name, "rows", rows_named(rows), zh, en)


_KINDS = {
    "header": ("再次出现的表头", "titles that come again"),
    "sum": ("合计行", "sums"),
    "foot": ("表尾说明", "who made the list, notes"),
    "section": ("分段标题，用作楼号", "titles between rows, taken for the building"),
}


def column_name(at: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 is A."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def rows_named(rows: Sequence[int]) -> str:
    """Return row numbers as a text: 3, 4, 9; of very many the first and how many."""
    shown = ", ".join(map(str, rows[:NAMED]))
    return shown if len(rows) <= NAMED else f"{shown} … ({len(rows)})"


def _kind(cells: Sequence[str], header: Header) -> str:
    """Return what a row that is nobody's is: blank, sum, foot or section; '' for a row to be read."""
    columns = header.columns
    name, door = columns["name"][0], columns["door"][0] if "door" in columns else columns["address"][0]
    if max(name, door) < len(cells) and cells[name] and cells[door]:
        return ""  # nearly every row: sums and notes have no door
    filled = [(at, cell) for at, cell in enumerate(cells) if cell and cell.strip()]
    if not filled:
        # A formula without a value, or a struck cell, is no blank.
        return "" if any(type(cell) is not str for cell in cells) else "blank"
    at, first = filled[0]
    if len(first) < 40:
        key = title_key(first)
        if len(key) < 12 and key.startswith(SUM_WORDS + tuple(f"本页{word}" for word in SUM_WORDS)):
            return "sum"
        doors = (*header.columns.get("door", ()), *header.columns.get("address", ()))
        housed = any(at < len(cells) and cells[at].strip() for at in doors)
        if key.startswith(FOOT_WORDS) and (not housed or ":" in first or "：" in first):
            return "foot"
        if len(filled) == 1 and at not in header.columns.get("name", ()) and _SECTION.fullmatch(first.strip()):
            return "section"
    if len(filled) == 1 and at not in {n for several in header.columns.values() for n in several}:
        return "foot"
    return ""


def tables_of(book: Book, remembered: Mapping[str, str]) -> tuple[list[Table], list[Left]]:
    """Return the tables of a file in the order of its sheets, and the sheets that are none.

    Raises:
        UnreadableFile: there is no table in it.
    """
    tables: list[Table] = []
    left: list[Left] = []
    for page in book.pages:
        if page.hidden:
            left.append(Left(page.name, "sheet", page.name, "隐藏的工作表，未读", "hidden, not read"))
            continue
        head = list(islice(page.read(), HEAD_ROWS))
        if not any(any(cell.strip() for cell in cells) for cells in head):
            left.append(Left(page.name, "sheet", page.name, "空表", "empty"))
            continue
        header = find_header(head, remembered)
        if header is None:
            left.append(Left(page.name, "sheet", page.name, *_no_table(head)))
            continue
        tables.append(Table(page, side_by_side(header, remembered), remembered, head))
    if not tables:
        raise UnreadableFile(_nothing(left))
    return tables, left


def _no_table(head: Sequence[Sequence[str]]) -> tuple[str, str]:
    if any("name" in {field_of(cell)[0] for cell in cells if len(cell) < 40} for cells in head):
        return "有姓名列而没有室号或住址列，未读", "it has names and neither doors nor addresses: not read"
    return "没有表头（姓名和室号或住址），未读", "no header with names and doors or addresses: not read"


def _nothing(left: Sequence[Left]) -> str:
    zh = "；".join(f"{one.named} {one.zh}".strip() for one in left)
    en = "; ".join(f"{one.named} {one.en}".strip() for one in left)
    return (
        f"找不到表头（至少要有“姓名”和室号或住址列）：{zh} / no header row with a name and a door or an address: {en}"
    )
