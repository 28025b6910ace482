"""kill -9 of the door, the desk, PostgreSQL and one of its backends, at random moments under load.

Short: one installation, a few kills. FAULTS=full: 200 kills over eight installations. There is no worker process in
this version; when there is one it belongs into VICTIMS.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest

from bulou.config import supervisor
from tests import desk_round
from tests.faults import checks
from tests.faults.load import Load

ROUNDS, KILLS = (8, 25) if checks.FULL else (1, 5)
PEOPLE = 400


def kill_process(child: str) -> Callable[[supervisor.Running, random.Random], None]:
    """Kill a supervised process, or only the worker inside it."""

    def kill(server: supervisor.Running, dice: random.Random) -> None:
        pid = server.children[child].pid
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)] if pid else []
        if family:
            dice.choice(family).kill()

    return kill


def kill_postmaster(server: supervisor.Running, dice: random.Random) -> None:
    """Kill the server of the database; its backends end by themselves."""
    pid = server.cluster.postmaster()
    if pid:
        os.kill(pid, signal.SIGKILL)


def kill_backend(server: supervisor.Running, dice: random.Random) -> None:
    """Kill a process that is in the middle of a statement; PostgreSQL then throws out all others and recovers."""
    with suppress(psycopg.OperationalError), server.cluster.connect("bulou") as connection:
        query = (
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " ORDER BY state = 'active' DESC, pid"
        )
        pids = [row[0] for row in connection.execute(query)][:3]
        if pids:
            _kill_inside(server, dice.choice(pids))


def _kill_inside(server: supervisor.Running, pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


VICTIMS = {
    "door": kill_process("door"),
    "desk": kill_process("desk"),
    "postgres": kill_postmaster,
    "backend": kill_backend,
}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_acknowledged_is_lost_when_processes_are_killed(number: int, tmp_path: Path, installed) -> None:
    seed = checks.SEED + number
    print(f"FAULTS_SEED={checks.SEED}")
    dice = random.Random(seed)
    seconds: dict[str, list[float]] = {name: [] for name in VICTIMS}
    with supervisor.running(installed(tmp_path / "data")) as server:
        morning = desk_round.begin(PEOPLE, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 5, seed))
        beat = threading.Event()
        names = list(VICTIMS) * (KILLS // len(VICTIMS) + 1)
        dice.shuffle(names)
        with load.running():
            for name in names[:KILLS]:
                load.more(dice.randint(20, 60))
                beat.wait(dice.uniform(0, 0.3))  # the moment is random, within a request or between two
                began = time.monotonic()
                VICTIMS[name](server, dice)
                load.taken_after(began)
                checks.eventually(lambda: checks.answers(f"{server.desk_url}/healthz"), "the desk answers")
                took = time.monotonic() - began
                seconds[name].append(took)
                looked_for = checks.whole(server.urls, load)
                checks.report("kill", victim=name, seconds=round(took, 2), acknowledged=looked_for, seed=seed)
        load.deliver()
        looked_for = checks.whole(server.urls, load)
    every = [s for some in seconds.values() for s in some]
    checks.report(
        "kills", kills=KILLS, recovered=len(every), max_seconds=round(max(every), 2),
        median_seconds=round(statistics.median(every), 2), acknowledged=looked_for, lost=0,
        answers={str(name): n for name, n in load.answers.items()}, seed=seed,
    )  # fmt: skip
