"""Waits for a process that a page has started: it says in its row what became of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

#: Seconds that a process may take on a machine that has much else to do.
PATIENCE = 90.0


def until(done: Callable[[], bool], what: str) -> None:
    """Ask until ``done`` says so.

    Raises:
        AssertionError: it does not.
    """
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.05)
