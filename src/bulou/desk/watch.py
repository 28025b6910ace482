"""One line and two figures for each request of the desk. Addresses appear as templates: a path can name a person."""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

log = logging.getLogger("bulou.requests")
METRICS = CollectorRegistry()
ProcessCollector(registry=METRICS)
REQUESTS = Counter("bulou_desk_requests", "Requests of the desk", ("page", "status"), registry=METRICS)
SECONDS = Histogram(
    "bulou_desk_request_seconds", "How long a page took", ("page",), registry=METRICS,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)  # fmt: skip
SIGN_INS = Counter(
    "bulou_desk_sign_ins", "Tries to sign in: done, wrong, throttled, second or wrong-second", ("outcome",),
    registry=METRICS,
)  # fmt: skip
#: Asked every few seconds by machines; not worth a line.
UNTOLD = {"healthz", "metrics/desk"}


class Watch:
    """Middleware: outermost. The door names the request; a request that came another way gets a name here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.headers.get("X-Request-ID", "")
        if len(name) != 16 or not name.isalnum():
            name = secrets.token_hex(8)
        began = time.perf_counter()
        response = self._get_response(request)
        took = time.perf_counter() - began
        page = route(request)
        REQUESTS.labels(page, str(response.status_code)).inc()
        SECONDS.labels(page).observe(took)
        if page not in UNTOLD:
            facts = {"request": name, "method": _method(request), "route": page, "status": response.status_code}
            log.info("request", extra=facts | {"ms": round(1000 * took, 1)})
        response.headers.setdefault("X-Request-ID", name)
        return response


def route(request: HttpRequest) -> str:
    """Return the template of the address, or what kind of address it is when no page has it."""
    if request.resolver_match is not None:
        return request.resolver_match.route or "/"
    return "static" if request.path.startswith("/static/") else "unknown"


def _method(request: HttpRequest) -> str:
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures for Prometheus, to the holder of the key; for everybody else there is no such page."""
    key, (scheme, _, given) = settings.METRICS_KEY, request.headers.get("Authorization", "").partition(" ")
    if not key or scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), key.encode()):
        raise Http404
    return HttpResponse(generate_latest(METRICS), content_type="text/plain; version=0.0.4; charset=utf-8")
