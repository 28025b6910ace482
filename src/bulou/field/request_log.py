"""One line and a few figures for each request of the door, and the last net under its faults.

Handlers note what they learn of a request with ``note``; nothing of it is a person's. A fault is told by its kind and
place alone: the message of an error may hold names.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
import traceback
from functools import cache
from typing import Any

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bulou.field.problems import Problem, response
from bulou.ledger.intake import Receipt

log = logging.getLogger("bulou.requests")
faults = logging.getLogger(__name__)

METRICS = CollectorRegistry()
ProcessCollector(registry=METRICS)
REQUESTS = Counter("bulou_door_requests", "Requests of the door", ("route", "status"), registry=METRICS)
SECONDS = Histogram(
    "bulou_door_request_seconds", "How long a request took", ("route",), registry=METRICS,
    buckets=(0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60),
)  # fmt: skip
ENTRIES = Counter("bulou_door_entries", "Entries by what happened to them", ("status",), registry=METRICS)
REFUSALS = Counter("bulou_door_refusals", "Refused entries and requests by code", ("code",), registry=METRICS)
WAITING = Gauge("bulou_door_queue_entries", "Entries that wait for the ledger or are being posted", registry=METRICS)
WEIGHT = Gauge(
    "bulou_door_queue_weight", "The same with all people, tubes and results that they name", registry=METRICS
)
AGE = Gauge("bulou_door_queue_age_seconds", "How long the oldest of them has waited", registry=METRICS)
BATCHES = Histogram(
    "bulou_door_batch_entries", "Entries in a batch", registry=METRICS, buckets=(1, 3, 10, 30, 100, 300, 1000, 3000)
)
POSTING = Histogram(
    "bulou_door_batch_seconds", "How long the ledger took for a batch", registry=METRICS,
    buckets=(0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)  # fmt: skip
WORK = Gauge(
    "bulou_door_database_work", "Work of the database threads, running or waiting", ("threads",), registry=METRICS
)
SIZE = Gauge("bulou_door_database_threads", "Threads with a database connection", ("threads",), registry=METRICS)

ROUTES = frozenset({"/field/journal", "/field/enrol", "/field/pack", "/field/openapi.json", "/healthz", "/metrics"})
#: Asked every few seconds by machines; not worth a line.
UNTOLD = frozenset({"/healthz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route(path: str) -> str:
    """Return the address as one of a few words: a path of the desk can name a person."""
    if path in ROUTES:
        return path
    return "/field/..." if path.startswith("/field/") else "desk"


def note(request: Request, **facts: Any) -> None:
    """Add to the request's line: ``journal``, ``entries``."""
    request.scope["told"].update(facts)


@cache
def _counter(of: Counter | Histogram, *labels: str) -> Any:
    """Return a figure's child; looking it up by its labels costs more than counting."""
    return of.labels(*labels)


def note_receipts(receipts: list[Receipt]) -> None:
    """Count what happened to entries."""
    for receipt in receipts:
        _counter(ENTRIES, receipt.status).inc()
        if receipt.code is not None:
            _counter(REFUSALS, str(receipt.code)).inc()


def refused(problem: Problem) -> None:
    """Count a refused request."""
    _counter(REFUSALS, str(problem.code)).inc()


class Watch:
    """Outermost: names the request, answers a fault, writes the line."""

    def __init__(self, app: ASGIApp, secure: bool = False):
        self._app = app
        self._headers = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
        if secure:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, began, status = secrets.token_hex(8), time.perf_counter(), 0
        scope["request_id"], scope["told"] = name, {}

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {key.lower() for key, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"], *(pair for pair in self._headers if pair[0] not in given),
                    *([] if b"x-request-id" in given else [(b"x-request-id", name.encode())]),
                ]  # fmt: skip
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((frame for frame in reversed(frames) if "bulou" in frame.filename), frames[-1])
            faults.error("fault: %s in %s, line %s", type(error).__name__, place.name, place.lineno)
            if not status:
                await response(Problem(500))(scope, receive, noted)
        finally:
            self._tell(scope, name, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, name: str, status: int, took: float) -> None:
        where = route(scope["path"])
        method = scope["method"] if scope["method"] in METHODS else "other"
        _counter(REQUESTS, where, str(status)).inc()
        _counter(SECONDS, where).observe(took)
        if where not in UNTOLD:
            facts = {"request": name, "method": method, "route": where, "status": status, "ms": round(1000 * took, 1)}
            log.info("request", extra=facts | scope["told"])


async def metrics(request: Request) -> Response:
    """Return the figures for Prometheus, to the holder of the key; for everybody else there is no such page."""
    key = settings.METRICS_KEY
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not key or scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), key.encode()):
        raise Problem(404)
    gatherer = request.app.state.gatherer
    WAITING.set(gatherer.held)
    WEIGHT.set(gatherer.weight)
    AGE.set(gatherer.age)
    for threads in (request.app.state.threads, request.app.state.keys, gatherer.threads):
        WORK.labels(threads.name).set(threads.work)
        SIZE.labels(threads.name).set(threads.count)
    return Response(generate_latest(METRICS), 200, {"cache-control": "no-store"}, "text/plain; version=0.0.4")
