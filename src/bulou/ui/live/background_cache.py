"""Figures that are too dear for every refresh: read by a thread of their own, kept, and shown until the next reading.

A page that renews itself every five seconds must not go through a district's tubes. It asks here, never waits, and
shows what is known; who asks first is told that it is not known yet. One thread reads one figure after the other, so
that many boards together cost the database no more than one connection.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

from django.db import connections

from bulou.ledger.scope import Ranges, scoped

log = logging.getLogger(__name__)

Value = TypeVar("Value")
#: Figures kept at most: some for every area that somebody looks at.
MOST = 1000
#: After an error, in seconds.
AGAIN = 30.0


@dataclass(slots=True)
class Figure:
    """A value, and from when on by the monotonic clock it is read again."""

    value: Any = None
    until: float = 0.0
    asked: bool = False


class Direct:
    """Keeps nothing: whoever asks reads for himself. For commands and whatever else serves nobody."""

    def get(self, key: Hashable, ranges: Ranges, seconds: float, read: Callable[[], Value]) -> Value | None:
        """Return what ``read`` returns."""
        return read()


class BackgroundCache(Direct):
    """The figures of one process. Somebody must call ``work`` or ``settle``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._figures: OrderedDict[Hashable, Figure] = OrderedDict()
        self._lock = threading.Lock()
        self._wanted: SimpleQueue[tuple[Figure, Ranges, float, Callable[[], Any]]] = SimpleQueue()

    def get(self, key: Hashable, ranges: Ranges, seconds: float, read: Callable[[], Value]) -> Value | None:
        """Return what ``read`` returned last, or None before the first time; older than ``seconds``, it is read again.

        ``ranges``: the scope of whoever asks, in which it is read; two scopes never share a figure.
        """
        full = (connections["default"].settings_dict["NAME"], ranges, key)
        with self._lock:
            figure = self._figures.setdefault(full, Figure())
            self._figures.move_to_end(full)
            if len(self._figures) > MOST:
                self._figures.popitem(last=False)
            if not figure.asked and self.clock() >= figure.until:
                figure.asked = True
                self._wanted.put((figure, ranges, seconds, read))
            return figure.value

    def settle(self) -> None:
        """Read all that is wanted now."""
        while not self._wanted.empty():
            self._read(*self._wanted.get())

    def work(self) -> None:
        """Read what is wanted, for ever; keep no connection while there is nothing."""
        while True:
            good = self._read(*self._wanted.get())
            if not good or self._wanted.empty():
                connections["default"].close()

    def _read(self, figure: Figure, ranges: Ranges, seconds: float, read: Callable[[], Any]) -> bool:
        good = True
        try:
            with scoped(ranges):
                figure.value = read()
        except Exception as error:  # whatever it is, the other figures are read
            log.warning("a figure was not read: %s", type(error).__name__)
            good, seconds = False, min(seconds, AGAIN)
        figure.until, figure.asked = self.clock() + seconds, False
        return good


#: Another one in the process that serves.
KEPT = Direct()


def ahead() -> None:
    """Let this process read dear figures in a thread of their own."""
    global KEPT
    KEPT = BackgroundCache()
    threading.Thread(target=KEPT.work, name="kept", daemon=True).start()
