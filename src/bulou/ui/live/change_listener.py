"""Hears where the ledger changed, so that boards of quiet areas need not look; and that somebody's access ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

import psycopg
from django.db import Error, connections

from bulou.ledger import change_payload
from bulou.ledger.areas import ancestor
from bulou.ledger.statements import statements

log = logging.getLogger(__name__)

SQL = statements(__package__, "change_listener")
ACCOUNTS = "bulou_accounts"
#: After a lost connection, in seconds.
AGAIN = 2.0


class ChangeListener:
    """Counts what the ledger tells, by area, on one LISTEN connection."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._count: int | None = None
        self._all = self._ends = 0
        self._within: dict[int, int] = {}
        self._told = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ticks", daemon=True)
        self._thread.start()

    @property
    def now(self) -> int | None:
        """Return how often the ledger has told of a change; None while nobody listens and anything may have changed."""
        return self._count

    @property
    def ends(self) -> int | None:
        """Return how often somebody's access ended or changed; None while nobody listens and anybody's may have."""
        return self._ends if self._count is not None else None

    def latest(self, areas: Iterable[int]) -> int | None:
        """Return the count at the latest change within one of the areas; None while nobody listens."""
        if self._count is None:
            return None
        return max((self._all, *(self._within.get(ancestor(area, change_payload.DEPTH), 0) for area in areas)))

    def after(self, count: int | None, patience: float = 10.0) -> int | None:
        """Wait until the count is another one, at most ``patience`` seconds; return it."""
        with self._told:
            self._told.wait_for(lambda: self._count != count, patience)
            return self._count

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        self._thread.join()

    def _listen(self) -> None:
        connection, heard = connections[self._using], 0
        while not self._over.is_set():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(SQL["listen"])
                    cursor.execute(SQL["listen_accounts"])
                heard += 1
                self._ends += 1  # what came before is not known
                self._tell(heard, None)  # what came before is not known
                while not self._over.is_set():
                    for one in connection.connection.notifies(timeout=1, stop_after=1):
                        if one.channel == ACCOUNTS:
                            self._ends += 1
                            continue
                        heard += 1
                        self._tell(heard, change_payload.heard(one.payload))
            except (Error, psycopg.Error) as error:
                log.warning("the ledger's ticks are not heard: %s", type(error).__name__)
            self._tell(None, None)
            connection.close()
            self._over.wait(AGAIN)

    def _tell(self, count: int | None, nodes: set[int] | None) -> None:
        with self._told:
            if nodes is None:
                self._all = count or self._all
            else:
                self._within.update(dict.fromkeys(nodes, count or 0))
            self._count = count
            self._told.notify_all()
