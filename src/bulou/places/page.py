"""A sheet of a workbook: its rows as texts, whatever library reads them, merged cells filled downwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bulou.places.cells import INEXACT, Spoiled, kept

#: More rows has no spreadsheet.
ROWS = 1 << 20
#: (first row, last row, column), counted from 1: a cell merged downwards.
Merged = tuple[int, int, int]


@dataclass
class Page:
    """One sheet. ``hidden_rows`` are known before the rows are read.

    ``read`` yields every row from the first as texts, '' for an empty cell.
    """

    name: str
    read: Callable[[], Iterator[list[str]]]
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set[int])


def cell_text(value: Any) -> str:
    """Return a value as a cell's text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return kept(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return Spoiled(value.strftime("%Y-%m-%d") if value.year >= 1000 else str(value), "date")
    if isinstance(value, date):
        return Spoiled(value.isoformat(), "date")
    if isinstance(value, time | timedelta):
        return Spoiled(str(value), "date")
    if abs(value) >= INEXACT:
        return Spoiled(f"{value:.0f}", "digits")
    return str(int(value)) if value == int(value) else repr(value)


class Filler:
    """Fills cells that were merged downwards with the value at their top."""

    def __init__(self, merged: list[Merged]):
        self._starting: dict[int, list[Merged]] = {}
        for one in merged:
            self._starting.setdefault(one[0], []).append(one)
        self._open: list[tuple[int, int, str]] = []

    def __call__(self, number: int, cells: list[str]) -> list[str]:
        if not self._open and number not in self._starting:
            return cells
        self._open = [one for one in self._open if one[0] >= number]
        for _, column, value in self._open:
            if len(cells) < column:
                cells += [""] * (column - len(cells))
            cells[column - 1] = cells[column - 1] or value
        for _, last, column in self._starting.get(number, ()):
            value = cells[column - 1] if column <= len(cells) else ""
            if value.strip():
                self._open.append((last, column, value))
        return cells
