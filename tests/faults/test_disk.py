"""No room left: nothing is acknowledged that is not kept, phones are asked to come again, and with room it goes on."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bulou.config import supervisor
from tests import desk_round
from tests.faults import checks
from tests.faults.load import Load

SIZE = "600m"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory; only root may have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 2**12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                os.fsync(file.fileno())


def test_a_full_disk(small: Path, dice: random.Random) -> None:
    with supervisor.running(small / "data") as server:
        morning = desk_round.begin(100, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 3, dice.randrange(1000)))
        with load.running():
            load.more(30)
            ballast = small / "ballast"
            fill(ballast)
            before = load.answers.copy()
            # The log goes on within its files for a while; then there is no room for the next one, or for a table.
            checks.eventually(lambda: (load.answers - before)[503] > 0, "the door says that it cannot", 120)
            ballast.unlink()
            began = time.monotonic()
            took = load.taken_after(began) - began
            load.more(30)
        load.deliver()
        checks.report("disk full", seconds=round(took, 2), acknowledged=checks.whole(server.urls, load), lost=0)
