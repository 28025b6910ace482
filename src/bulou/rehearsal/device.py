"""One device's journal on its own side: what it wrote, what was acknowledged, what must be sent (again)."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence

from bulou.rehearsal.client import Answer, Stopped
from bulou.rehearsal.records import Item
from bulou.rehearsal.wire import weight

#: An entry that the server acknowledges and misses this often shows a fault; sending it once more would not end.
PATIENCE = 5


class Device:
    """A device keeps its entries until they are acknowledged, and then for the case that the server loses them."""

    def __init__(self, name: str, items: Sequence[Item], offset_ms: int, journal: int = 0, key: str = ""):
        self.name, self.items, self.offset_ms, self.journal, self.key = name, items, offset_ms, journal, key
        self.incarnation: str | None = None
        self.acknowledged = bytearray(len(items) + 1)
        self.left = len(items)
        self._next = 1
        self._again: list[int] = []
        self._told = bytearray(len(items) + 1)
        self._missed: Counter[int] = Counter()

    def due(self) -> int | None:
        """Return the time at which the next entry is to be sent, or None when all are acknowledged."""
        number = self._first()
        return self.items[number - 1].sent if number else None

    def _first(self) -> int | None:
        while self._again and self.acknowledged[self._again[0]]:
            heapq.heappop(self._again)
        while self._next <= len(self.items) and self.acknowledged[self._next]:
            self._next += 1
        ahead = self._next if self._next <= len(self.items) else None
        return min((n for n in (self._again[0] if self._again else None, ahead) if n), default=None)

    def batch(self, until: float, most: int, lines: int) -> list[Item]:
        """Return unacknowledged entries that may be sent by ``until``: at most so many, and about so many lines."""
        chosen: list[Item] = []
        number, held = self._first(), 0
        while number is not None and number <= len(self.items) and len(chosen) < most:
            item = self.items[number - 1]
            if not self.acknowledged[number]:
                held += weight(item)
                if item.sent > until or (chosen and held > lines):
                    break
                chosen.append(item)
            number += 1
        return chosen

    def take(self, answer: Answer, sent: Sequence[Item]) -> list[tuple[Item, str, int | None]]:
        """Take an answer; return (entry, status, refusal) of what was acknowledged for the first time.

        What the server says it misses is sent again. A server with another incarnation was restored from a backup:
        all that it does not hold for sure is sent again.

        Raises:
            Stopped: the server acknowledges an entry and misses it, again and again.
        """
        if len(answer.entries) != len(sent):
            raise ValueError(f"{len(answer.entries)} receipts for {len(sent)} entries")
        news = []
        for item, receipt in zip(sent, answer.entries, strict=True):
            if not self.acknowledged[item.number]:
                self.acknowledged[item.number] = 1
                self.left -= 1
            if not self._told[item.number]:
                self._told[item.number] = 1
                news.append((item, receipt.status, receipt.code))
        here = {item.number for item in sent}
        if self.incarnation not in (None, answer.incarnation):
            self._lost(n for n in range(answer.upto + 1, len(self.items) + 1) if n not in here)
        self.incarnation = answer.incarnation
        for first, last in answer.missing:
            self._lost(range(first, min(last, len(self.items)) + 1))
        return news

    def _lost(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if self.acknowledged[number]:
                self._missed[number] += 1
                if self._missed[number] > PATIENCE:
                    raise Stopped(500, f"entry {number} is acknowledged and missing")
                self.acknowledged[number] = 0
                self.left += 1
                heapq.heappush(self._again, number)
