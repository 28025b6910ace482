"""The field door: what phones, couriers and laboratories talk to. ASGI, bearer keys, no cookies, its own process.

No board can slow it: it shares nothing with the desk but the database. ``app`` is the whole public port; what is not
the door's own is handed on to the desk (``proxy.py``). Django must be loaded before (``config/asgi.py`` does it).
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import msgspec
from django.conf import settings
from django.db import Error
from msgspec import Meta
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bulou.field import actions, codes, decode, leaves, openapi, posting, watch
from bulou.field import app as app_files
from bulou.field.batches import Gatherer, Threads
from bulou.field.bearer import Bearers
from bulou.field.pack import pack
from bulou.field.problems import Problem, response
from bulou.field.proxy import Desk
from bulou.field.throttle import Throttle
from bulou.field.turns import Room
from bulou.ledger import clock
from bulou.ledger.areas import LEVELS, ancestor
from bulou.ledger.intake import Receipt
from bulou.ledger.journals import Journal

#: How much of a body that is too large is read and thrown away, so that the sender can hear why.
DRAINED = 32 * 2**20
#: Gaps told in one answer; the next answer tells of the next ones.
MISSING = 1_000
PATIENCE = 60  # seconds
#: Seconds without a byte after which a sender is taken for gone. A slow line that goes on may take as long as it needs.
SILENCE = 20
#: What the bodies in hand may fill, each counted with at least SMALL; beyond, devices are asked to come again.
BODIES, SMALL = 256 * 2**20, 2**16
#: Up to this many bytes a body is decoded at once: handing it to a thread would cost more.
LIGHT = 2**15
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def json(content: object, status: int = 200, **headers: str) -> Response:
    """Return a JSON response that no cache keeps."""
    headers.setdefault("cache-control", "no-store")
    return Response(msgspec.json.encode(content), status, headers, "application/json")


async def body(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        Problem: 413, it is larger than ``limit`` bytes; 429, nothing more of it came for SILENCE seconds.
    """
    parts: list[bytes] = []
    size = 0
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > DRAINED:
        raise Problem(413)
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                part = await anext(stream, None)
        except TimeoutError:
            raise Problem(429) from None
        if part is None:
            break
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif size > DRAINED:
            break
        else:
            parts.clear()
    if size > limit:
        raise Problem(413)
    return b"".join(parts)


async def post_journal(request: Request) -> Response:
    """Take the entries of a device; say what happened to each, in their order, and which numbers are held."""
    journal = await request.app.state.bearers.journal(request, late=True)
    weight = _weight(request)
    request.app.state.bodies.take(weight)
    try:
        content = await body(request, decode.MAX_BYTES)
        if len(content) <= LIGHT:
            items = decode.request(journal.id, content)
        else:  # a day's journal takes long enough that others should be answered meanwhile
            items = await asyncio.to_thread(decode.request, journal.id, content)
        watch.note(request, journal=journal.id, entries=len(items))
        async with asyncio.timeout(PATIENCE):
            answer = await request.app.state.gatherer.submit(posting.Sent(journal.id, items, _street(journal)))
    except TimeoutError:
        raise Problem(503) from None
    finally:
        request.app.state.bodies.give(weight)
    watch.note_receipts(answer.receipts)
    return json(
        {
            "incarnation": answer.incarnation,
            "upto": answer.upto,
            "missing": answer.missing[:MISSING],
            "entries": [_told(receipt) for receipt in answer.receipts],
        }
    )


def _weight(request: Request) -> int:
    """Return for how many bytes a request counts while it is in hand; one that does not say counts for the most."""
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdigit() else decode.MAX_BYTES
    return max(SMALL, min(size, decode.MAX_BYTES))


def _street(journal: Journal) -> int:
    """Return whose turn a device's requests take: its street's, or that of its larger area."""
    return ancestor(journal.ranges[0][0], LEVELS.index("street") + 1) if journal.ranges else 0


def _told(receipt: Receipt) -> dict[str, object]:
    return {
        "n": receipt.number or None,
        "status": receipt.status,
        "code": receipt.code,
        "field": receipt.field,
        "flags": receipt.flags,
    }


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
    watch.note(request, journal=enrolled.journal)
    return json(enrolled)


async def get_pack(request: Request) -> Response:
    """Return the device's work pack, or 304 when it holds the newest already (If-None-Match)."""
    journal = await request.app.state.bearers.journal(request)
    watch.note(request, journal=journal.id)
    content = msgspec.json.encode(await request.app.state.threads.run(posting.in_thread, pack, journal))
    tag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "authorization"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/json")


async def post_pack(request: Request) -> Response:
    """Return the device's work pack by buildings, without those that it says it has."""
    journal = await request.app.state.bearers.journal(request)
    watch.note(request, journal=journal.id)
    have = leaves.asked(await body(request, leaves.MAX_BYTES))
    squeeze = "gzip" in request.headers.get("accept-encoding", "")
    content = await request.app.state.threads.run(posting.in_thread, leaves.encoded, journal, have, squeeze)
    headers = {"cache-control": "no-store", "vary": "authorization, accept-encoding"}
    if squeeze:
        headers["content-encoding"] = "gzip"
    return Response(content, 200, headers, "application/json")


async def get_openapi(request: Request) -> Response:
    """Return the description of this interface."""
    return json(openapi.document())


async def to_desk(request: Request) -> Response:
    """Hand on what is not the door's own."""
    return await request.app.state.desk.pass_on(request)


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
    watch.REFUSALS.labels(str(error.code)).inc()
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
    state.throttle = Throttle()
    state.app = await asyncio.to_thread(app_files.load)
    codes.installed()  # wrong ones are told now, not to the first phone
    state.bearers = Bearers(state.keys)
    state.bodies = Room(BODIES)
    state.gatherer = Gatherer()
    state.gatherer.start()
    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again would hold every answer up
    state.desk = Desk(os.environ.get("BULOU_DESK_URL", ""), settings.PUBLIC_URL)
    try:
        yield
    finally:
        await state.desk.close()
        await state.gatherer.close()
        await asyncio.to_thread(state.threads.close)
        await asyncio.to_thread(state.keys.close)


app = Starlette(
    routes=[
        Mount(
            "/field",
            routes=[
                Route("/journal", post_journal, methods=["POST"]),
                Route("/enrol", post_enrol, methods=["POST"]),
                Route("/pack", get_pack, methods=["GET"]),
                Route("/pack", post_pack, methods=["POST"]),
                Route("/openapi.json", get_openapi, methods=["GET"]),
                Route("/app", app_files.to_app, methods=["GET"]),
                Route("/app/{path:path}", app_files.serve, methods=["GET"]),
            ],
        ),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/metrics", watch.metrics, methods=["GET"]),
        Route("/{rest:path}", to_desk, methods=METHODS),
    ],
    exception_handlers={
        Problem: on_problem,
        HTTPException: on_http,
        ClientDisconnect: on_hang_up,
    },
    middleware=[Middleware(watch.Watch, secure=settings.PUBLIC_URL.startswith("https://"))],
    lifespan=lifespan,
)
