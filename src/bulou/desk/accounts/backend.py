"""Who is signed in, with a statement whose plan the server keeps: each page and each part of one begins with it."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User

from bulou.desk.accounts.reads import SQL
from bulou.ledger import plans

FIELDS = [field.attname for field in User._meta.concrete_fields]


class Accounts(ModelBackend):
    """Django's own users; only the way to look one up again is another."""

    def get_user(self, user_id: int) -> User | None:
        """Return a user who may still sign in."""
        found = plans.rows(SQL["account"], id=user_id)
        user = User.from_db("default", FIELDS, found[0]) if found else None
        return user if user and self.user_can_authenticate(user) else None
