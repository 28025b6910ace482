"""An Excel list as pasted text: each visible sheet, row by row, columns by tabs; what is left out is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bulou.rounds.reconciliation import template


@dataclass(frozen=True, slots=True)
class Sheets:
    """A workbook as text. ``hidden``: names of sheets that are hidden, and so are not read."""

    text: str
    hidden: tuple[str, ...] = ()


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Return cells as lines with tabs, blank rows as blank lines."""
    out = []
    for row in rows:
        cells = [" ".join(cell.split()).removesuffix(".0") for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        out.append("\t".join(cells) + ("\t" if len(cells) == 1 and len(row) > 1 else ""))
    return "\n".join(out)


def sheets(content: bytes) -> Sheets:
    """Return a workbook's sheets as one text, a line with its name above each where there are several. A formula gives
    what it came to; one that never came to anything stands as it is written.

    Raises:
        template.Unreadable: no workbook that can be read within the limits.
    """
    book, written = template.load(content, values=True), template.load(content)
    shown = [page for page in book.worksheets if page.sheet_state == "visible" and page.max_row > 0]
    parts = []
    for page in shown:
        formulas = template.cells_of(written[page.title])
        text = text_of([
            [cell or formula for cell, formula in zip(row, other, strict=True)]
            for row, other in zip(template.cells_of(page), formulas, strict=True)
        ])  # fmt: skip
        if text.strip():
            parts.append(f"# {page.title}\n{text}" if len(shown) > 1 else text)
    hidden = tuple(page.title for page in book.worksheets if page.sheet_state != "visible")
    return Sheets("\n\n".join(parts), hidden)
