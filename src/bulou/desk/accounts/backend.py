"""Who is signed in and what his roles are, as the session was read with both (``store.py``)."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bulou.desk.accounts import actions, reads
from bulou.desk.accounts.hashing import Recorded

FIELDS = [field.attname for field in User._meta.concrete_fields]
#: The session whose user is looked for, while he is.
_asking: ContextVar[Any] = ContextVar("asking", default=None)


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
        found = getattr(_asking.get(), "account", None)
        if found is None or found[0][0] != user_id:
            found = reads.account(user_id, datetime.now(UTC))
        if found is None:
            return None
        user = User.from_db("default", FIELDS, found[0])
        user.who = found[1]
        return user if self.user_can_authenticate(user) else None


class Reader(AuthenticationMiddleware):
    """Django's own; the user comes from the statement that read the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its user, who is looked for when somebody asks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user(request))


def _user(request: HttpRequest) -> User | AnonymousUser:
    token = _asking.set(request.session)
    try:
        return get_user(request)
    finally:
        _asking.reset(token)
