"""A superior's Excel template: read as cells, given back with its empty cells filled and all others as they were."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from bulou.places import workbook_guard
from bulou.places.workbook_guard import Bounds, Most

LARGEST, MOST_ROWS, MOST_COLUMNS = 2 * 2**20, 5000, 60
#: Every cell, row, style and cell under a merge becomes an object.
BOUNDS = Bounds(unfolded=Most(40 << 20), light=Most(600_000), heavy=Most(60_000), spread=Most(50_000))


class Unreadable(ValueError):
    """No Excel file that can be read within the limits."""


def load(content: bytes, values: bool = False) -> Workbook:
    """Return a workbook. ``values``: of formulas what they came to, else the formulas themselves.

    Raises:
        Unreadable: damaged, protected by a password, an old .xls, or too large.
    """
    if len(content) > LARGEST:
        raise Unreadable
    try:
        workbook_guard.check(BytesIO(content), BOUNDS)
        book = load_workbook(BytesIO(content), data_only=values)
        pages = book.worksheets
    except (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
        OSError,
        TypeError,
        SyntaxError,
    ) as error:
        raise Unreadable from error
    if not pages or any(page.max_row > MOST_ROWS or page.max_column > MOST_COLUMNS for page in pages):
        raise Unreadable
    return book


def read(content: bytes) -> tuple[Workbook, list[list[str]]]:
    """Return a workbook and the cells of its first sheet as texts.

    Raises:
        Unreadable: as ``load``.
    """
    book = load(content)
    return book, cells_of(book.worksheets[0])


def cells_of(page: Worksheet) -> list[list[str]]:
    """Return a sheet's cells as texts. What is written across merged cells stands in each of them, but no number: a sum
    that spans two rows is not the figure of both.
    """
    cells = [["" if value is None else str(value) for value in row] for row in page.iter_rows(values_only=True)]
    for merged in page.merged_cells.ranges:
        lead = page.cell(merged.min_row, merged.min_col).value
        for row in range(merged.min_row, min(merged.max_row, len(cells)) + 1) if isinstance(lead, str) else ():
            for column in range(merged.min_col, min(merged.max_col, len(cells[row - 1])) + 1):
                cells[row - 1][column - 1] = lead
    return cells


def fill(book: Workbook, ours: Mapping[tuple[int, int], int]) -> bytes:
    """Return the workbook with figures by (row, column), from 1, in those cells that are empty."""
    page = book.worksheets[0]
    for (row, column), figure in ours.items():
        cell = page.cell(row, column)
        if not isinstance(cell, MergedCell) and cell.value in (None, ""):
            cell.value = figure
    out = BytesIO()
    book.save(out)
    return out.getvalue()
