"""Hands on to the desk what is not the door's own, so that one origin serves both (decision 3).

Plain ASGI, and a client that reads HTTP outside the interpreter: pages and tubes share the door's event loop, and each
tube waits for what a page takes of it. Bodies stream both ways. Nothing is kept of a session: no cookies, no redirects.
"""

from __future__ import annotations

import asyncio
import logging
import string
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from urllib.parse import quote

import aiohttp
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send
from yarl import URL

from bulou.field.fair_queue import Quota
from bulou.field.problems import Problem

log = logging.getLogger(__name__)
#: Seconds. A desk page may take long (an import, an export); to reach the desk may not.
TIMEOUT = aiohttp.ClientTimeout(total=None, connect=5, sock_connect=3, sock_read=120)
#: Requests on their way through the door to the desk: a desk that hangs must not hold the door's own connections.
MOST = 128
#: Connections to the desk, and for how many seconds an idle one is kept.
CONNECTIONS, KEPT = 64, 20
#: An answer up to this size is taken whole and handed on at once, in bytes.
WHOLE = 2**18
#: Answers that never have a content.
EMPTY = (204, 304)
#: What a header of the desk may take, in bytes: as much as its server sends.
HEADER = 2**16
#: RFC 9110, 7.6.1: they speak of one connection only.
HOP_BY_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
    b"trailer", b"transfer-encoding", b"upgrade",
})  # fmt: skip
#: Set here alone: what a caller says of them is not believed.
OURS = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-request-id"})
#: What the client would say of itself where the caller says nothing.
UNSAID = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
DOWN = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>502</title>
<body style="font:1.1rem sans-serif;margin:4rem auto;max-width:34rem">
<h1>电脑端页面暂时不可用</h1><p>手机照常上报，数据不会丢失。请一分钟后刷新。</p>
<p lang="en">The desk does not answer. Field devices report as usual and nothing is lost. Reload in a minute.</p>
"""


class Desk:
    """The way to the desk. ``url``: its inner address, "" where there is none; ``public``: the one that people use.

    Made inside the event loop that it serves.
    """

    def __init__(self, url: str, public: str):
        self._url = url.rstrip("/")
        self._secure = public.startswith("https://")
        self._inside = Quota(MOST)
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT),
            timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), skip_auto_headers=UNSAID, auto_decompress=False,
            max_line_size=HEADER, max_field_size=HEADER,
        )  # fmt: skip

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the desk's answer; with 502 where it does not answer.

        Raises:
            Problem: 404, there is no desk behind this door.
            ClientDisconnect: the caller went away while he was sending.
        """
        if not self._url:
            raise Problem(404)
        try:
            self._inside.take()
        except Problem:
            await _down(scope, receive, send)
            return
        sent = _Sent(scope, receive)
        try:
            # A page that was asked for on a connection which the desk had just closed is asked for again by the client.
            async with self._client.request(
                scope["method"], URL(self._url + self._target(scope).decode("ascii"), encoded=True),
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers(scope)],
                data=sent.body(), allow_redirects=False,
            ) as answer:  # fmt: skip
                await _relay(answer, sent, send)
        except (aiohttp.ClientError, TimeoutError) as error:
            if sent.broken_off:
                raise ClientDisconnect from error
            log.warning("the desk does not answer: %s", type(error).__name__)
            if sent.answered:
                raise  # the server cuts the answer off, so that nobody takes half of it for all
            await _down(scope, receive, send)
        finally:
            self._inside.give()

    def _target(self, scope: Scope) -> bytes:
        """Return the path and query as they came, not decoded and encoded again."""
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        query = scope["query_string"]
        target = path.split(b"?")[0] + (b"?" + query if query else b"")
        # Bytes outside of ASCII, which no browser sends, would be taken for text.
        return quote(target, safe=string.punctuation).encode()

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        headers = [(name, value) for name, value in _end_to_end(scope["headers"]) if name not in OURS]
        host = next((value for name, value in headers if name == b"host"), b"")
        client = scope["client"][0] if scope.get("client") else "unknown"
        return [
            *headers, (b"x-forwarded-for", client.encode()),
            (b"x-forwarded-proto", b"https" if self._secure else scope["scheme"].encode()),
            (b"x-forwarded-host", host), (b"x-request-id", scope["request_id"].encode()),
        ]  # fmt: skip


class _Sent:
    """What the caller sends, and whether he still listens."""

    def __init__(self, scope: Scope, receive: Receive):
        headers = dict(scope["headers"])
        self._has = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self._receive = receive
        self.answered = self.broken_off = False

    def body(self) -> AsyncIterator[bytes] | None:
        """Return the body's stream, or None for a request without one."""
        return self._body() if self._has else None

    async def _body(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.broken_off = True
                raise ClientDisconnect
            more = message.get("more_body", False)
            if part := message.get("body", b""):
                yield part
        self._has = False

    async def gone(self) -> None:
        """Return when the caller has gone away; of one who still sends that is not known."""
        if self._has:
            await asyncio.Event().wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def _relay(answer: aiohttp.ClientResponse, sent: _Sent, send: Send) -> None:
    """Hand an answer on: a page as a whole, what is larger or of unknown size as it comes."""
    headers = _end_to_end(answer.raw_headers)
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    if answer.status in EMPTY or (answer.content_length is not None and answer.content_length <= WHOLE):
        content = await answer.read()
        sent.answered = True
        await send(start)
        await send({"type": "http.response.body", "body": content})
        return
    sent.answered = True
    await send(start)
    gone = asyncio.create_task(sent.gone())
    try:
        async for part in answer.content.iter_any():
            if gone.done():
                return
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _down(scope: Scope, receive: Receive, send: Send) -> None:
    await HTMLResponse(DOWN, 502, {"cache-control": "no-store", "retry-after": "30"})(scope, receive, send)


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Leave out what belongs to one connection, with what its Connection header names."""
    given = [(name.lower(), value) for name, value in headers]
    named = {token.strip().lower() for name, value in given if name == b"connection" for token in value.split(b",")}
    return [(name, value) for name, value in given if name not in HOP_BY_HOP | named]
