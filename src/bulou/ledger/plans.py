"""Statements that come again and again; the server keeps a plan for each.

Row level security makes a statement of three tables one of fifteen: planning it takes milliseconds where its answer
takes a tenth of one. One plan serves every scope, because all that differs between scopes is a parameter. A statement
that is better off with a plan for its values (a search by the beginning of a name) is run by a cursor of Django.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import connections


class Cursor(psycopg.Cursor[Any]):
    """The driver's cursor with parameters bound by the server, as a kept plan needs them."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> Cursor:
        """Run a statement; its plan is made the first time."""
        super().execute(query.encode(), params, prepare=True)
        self._query: Any = SimpleNamespace(query=query.encode())  # Django's log of statements looks for it here
        return self


def rows(statement: str, using: str = "default", **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, for whose plan see above.

    Raises:
        django.db.Error: the database refused it.
    """
    with connections[using].cursor() as cursor:  # what counts and tells statements sees this one as well
        cursor.cursor.close()
        cursor.cursor = Cursor(connections[using].connection)
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def asked(using: str, statement: str, values: dict[str, Any]) -> psycopg.Cursor[Any]:
    """Ask a statement that comes with every batch. Within a pipeline nothing waits for it.

    Raises:
        django.db.Error: as a cursor of Django would.
    """
    connection = connections[using]
    connection.close_if_health_check_failed()  # what a cursor of Django would do first
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return Cursor(connection.connection).execute(statement, values)
