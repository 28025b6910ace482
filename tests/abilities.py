"""A desk whose readers have the abilities that a test names, in their own areas, and that opens every page to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from bulou.desk.abilities import SIGNED_IN
from bulou.desk.access import AreaScope
from bulou.desk.accounts.rules import Principal

#: Set by a test before the first request.
GIVEN: set[str] = set()
MIDDLEWARE = ["tests.abilities.Given" if name.endswith(".AreaScope") else name for name in settings.MIDDLEWARE]


class Anybody(Principal):
    """A user with the abilities of ``GIVEN`` instead of those of his roles."""

    @property
    def held(self) -> frozenset[str]:
        """Return all abilities."""
        return frozenset(GIVEN)

    def may(self, need: str) -> bool:
        """Open every page: what it does with the abilities is tested."""
        return True

    def areas(self, need: str) -> tuple[int, ...]:
        """Return all areas."""
        return super().areas(SIGNED_IN)

    def reaches(self, need: str, area: int) -> bool:
        """Say what is given, in the own areas."""
        return set(need.split()) <= self.held and super().reaches(need, area)

    def abilities(self, need: str, qualifiers: Iterable[str]) -> frozenset[str]:
        """Return all abilities."""
        return self.held | {SIGNED_IN}


class Given(AreaScope):
    """Gives every reader ``GIVEN``."""

    def read(self, user: AbstractBaseUser | AnonymousUser, now: datetime) -> Principal:
        """Return the user's roles with the abilities of the test."""
        who = super().read(user, now)
        return Anybody(who.grants, who.second)
