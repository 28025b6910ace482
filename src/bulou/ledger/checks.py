"""What rooms declare for `verify` and for the seal: comparisons of their own, and books whose rows are sealed.

The ledger knows no room above it. A room declares here, once, while Django loads it; `verify` and the seal loop over
what is declared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

#: A difference: the row, and its two sides as plain JSON values; None is a row or a value that is not there.
Row = tuple[dict[str, Any], Any, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison that `verify` makes besides those of the ledger's own books.

    ``noun`` is its name, ``law`` the law that a difference breaks, ``zh`` and ``en`` what is compared. ``run`` reads
    with a cursor that sees everything and returns the differences; it writes nothing.
    """

    noun: str
    law: int
    zh: str
    en: str
    run: Callable[[Any], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Book:
    """Rows that are sealed.

    ``statement`` inserts (key, at, said) of each row into the table ``seal_said``: what names the row, when it was
    written, and a text of all that must not change. That text is the leaf, so it stays as it is for good: a column
    that is added later comes last and says nothing where it is null, and a time is a number of microseconds.

    ``dated``: ``at`` is the ledger's own time of receipt, never much later than the writing. Then a run looks no
    further back than ``%(since)s``, and a row dated long before it was sealed is told.
    """

    name: str
    zh: str
    en: str
    statement: str
    dated: bool = False


CHECKS: dict[str, Check] = {}
BOOKS: dict[str, Book] = {}
#: (journal, number, content) to whether the door could not read it; the field door declares itself.
DOORS: list[Callable[[int, int, bytes], bool]] = []


def declare(
    checks: Iterable[Check] = (),
    books: Iterable[Book] = (),
    door: Callable[[int, int, bytes], bool] | None = None,
) -> None:
    """Declare what a room adds; the same declaration again changes nothing.

    Raises:
        ValueError: a name is taken by another declaration.
    """
    for check in checks:
        if CHECKS.setdefault(check.noun, check) != check:
            raise ValueError(f"check {check.noun} is declared twice")
    for book in books:
        if BOOKS.setdefault(book.name, book) != book:
            raise ValueError(f"sealed book {book.name} is declared twice")
    if door is not None and door not in DOORS:
        DOORS.append(door)


def sql(statement: str) -> Callable[[Any], Iterable[Row]]:
    """Return what runs a statement of (key, recorded, expected), each the text of a JSON value or null."""
    return _Sql(statement)


@dataclass(frozen=True, slots=True)
class _Sql:
    """A statement as a check; two of the same text are equal."""

    statement: str

    def __call__(self, cursor: Any) -> Iterable[Row]:
        cursor.execute(self.statement)
        return [
            (json.loads(key), _loaded(recorded), _loaded(expected)) for key, recorded, expected in cursor.fetchall()
        ]


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)
