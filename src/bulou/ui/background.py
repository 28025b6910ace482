"""Work that takes minutes, in a process of its own: a request asks for it and returns at once.

The row in the database says what is to be done and how far it is; the lock that the process holds says whether anybody
is at it. The server frees the lock when the process dies, whatever killed it, so that no row stays "running" for ever.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import connection, transaction

from bulou.ledger.statements import statements

SQL = statements(__package__, "background")
#: Any number: the first half of every such lock.
WORK = 0x62756C6F
#: The second half, by kind of work; of each kind one is done at a time.
OPENING, IMPORTING, LINKING, UNDOING = 1, 2, 3, 4
#: So long a process may take to come up before nobody is taken to be at it.
COMING_UP = timedelta(seconds=30)


def data_folder() -> Path:
    """Return the installation's data folder."""
    return Path(os.environ["BULOU_DATA"])


def ask(module: str, number: int) -> None:
    """Start ``python -m module number`` as soon as what is written now can be read by others.

    It outlives the request and the process that asked. Its errors go to ``work.log`` of the data folder.
    """
    transaction.on_commit(partial(_start, module, number))


def _start(module: str, number: int) -> None:
    log = data_folder() / "work.log"
    with open(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(number)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    # Somebody has to take note of its end, else it stays as a dead one in the list of processes.
    threading.Thread(target=process.wait, name=module, daemon=True).start()


@contextmanager
def alone(kind: int) -> Iterator[bool]:
    """Hold the lock of a kind of work; gives whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["take"], {"work": WORK, "kind": kind})
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute(SQL["leave"], {"work": WORK, "kind": kind})


def is_stuck(kind: int, asked_at: datetime, now: datetime) -> bool:
    """Tell whether nobody is at work that was asked for: its process has ended without a word."""
    if asked_at <= now < asked_at + COMING_UP:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SQL["held"], {"work": WORK, "kind": kind})
        return not cursor.fetchone()[0]
