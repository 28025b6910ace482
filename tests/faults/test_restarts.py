"""Started again at a bad moment: killed while it migrates; brought back from a backup older than the phones."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from bulou.config import supervisor
from bulou.config.postgres import Cluster
from tests import desk_round
from tests.faults import checks
from tests.faults.load import PATIENCE, Load

KILLS = 15 if checks.FULL else 3


def migrating(data: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "bulou.config.command", "migrate", "--data", str(data)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
    return subprocess.Popen(command, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_killed_while_it_migrates(tmp_path: Path, dice: random.Random) -> None:
    """At any moment of a first migration: the next start goes on where it was killed, and ends well."""
    began = time.monotonic()
    assert migrating(tmp_path / "whole").wait(PATIENCE) == 0
    long, beat, killed = time.monotonic() - began, threading.Event(), 0
    for i in range(KILLS):
        data = tmp_path / str(i)
        process = migrating(data)
        beat.wait(dice.uniform(0.2, long))
        process.kill()
        killed += process.wait() != 0
        if dice.random() < 0.5:
            Cluster(data).stop()
        assert migrating(data).wait(PATIENCE) == 0
    assert killed >= KILLS // 2, "the kills came too late to be any"
    with supervisor.running(data) as server:
        morning = desk_round.begin(100, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 2, dice.randrange(1000)))
        with load.running():
            load.more(20)
        load.deliver()
        checks.whole(server.urls, load)
    checks.report("migration killed", kills=killed)


def test_an_older_backup_gets_everything_again(tmp_path: Path, dice: random.Random) -> None:
    """The folder of a stopped server is the backup; the phones go on, it takes the server's place, they notice."""
    data, backup = tmp_path / "data", tmp_path / "backup"
    with supervisor.running(data) as server:
        morning = desk_round.begin(200, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 4, dice.randrange(1000)))
        with load.running():
            load.more(60)
    shutil.copytree(data, backup)
    with supervisor.running(data) as server:
        load.doors = [server.url]
        with load.running():
            load.more(120)
        acknowledged = checks.whole(server.urls, load)
    shutil.rmtree(data)
    backup.rename(data)
    with supervisor.running(data) as server:
        load.doors = [server.url]
        with load.running():
            load.more(20)
        load.deliver()
        assert checks.whole(server.urls, load) > acknowledged
    checks.report("older backup", acknowledged=acknowledged, lost=0)
