"""Has contacts follow results while an installation is served: who lives with a case is named, what follows from a
withdrawn result ends (``command.tracing``); self-tests what was reported (``rounds.self_test.following``); and tubes
their round's rule (``rounds.scope.following``).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from bulou.config.periodic import every

#: How often it is looked; two statements where nothing has changed.
SECONDS = 20.0


def followed() -> AbstractContextManager[None]:
    """Follow results within the block."""
    from django.db import Error

    looked: list[datetime | None] = [None]  # until when tubes were looked through; a new process looks through all

    def look() -> None:
        from django.db import connections

        from bulou.command.tracing import actions
        from bulou.ledger import clock
        from bulou.rounds.scope import following as tubes
        from bulou.rounds.self_test import following

        try:
            actions.follow(clock.now())
            following.follow(clock.now())
            _n, looked[0] = tubes.follow(clock.now(), looked[0])
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long

    return every(SECONDS, look, "tracing", (Error, OSError, RuntimeError))
