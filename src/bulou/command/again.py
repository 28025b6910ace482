"""An open page that asks again within seconds is known by its cookie.

Most requests of the desk are open boards that ask whether something changed; mostly nothing did. To find out who asks,
what he may see and which page it is costs several times what the answer does. Whoever was answered a moment ago, by the
same cookie and for the same part, is answered from the same reading, as long as that holds.

It holds no longer than the session and the roles would by themselves, and not beyond the next change of anybody's
access, wherever that is made: the database tells of it (``ticks``). While nobody hears the database, it is looked each
time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from bulou.command import live

#: Seconds after which it is looked again who asks.
FOR = 60.0
#: Open pages that are known at most.
MOST = 5_000
#: What of an answer belongs to it alone.
OWN = frozenset({"etag", "x-bulou-age", "content-length", "x-request-id"})
#: By what else than its address an answer may differ.
SAID = ("HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO")
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True)
class Known:
    """A part that somebody was shown, and his answer's headers.

    ``until``: when it is looked again who asks (monotonic seconds); ``ends``: how often anybody's access had changed
    before it was looked the last time.
    """

    shown: live.Shown
    headers: tuple[tuple[str, str], ...]
    route: Any
    until: float
    ends: int


class Again:
    """Middleware: answers parts of open pages without a look at who asks, where that was looked at a moment ago."""

    clock = staticmethod(time.monotonic)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._known: OrderedDict[Any, Known] = OrderedDict()
        self._lock = threading.Lock()
        self._changes = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            try:
                return self._get_response(request)
            finally:
                self._forget()
        if request.method != "GET" or not live.is_live(request):
            return self._get_response(request)
        who = _who(request)
        known, now, changes, ends = self._known.get(who), self.clock(), self._changes, live.ends()
        holds = known is not None and now < known.until and ends is not None and ends == known.ends
        answer = live.again(request, known.shown) if known and holds else None
        if known and answer is not None:
            request.resolver_match = known.route
            for name, value in known.headers:
                answer.headers.setdefault(name, value)
            if answer.content:
                answer.headers["Content-Length"] = str(len(answer.content))
            return answer
        answer = self._get_response(request)
        shown = getattr(answer, "shown", None)
        if shown and not answer.cookies and ends is not None:
            headers = tuple((name, value) for name, value in answer.items() if name.lower() not in OWN)
            until = now + min(FOR, getattr(request, "lasts", 0.0))
            self._keep(who, Known(shown, headers, request.resolver_match, until, ends), changes)
        return answer

    def _keep(self, who: Any, known: Known, changes: int) -> None:
        with self._lock:
            if changes != self._changes:  # somebody did something meanwhile, perhaps signed out
                return
            self._known[who] = known
            self._known.move_to_end(who)
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def _forget(self) -> None:
        with self._lock:
            self._changes += 1
            self._known.clear()


def _who(request: HttpRequest) -> Any:
    """Return all by which an answer may differ, as it came."""
    said = request.META
    return request.get_full_path(), *(said.get(name, "") for name in SAID)
