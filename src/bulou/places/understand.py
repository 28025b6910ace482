"""A list as this installation understands it: columns mapped, addresses resolved, every row a record or its problems.

The preview and the import both read through here, so that what is shown is what would be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from bulou.ledger.scope import EVERYWHERE, Ranges, covers
from bulou.places.identity import masked
from bulou.places.rules import Problem, Record, clean, plain
from bulou.places.sheets import Header, Sheet, title_key
from bulou.places.tree import Tree
from bulou.places.vocabulary import FIELDS, PLACE_FIELDS, ROW_REFUSALS, need_names

_REMARKS = {title_key(title) for title in ("备注", "remarks", "note", "notes", "特殊情况")}


@dataclass(slots=True)
class Row:
    """One row: its number in the file, and either what it says and where, or why it is refused. Blank: neither."""

    number: int
    cells: list[str]
    record: Record | None = None
    area: int = 0
    registered_area: int | None = None
    problems: tuple[Problem, ...] | list[Problem] = ()


class List:
    """An opened list. ``within`` is the area it is about: given, or the compound that its title names, or 0."""

    def __init__(
        self,
        path: Path,
        remembered: Mapping[str, str],
        within: int = 0,
        ranges: Ranges = EVERYWHERE,
        using: str = "default",
    ):
        """Open a list.

        Raises:
            UnreadableFile: it is no list, or has no header.
        """
        self.sheet = Sheet(path)
        self.header: Header = self.sheet.header(remembered)
        self._ranges = ranges
        self._tree = Tree(_open_areas(using))
        above = " ".join(cell for cells in self.sheet.head[: self.header.row - 1] for cell in cells)
        named = "compound" in self.header.columns
        self.within = within or (0 if named else self._tree.compound_in(above) or 0)
        columns = self.header.columns
        self._lenient = "needs" in columns and title_key(self.header.titles[columns["needs"]]) in _REMARKS

    @property
    def mapping(self) -> dict[str, str]:
        """The columns as they are read: {field: title}."""
        return {name: self.header.titles[at] for name, at in self.header.columns.items()}

    def rows(self, after: int = 0) -> Iterator[Row | int]:
        """Yield each row numbered above ``after``; a blank or sum row as its number alone."""
        columns = list(self.header.columns.items())
        for number, cells in self.sheet.records(self.header):
            if number <= after:
                continue
            if cells is None:
                yield number
                continue
            row = Row(number, cells)
            fields = {name: cells[at] for name, at in columns}
            result = clean(fields, self._lenient)
            area = self._place(fields)
            if isinstance(result, Record) and isinstance(area, int):
                row.record, row.area = result, area
                if fields.get("registered"):
                    row.registered_area = self._registered(fields["registered"])
            else:
                row.problems = ([] if isinstance(result, Record) else result) + (
                    [area] if isinstance(area, Problem) else []
                )
            yield row

    def _place(self, fields: Mapping[str, str]) -> int | Problem:
        names = [plain(fields.get(name)) for name in PLACE_FIELDS]
        area = self._tree.find(*names, within=self.within)
        if isinstance(area, int) and self._ranges != EVERYWHERE and not covers(self._ranges, area):
            return Problem(312, "building", names[3])
        return area

    def _registered(self, text: str) -> int | None:
        return self._tree.compound_in(plain(text))


@dataclass(frozen=True)
class Preview:
    """What an import would read: form, mapping, first rows as understood, counts over ``looked_at`` rows."""

    encoding: str
    header_row: int
    mapping: dict[str, str]
    unread: list[str]
    missing: list[str]
    within: int
    looked_at: int
    complete: bool
    good: int
    refused: int
    skipped: int
    by_code: dict[int, int]
    first: list[dict[str, Any]]


def preview(listed: List, show: int = 10, look_at: int = 5000) -> Preview:
    """Return what the import would make of a list, without writing anything. Identity numbers are masked."""
    good = refused = skipped = 0
    by_code: dict[int, int] = {}
    first: list[dict[str, Any]] = []
    complete = True
    for row in listed.rows():
        if good + refused + skipped >= look_at:
            complete = False
            break
        if isinstance(row, int):
            skipped += 1
            continue
        good, refused = good + bool(row.record), refused + (row.record is None)
        for problem in row.problems:
            by_code[problem.code] = by_code.get(problem.code, 0) + 1
        if len(first) < show:
            first.append(_shown(row))
    columns = listed.header.columns
    return Preview(
        encoding=listed.sheet.encoding or "excel",
        header_row=listed.header.row,
        mapping=listed.mapping,
        unread=listed.header.unread,
        missing=[field.name for field in FIELDS if field.name not in columns],
        within=listed.within,
        looked_at=good + refused + skipped,
        complete=complete,
        good=good,
        refused=refused,
        skipped=skipped,
        by_code=dict(sorted(by_code.items())),
        first=first,
    )


def _shown(row: Row) -> dict[str, Any]:
    if row.record is None:
        return {"row": row.number, "refused": [explain(problem) for problem in row.problems]}
    record = row.record
    return {
        "row": row.number,
        "area": row.area,
        "stairwell": record.stairwell,
        "floor": record.floor,
        "door": record.door,
        "name": record.name,
        "identity": masked(record.id_number) if record.id_number else None,
        "birth_year": record.birth_year,
        "phone": record.phone,
        "needs": need_names(record.needs),
    }


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
        "found": problem.found,
    }


def _open_areas(using: str) -> list[tuple[int, int, int, str]]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id, parent, level, name FROM places_area WHERE closed_at IS NULL ORDER BY id")
        return cursor.fetchall()
