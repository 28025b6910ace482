"""A served installation: both processes answer, the dead come back, and all go together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from bulou.config import supervisor
from bulou.config.postgres import Cluster

PATIENCE = 60  # seconds; none of these takes more than two


def eventually(happened: Callable[[], bool]) -> None:
    beat = threading.Event()
    for _ in range(PATIENCE * 20):
        if happened():
            return
        beat.wait(0.05)
    pytest.fail("it did not happen")


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended in between
        return False


def listens(process: psutil.Process) -> bool:
    try:
        return "bulou.config.listener" in process.cmdline()
    except psutil.NoSuchProcess:  # the database's own come and go
        return False


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with supervisor.running(tmp_path_factory.mktemp("serve") / "data") as server:
        yield server


def test_the_desk_and_the_door_answer(served: supervisor.Running):
    assert answers(served.url)
    assert answers(served.desk_url)
    assert served.field_url == f"{served.url}/field"


@pytest.mark.parametrize("name", ["desk", "door"])
def test_a_killed_process_comes_back(served: supervisor.Running, name: str):
    child = served.children[name]
    killed = child.pid
    os.kill(killed, signal.SIGKILL)
    url = served.desk_url if name == "desk" else served.url
    eventually(lambda: child.pid not in (None, killed) and answers(url))


def test_a_killed_database_comes_back_and_the_desk_finds_it(served: supervisor.Running):
    killed = served.cluster.postmaster()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: served.cluster.postmaster() not in (None, killed) and answers(served.desk_url))


def test_the_database_yields_for_the_desk_as_the_desk_does_and_not_for_the_door(served: supervisor.Running):
    def yields() -> set[int]:
        return {process.nice() for process in psutil.Process(served.cluster.postmaster()).children()}

    eventually(lambda: answers(served.url) and answers(served.desk_url) and yields() == {0, supervisor.BEHIND})


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="the system knows no such processes")
def test_the_desk_works_when_no_other_process_wants_to(served: supervisor.Running):
    def ways(name: str) -> set[int]:
        child = psutil.Process(served.children[name].pid)
        return {os.sched_getscheduler(process.pid) for process in (child, *child.children(recursive=True))}

    eventually(lambda: answers(served.url) and answers(served.desk_url))
    assert ways("desk") == {os.SCHED_IDLE} and ways("door") == {os.SCHED_OTHER}


def test_no_listener_holds_the_owners_password(served: supervisor.Running):
    secret = served.cluster.folder.secrets()["owner"]
    for child in served.children.values():
        for process in (psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)):
            assert secret not in "".join(process.environ().values())


def test_a_taken_port_is_not_shared(served: supervisor.Running, tmp_path: Path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bulou.config.command", "serve"),
            *("--port", served.url.rsplit(":", 1)[1], "--data", str(tmp_path / "other")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert "已被占用" in done.stderr or "cannot listen" in done.stderr
    assert not (tmp_path / "other").exists()


def test_the_command_prints_its_address_and_takes_everything_down(tmp_path: Path):
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-m", "bulou.config.command", "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        url = process.stdout.readline().strip()
        assert answers(url)
        family = psutil.Process(process.pid).children(recursive=True)
        assert family
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert not answers(url)
    assert not any(map(lives, family))
    assert Cluster(data).postmaster() is None


def test_a_killed_supervisor_takes_its_processes_along(tmp_path: Path):
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-m", "bulou.config.command", "serve", "--port", "0", "--data", str(data)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        url = process.stdout.readline().strip()
        assert answers(url)
        listeners = list(filter(listens, psutil.Process(process.pid).children(recursive=True)))
        assert len(listeners) == 6  # of the desk, of the residents' page and of the door, each with its worker
        process.kill()
        process.wait()
        eventually(lambda: not answers(url))
        eventually(lambda: not any(map(lives, listeners)))
    # The database stays; the next user of the folder joins it and, being the last, stops it.
    with Cluster(data).running() as cluster:
        assert cluster.postmaster()
    assert cluster.postmaster() is None
