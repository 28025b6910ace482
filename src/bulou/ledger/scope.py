"""The area scope of a database session, enforced by row level security.

Policies compare a row's area with the setting ``bulou.scope``, an int8multirange. It is set for one transaction
only; where it is absent nothing is visible. Queries pass their range as well, because only plain comparisons reach
the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, transaction

from bulou.ledger import prepared

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
    way back, a page that posts an entry would go on with the intake's scope. Within the same scope nothing happens.
    """
    connection = connections[using]
    before: Ranges | None = _now(connection)
    if before == ranges:
        yield
        return
    back = (before or ()) if connection.in_atomic_block else None
    with transaction.atomic(using=using), _set(connection, ranges, back):
        yield


@contextmanager
def pipelined(ranges: Ranges, using: str = "default") -> Iterator[Any]:
    """As ``scoped``, in the driver's pipeline; gives the driver's connection.

    The server works while the caller goes on; only reading rows and the end wait for it. An error may show at a later
    statement than the one it belongs to, at the end at the latest. Within another one of the same scope nothing
    happens: its end waits for both.
    """
    connection = connections[using]
    before = _now(connection)
    if before == ranges and connection.connection.pgconn.pipeline_status:
        yield connection.connection
        return
    back = (before or ()) if connection.in_atomic_block else None
    with transaction.atomic(using=using), connection.wrap_database_errors:
        driver = connection.connection
        with driver.pipeline(), _set(connection, ranges, back):
            yield driver


@contextmanager
def _set(connection: Any, ranges: Ranges, back: Ranges | None) -> Iterator[None]:
    """Set the scope of a transaction; afterwards set ``back``, unless it is None and the transaction ends anyway."""
    before = _SCOPES.get(connection)
    prepared.tell(SET, connection.alias, scope=multirange(ranges))
    _SCOPES[connection] = ranges
    try:
        yield
    finally:
        _SCOPES[connection] = before
    if back is not None:
        prepared.tell(SET, connection.alias, scope=multirange(back) if back else "")


#: Of the statements whose plan the server keeps (``plans``) it keeps one for all scopes.
SET = "SELECT set_config('bulou.scope', %(scope)s, true), set_config('plan_cache_mode', 'force_generic_plan', true)"
#: The scope that each connection's transaction is in; kept here so that nobody has to ask the database.
_SCOPES: WeakKeyDictionary[Any, Ranges | None] = WeakKeyDictionary()


def _now(connection: Any) -> Ranges | None:
    return _SCOPES.get(connection) if connection.in_atomic_block else None
