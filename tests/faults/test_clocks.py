"""Clocks that jump: the server's, forwards and back, and the phones'."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bulou.ledger import clock
from tests.faults import checks
from tests.faults.doors import Door
from tests.faults.load import PATIENCE, Load

JUMPS = (timedelta(hours=3), timedelta(hours=-5), timedelta(days=2), timedelta(), timedelta(minutes=-1), timedelta())


@pytest.fixture
def server_clock(folder: Path):
    """Sets the clock of the door: that of an exercise, which each process reads from the data folder."""

    def jump(by: timedelta) -> None:
        at = datetime.now(UTC) + by
        clock.play(folder, at, at + timedelta(days=30), 1)

    yield jump
    (folder / clock.FILE).unlink(missing_ok=True)


def test_the_servers_clock_jumps(town, door: Door, dice: random.Random, server_clock) -> None:
    urls, morning = town
    load = Load([door.url], checks.phones(morning, 3, dice.randrange(1000)))
    with load.running():
        for by in JUMPS:
            load.more(20)
            server_clock(by)
    load.deliver()
    assert set(load.answers) == {200}
    checks.whole(urls, load)


def test_a_jump_beyond_the_end_of_a_key_and_back(town, door: Door, dice: random.Random, server_clock) -> None:
    """For a while the door takes the device for expired. It keeps its entries, and hands them in afterwards."""
    urls, morning = town
    (phone,) = checks.phones(morning, 1, dice.randrange(1000))
    phone.write(5)
    server_clock(timedelta(days=800))
    headers = {"authorization": f"Bearer {phone.key}"}
    content = phone.content(list(phone.written))
    reply = httpx.post(f"{door.url}/field/journal", content=content, headers=headers, timeout=PATIENCE, trust_env=False)
    assert (reply.status_code, reply.json()["code"]) == (403, 403)
    server_clock(timedelta())
    load = Load([door.url], [phone])
    load.deliver()
    checks.whole(urls, load)


def test_the_phones_clock_jumps(town, door: Door, dice: random.Random) -> None:
    """Corrected by its measured offset an entry counts, and is flagged; without one it may be refused, and is kept."""
    _, morning = town
    (phone,) = checks.phones(morning, 1, dice.randrange(1000))
    area, people = phone.homes[0]
    now, body = datetime.now(UTC), {"campaign": 1, "persons": people[:1]}
    for days, offset in ((0, 0), (400, 0), (3, -3 * 86_400_000), (-3, 3 * 86_400_000), (-9_000, 0), (0, 0)):
        phone.say("swab.called", area, body, at=(now + timedelta(days=days)).isoformat(), offset_ms=offset)
    headers = {"authorization": f"Bearer {phone.key}"}
    content = phone.content(list(phone.written))
    reply = httpx.post(f"{door.url}/field/journal", content=content, headers=headers, timeout=PATIENCE, trust_env=False)
    assert reply.json()["upto"] == len(phone.written)
    told = [(e["status"], e["code"]) for e in reply.json()["entries"]]
    assert told[0] == told[-1] == ("kept", None)
    assert ("refused", 105) in told
    phone.ever = set(phone.written)
    checks.whole(town[0], Load([door.url], [phone]))
