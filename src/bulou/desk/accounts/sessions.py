"""How long a session lasts: one shift at most; who sees names is signed out after half an hour without a click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

from bulou.desk.accounts.rules import Who

LONGEST, IDLE = timedelta(hours=12), timedelta(minutes=30)
#: A click is noted once in this time, so that not every page writes.
NOTED = timedelta(minutes=1)
BEGAN, SEEN, SECOND = "began", "seen", "second"


def begin(request: HttpRequest, now: datetime) -> None:
    """Note when somebody signed in."""
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def over(request: HttpRequest, who: Who, now: datetime) -> bool:
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


def _by_itself(request: HttpRequest) -> bool:
    asked = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return request.method == "GET" and (asked or "X-Bulou-Part" in request.headers)


def _time(request: HttpRequest, name: str) -> datetime | None:
    at = request.session.get(name)
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None
