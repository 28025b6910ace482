"""Connections that are cut, and connections that stay open and say nothing more."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections.abc import Iterator

import pytest

from bulou.field import body as bodies
from bulou.field.problems import Problem
from tests.faults import checks
from tests.faults.doors import Door
from tests.faults.load import Load
from tests.faults.wires import connected, cut, request

CUTS, SILENT, IDLE = (400, 1000, 3000) if checks.FULL else (40, 150, 1100)


@pytest.fixture
def many_files() -> Iterator[None]:
    """Lets this process hold as many connections as a crowd of phones."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + 500:
        pytest.skip(f"this machine allows {hard} open files; the crowd needs {IDLE + 500}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_cut_at_any_byte(town, door: Door, dice: random.Random) -> None:
    """Whole requests of which no answer was heard, and halves: sent again, all is there once."""
    urls, morning = town
    phones = checks.phones(morning, 3, dice.randrange(1000))
    load = Load([door.url], phones)
    for _ in range(CUTS):
        phone = dice.choice(phones)
        before = len(phone.written)
        phone.write(5)
        content = request(phone, list(range(before + 1, len(phone.written) + 1)))
        line = connected(door.url)
        line.sendall(content[: dice.choice((len(content), dice.randrange(len(content))))])
        cut(line, dice)
    load.deliver()
    assert set(load.answers) == {200}
    assert checks.whole(urls, load) == sum(len(phone.written) for phone in phones)


def test_silent_senders_keep_nobody_out(town, door: Door, dice: random.Random) -> None:
    """Phones out of reach in the middle of a request: the others are served meanwhile, and the door lets go of them."""
    urls, morning = town
    phones = checks.phones(morning, 3, dice.randrange(1000))
    silent = phones[0]
    silent.write(5)
    content = request(silent, list(silent.written))
    lines = [connected(door.url) for _ in range(SILENT)]
    for line in lines:
        line.sendall(content[: dice.randrange(1, len(content) - 1)])
    load = Load([door.url], phones)
    with load.running():
        for _ in range(10):
            began = time.monotonic()
            assert load.taken_after(began) - began < 5
    if checks.FULL:  # the real time takes its time
        line = connected(door.url)
        line.sendall(content[:-1])
        line.settimeout(2 * bodies.SILENCE)
        assert b"429" in line.recv(100)
        line.close()
    for line in lines:
        cut(line, dice)
    load.deliver()
    checks.whole(urls, load)


def test_a_silent_sender_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE", 0.05)
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> dict:
        for part in parts:
            return part
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(Problem) as refused:
        asyncio.run(bodies.read(receive, "", 1000))
    assert refused.value.code == 429


@pytest.mark.long
def test_idle_phones_keep_nobody_out(town, door: Door, dice: random.Random, many_files: None) -> None:
    """Every phone keeps its connection open between two entries; the next one must still be heard."""
    _, morning = town
    phones = checks.phones(morning, 1, dice.randrange(1000))
    lines = []
    for _ in range(IDLE):
        line = connected(door.url)
        line.sendall(b"GET /field/openapi.json HTTP/1.1\r\nhost: door\r\n\r\n")
        lines.append(line)
    for line in lines:
        assert line.recv(12) == b"HTTP/1.1 200"
    load = Load([door.url], phones)
    phones[0].write(5)
    began = time.monotonic()
    load.deliver()
    assert time.monotonic() - began < 5
    for line in lines:
        cut(line, dice)
