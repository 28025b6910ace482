"""Who is signed in and what his roles are, with the one statement that each page and each part of one begins with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest

from bulou.desk.accounts import actions, reads
from bulou.desk.accounts.hashing import Recorded
from bulou.desk.accounts.rules import Who

FIELDS = [field.attname for field in User._meta.concrete_fields]


class Accounts(ModelBackend):
    """Django's own users; another is the way to look one up again, and how a hash is made anew."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> User | None:
        """Return the user whose password this is; a hash of an older version is made anew and recorded."""
        user = super().authenticate(request, username, password, **more)
        hasher = get_hasher()
        if user is not None and password and isinstance(hasher, Recorded) and hasher.is_weaker(user.password):
            actions.strengthen(user, password, datetime.now(UTC))
        return user

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
