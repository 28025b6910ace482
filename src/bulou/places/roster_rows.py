"""A list as this installation understands it: columns mapped, addresses resolved, every row a record or its problems.

The preview and the import both read through here, so that what is shown is what would be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, Ranges, covers
from bulou.places.cells import Spoiled, why
from bulou.places.documents import hidden
from bulou.places.keys import building_key
from bulou.places.reads import aliases
from bulou.places.rules import SPOILED, Cells, Problem, Record, Reveal, clean, plain
from bulou.places.tables import Left, Line, Table, column_name, open_book, rows_named, tables_of
from bulou.places.titles import Header, title_key
from bulou.places.tree import Tree
from bulou.places.vocabulary import PLACE_FIELDS, ROW_REFUSALS, SEVERAL_COLUMNS

_REMARKS = {title_key(title) for title in ("备注", "remarks", "note", "notes", "特殊情况")}
_HASHED = 8


@dataclass(slots=True)
class Row:
    """One row: its number in the file, and either what it says and where, or why it is refused. Blank: neither.

    ``sheet`` and ``line`` say where it stands; ``said`` is a digest of everything that it says but the name and the
    number: two rows of one file with the same digest say the same.
    """

    number: int
    sheet: str
    line: int
    header: Header
    cells: list[str]
    record: Record | None = None
    area: int = 0
    registered_area: int | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    said: bytes = b""

    def column(self, problem: Problem) -> str:
        """Return the title (or the letters) of the column that a problem is about, '' for the row as a whole."""
        columns = self.header.columns.get(problem.field, ())
        if not columns:
            return ""
        at = columns[min(problem.at, len(columns) - 1)]
        return self.header.titles[at] or column_name(at)


class List:
    """An opened list. ``within`` is the area it is about: given, or the compound that its title names, or 0."""

    def __init__(
        self,
        path: Path,
        remembered: Mapping[str, str],
        today: date,
        within: int = 0,
        ranges: Ranges = EVERYWHERE,
        using: str = "default",
        reveal: Reveal | None = None,
    ):
        """Open a list.

        Parameters:
            today: the day of the list; no birth is later.
            reveal: reads the codes of rejects files (``identity.Keyring.reveal``).

        Raises:
            UnreadableFile: it is no list, or has no header.
        """
        self.book = open_book(path)
        self.tables, self.skipped_sheets = tables_of(self.book, remembered)
        self.within = within
        self.today, self._ranges, self._reveal = today, ranges, reveal
        self._tree = Tree(*open_areas(using))
        self._salt = blake2b(str(path.stat().st_size).encode() + path.name.encode(), digest_size=16).digest()

    @property
    def header(self) -> Header:
        """Return the header of the first table."""
        return self.tables[0].headers[0]

    @property
    def mapping(self) -> dict[str, str]:
        """The columns of the first table as they are read: {field: title}."""
        return {name: self.header.title(name) for name in self.header.columns}

    def within_of(self, table: Table) -> int:
        """Return the area that a table is about: the list's, or the compound that stands over its header."""
        named = "compound" in table.headers[0].columns
        return self.within or (0 if named else self._tree.compound_in(f"{table.above} {table.page.name}") or 0)

    def rows(self, after: int = 0) -> Iterator[Row | int]:
        """Yield each row numbered above ``after``; a line that is nobody's as its number alone."""
        base = 0
        for table in self.tables:
            within = self.within_of(table)
            building = self._building_of(table, within)
            for line in table.lines(base):
                base = line.number
                if line.number <= after:
                    continue
                yield line.number if line.cells is None else self._row(table, line, line.cells, within, building)

    def _building_of(self, table: Table, within: int) -> str:
        """Return the building that a sheet is about by its name or title, where no column names any."""
        if {"building", "address"} & set(table.headers[0].columns):
            return ""
        return next(
            (one for text in (table.page.name, table.above) if (one := self._tree.building_in(text, within))), ""
        )

    def _row(self, table: Table, line: Line, cells: list[str], within: int, building: str) -> Row:
        row = Row(line.number, table.page.name, line.row, line.header, cells)
        fields = _fields(line.header, cells)
        self._addressed(fields, within)
        if not fields.get("building") and not why(fields.get("building", "")):
            fields["building"] = line.section or building
        lenient = [title_key(line.header.titles[at]) in _REMARKS for at in line.header.columns.get("needs", ())]
        result = clean(fields, self.today, lenient, self._reveal)
        area = self._place(fields, result.building if isinstance(result, Record) else "", within)
        if isinstance(result, Record) and isinstance(area, int):
            row.record, row.area = result, area
            if beyond := [at for at in range(len(line.header.titles), len(cells)) if cells[at].strip()]:
                result.flags.append(Problem(328, "row", column_name(beyond[0])))
            registered = fields.get("registered")
            if registered and isinstance(registered, str):
                row.registered_area = self._tree.compound_in(plain(registered))
            row.said = self._said(fields, result)
        else:
            row.problems = ([] if isinstance(result, Record) else result) + (
                [area] if isinstance(area, Problem) else []
            )
        return row

    def _addressed(self, fields: dict[str, Any], within: int) -> None:
        """Fill the parts of an address that have no cell of their own from the one cell with all of it."""
        text = fields.pop("address", "")
        if plain(fields.get("door")) or why(fields.get("door", "")):
            return
        if reason := why(text):
            fields["door"] = Spoiled("", reason)
        if not text or reason:
            return
        for name, value in self._tree.address(text, within).items():
            if not plain(fields.get(name)) and not why(fields.get(name, "")):
                fields[name] = value

    def _place(self, fields: Mapping[str, Any], by_door: str, within: int) -> int | Problem:
        for name in PLACE_FIELDS:
            if reason := why(fields.get(name, "")):
                return Problem(SPOILED[reason], name, "")
        names = [plain(fields.get(name)) for name in PLACE_FIELDS]
        if by_door and names[3] and building_key(names[3]) != building_key(by_door):
            return Problem(307, "door", by_door)
        names[3] = names[3] or by_door
        area = self._tree.find(*names, within=within)
        if isinstance(area, int) and self._ranges != EVERYWHERE and not covers(self._ranges, area):
            return Problem(312, "building", names[3])
        return area

    def _said(self, fields: Cells, record: Record) -> bytes:
        """Return a digest of what a row says besides the name and the number."""
        said = [record.remark]
        for name, value in fields.items():
            if name not in ("name", "id_number"):
                said += (value.strip(),) if isinstance(value, str) else [cell.strip() for cell in value or ()]
        return blake2b("\x1f".join(said).encode("utf-8", "replace"), digest_size=_HASHED, key=self._salt).digest()


def _fields(header: Header, cells: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, columns in header.columns.items():
        found[name] = tuple(cells[at] for at in columns) if name in SEVERAL_COLUMNS else cells[columns[0]]
    return found


def explain(problem: Problem) -> dict[str, Any]:
    """Return a refusal in words: code, field, zh, en, expected in both languages, found."""
    words = ROW_REFUSALS[problem.code]
    return {
        "code": problem.code,
        "field": problem.field,
        "zh": words.zh,
        "en": words.en,
        "expected_zh": words.expected_zh,
        "expected_en": words.expected_en,
        "found": hidden(problem.found),
    }


def sheets(listed: List) -> list[dict[str, Any]]:
    """Return what was read of each sheet, once the rows were: name, header, rows, columns, hidden rows among them."""
    out: list[dict[str, Any]] = []
    for table in listed.tables:
        hidden = sorted(row for row in table.page.hidden_rows if row > table.headers[0].row)
        out.append({
            "sheet": table.page.name, "read": True, "header_row": table.headers[0].row, "tables": len(table.headers),
            "rows": table.read, "columns": _columns(table), "hidden_rows": rows_named(hidden),
            "within": listed.within_of(table),
        })  # fmt: skip
    out += [{"sheet": one.sheet, "read": False, "why": one.zh, "why_en": one.en} for one in listed.skipped_sheets]
    return out


def _columns(table: Table) -> dict[str, list[str]]:
    header = table.headers[0]
    return {name: [header.title(name, at) for at in range(len(columns))] for name, columns in header.columns.items()}


def left(listed: List) -> list[Left]:
    """Return what was not read, once the rows were: sheets, columns, rows that are nobody's; each with the reason."""
    found = list(listed.skipped_sheets)
    for table in listed.tables:
        found += dict.fromkeys(table.left())
    return found


def open_areas(using: str) -> tuple[list[tuple[int, int, int, str]], list[tuple[int, str]]]:
    """Return what a ``Tree`` is made of: the open areas, and the names that they had before or go by besides."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, parent, level, name FROM places_area WHERE closed_at IS NULL ORDER BY id")
        areas = cursor.fetchall()
        cursor.execute(
            "SELECT area, value FROM places_area_fact WHERE attribute = 1 AND valid_to IS NOT NULL ORDER BY id"
        )
        return areas, cursor.fetchall() + [(area, one) for area, told in aliases(using) for one in told]
