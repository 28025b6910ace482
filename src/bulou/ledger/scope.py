"""The area scope of a database session, enforced by row level security.

Policies compare a row's area with the setting ``bulou.scope``, an int8multirange. It is set for one transaction
only; where it is absent nothing is visible. Queries pass their range as well, because only plain comparisons reach
the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

Ranges = tuple[tuple[int, int], ...]

#: Every area there can be: for the intake, for verify, and for the district's own administrators.
EVERYWHERE: Ranges = ((0, 2**53 - 1),)


def multirange(ranges: Iterable[tuple[int, int]]) -> str:
    """Return inclusive ranges as the text of an int8multirange."""
    return "{" + ",".join(f"[{lo},{hi}]" for lo, hi in ranges) + "}"


def covers(ranges: Iterable[tuple[int, int]], area: int) -> bool:
    """Tell whether an area lies within one of the inclusive ranges."""
    return any(lo <= area <= hi for lo, hi in ranges)


@contextmanager
def scoped(ranges: Ranges, using: str = "default") -> Iterator[None]:
    """Run a transaction that sees the areas of ``ranges`` and no other; within another one, the old scope comes back.

    PostgreSQL undoes a setting only with the outermost transaction, or when a savepoint is rolled back: without the
    way back, a page that posts an entry would go on with the intake's scope.
    """
    connection = connections[using]
    outer, before = connection.in_atomic_block, ""
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if outer:
            cursor.execute("SELECT current_setting('bulou.scope', true)")
            before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('bulou.scope', %s, true)", [multirange(ranges)])
        yield
        if outer:
            cursor.execute("SELECT set_config('bulou.scope', %s, true)", [before])
