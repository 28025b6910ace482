"""Hands on to the desk what is not the door's own, so that one origin serves both (decision 3).

Bodies stream both ways. The transport is used without a client on top: a client would keep cookies, and hand one
user's session to the next.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from urllib.parse import quote, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bulou.field.problems import Problem
from bulou.field.turns import Room

log = logging.getLogger(__name__)
#: Seconds. A desk page may take long (an import, an export); to reach the desk may not.
TIMEOUT = {"connect": 3.0, "read": 120.0, "write": 60.0, "pool": 5.0}
#: Requests on their way through the door to the desk: a desk that hangs must not hold the door's own connections.
MOST = 128
#: RFC 9110, 7.6.1: they speak of one connection only.
HOP_BY_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
    b"trailer", b"transfer-encoding", b"upgrade",
})  # fmt: skip
#: Set here alone: what a caller says of them is not believed.
OURS = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-request-id"})
DOWN = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>502</title>
<body style="font:1.1rem sans-serif;margin:4rem auto;max-width:34rem">
<h1>桌面页面暂时不可用</h1><p>现场设备照常上报, 数据不会丢失。请一分钟后刷新。</p>
<p lang="en">The desk does not answer. Field devices report as usual and nothing is lost. Reload in a minute.</p>
"""


class Relayed(StreamingResponse):
    """The desk's answer on its way out; the inner connection is free again however that ends."""

    def __init__(self, answer: httpx.Response, inside: Room):
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        super().__init__(answer.stream, answer.status_code)
        self._answer, self._inside = answer, inside
        self.raw_headers = [(name.lower(), value) for name, value in _end_to_end(answer.headers.raw)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._inside.give()
            await self._answer.aclose()


class Desk:
    """The way to the desk. ``url``: its inner address; ``public``: the address that people use."""

    def __init__(self, url: str, public: str):
        self._url = url.rstrip("/")
        self._scheme = urlsplit(public).scheme
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=20)
        self._transport = httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
        self._inside = Room(MOST)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def pass_on(self, request: Request) -> Response:
        """Return the desk's answer; 502 where it does not answer.

        Raises:
            Problem: 404, there is no desk behind this door.
        """
        if not self._url:
            raise Problem(404)
        try:
            self._inside.take()
        except Problem:
            return _down()
        try:
            answer = await self._ask(request)
        except BaseException as error:
            self._inside.give()
            if isinstance(error, httpx.TransportError):
                log.warning("the desk does not answer: %s", type(error).__name__)
                return _down()
            if isinstance(error, httpx.InvalidURL):
                raise Problem(404) from None
            raise
        return Relayed(answer, self._inside)

    async def _ask(self, request: Request) -> httpx.Response:
        """Send the request on; once more when a kept connection turns out to be closed and nothing can happen twice."""
        content = _body(request)
        outgoing = httpx.Request(
            request.method,
            self._address(request),
            headers=self._headers(request),
            content=content,
            extensions={"timeout": TIMEOUT},
        )
        try:
            return await self._transport.handle_async_request(outgoing)
        except httpx.RemoteProtocolError:
            if content is not None or request.method not in ("GET", "HEAD"):
                raise
            return await self._transport.handle_async_request(outgoing)

    def _address(self, request: Request) -> str:
        """Return the inner address with the path and query as they came, not decoded and encoded again."""
        path = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
        query = request.scope["query_string"]
        return self._url + (path.split(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")

    def _headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        headers = [(name, value) for name, value in _end_to_end(request.headers.raw) if name not in OURS]
        client = request.client.host if request.client else "unknown"
        scheme = "https" if self._scheme == "https" else request.url.scheme
        return [
            *headers,
            (b"x-forwarded-for", client.encode()),
            (b"x-forwarded-proto", scheme.encode()),
            (b"x-forwarded-host", request.headers.get("host", "").encode("latin-1")),
            (b"x-request-id", request.scope["request_id"].encode()),
        ]


def _down() -> Response:
    return HTMLResponse(DOWN, 502, {"cache-control": "no-store", "retry-after": "30"})


def _body(request: Request) -> AsyncIterator[bytes] | None:
    """Return the body's stream, or None for a request without one."""
    has = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    return request.stream() if has else None


def _end_to_end(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Leave out what belongs to one connection, with what its Connection header names."""
    named = {
        token.strip().lower() for name, value in headers if name.lower() == b"connection" for token in value.split(b",")
    }
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP | named]
