"""More than can be done: the door says so with a hint when to come again, and serves streets in turn."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import httpx
import psycopg

from bulou.ledger.areas import ancestor
from tests.faults import checks
from tests.faults.doors import Door
from tests.faults.load import PATIENCE, Load, Phone

FLOOD, HEAVY = 10, 20_000  # requests that fill the door's queue, and what each of them weighs


def heavy(phone: Phone) -> None:
    """Let a phone write one request of few entries that names as many people as a request may."""
    area, _ = phone.homes[0]
    people = [person for _, living in phone.homes for person in living][:1_000]
    for _ in range(HEAVY // (1 + len(people))):
        phone.say("swab.called", area, {"campaign": 1, "persons": people})


def send(door: Door, phone: Phone, numbers: Sequence[int]) -> tuple[httpx.Response, float]:
    content, headers = phone.content(numbers), {"authorization": f"Bearer {phone.key}"}
    url = f"{door.url}/field/journal"
    reply = httpx.post(url, content=content, headers=headers, timeout=PATIENCE + 30, trust_env=False)
    return reply, time.monotonic()


def test_a_flood_from_one_street(town, door: Door, dice: random.Random) -> None:
    """While the ledger stands still, one street fills the queue. It is asked to come again, and so is a device that has
    its share; the others are let in, and when the ledger moves on they are served before the rest of the flood.
    """
    urls, morning = town
    seed = dice.randrange(1000)
    first_street, calm = checks.phones(morning, 2, seed)
    street = ancestor(first_street.homes[0][0], 2)
    assert street != ancestor(calm.homes[0][0], 2)
    flood = [first_street]
    flood += [checks.phone(street, list(first_street.homes), seed * 1000 + 10 + i, morning) for i in range(FLOOD)]
    for phone in flood:
        heavy(phone)
    calm.write(5)
    with ThreadPoolExecutor(FLOOD + 3) as lines, psycopg.connect(urls.owner) as stand_still:
        # Reads go on, so that devices are known; whoever wants to write waits.
        stand_still.execute("LOCK TABLE ledger_journal IN EXCLUSIVE MODE")
        first: list[Future] = [lines.submit(send, door, phone, [*phone.written]) for phone in flood]
        shed, _ = next(as_completed(first, PATIENCE)).result()  # whichever came last finds the queue full
        assert (shed.status_code, shed.json()["code"]) == (429, 429)
        assert int(shed.headers["retry-after"]) > 0
        let_in = lines.submit(send, door, calm, [*calm.written])
        assert not let_in.done()
        waiting = next(phone for phone, future in zip(flood, first, strict=True) if not future.done())
        again, _ = lines.submit(send, door, waiting, [*waiting.written]).result(PATIENCE)
        assert again.status_code == 429, "one device had twice its share"
        stand_still.rollback()
        reply, calm_at = let_in.result(PATIENCE)
        told = [future.result(PATIENCE) for future in first]
    assert reply.status_code == 200
    assert sorted(one.status_code for one, _ in told) == [200] * FLOOD + [429]
    assert calm_at < max(at for _, at in told), "the calm street waited for the whole flood"
    for phone, (one, _) in zip(flood, told, strict=True):
        phone.acknowledged = {e["n"] for e in one.json()["entries"]} if one.status_code == 200 else set()
        phone.ever = set(phone.acknowledged)
    calm.ever = set(calm.written)
    load = Load([door.url], [*flood, calm])
    load.deliver()
    checks.whole(urls, load)
