"""Lists whose columns sort: the first press brings the worst to the top, the second turns it round. By the server, so
that it works everywhere, can be sent as a link, and stands while a live part goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")
#: How a column is sorted: what a row has in it, and whether much of it is worse than little.
Columns = Mapping[str, tuple[Callable[[Any], Any], bool]]


def chosen(asked: str, columns: Columns) -> str:
    """Return the column that a query asks for, with "-" in front where it is turned round; "" for none of them."""
    return asked if asked.removeprefix("-") in columns else ""


def ordered(rows: Sequence[Row], asked: str, columns: Columns) -> list[Row]:
    """Return the rows by the column, worst first; what has no value comes last, either way."""
    column = chosen(asked, columns)
    if not column:
        return [*rows]
    of, much = columns[column.removeprefix("-")]
    known = [row for row in rows if of(row) is not None]
    unknown = [row for row in rows if of(row) is None]
    return sorted(known, key=of, reverse=much != column.startswith("-")) + unknown
