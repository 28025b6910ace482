"""Has newcomers owe the open rounds while an installation is served, also where their import was killed before it did.

Each writer of the register does so itself when it is done (``rounds.actions.join_newcomers``); this is for the one that
never got that far.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from bulou.config.periodic import every

#: How often it is asked whether the register was written; a plain read of one number.
SECONDS = 20.0


class Joining:
    """Remembers up to where the register's record was followed; 0 at the start, so that the first look follows all."""

    def __init__(self) -> None:
        self._followed = 0

    def look(self) -> dict[int, int]:
        """Have those join who came since the last look; return how many, by round. Nothing while an import runs.

        Raises:
            RuntimeError: the ledger refused an entry of its own house; the next look tries again.
        """
        from django.db import connections

        from bulou.ledger import clock
        from bulou.places import imports, written
        from bulou.rounds.actions import join_newcomers

        try:
            # Read before they join: what is written meanwhile is followed by the next look.
            newest = written.newest()
            if newest == self._followed or imports.running():
                return {}
            found = join_newcomers(clock.now(), clock.now())
            self._followed = newest
            return {campaign: one.added for campaign, one in found.items() if one.added}
        finally:
            connections["default"].close()  # a connection is this thread's own, and a night is long


def followed() -> AbstractContextManager[None]:
    """Follow the register within the block."""
    from django.db import Error

    joining = Joining()

    def look() -> None:
        joining.look()

    return every(SECONDS, look, "newcomers", (Error, OSError, RuntimeError))
