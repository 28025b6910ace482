"""The database's work for this process yields the processor too.

The desk runs behind the door, but its queries run in processes of the database, which know nothing of that: a board
that adds up a district would hold up the tubes that come in meanwhile. They are nicer and no more: one that is never
let on while it holds a page of the database would hold up whoever wants to write there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import psutil
from django.db.backends.signals import connection_created


def share() -> None:
    """Let each new connection's process have this process's priority, where it is one of this machine."""
    connection_created.connect(_behind, dispatch_uid="priority")


def _behind(connection: Any, **_: object) -> None:
    if not connection.settings_dict["HOST"].startswith("/"):  # a server of its own, somewhere
        return
    number = connection.connection.info.backend_pid
    with suppress(OSError, psutil.Error):  # not allowed, or gone
        process = psutil.Process(number)
        # Behind a socket from another container the number would be somebody else's.
        if process.name().startswith("postgres"):
            process.nice(os.getpriority(os.PRIO_PROCESS, 0))
