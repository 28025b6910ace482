"""Sessions in the database, read with who they are: one statement tells both, at each page and each part of one.

Nothing is kept of a session between two requests, so that one that was ended anywhere is ended everywhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import InterfaceError, OperationalError, connection

from bulou.desk.accounts import reads
from bulou.desk.accounts.rules import Principal

#: What a key looks like; anything else in a cookie is nobody's.
KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    """Django's own store in the database; ``account`` is its user with his roles, as they were when it was read."""

    account: tuple[tuple[Any, ...], Principal] | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the table."""
        from bulou.desk.accounts.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing when there is none, or none any more."""
        found = _read(self.session_key or "", datetime.now(UTC))
        if found is None:
            self._session_key = None
            return {}
        data, self.account = found
        return self.decode(data)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row to be written, with whose it is."""
        row = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End a session; calm when it was ended already."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=key).delete()


def _read(key: str, now: datetime) -> tuple[str, tuple[tuple[Any, ...], Principal] | None] | None:
    """Ask without asking first whether the kept connection still stands; if it does not, once more on a new one."""
    if not KEY.fullmatch(key):
        return None
    connection.health_check_done = True
    try:
        return reads.session(key, now)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return reads.session(key, now)
