"""A list as an Excel file. Every cell is text or a number by type, so that no spreadsheet runs it as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.utils import timezone

#: What a worksheet holds, less the header.
MOST_ROWS = 1_048_575
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\[\]\x00-\x1f]+')


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[str | int | None]], foot: str = "") -> bytes:
    """Return an Excel file of one sheet: the header stays in view and has filters; ``foot`` is printed on each page."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False}) as book:
        page = book.add_worksheet(_FORBIDDEN.sub(" ", title)[:31].strip("' ") or "list")
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        page.freeze_panes(1, 0)
        page.set_column(0, len(head) - 1, 16)
        for column, cell in enumerate(head):
            page.write_string(0, column, cell, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(last, column, cell)
                elif cell:
                    page.write_string(last, column, cell, text)
        page.autofilter(0, 0, last, len(head) - 1)
        page.set_footer(f"&L&8{foot}&R&8&P / &N")
    return out.getvalue()


def file_name(area: str, what: str, at: datetime) -> str:
    """Return a file's name by area, list and local time, safe on every system."""
    when = timezone.localtime(at).strftime("%Y%m%d-%H%M")
    return f"{_FORBIDDEN.sub('', f'{area}-{what}' if area else what).replace(' ', '')[:80]}-{when}.xlsx"


def local(at: datetime | None) -> str:
    """Return an instant in the installation's zone, to the minute."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
