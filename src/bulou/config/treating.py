"""Has the journeys of regular treatments owed ahead while an installation is served (``relief.treatments``)."""

from __future__ import annotations

from contextlib import AbstractContextManager

from bulou.config.periodic import every

#: How often it is looked: who records a calendar sees its first journeys soon.
SECONDS = 60.0


def followed() -> AbstractContextManager[None]:
    """Follow calendars within the block."""
    from django.db import Error

    def look() -> None:
        from django.db import connections

        from bulou.ledger import clock
        from bulou.relief.treatments import following

        try:
            following.follow(clock.now())
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long

    return every(SECONDS, look, "treatments", (Error, OSError, RuntimeError))
