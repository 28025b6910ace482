"""What must hold after each fault: nothing acknowledged is lost or doubled, the books agree. Help of these tests."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
from django.db import connections

from bulou.config import connections as config_connections
from bulou.config.connections import Urls
from bulou.ledger import journals
from bulou.ledger.areas import ancestor, span
from bulou.ledger.verify import verify
from tests.desk_round import Morning
from tests.faults.load import PATIENCE, Load, Phone

#: FAULTS=full runs the long form.
FULL = os.environ.get("FAULTS") == "full"
#: Repeats a run: each test prints it.
SEED = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def whole(urls: Urls, *loads: Load) -> int:
    """Check the ledger against the record of the phones; return how many acknowledged entries were looked for."""
    looked_for = 0
    with psycopg.connect(urls.owner or "", autocommit=True) as connection:
        for phone in (phone for load in loads for phone in load.phones):
            acknowledged = set(phone.ever)  # before the look: what comes meanwhile may or may not be there
            query = "SELECT number, digest FROM ledger_entry WHERE journal = %s"
            rows = [(number, bytes(kept)) for number, kept in connection.execute(query, [phone.journal])]
            times = Counter(number for number, _ in rows)
            held = dict(rows)
            lost = sorted(acknowledged - set(held))
            assert not lost, f"journal {phone.journal}: acknowledged and lost: {lost[:20]} of {len(acknowledged)}"
            assert max(times.values(), default=1) == 1, f"journal {phone.journal}: kept twice"
            other = [n for n in acknowledged if held[n] != phone.digest(n)]
            assert not other, f"journal {phone.journal}: other content than was acknowledged: {other[:20]}"
            looked_for += len(acknowledged)
    clean(urls)
    return looked_for


def clean(urls: Urls) -> None:
    """Check that the books are what the kept entries say."""
    config_connections.bind(urls)
    connections["owner"].close()  # the fault may have cut it
    found = verify("owner", sample=100)
    connections["owner"].close()
    assert not found, "\n".join(difference.en for difference in found[:20])


def phones(morning: Morning, many: int, seed: int, first: int = 0) -> list[Phone]:
    """Enrol phones, each at a street of its own as far as there are streets. Django is bound to the database."""
    streets = sorted({ancestor(area, 2) for area in morning.homes})
    made = []
    for i in range(first, first + many):
        street = streets[i % len(streets)]
        homes = [(area, people) for area, people in morning.homes.items() if ancestor(area, 2) == street]
        made.append(phone(street, homes, seed * 1000 + i, morning))
    return made


def phone(street: int, homes: list[tuple[int, list[int]]], seed: int, morning: Morning) -> Phone:
    """Enrol one phone for a street."""
    until = morning.opened_at.replace(year=morning.opened_at.year + 1)
    return Phone(*journals.enrol(f"手机 {seed}", "phone", (span(street),), morning.opened_at, until), homes, seed)


def eventually(happened: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Wait until it happened; return the seconds it took."""
    beat, began = threading.Event(), time.monotonic()
    while not happened():
        assert time.monotonic() - began < patience, f"within {patience} s it did not happen: {what}"
        beat.wait(0.02)
    return time.monotonic() - began


def answers(url: str, status: int = 200) -> bool:
    """Whether a GET is answered with this status."""
    try:
        return httpx.get(url, trust_env=False, timeout=5).status_code == status
    except httpx.TransportError:
        return False


def report(fault: str, **figures: Any) -> None:
    """Print one line of JSON; with FAULTS_REPORT set it is added to that file as well."""
    line = json.dumps({"fault": fault, **figures}, ensure_ascii=False)
    print(line)
    if path := os.environ.get("FAULTS_REPORT"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
