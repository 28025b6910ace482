"""More than can be done: the door says so with a hint when to come again, and serves streets in turn."""

from __future__ import annotations

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import httpx
import psycopg

from bulou.ledger.areas import ancestor
from tests.faults import checks
from tests.faults.doors import Door
from tests.faults.load import PATIENCE, Load, Phone

FLOOD, LARGE = 4, 5_000  # requests that fill the door's queue, and the entries of each


def send(door: Door, phone: Phone, numbers: range) -> tuple[httpx.Response, float]:
    content, headers = phone.content(numbers), {"authorization": f"Bearer {phone.key}"}
    url = f"{door.url}/field/journal"
    reply = httpx.post(url, content=content, headers=headers, timeout=PATIENCE + 30, trust_env=False)
    return reply, time.monotonic()


def test_a_flood_from_one_street(town, door: Door, dice: random.Random) -> None:
    """While the ledger stands still, one street fills the queue. It is asked to come again; the others are let in, and
    when the ledger moves on they are served before the rest of the flood.
    """
    urls, morning = town
    flood, calm = checks.phones(morning, 2, dice.randrange(1000))
    assert ancestor(flood.homes[0][0], 2) != ancestor(calm.homes[0][0], 2)
    area, people = flood.homes[0]
    for i in range((FLOOD + 1) * LARGE):
        flood.say("swab.called", area, {"campaign": 1, "persons": [people[i % len(people)]]})
    calm.write(5)
    with ThreadPoolExecutor(FLOOD + 2) as lines, psycopg.connect(urls.owner) as stand_still:
        # Reads go on, so that devices are known; whoever wants to write waits.
        stand_still.execute("LOCK TABLE ledger_journal IN EXCLUSIVE MODE")
        first: list[Future] = [
            lines.submit(send, door, flood, range(i * LARGE + 1, (i + 1) * LARGE + 1)) for i in range(FLOOD + 1)
        ]
        shed, _ = next(as_completed(first, PATIENCE)).result()  # whichever came last finds the queue full
        assert (shed.status_code, shed.json()["code"]) == (429, 429)
        assert int(shed.headers["retry-after"]) > 0
        let_in = lines.submit(send, door, calm, range(1, len(calm.written) + 1))
        assert not let_in.done()
        stand_still.rollback()
        reply, calm_at = let_in.result(PATIENCE)
        told = [future.result(PATIENCE) for future in first]
    assert reply.status_code == 200
    assert sorted(one.status_code for one, _ in told) == [200] * FLOOD + [429]
    assert calm_at < max(at for _, at in told), "the calm street waited for the whole flood"
    taken = {e["n"] for one, _ in told if one.status_code == 200 for e in one.json()["entries"]}
    flood.ever, flood.acknowledged = set(taken), set(taken)
    calm.ever = set(calm.written)
    load = Load([door.url], [flood, calm])
    load.deliver()
    checks.whole(urls, load)
