"""Slows down who guesses tokens of enrolment. Only wrong tries count: a thousand phones behind one address do not.

Tokens and keys are 256 random bits and cannot be guessed; a limit on tokens keeps the threads free that serve packs.
Keys have none: it would shut out good phones behind the address of a bad one, and their look-ups have a thread and a
bounded queue of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 60
WRONG = 60
MOST = 50_000


class Throttle:
    """Counts wrong tries by address in windows of ``SECONDS``; used from one event loop. ``clock`` tells seconds."""

    def __init__(self, most: int = WRONG, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = most, clock
        self._counts: dict[str, tuple[float, int]] = {}

    def blocked(self, address: str) -> bool:
        """Tell whether another try must wait."""
        until, count = self._counts.get(address, (0.0, 0))
        return count >= self._most and until > self._clock()

    def wrong(self, address: str) -> None:
        """Count a wrong try."""
        now = self._clock()
        until, count = self._counts.get(address, (0.0, 0))
        if until <= now:
            until, count = now + SECONDS, 0
        if len(self._counts) >= MOST:
            self._counts = {key: held for key, held in self._counts.items() if held[0] > now}
        self._counts[address] = (until, count + 1)
