"""A superior's table, pasted or from Excel: which column names the areas, which hold which figure. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: Figures that can be compared, and the words by which a heading means them; the first that is found counts.
FIGURES: Mapping[str, tuple[str, ...]] = {
    "done": ("结果", "result"),
    "owed": ("应检", "应采", "应测", "目标", "owed", "target", "due"),
    "covered": ("已采", "已检", "已测", "实采", "实检", "采样", "sampled", "covered", "tested"),
}
#: Headings of figures that are not compared: 未采样 must not be taken for 采样.
OTHERS = ("未", "漏", "率", "差", "missed", "not ", "rate", "%")
SUMS = ("合计", "总计", "小计", "总数", "total", "sum")
ENDINGS = (
    "街道办事处", "街道", "镇", "社区居民委员会", "居民委员会", "居委会", "居委", "社区",
    "subdistrict", "street", "town",
)  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:\.0+)?(?:人|人次|persons?|people)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Area:
    """An area by its names, as the register has it."""

    id: int
    level: int
    name: str
    name_en: str
    hi: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``area`` is None where ``problem`` says why; ``given``: figure by name, None if empty."""

    row: int
    said: str
    area: Area | None
    problem: str
    given: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Table:
    """What was understood. ``columns``: figure to column, from 0."""

    rows: list[Row] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)

    @property
    def matched(self) -> list[Row]:
        """Rows whose area is known."""
        return [row for row in self.rows if row.area]

    @property
    def rejected(self) -> list[Row]:
        """Rows that could not be matched."""
        return [row for row in self.rows if not row.area]


def key(name: str) -> str:
    """Return a name as it is compared."""
    return re.sub(r"[\s·•.'’()-]+", "", unicodedata.normalize("NFKC", name).lower())


def number(cell: str) -> int | None:
    """Return the whole number that a cell holds, or None."""
    plain = re.sub(r"\s+", "", _THOUSANDS.sub("", unicodedata.normalize("NFKC", cell)))
    return int(re.split(r"[^\d-]", plain)[0]) if _NUMBER.fullmatch(plain) and len(plain) < 16 else None


def grid(text: str) -> list[list[str]]:
    """Return the cells of a pasted table: separated by tabs, else commas, else spaces; line by line."""
    return [_cells(unicodedata.normalize("NFKC", line)) for line in text.splitlines()]


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    if re.search(r"(?<!\d)[,;]|[,;](?!\d)", line):
        return [cell.strip() for cell in re.split(r"[,;]", line)]
    out: list[str] = []
    for part in _THOUSANDS.sub("", line).split():
        # An English name is written in several words; a heading has no figure, and there each word is a cell.
        if (
            out
            and part.isalpha()
            and part.isascii()
            and out[-1][-1:].isascii()
            and out[-1][-1:].isalpha()
            and (re.search(r"\d", line))
        ):
            out[-1] += " " + part
        else:
            out.append(part)
    return out


class Names:
    """The areas by every form of their names."""

    def __init__(self, areas: Iterable[Area]):
        self._full: dict[str, list[Area]] = {}
        self._short: dict[str, list[Area]] = {}
        for area in areas:
            for name in {key(area.name), key(area.name_en)} - {""}:
                self._full.setdefault(name, []).append(area)
                self._short.setdefault(_short(name), []).append(area)

    def find(self, said: str) -> list[Area]:
        """Return the areas that a cell may name; a name may follow that of an area above it."""
        name = key(said)
        found = self._full.get(name) or self._short.get(name) or (self._short.get(_short(name)) if name else None)
        if found:
            return found
        out: dict[int, Area] = {}
        for cut in range(2, len(name) - 1):
            for above in (*self._full.get(name[:cut], ()), *self._short.get(name[:cut], ())):
                out |= {one.id: one for one in self.find(name[cut:]) if above.id < one.id <= above.hi}
        return [*out.values()]


def _short(name: str) -> str:
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def heading(cell: str) -> str:
    """Return the figure that a heading means, or nothing."""
    plain = unicodedata.normalize("NFKC", cell).lower()
    if number(cell) is not None or any(word in plain for word in OTHERS):
        return ""
    return next((name for name, words in FIGURES.items() if any(word in plain for word in words)), "")


def understand(cells: Grid, names: Names, default: str) -> Table:
    """Return the table's rows and columns. ``default``: the figure of a table whose headings name none."""
    width = max((len(row) for row in cells), default=0)
    hits = [sum(bool(row[at : at + 1] and names.find(row[at])) for row in cells) for at in range(width)]
    if not any(hits):
        hits = [sum(bool(row[at : at + 1]) and bool(row[at]) and number(row[at]) is None for row in cells)
                for at in range(width)]  # fmt: skip
    if not width:
        return Table()
    who = hits.index(max(hits))
    named = next((at for at, row in enumerate(cells) if who < len(row) and names.find(row[who])), len(cells))
    first = next((at for at, row in enumerate(cells[:named]) if _is_row(row, who)), named)
    columns: dict[str, int] = {}
    above = max(range(first), key=lambda at: sum(bool(heading(cell)) for cell in cells[at]), default=-1)
    for at, cell in enumerate(cells[above] if above >= 0 else ()):
        if at != who and (figure := heading(cell)):
            columns.setdefault(figure, at)
    if not columns:
        filled = Counter(at for row in cells[first:] for at in _numbers(row) if at != who)
        best = max(filled, key=lambda at: (filled[at], -at), default=who + 1)
        columns = {default: best}
    return Table(_rows(cells, first, who, columns, names), columns)


def _is_row(row: Sequence[str], who: int) -> bool:
    """Tell whether a line has a name and a figure, known or not."""
    return who < len(row) and bool(row[who]) and number(row[who]) is None and any(at != who for at in _numbers(row))


def _numbers(row: Sequence[str]) -> list[int]:
    return [at for at, cell in enumerate(row) if number(cell) is not None]


def _rows(cells: Grid, first: int, who: int, columns: Mapping[str, int], names: Names) -> list[Row]:
    found: list[tuple[int, str, list[Area], dict[str, int | None]]] = []
    for at, row in enumerate(cells[first:], first + 1):
        said = row[who].strip() if who < len(row) else ""
        if not said or key(said) in SUMS:
            continue
        given = {name: number(row[column]) if column < len(row) else None for name, column in columns.items()}
        found.append((at, said, names.find(said), given))
    levels = Counter(areas[0].level for _, _, areas, _ in found if len(areas) == 1)
    usual = levels.most_common(1)[0][0] if levels else 0
    out: list[Row] = []
    seen: set[int] = set()
    for at, said, areas, given in found:
        # A table speaks of one level: a street and a neighbourhood of the same name are told apart by the others.
        like = [area for area in areas if area.level == usual] if len(areas) > 1 else areas
        areas = like or areas
        problem = "unmatched" if not areas else "ambiguous" if len(areas) > 1 else ""
        if not problem and areas[0].id in seen:
            problem = "twice"
        if not problem:
            seen.add(areas[0].id)
        out.append(Row(at, said, None if problem else areas[0], problem, given))
    return out
