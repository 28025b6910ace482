"""Who guesses passwords has to wait: django-axes counts wrong tries in the database, with limits of our own.

It counts by user with address, by user, and by address. A user is never locked out everywhere by somebody else's few
tries; from many addresses at once it takes ``BY_USER``. The library has one limit for all three ways of counting, so
each count is put in proportion to its own limit.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.db.models import Sum
from django.http import HttpRequest

LASTS = timedelta(minutes=15)
BY_BOTH, BY_USER, BY_ADDRESS = 8, 60, 100
#: In the order of ``AXES_LOCKOUT_PARAMETERS``.
LIMITS = (BY_BOTH, BY_USER, BY_ADDRESS)


class Handler(AxesDatabaseHandler):
    """The library's own, with three limits, and without forgetting an address because one user knew a password."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return the largest of the counts, in proportion: ``BY_BOTH`` means that a limit is reached."""
        counted = (
            attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(n * BY_BOTH // limit for n, limit in zip(counted, LIMITS, strict=True))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the wrong tries of somebody who knew the password after all, from where he is."""
        count, _ = self.filter_user_attempts(request, credentials)[0].delete()
        return count


def is_locked(request: HttpRequest) -> bool:
    """Tell whether another try must wait; then not even a right password is looked at."""
    return not AxesProxyHandler.is_allowed(request, {"username": request.POST.get("username", "")})


def name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that is tried, in the one form in which it is counted."""
    given = (credentials or request.POST).get("username") or ""
    return plain(given)


def plain(name: str) -> str:
    """Return a name without what makes two ways of writing it."""
    return name.replace("\0", "").strip().casefold()[:150]


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's address as the door saw it; the door alone sets this header."""
    given = request.headers.get("X-Forwarded-For") or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(given))
    except ValueError:
        return None


def lift(name: str) -> int:
    """Forget the wrong tries on a user's name, from wherever; return how many places they came from."""
    return AxesProxyHandler.reset_attempts(username=plain(name))
