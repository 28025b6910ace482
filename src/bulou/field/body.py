"""The body of a request, read with bounds on its size and on the sender's silence."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from bulou.field.problems import Problem

#: How much of a body that is too large is read and thrown away, so that the sender can hear why.
DRAINED = 32 * 2**20
#: Seconds without a byte after which a sender is taken for gone. A slow line that goes on may take as long as it needs.
SILENCE = 20


async def read(receive: Receive, announced: str, limit: int) -> bytes:
    """Return the body; ``announced`` is the header with its length, or an empty text.

    Raises:
        Problem: 413, it is larger than ``limit`` bytes; 429, nothing more of it came for SILENCE seconds.
        ClientDisconnect: the sender went away.
    """
    if announced.isdigit() and int(announced) > DRAINED:
        raise Problem(413)
    parts: list[bytes] = []
    size, more = 0, True
    while more and size <= DRAINED:
        try:
            async with asyncio.timeout(SILENCE):
                message = await receive()
        except TimeoutError:
            raise Problem(429) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size <= limit:
            parts.append(part)
        else:
            parts.clear()
    if size > limit:
        raise Problem(413)
    return parts[0] if len(parts) == 1 else b"".join(parts)
