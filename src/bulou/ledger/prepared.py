"""Statements that come again and again; the server keeps a plan for each.

Row level security makes a statement of three tables one of fifteen: planning it takes milliseconds where its answer
takes a tenth of one. One plan serves every scope, because all that differs between scopes is a parameter. A statement
that is better off with a plan for its values (a search by the beginning of a name) is run by a cursor of Django.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from types import SimpleNamespace
from typing import Any, TypeVar

import psycopg
from django.db import connections

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
Reader = Generator[tuple[str, dict[str, Any]], Rows, T]


class Cursor(psycopg.Cursor[Any]):
    """The driver's cursor with parameters bound by the server, as a kept plan needs them."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> Cursor:
        """Run a statement; its plan is made the first time."""
        super().execute(query.encode(), params, prepare=True)
        self._query: Any = SimpleNamespace(query=query.encode())  # Django's log of statements looks for it here
        return self


def rows(statement: str, using: str = "default", **values: Any) -> Rows:
    """Return the rows of a statement, for whose plan see above.

    Raises:
        django.db.Error: the database refused it.
    """
    return _ask(statement, values, using).fetchall()


def tell(statement: str, using: str = "default", **values: Any) -> None:
    """Run a statement whose rows nobody wants; the beginning of a transaction goes to the server along with it.

    Raises:
        django.db.Error: the database refused it; within a pipeline a later statement may raise it.
    """
    connection = connections[using]
    connection.ensure_connection()
    if connection.connection.pgconn.pipeline_status:
        _ask(statement, values, using)
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        _ask(statement, values, using)


def together(readers: Iterable[Reader[T]], using: str = "default") -> list[T]:
    """Run readers side by side and return what each returns, in their order.

    A reader yields a statement with its values and is sent the rows. What the readers ask at the same time goes to the
    server in one pipeline: the page waits once for all of it.

    Raises:
        django.db.Error: the database refused a statement.
    """
    connection, made = connections[using], {}
    connection.ensure_connection()
    going = [(n, reader, None) for n, reader in enumerate(readers)]
    while going:
        asked = []
        with connection.wrap_database_errors, connection.connection.pipeline():
            for n, reader, found in going:
                try:
                    statement, values = next(reader) if found is None else reader.send(found)
                except StopIteration as end:
                    made[n] = end.value
                else:
                    asked.append((n, reader, _ask(statement, values, using)))
        going = [(n, reader, cursor.fetchall()) for n, reader, cursor in asked]
    return [made[n] for n in sorted(made)]


def several(*questions: tuple[str, dict[str, Any]], using: str = "default") -> list[Rows]:
    """Return the rows of each statement with its values, asked in one pipeline.

    Raises:
        django.db.Error: the database refused a statement.
    """

    def one(question: tuple[str, dict[str, Any]]) -> Reader[Rows]:
        return (yield question)

    return together((one(question) for question in questions), using)


def _ask(statement: str, values: dict[str, Any], using: str) -> Any:
    connection = connections[using]
    if not (connection.queries_logged or connection.execute_wrappers):
        return asked(using, statement, values)
    cursor = connection.cursor()  # what counts and tells statements sees this one as well
    cursor.cursor.close()
    cursor.cursor = Cursor(connection.connection)
    cursor.execute(statement, values)
    return cursor


def asked(using: str, statement: str, values: dict[str, Any]) -> psycopg.Cursor[Any]:
    """Ask past Django's cursor. Within a pipeline nothing waits for it.

    Raises:
        django.db.Error: as a cursor of Django would.
    """
    connection = connections[using]
    connection.close_if_health_check_failed()  # what a cursor of Django would do first
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return Cursor(connection.connection).execute(statement, values)
