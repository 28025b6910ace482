"""Two door processes on one database: the same entries through both at once, while one of them is killed."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import httpx

from tests.faults import checks
from tests.faults.doors import Door, started
from tests.faults.load import PATIENCE, Load, Phone

KILLS = 20 if checks.FULL else 2


def test_two_doors_share_a_ledger(town, door: Door, tmp_path: Path, dice: random.Random) -> None:
    """Every phone speaks to either door by chance, and a double of it says the same to the other."""
    urls, morning = town
    with started(urls, tmp_path) as second:
        load = Load([door.url, second.url], checks.phones(morning, 4, dice.randrange(1000)))
        over, wrong = threading.Event(), []

        def double(phone: Phone) -> None:
            chance, headers = random.Random(phone.seed), {"authorization": f"Bearer {phone.key}"}
            with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
                while not over.is_set():
                    numbers = sorted(phone.written)[-40:]
                    chance.shuffle(numbers)
                    url = f"{chance.choice(load.doors)}/field/journal"
                    try:
                        reply = client.post(url, content=phone.content(numbers), headers=headers)
                    except httpx.TransportError:
                        continue
                    told = reply.json()
                    if reply.status_code == 200 and {e["status"] for e in told["entries"]} - {"kept", "repeated"}:
                        wrong.append(told)
                    over.wait(0.02)

        doubles = [threading.Thread(target=double, args=(phone,)) for phone in load.phones]
        with load.running():
            for thread in doubles:
                thread.start()
            for _ in range(KILLS):
                load.more(80)
                second.kill()
                load.more(40)
                second.start()
            load.more(80)
            over.set()
        for thread in doubles:
            thread.join(PATIENCE)
        assert not wrong
        load.deliver()
    checks.report("two doors", kills=KILLS, acknowledged=checks.whole(urls, load), lost=0)
