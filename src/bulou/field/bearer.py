"""Who is calling: the journal of a bearer key.

An answer is remembered for ``REMEMBERED`` seconds, hashed, so that a phone's burst costs one look-up; a revocation
takes effect within that time. A revoked device's journal can still be handed in by a supervisor on the desk.
"""

from __future__ import annotations

import time

from starlette.requests import Request

from bulou.field.batcher import Threads
from bulou.field.posting import in_thread
from bulou.field.problems import Problem
from bulou.ledger import clock, journals
from bulou.ledger.journals import Journal
from bulou.ledger.rules import TOLERANCE

REMEMBERED = 3.0
MOST = 20_000


class Bearers:
    """Looks up keys, and remembers them for a moment."""

    def __init__(self, threads: Threads):
        self._threads = threads
        self._known: dict[bytes, tuple[float, Journal | None]] = {}

    async def journal(self, request: Request, late: bool = False) -> Journal:
        """Return the caller's journal. ``late``: within the tolerance after expiry, to hand in what is left.

        Raises:
            Problem: 401 no or an unknown key, 402 revoked, 403 expired, 503 no database.
        """
        return await self.holder(request.headers.get("authorization", ""), late)

    async def holder(self, authorization: str, late: bool = False) -> Journal:
        """As ``journal``, for a header's text."""
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not 20 <= len(key.strip()) <= 200:
            raise Problem(401, "authorization")
        journal = await self._look_up(key.strip())
        if journal is None:
            raise Problem(401, "authorization")
        if journal.revoked_at is not None:
            raise Problem(402)
        end = journal.expires_at + TOLERANCE if late else journal.expires_at
        if clock.now() > end:
            raise Problem(403)
        return journal

    async def _look_up(self, key: str) -> Journal | None:
        digest, now = journals.hashed(key), time.monotonic()
        until, journal = self._known.get(digest, (0.0, None))
        if until > now:
            return journal
        journal = await self._threads.run(in_thread, journals.authenticate, key)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[digest] = (now + REMEMBERED, journal)
        return journal
