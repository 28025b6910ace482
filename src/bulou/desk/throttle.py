"""Slows down who guesses passwords: wrong tries are counted by user with address, by user, and by address.

The counts are in the memory of the one desk process: to forget them an attacker would have to restart it. A user is
never locked out everywhere by somebody else's few tries; from many addresses at once it takes ``BY_USER``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SECONDS = 15 * 60
BY_BOTH, BY_USER, BY_ADDRESS = 8, 60, 100
MOST = 50_000


class Throttle:
    """Counts wrong tries in windows of ``SECONDS``. ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def blocked(self, user: str, address: str) -> bool:
        """Tell whether another try must wait."""
        with self._lock:
            return any(self._count(key) >= most for key, most in _keys(user, address))

    def wrong(self, user: str, address: str) -> None:
        """Count a wrong try."""
        with self._lock:
            if len(self._counts) > MOST:
                now = self._clock()
                self._counts = {key: held for key, held in self._counts.items() if held[0] > now}
            for key, _ in _keys(user, address):
                self._counts[key] = (self._until(key), self._count(key) + 1)

    def right(self, user: str, address: str) -> None:
        """Forget the wrong tries of somebody who knew the password after all."""
        with self._lock:
            self._counts.pop(("both", user, address), None)

    def _until(self, key: tuple[str, ...]) -> float:
        now = self._clock()
        until, _ = self._counts.get(key, (0.0, 0))
        return until if until > now else now + SECONDS

    def _count(self, key: tuple[str, ...]) -> int:
        until, count = self._counts.get(key, (0.0, 0))
        return count if until > self._clock() else 0


def _keys(user: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (("both", user, address), BY_BOTH), (("user", user), BY_USER), (("address", address), BY_ADDRESS)
