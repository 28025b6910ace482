"""The HTTP side of the devices: requests that are tried again as long as the server asks for patience."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

FIRST_WAIT, LONGEST_WAIT = 0.25, 15.0
#: The door gives itself a minute for a batch; a device waits a little longer.
TIMEOUT = 75.0


class Stopped(Exception):
    """A device cannot go on: the server refuses it, or was away for too long."""

    def __init__(self, code: int, reason: str):
        self.code, self.reason = code, reason
        super().__init__(f"{code} {reason}")


class TooLarge(Exception):
    """The request is larger than the server takes."""


class Receipt(msgspec.Struct):
    """What became of one entry."""

    n: int | None
    status: str
    code: int | None = None


class Answer(msgspec.Struct):
    """The answer to POST /field/journal."""

    incarnation: str
    upto: int
    missing: list[tuple[int, int]]
    entries: list[Receipt]


class Enrolled(msgspec.Struct):
    """The answer to POST /field/enrol."""

    journal: int
    key: str


@dataclass
class Client:
    """A pool of connections to one server.

    ``patience``: seconds that a request is tried for; ``pause``: how to wait (a test may not want to).
    """

    url: str
    connections: int = 8
    patience: float = 300.0
    ca: str | None = None
    pause: Callable[[float], Awaitable[Any]] = asyncio.sleep
    tries_again: int = 0

    async def __aenter__(self) -> Client:
        """Open the pool."""
        self._stack = AsyncExitStack()
        limits = httpx.Limits(max_connections=self.connections, max_keepalive_connections=self.connections)
        verify: Any = True
        if self.ca:
            import ssl

            verify = ssl.create_default_context(cafile=self.ca)
        self._http = await self._stack.enter_async_context(
            # trust_env: a proxy of the environment must not come between a drill and its own server.
            httpx.AsyncClient(base_url=self.url, limits=limits, timeout=TIMEOUT, verify=verify, trust_env=False)
        )
        self._gate = asyncio.Semaphore(self.connections)
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close the pool."""
        await self._stack.aclose()

    async def request(self, method: str, path: str, key: str | None = None, content: bytes | None = None) -> bytes:
        """Return the body of the answer, however often it takes.

        Raises:
            Stopped: the server refuses the request, or did not take it within ``patience``.
            TooLarge: 413.
        """
        headers = {"content-type": "application/json"} if content is not None else {}
        if key:
            headers["authorization"] = f"Bearer {key}"
        loop, wait = asyncio.get_running_loop(), FIRST_WAIT
        until = loop.time() + self.patience
        while True:
            async with self._gate:
                try:
                    response = await self._http.request(method, path, content=content, headers=headers)
                    status, reason = response.status_code, response.text[:200] if response.is_error else ""
                except httpx.TransportError as error:
                    response, status, reason = None, 503, type(error).__name__
            if response is not None and response.is_success:
                return response.content
            if status == 413:
                raise TooLarge
            # A fault of the server itself may pass, but seldom does.
            left = until - loop.time() - (0.9 * self.patience if status == 500 else 0.0)
            if status not in (408, 429, 500, 502, 503, 504) or left <= 0:
                raise Stopped(status, reason)
            self.tries_again += 1
            asked = _seconds(response.headers.get("retry-after")) if response is not None else None
            # Spread, so that all devices do not come back in the same instant.
            await self.pause(max(asked or 0.0, wait) * random.uniform(1.0, 1.25))
            wait = min(2 * wait, LONGEST_WAIT)

    async def enrol(self, token: str) -> Enrolled:
        """Turn an enrolment token into a journal and its key."""
        content = await self.request("POST", "/field/enrol", content=msgspec.json.encode({"token": token}))
        return msgspec.json.decode(content, type=Enrolled)

    async def pack(self, key: str) -> bytes:
        """Return a device's work pack."""
        return await self.request("GET", "/field/pack", key)

    async def post(self, key: str, incarnation: str | None, entries: list[dict[str, Any]]) -> Answer:
        """Send entries."""
        content = msgspec.json.encode({"incarnation": incarnation, "entries": entries})
        return msgspec.json.decode(await self.request("POST", "/field/journal", key, content), type=Answer)


def _seconds(told: str | None) -> float | None:
    return min(float(told), 60.0) if told and told.isdigit() else None
