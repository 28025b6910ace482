"""How long a session lasts: one shift at most; who sees names is signed out after half an hour without a click.

A new password ends all sessions of its user, a closed account and a lost role what they allowed, each at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest

from bulou.desk.accounts.reads import SQL
from bulou.desk.accounts.rules import Principal

LONGEST, IDLE = timedelta(hours=12), timedelta(minutes=30)
#: A click is noted once in this time, so that not every page writes.
NOTED = timedelta(minutes=1)
BEGAN, SEEN, SECOND = "began", "seen", "second"


def begin(request: HttpRequest, now: datetime) -> None:
    """Note when somebody signed in."""
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def over(request: HttpRequest, who: Principal, now: datetime) -> bool:
    """Tell whether a session has lasted long enough; note the click when it goes on.

    Parts of a page that refresh themselves are no clicks: an open board does not keep a session alive.
    """
    began = _time(request, BEGAN) or request.user.last_login or now
    seen = _time(request, SEEN) or began
    if now - began >= LONGEST or ("names" in who.held and now - seen >= IDLE):
        return True
    if now - seen >= NOTED and not _by_itself(request):
        request.session.setdefault(BEGAN, began.timestamp())
        request.session[SEEN] = now.timestamp()
    return False


def lasts(request: HttpRequest, who: Principal, now: datetime) -> float:
    """Return for how many seconds a session that is not over, and what it allows, will go on by themselves."""
    began = _time(request, BEGAN) or request.user.last_login or now
    ends = [began + LONGEST]
    if "names" in who.held:
        ends.append((_time(request, SEEN) or began) + IDLE)
    if who.until is not None:
        ends.append(who.until)
    return (min(ends) - now).total_seconds()


def end_all(user: User, now: datetime, but: str = "") -> None:
    """End all sessions of a user but the one with the key ``but``."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["sessions_end"], {"user": user.pk, "but": but, "now": now})


def _by_itself(request: HttpRequest) -> bool:
    asked = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return request.method == "GET" and (asked or "X-Bulou-Part" in request.headers)


def _time(request: HttpRequest, name: str) -> datetime | None:
    at = request.session.get(name)
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None
