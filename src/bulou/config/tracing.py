"""Has contacts follow results while an installation is served: who lives with a case is named, what follows from a
withdrawn result ends (``command.tracing``); and self-tests what was reported (``rounds.self_test.following``).
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from bulou.config.periodic import every

#: How often it is looked; two statements where nothing has changed.
SECONDS = 20.0


def followed() -> AbstractContextManager[None]:
    """Follow results within the block."""
    from django.db import Error

    def look() -> None:
        from django.db import connections

        from bulou.command.tracing import actions
        from bulou.ledger import clock
        from bulou.rounds.self_test import following

        try:
            actions.follow(clock.now())
            following.follow(clock.now())
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long

    return every(SECONDS, look, "tracing", (Error, OSError, RuntimeError))
