"""Door processes that a test may kill, and a town that they serve. Help of the tests of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bulou.config import supervisor
from bulou.config.connections import Urls
from tests.faults import checks


@dataclass
class Door:
    """A door of its own on a database, without a supervisor."""

    urls: Urls
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, or start it again on the same port."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
        settings = {
            "BULOU_DATABASE_URL": self.urls.application,
            "BULOU_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "bulou.config.settings",
        }
        command = supervisor._granian(supervisor.DOOR, "asgi", "127.0.0.1", self.port, *supervisor.CROWD)
        self.process = subprocess.Popen([sys.executable, "-m", *command], env=inherited | settings)
        checks.eventually(lambda: checks.answers(f"{self.url}/healthz"), "the door listens")

    def kill(self) -> None:
        """kill -9 of all its processes."""
        if self.process is not None:
            family = [self.process, *psutil.Process(self.process.pid).children(recursive=True)]
            for one in family:
                one.kill()
            self.process.wait()
            self.process = None


@contextmanager
def started(urls: Urls, folder: Path) -> Iterator[Door]:
    """Run a door on a free port of the loopback."""
    door = Door(urls, folder, supervisor.free_port("127.0.0.1"))
    try:
        door.start()
        yield door
    finally:
        door.kill()
