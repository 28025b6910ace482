"""Has shortages foreseen while an installation is served, as the button of the forecast does (``command.stock``)."""

from __future__ import annotations

from contextlib import AbstractContextManager

from bulou.config.periodic import every

#: How often it is looked. A shortage is arranged a day before it happens.
SECONDS = 600.0


def followed() -> AbstractContextManager[None]:
    """Foresee shortages within the block."""
    from django.db import Error

    def look() -> None:
        from django.db import connections

        from bulou.command.stock import actions
        from bulou.ledger import clock

        try:
            actions.follow(clock.now())
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long

    return every(SECONDS, look, "stock", (Error, OSError, RuntimeError))
