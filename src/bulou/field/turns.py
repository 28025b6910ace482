"""Who is served next when more waits than can be done: streets take turns, and nobody fills the queue for all.

A street that sends a flood waits behind its own entries. The measure is entries, not requests, so that neither many
small requests nor a few large ones win. Plain values: no tasks, no clock.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, TypeVar

from bulou.field.problems import Problem

Thing = TypeVar("Thing")


class Turns(Generic[Thing]):
    """Queues by street. At most ``limit`` entries wait; a street below its share is let in beyond that, up to twice.

    An entry counts from ``put`` until ``done``: what is being posted fills the queue as well.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._queues: dict[int, deque[tuple[int, Thing]]] = {}
        self._held: Counter[int] = Counter()
        self._served: dict[int, int] = {}
        """How far each street is: the entries it was served, counted from where the others were when it came."""
        self._now = 0

    @property
    def held(self) -> int:
        """How many entries are waiting or being posted."""
        return self._held.total()

    def put(self, street: int, size: int, thing: Thing) -> None:
        """Let a request of ``size`` entries wait.

        Raises:
            Problem: 429, the queue is full and the street has its share of it.
        """
        held, own = self.held, self._held[street]
        if held and held + size > self._limit:
            streets = len(self._held | Counter({street: 1}))
            if own + size > self._limit // streets or held + size > 2 * self._limit:
                raise Problem(429)
        if street not in self._queues:
            self._queues[street] = deque()
            self._served[street] = max(self._served.get(street, 0), self._now)
        self._queues[street].append((size, thing))
        self._held[street] += size

    def take(self) -> tuple[int, Thing]:
        """Return (size, request) of the street that was served least. Something must be waiting."""
        street = min(self._queues, key=self._served.__getitem__)
        self._now = self._served[street]
        size, thing = self._queues[street].popleft()
        self._served[street] += size
        if not self._queues[street]:
            del self._queues[street]
        return size, thing

    def done(self, street: int, size: int) -> None:
        """Give back the room of a request that was posted or has failed."""
        self._held[street] -= size
        if not self._held[street]:
            del self._held[street]


class Room:
    """A bounded amount of something, taken for a while."""

    def __init__(self, size: int):
        self._size = self._left = size

    @property
    def held(self) -> int:
        """How much is taken."""
        return self._size - self._left

    def take(self, size: int = 1) -> None:
        """Take ``size`` until ``give``.

        Raises:
            Problem: 429, so much is not left.
        """
        if size > self._left:
            raise Problem(429)
        self._left -= size

    def give(self, size: int = 1) -> None:
        """Give back what was taken."""
        self._left += size
