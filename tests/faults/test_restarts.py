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

import pytest

from bulou.config import supervisor
from bulou.config.postgres import Cluster
from tests import desk_round
from tests.faults import books, checks, diary
from tests.faults.load import PATIENCE, Load

KILLS, PHONES = (15, 12) if checks.FULL else (2, 3)


def migrating(data: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "bulou.config.command", "migrate", "--data", str(data)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
    return subprocess.Popen(command, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_an_older_copy_is_told_what_it_lacks(tmp_path: Path, dice: random.Random) -> None:
    """The copy was made after the first third of a day; the second third was acknowledged and is not in it.

    Nobody tells the phones. Each hands the last third in as if nothing had happened, hears another incarnation and
    which numbers are missing, and sends those again.
    """
    data, copy = tmp_path / "data", tmp_path / "copy"
    with supervisor.running(data) as server:
        phones = diary.street(
            desk_round.begin(200, datetime.now(UTC)), dice.randrange(13), PHONES, dice.randrange(1000)
        )
        wanted = books.once_in_order(phones)
        days = [(phone, dice.sample(sorted(phone.written), len(phone.written))) for phone in phones]
        parts = [[(phone, numbers[third::3]) for phone, numbers in days] for third in range(3)]
        diary.hand_in(server.url, parts[0])
    shutil.copytree(data, copy)
    with supervisor.running(data) as server:
        diary.hand_in(server.url, parts[1])
    shutil.rmtree(data)
    copy.rename(data)
    acknowledged = sum(len(phone.acknowledged) for phone in phones)
    with supervisor.running(data) as server:
        lives = {phone.journal: phone.incarnation for phone in phones}
        diary.hand_in(server.url, parts[2])
        assert all(phone.incarnation != lives[phone.journal] for phone in phones)
        again = sum(len(phone.written) - len(phone.acknowledged) for phone in phones)
        assert again >= sum(len(numbers) for _, numbers in parts[1]), "what the copy lacks is not asked for"
        load = Load([server.url], phones)
        load.deliver()
        books.same(books.read(), wanted)
        checks.whole(server.urls, load)
    checks.report("older copy of a phones' day", acknowledged=acknowledged, sent_again=again, differences=0)
