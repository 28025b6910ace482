"""Who is served next when more waits than can be done: streets take turns, and nobody fills the queue for all.

A street that sends a flood waits behind its own entries, and a device that does so is asked to come again. The measure
is what entries ask of the ledger (``decode.weight``), not requests and not entries alone, so that neither many small
requests nor a few large ones win, nor a few entries that name thousands of people. Plain values: no tasks, no clock.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Generic, TypeVar

from bulou.field.problems import Problem

Thing = TypeVar("Thing")


class FairQueue(Generic[Thing]):
    """Queues by street. At most ``limit`` may wait; a street below its share is let in beyond that, up to twice.

    Of one device at most ``each`` may wait, or one request: it is not to keep its own street's others waiting, and has
    no use for a second request before the first is answered. What was ``put`` counts until it is ``done``: what is
    being posted fills the queue as well.
    """

    def __init__(self, limit: int, each: int):
        self._limit, self._each = limit, each
        self._queues: dict[int, deque[tuple[int, Thing]]] = {}
        self._held: Counter[int] = Counter()
        self._of_device: Counter[int] = Counter()
        self._served: dict[int, int] = {}
        """How far each street is: what it was served, counted from where the others were when it came."""
        self._now = 0

    @property
    def held(self) -> int:
        """How much is waiting or being posted."""
        return self._held.total()

    def put(self, street: int, device: int, size: int, thing: Thing) -> None:
        """Let a request of ``size`` wait.

        Raises:
            Problem: 429, the queue is full and the street has its share of it, or the device its own.
        """
        held, own, its = self.held, self._held[street], self._of_device[device]
        if its and its + size > self._each:
            raise Problem(429)
        if held and held + size > self._limit:
            streets = len(self._held | Counter({street: 1}))
            if own + size > self._limit // streets or held + size > 2 * self._limit:
                raise Problem(429)
        if street not in self._queues:
            self._queues[street] = deque()
            self._served[street] = max(self._served.get(street, 0), self._now)
        self._queues[street].append((size, thing))
        self._held[street] += size
        self._of_device[device] += size

    def take(self) -> tuple[int, Thing]:
        """Return (size, request) of the street that was served least. Something must be waiting."""
        street = min(self._queues, key=self._served.__getitem__)
        self._now = self._served[street]
        size, thing = self._queues[street].popleft()
        self._served[street] += size
        if not self._queues[street]:
            del self._queues[street]
        return size, thing

    def done(self, street: int, device: int, size: int) -> None:
        """Give back the room of a request that was posted or has failed."""
        for held, whose in ((self._held, street), (self._of_device, device)):
            held[whose] -= size
            if not held[whose]:
                del held[whose]


class Quota:
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
