"""The field door: what phones, couriers and laboratories talk to. ASGI, bearer keys, no cookies, its own process.

No board can slow it: it shares nothing with the desk but the database. ``app`` is the whole public port; what is not
the door's own is handed on to the desk (``proxy.py``). Django must be loaded before (``config/asgi.py`` does it).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import msgspec
from django.conf import settings
from django.db import Error
from msgspec import Meta
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from bulou.field import actions, codes, leaves, openapi, photos, posting, request_log, trust
from bulou.field import app as app_files
from bulou.field import body as bodies
from bulou.field.batcher import Batcher, Threads
from bulou.field.bearer import Bearers
from bulou.field.fair_queue import Quota
from bulou.field.journal import BODIES, JournalDoor
from bulou.field.pack import pack
from bulou.field.problems import Problem, response
from bulou.field.proxy import Desk
from bulou.field.throttle import Throttle
from bulou.ledger import clock

#: The methods that pages answer; any other gets no further than the door.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def json(content: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON response that no cache keeps."""
    headers.setdefault("cache-control", "no-store")
    return Response(msgspec.json.encode(content), status, headers, "application/json")


async def body(request: Request, limit: int) -> bytes:
    """Return the body of a request, as ``bodies.read`` does."""
    return await bodies.read(request.receive, request.headers.get("content-length", ""), limit)


class Token(msgspec.Struct, forbid_unknown_fields=True):
    """What a device sends to be enrolled. ``name``: of a shift card, what its holder calls herself."""

    token: str
    name: Annotated[str, Meta(max_length=40)] | None = None


async def post_enrol(request: Request) -> Response:
    """Turn a token of the desk into a journal and its key."""
    try:
        given = msgspec.json.decode(await body(request, 2_000), type=Token)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(422, "token") from None
    throttle = request.app.state.throttle
    # The door is the first to hear the caller, so that no header is asked for his address.
    address = request.client.host if request.client else ""
    if throttle.blocked(address):
        raise Problem(429)
    try:
        enrolled = await request.app.state.threads.run(
            posting.in_thread, actions.enrol, given.token, clock.now(), given.name or ""
        )
    except Problem as problem:
        if problem.code == 410:
            throttle.wrong(address)
        raise
    request_log.note(request, journal=enrolled.journal)
    return json(asdict(enrolled) | {"served_at": clock.now()})


async def get_pack(request: Request) -> Response:
    """Return the device's work pack, or 304 when it holds the newest already (If-None-Match)."""
    journal = await request.app.state.bearers.journal(request)
    request_log.note(request, journal=journal.id)
    content = msgspec.json.encode(await request.app.state.threads.run(posting.in_thread, pack, journal))
    tag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/json")


async def post_pack(request: Request) -> Response:
    """Return the device's work pack by buildings, without those that it says it has."""
    journal = await request.app.state.bearers.journal(request)
    request_log.note(request, journal=journal.id)
    have = leaves.asked(await body(request, leaves.MAX_BYTES))
    squeeze = "gzip" in request.headers.get("accept-encoding", "")
    content = await request.app.state.threads.run(posting.in_thread, leaves.encoded, journal, have, squeeze)
    headers = {"cache-control": "no-store", "vary": "authorization, accept-encoding"}
    if squeeze:
        headers["content-encoding"] = "gzip"
    return Response(content, 200, headers, "application/json")


async def post_photo(request: Request) -> Response:
    """Take a piece of a photo that an entry of the device names."""
    journal = await request.app.state.bearers.journal(request, late=True)
    request_log.note(request, journal=journal.id)
    piece = photos.asked(request)
    content = await body(request, photos.PIECE)
    return json(await request.app.state.photos.run(posting.in_thread, photos.take, journal, piece, content))


async def get_openapi(request: Request) -> Response:
    """Return the description of this interface."""
    return json(openapi.document())


async def healthz(request: Request) -> Response:
    """Tell whether the door can take entries."""
    try:
        async with asyncio.timeout(5):
            name = await request.app.state.keys.run(posting.ledger_state)
    except (Error, TimeoutError):
        raise Problem(503) from None
    queue = request.app.state.gatherer
    return json(
        {
            "status": "ok", "version": _version(), "incarnation": name,
            "waiting": queue.held, "oldest_s": round(queue.age, 3),
        }
    )  # fmt: skip


def _version() -> str:
    try:
        return version("bulou")
    except PackageNotFoundError:
        return "source"


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a refused request."""
    assert isinstance(error, Problem)
    request_log.refused(error)
    return response(error)


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router refuses."""
    assert isinstance(error, HTTPException)
    return response(Problem(error.status_code if error.status_code in (404, 405) else 422))


async def on_hang_up(request: Request, error: Exception) -> Response:
    """The device went away while it was sending; nothing was taken."""
    return response(Problem(422))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Start and end the threads that talk to the database."""
    state = app.state
    state.threads = Threads(2, "read", waiting=200)
    state.keys = Threads(1, "key")  # of its own: to hand entries in, nobody waits for packs
    state.photos = Threads(1, "photo", waiting=50)  # of its own: a picture is heavy, and waits for nobody but pictures
    state.throttle = Throttle()
    state.trust = trust.Local(
        settings.PUBLIC_URL, settings.TRUST_FINGERPRINT, settings.TRUST_ROOT, settings.LANGUAGE_CODE
    )
    state.app = await asyncio.to_thread(app_files.load)
    codes.installed()  # wrong ones are told now, not to the first phone
    state.bearers = Bearers(state.keys)
    state.bodies = Quota(BODIES)
    state.gatherer = Batcher()
    state.gatherer.start()
    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again would hold every answer up
    state.desk = Desk(settings.DESK_URL, settings.PUBLIC_URL)
    state.residents = Desk(settings.RESIDENTS_URL, settings.PUBLIC_URL)  # connections of its own: neither waits
    try:
        yield
    finally:
        await state.desk.close()
        await state.residents.close()
        await state.gatherer.close()
        await asyncio.to_thread(state.threads.close)
        await asyncio.to_thread(state.keys.close)
        await asyncio.to_thread(state.photos.close)


class Door:
    """The way of an entry first, then the pages of the desk, then all others."""

    def __init__(self, others: Starlette):
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's own start and end."""
        if scope["type"] == "http" and scope["path"] == "/field/journal" and scope["method"] == "POST":
            scope["app"] = self._others
            await post_journal(scope, receive, send)
        elif scope["type"] == "http" and not _own(scope["path"]) and scope["method"] in METHODS:
            await self._page(scope, receive, send)
        else:
            await self._others(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            state = self._others.state
            behind = state.residents if scope["path"].startswith("/h/") else state.desk
            await behind.pass_on(scope, receive, send)
        except Problem as problem:
            request_log.refused(problem)
            await response(problem)(scope, receive, send)
        except ClientDisconnect:  # he went away while he was sending; the desk got half of it, and knows
            await response(Problem(422))(scope, receive, send)


def _own(path: str) -> bool:
    """Tell whether an address is the door's own."""
    return path.startswith("/field/") or path in ("/healthz", "/metrics")


post_journal = JournalDoor()
others = Starlette(
    routes=[
        Mount(
            "/field",
            routes=[
                Route("/journal", post_journal, methods=["POST"]),
                Route("/enrol", post_enrol, methods=["POST"]),
                Route("/pack", get_pack, methods=["GET"]),
                Route("/pack", post_pack, methods=["POST"]),
                Route("/photos/{digest}", post_photo, methods=["POST"]),
                Route("/openapi.json", get_openapi, methods=["GET"]),
                Mount("/trust", routes=trust.routes),
                Route("/app", app_files.to_app, methods=["GET"]),
                Route("/app/{path:path}", app_files.serve, methods=["GET"]),
            ],
        ),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/metrics", request_log.metrics, methods=["GET"]),
    ],
    exception_handlers={
        Problem: on_problem,
        HTTPException: on_http,
        ClientDisconnect: on_hang_up,
    },
    lifespan=lifespan,
)
app = request_log.Watch(Door(others), secure=settings.PUBLIC_URL.startswith("https://"))
