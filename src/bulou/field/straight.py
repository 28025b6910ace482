"""The short way to the desk, for parts of open pages: asked without a body, answered at once.

Three hundred open boards ask forty times a second. Each tube waits for what a page takes of the door's processor time,
and a client that can do everything takes several times what the bytes need. Here a request is one write and an answer
what a parser outside the interpreter says of it. What is too large for that goes the long way (``proxy.py``).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import httptools

#: Seconds: until the desk takes a connection; until it has answered.
CONNECT, ANSWER = 5, 120
#: Idle connections kept at most, the latest used first: a burst leaves no more of them.
IDLE = 16
#: An answer larger than this, in bytes, goes the long way.
MOST = 2**20


class NoAnswer(Exception):
    """The desk does not answer on this way; nothing was told to the caller yet."""


class Stale(NoAnswer):
    """The desk had closed the connection before it was asked anything."""


@dataclass(slots=True)
class Answer:
    """What the desk said: status, headers as they came, content."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    content: bytes = b""


class Straight:
    """Connections to the desk, each for one question at a time. Made inside the event loop that it serves."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[_Connection] = []

    async def ask(self, head: bytes) -> Answer:
        """Send a request's head and return the answer.

        Raises:
            NoAnswer: the desk cannot be reached, broke off, took too long, or says more than fits here.
        """
        while self._idle:
            connection = self._idle.pop()
            if not connection.lost:
                with suppress(Stale):  # it closes what was idle for long, perhaps at this moment
                    return await self._asked(connection, head)
        try:
            async with asyncio.timeout(CONNECT):
                _, connection = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        except OSError as error:  # a timeout is one as well
            raise NoAnswer(type(error).__name__) from error
        return await self._asked(connection, head)

    async def _asked(self, connection: _Connection, head: bytes) -> Answer:
        try:
            async with asyncio.timeout(ANSWER):
                answer = await connection.ask(head)
        except TimeoutError as error:
            raise NoAnswer("TimeoutError") from error
        finally:
            if connection.free and len(self._idle) < IDLE:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def close(self) -> None:
        """Close all connections."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()


class _Connection(asyncio.Protocol):
    """One connection; also what the parser tells of its answer."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._begun = self.lost = self.free = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # of whichever event loop there is

    def ask(self, head: bytes) -> asyncio.Future[Answer]:
        """Send a request's head; return its answer to come."""
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._parser, self._answer, self._parts, self._size = httptools.HttpResponseParser(self), Answer(), [], 0
        self._begun = self.free = False
        self._transport.write(head)
        return self._waiting

    def close(self) -> None:
        """Close it; an answer that still comes is not wanted."""
        self._waiting = None
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._waiting is None:  # something after the end of an answer
            self.close()
            return
        self._begun = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(NoAnswer(type(error).__name__))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost, self.free = True, False
        self._fail(NoAnswer("broken off") if self._begun else Stale("closed"))

    def _fail(self, error: NoAnswer) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._answer.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > MOST:
            self._fail(NoAnswer("too large"))
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.done():
            return
        self._answer.status, self._answer.content = self._parser.get_status_code(), b"".join(self._parts)
        self.free = self._parser.should_keep_alive()
        waiting.set_result(self._answer)
