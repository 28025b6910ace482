"""The door never waits for the board, and the board goes on while the door is flooded."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import psutil
import psycopg
import pytest

from bulou.config import connections as config_connections
from bulou.config import supervisor
from bulou.field import proxy
from tests import desk_round
from tests.faults import checks
from tests.faults.load import PATIENCE, Load

SOON = 10  # seconds that an entry may wait for its answer on a busy machine; alone it is a tenth of one


@pytest.fixture(scope="module")
def served(tmp_path_factory, installed) -> Iterator[tuple[supervisor.Running, desk_round.Morning]]:
    """A whole installation with a round that is open."""
    with supervisor.running(installed(tmp_path_factory.mktemp("served") / "data")) as server:
        yield server, desk_round.begin(400, datetime.now(UTC))


@pytest.fixture
def load(served, dice: random.Random) -> Load:
    """Phones that talk to the installation's door."""
    server, morning = served
    config_connections.bind(server.urls)
    return Load([server.url], checks.phones(morning, 6, dice.randrange(1000)))


@contextmanager
def signed_in(server: supervisor.Running) -> Iterator[httpx.Client]:
    """A browser at the district's desk, through the public port."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE, follow_redirects=True) as browser:
        page = browser.get("/sign-in").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        form = {"username": "district", "password": desk_round.PASSWORD, "csrfmiddlewaretoken": token[1]}
        page = browser.post("/sign-in", data=form, headers={"referer": server.url})
        assert page.status_code == 200 and "/sign-in" not in str(page.url)
        yield browser


def prompt(load: Load, times: int = 10) -> None:
    """Check that entries begun from now on are taken soon, so many times in a row."""
    for _ in range(times):
        began = time.monotonic()
        assert load.taken_after(began) - began < SOON


@contextmanager
def stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """Hold processes still, as a machine does that has no memory left."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def test_the_board_answers_while_the_door_is_flooded(served, load: Load) -> None:
    """Its figures say how old they are."""
    server, _ = served
    load.pause, load.most = 0.0, 30
    with signed_in(server) as browser, load.running():
        slowest = 0.0
        for _ in range(8):
            load.more(30)
            began = time.monotonic()
            page = browser.get("/")
            slowest = max(slowest, time.monotonic() - began)
            assert page.status_code == 200
            assert 'class="age"' in page.text, "figures without their age"
        assert slowest < SOON
    load.deliver()
    checks.report("flood", slowest_page_seconds=round(slowest, 2), acknowledged=checks.whole(server.urls, load))


def test_the_door_answers_while_the_desk_hangs(served, load: Load) -> None:
    """More pages are asked for than the desk could take; the surplus is told so at once, and no phone notices."""
    server, _ = served
    desk = psutil.Process(server.children["desk"].pid)
    asked = proxy.MOST + 20

    def look(_: int) -> httpx.Response:
        return httpx.get(f"{server.url}/sign-in", trust_env=False, timeout=2 * PATIENCE)

    with load.running(), ThreadPoolExecutor(asked) as people:
        with stopped([*desk.children(recursive=True), desk]):
            pages = [people.submit(look, i) for i in range(asked)]
            told = checks.eventually(lambda: sum(page.done() for page in pages) >= 20, "the surplus is told")
            prompt(load)
        answers = [page.result() for page in pages]
    refused = [page for page in answers if page.status_code == 502]
    assert {page.status_code for page in answers} <= {200, 502}
    assert len(refused) >= 20 and all(int(page.headers["retry-after"]) > 0 for page in refused)
    assert told < SOON
    assert checks.answers(f"{server.url}/sign-in")
    load.deliver()
    checks.whole(server.urls, load)


@pytest.mark.long
def test_the_door_answers_while_the_desks_connections_are_stuck(served, load: Load) -> None:
    """All connections of the desk wait for a lock; those of the door are its own."""
    server, _ = served
    with ThreadPoolExecutor(12) as people, psycopg.connect(server.urls.owner) as stuck, load.running():
        with signed_in(server) as browser:
            stuck.execute("LOCK TABLE auth_user, accounts_session IN ACCESS EXCLUSIVE MODE")
            pages = [people.submit(browser.get, "/") for _ in range(12)]
            query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%auth_user%'"
            with psycopg.connect(server.urls.owner, autocommit=True) as look:
                checks.eventually(lambda: look.execute(query).fetchone()[0] >= 4, "the desk is stuck")
            prompt(load)
            stuck.rollback()
            assert {page.result().status_code for page in pages} == {200}
    load.deliver()
    checks.whole(server.urls, load)


@pytest.mark.long
def test_a_mute_database_is_told_and_waited_for(served, load: Load) -> None:
    """All processes of PostgreSQL are held: nothing is acknowledged, the door says so, and goes on afterwards."""
    server, _ = served
    folder = str(server.cluster.folder.cluster)
    with load.running():
        load.more(20)
        processes = [psutil.Process(server.cluster.postmaster())]
        processes += processes[0].children(recursive=True)
        assert processes[0].cwd() == folder
        with stopped(processes):
            reply = httpx.get(f"{server.url}/healthz", trust_env=False, timeout=PATIENCE)
            assert (reply.status_code, int(reply.headers["retry-after"]) > 0) == (503, True)
            before = load.acknowledged
        began = time.monotonic()
        recovered = load.taken_after(began) - began
    assert load.acknowledged > before
    load.deliver()
    acknowledged = checks.whole(server.urls, load)
    checks.report("mute database", seconds=round(recovered, 2), acknowledged=acknowledged, lost=0)


@pytest.mark.long
def test_a_killed_supervisor_is_started_again(tmp_path, installed, dice: random.Random) -> None:
    """kill -9 of `bulou serve` itself: its processes go with it, and the next start takes the folder over."""
    data = installed(tmp_path / "data")
    with supervisor.running(data) as server:
        morning = desk_round.begin(100, datetime.now(UTC))
        load = Load([server.url], checks.phones(morning, 3, dice.randrange(1000)))
    for _ in range(5 if checks.FULL else 1):
        process, url = _serve(data)
        load.doors = [url]
        with load.running():
            load.more(30)
            began = time.monotonic()
            process.kill()
            process.communicate()
            checks.eventually(lambda url=url: not checks.answers(f"{url}/healthz"), "its processes are gone")
            process, url = _serve(data)
            load.doors = [url]
            took = load.taken_after(began) - began
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        checks.report("serve killed", seconds=round(took, 2))
    with supervisor.running(data) as server:
        load.doors = [server.url]
        load.deliver()
        checks.whole(server.urls, load)


def _serve(data) -> tuple[psutil.Popen, str]:
    import subprocess
    import sys

    command = [sys.executable, "-m", "bulou.config.command", "serve", "--port", "0", "--data", str(data)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True, env=inherited)
    return process, process.stdout.readline().strip()
