"""Who is signed in and what his roles are, with the one statement that each page and each part of one begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection

from bulou.desk.accounts import reads
from bulou.desk.accounts.rules import Who

FIELDS = [field.attname for field in User._meta.concrete_fields]


class Accounts(ModelBackend):
    """Django's own users; only the way to look one up again is another."""

    def get_user(self, user_id: int) -> User | None:
        """Return a user who may still sign in, with his roles as ``who``."""
        found = _first(user_id, datetime.now(UTC))
        if found is None:
            return None
        user = User.from_db("default", FIELDS, found[0])
        user.who = found[1]
        return user if self.user_can_authenticate(user) else None


def _first(user_id: int, now: datetime) -> tuple[tuple[Any, ...], Who] | None:
    """Ask without asking first whether the kept connection still stands; if it does not, once more on a new one."""
    connection.health_check_done = True
    try:
        return reads.account(user_id, now)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return reads.account(user_id, now)
