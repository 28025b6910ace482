"""A superior's table, pasted or from Excel: which columns name the areas, which hold which figure. Pure.

The column is what its heading says (``headings``); where that is not sure, or two columns say the same, nothing is
compared before somebody has chosen. Of several named areas of a row the finest counts, and must lie in the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bulou.places.place_names import key, short
from bulou.rounds.reconciliation.headings import FIGURES, OTHER, UNSURE, meaning, names_places

__all__ = ["FIGURES", "Area", "Names", "Row", "Table", "grid", "key", "number", "understand"]

SUMS = ("合计", "总计", "小计", "总数", "全区合计", "total", "sum", "subtotal", "grandtotal")
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
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``area`` is None where ``problem`` says why; ``given``: figure by name, None if empty."""

    row: int
    said: str
    area: Area | None
    problem: str
    given: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why no column is compared. ``why``: unsure, other, twice or columns; ``headings``: the ones that it is about."""

    why: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was understood. ``columns``: figure to column, from 0; ``unused``: headings of columns not compared."""

    rows: list[Row] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    doubt: Doubt | None = None

    @property
    def matched(self) -> list[Row]:
        """Rows whose area is known."""
        return [row for row in self.rows if row.area]

    @property
    def rejected(self) -> list[Row]:
        """Rows that could not be matched."""
        return [row for row in self.rows if not row.area]


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
            for name in {key(one) for one in (area.name, area.name_en, *area.others)} - {""}:
                self._full.setdefault(name, []).append(area)
                self._short.setdefault(short(name), []).append(area)

    def find(self, said: str) -> list[Area]:
        """Return the areas that a cell may name; a name may follow that of an area above it."""
        name = key(said)
        found = self._full.get(name) or self._short.get(name) or (self._short.get(short(name)) if name else None)
        if found:
            return found
        out: dict[int, Area] = {}
        for cut in range(2, len(name) - 1):
            for above in (*self._full.get(name[:cut], ()), *self._short.get(name[:cut], ())):
                out |= {one.id: one for one in self.find(name[cut:]) if above.id < one.id <= above.hi}
        return [*out.values()]


def understand(cells: Grid, names: Names, chosen: str = "") -> Table:
    """Return the table's rows and columns.

    Parameters:
        chosen: the figure that somebody says the table holds, where its headings do not; "" for what is usual.
    """
    width = max((len(row) for row in cells), default=0)
    if not width:
        return Table()
    who = _naming(cells, names, width)
    named = next((at for at, row in enumerate(cells) if any(names.find(_cell(row, c)) for c in who)), len(cells))
    first = next((at for at, row in enumerate(cells[:named]) if _is_row(row, who)), named)
    titles = _titles(cells[:first], width)
    filled = sorted({at for row in cells[first:] for at in _numbers(row)} - {*who})
    columns, doubt = _columns(titles, filled, [at for at in range(width) if at not in who], cells[first:], chosen)
    unused = [titles[at] for at in filled if at not in columns.values() and titles[at]]
    return Table(_rows(cells, first, who, columns, names), columns, tuple(unused), doubt)


def _columns(
    titles: Sequence[str], filled: list[int], free: list[int], below: Grid, chosen: str
) -> tuple[dict[str, int], Doubt | None]:
    """Return the column of each figure, or why that is not sure."""
    if not any(titles[at] for at in (filled or free)):
        plain = [at for at in filled if not _counts_lines(at, filled, below)]
        if len(plain) > 1:
            return {}, Doubt("columns", tuple(str(at + 1) for at in plain))
        return {chosen or "covered": plain[0] if plain else (free or [0])[0]}, None
    meant: dict[str, list[int]] = {}
    for at in free:
        meant.setdefault(meaning(titles[at]), []).append(at)
    known = {figure: meant[figure] for figure in FIGURES if figure in meant}
    twice = [at for found in known.values() if len(found) > 1 for at in found]
    if twice:
        return {}, Doubt("twice", tuple(titles[at] for at in twice))
    if known:
        return {figure: found[0] for figure, found in known.items()}, None
    unsure = [at for at in meant.get(UNSURE, []) if at in filled]
    if len(unsure) == 1 and chosen:
        return {chosen: unsure[0]}, None
    doubtful = unsure or [at for at in meant.get(OTHER, []) if at in filled]
    why = "unsure" if unsure else "other"
    return {}, Doubt(why, tuple(titles[at] for at in doubtful)) if doubtful else None


def _counts_lines(at: int, filled: list[int], below: Grid) -> bool:
    """Tell whether a column beside others only counts its lines."""
    found = [number(_cell(row, at)) for row in below if _numbers(row)]
    return len(filled) > 1 and len(found) > 1 and found == list(range(1, len(found) + 1))


def _titles(above: Grid, width: int) -> list[str]:
    """Return the heading of each column: of several lines all that stand above it, without the table's title."""
    heads = [row for row in above if len({cell for cell in row if cell}) > 1]
    out = []
    for at in range(width):
        texts = dict.fromkeys(_cell(row, at) for row in heads)
        out.append(" ".join(text for text in texts if text and number(text) is None))
    return out


def _naming(cells: Grid, names: Names, width: int) -> list[int]:
    """Return the columns that name areas: by their heading, or half of the texts; else the one with the most text."""
    texts = [
        [_cell(row, at) for row in cells if _cell(row, at) and number(_cell(row, at)) is None] for at in range(width)
    ]
    hits = [sum(bool(names.find(text)) for text in column) for column in texts]
    best = max(hits)
    if not best:
        return [max(range(width), key=lambda at: (len(texts[at]), -at))]
    figures = [sum(number(_cell(row, at)) is not None for row in cells) for at in range(width)]
    said = [any(names_places(text) for text in texts[at][:4]) and figures[at] < len(texts[at]) for at in range(width)]
    return [at for at in range(width) if said[at] or (hits[at] and 2 * hits[at] >= min(len(texts[at]), 2 * best))]


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _is_row(row: Sequence[str], who: Sequence[int]) -> bool:
    """Tell whether a line has a name and a figure, known or not."""
    named = any(_cell(row, at) and number(_cell(row, at)) is None for at in who)
    return named and any(at not in who for at in _numbers(row))


def _numbers(row: Sequence[str]) -> list[int]:
    return [at for at, cell in enumerate(row) if number(cell) is not None]


def _finest(texts: Sequence[str], names: Names) -> list[Area]:
    """Return the areas that a row can mean: the finest that it names, within all the others."""
    found = [names.find(text) for text in texts]
    if not all(found):
        return []
    found.sort(key=lambda areas: min(area.level for area in areas))
    here = found[0]
    for finer in found[1:]:
        here = [area for area in finer if any(above.id <= area.id <= above.hi for above in here)]
    return here


def _rows(cells: Grid, first: int, who: Sequence[int], columns: Mapping[str, int], names: Names) -> list[Row]:
    found: list[tuple[int, str, list[Area], dict[str, int | None]]] = []
    for at, row in enumerate(cells[first:], first + 1):
        texts = [text for column in who if (text := _cell(row, column))]
        if not texts or any(key(text) in SUMS for text in texts):
            continue
        given = {name: number(_cell(row, column)) for name, column in columns.items()}
        found.append((at, " ".join(texts), _finest(texts, names), given))
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
