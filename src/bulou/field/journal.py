"""``POST /field/journal``: where every entry of every device comes in.

Plain ASGI. The layers that a framework puts around a handler took a third of the door's time for one tube; the other
addresses are asked a few times a day and keep them.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bulou.field import body, decode, posting, request_log
from bulou.field.problems import Problem, response
from bulou.ledger import clock
from bulou.ledger.areas import LEVELS, ancestor
from bulou.ledger.intake import Receipt
from bulou.ledger.journals import Journal

#: Gaps told in one answer; the next answer tells of the next ones.
MISSING = 1_000
#: What the bodies in hand may fill, each counted with at least SMALL; beyond, devices are asked to come again.
BODIES, SMALL = 256 * 2**20, 2**16
#: Up to this many bytes a body is decoded at once: handing it to a thread would cost more.
LIGHT = 2**15
STREET = LEVELS.index("street") + 1
HEADERS = [(b"cache-control", b"no-store"), (b"content-type", b"application/json")]
_encode = msgspec.json.Encoder().encode


class JournalDoor:
    """Takes the entries of a device; says what happened to each, in their order, and which numbers are held."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            content = _encode(await self._take(scope, receive))
        except Problem as problem:
            request_log.refused(problem)
            await response(problem)(scope, receive, send)
        except ClientDisconnect:  # nothing was taken
            await response(Problem(422))(scope, receive, send)
        else:
            headers = [*HEADERS, (b"content-length", str(len(content)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    async def _take(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        state, key, announced = scope["app"].state, "", ""
        for name, value in scope["headers"]:
            if name == b"authorization":
                key = value.decode("latin-1")
            elif name == b"content-length":
                announced = value.decode("latin-1")
        journal: Journal = await state.bearers.holder(key, late=True)
        weight = _weight(announced)
        state.bodies.take(weight)
        try:
            content = await body.read(receive, announced, decode.MAX_BYTES)
            if len(content) <= LIGHT:
                items = decode.request(journal.id, content)
            else:  # a day's journal takes long enough that others should be answered meanwhile
                items = await asyncio.to_thread(decode.request, journal.id, content)
            scope["told"].update(journal=journal.id, entries=len(items))
            answer = await state.gatherer.submit(
                posting.Sent(journal.id, items, _street(journal), decode.weight(items))
            )
        finally:
            state.bodies.give(weight)
        request_log.note_receipts(answer.receipts)
        return {
            "served_at": clock.now(),
            "incarnation": answer.incarnation,
            "upto": answer.upto,
            "missing": answer.missing[:MISSING],
            "entries": [_told(receipt) for receipt in answer.receipts],
        }


def _weight(announced: str) -> int:
    """Return for how many bytes a request counts while it is in hand; one that does not say counts for the most."""
    size = int(announced) if announced.isdigit() else decode.MAX_BYTES
    return max(SMALL, min(size, decode.MAX_BYTES))


def _street(journal: Journal) -> int:
    """Return whose turn a device's requests take: its street's, or that of its larger area."""
    return ancestor(journal.ranges[0][0], STREET) if journal.ranges else 0


def _told(receipt: Receipt) -> dict[str, object]:
    return {
        "n": receipt.number or None,
        "status": receipt.status,
        "code": receipt.code,
        "field": receipt.field,
        "flags": receipt.flags,
    }
