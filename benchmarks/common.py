"""What every benchmark shares: arguments, the machine, a district of duties, a lean HTTP load, the JSON at the end."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

OPENED = datetime(2022, 4, 4, 6, tzinfo=UTC)
PEOPLE_A_BUILDING, BUILDINGS_A_COMPOUND, COMPOUNDS_A_NEIGHBOURHOOD, NEIGHBOURHOODS_A_STREET = 75, 14, 4, 24
DISTRICT = 104


def arguments(description: str) -> argparse.Namespace:
    """Parse what every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--short", action="store_true", help="end within 45 seconds")
    parser.add_argument("--instance", type=Path, help="a folder with the instance to read")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    return parser.parse_args()


def machine() -> dict[str, Any]:
    """Describe where the figures were taken."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1), "python": platform.python_version()}


def target(name: str, value: float | None, want: str, ok: bool) -> dict[str, Any]:
    """One target with the value that was measured."""
    return {"name": name, "value": value, "want": want, "ok": ok}


def finish(name: str, figures: dict[str, Any], targets: Sequence[dict[str, Any]]) -> None:
    """Print the result as the last line."""
    print(json.dumps({"name": name, "machine": machine(), "figures": figures, "targets": list(targets)}))


@contextmanager
def ledger() -> Iterator[Path]:
    """Give a data folder with a prepared, durable database; it goes with the block."""
    from bulou.config import database

    with tempfile.TemporaryDirectory(prefix="bulou-bench-") as folder, database.using(folder):
        yield Path(folder)


def building_of(person: int) -> int:
    """Return the building of the person with this place in the district: 75 people a building, 1,050 a compound."""
    from bulou.ledger.areas import area_id

    building = person // PEOPLE_A_BUILDING
    compound, building_no = divmod(building, BUILDINGS_A_COMPOUND)
    neighbourhood, compound_no = divmod(compound, COMPOUNDS_A_NEIGHBOURHOOD)
    street, neighbourhood_no = divmod(neighbourhood, NEIGHBOURHOODS_A_STREET)
    return area_id(DISTRICT, street + 1, neighbourhood_no + 1, compound_no + 1, building_no + 1)


@dataclass(frozen=True)
class Round:
    """An opened round: campaign number, first person id, how many persons."""

    campaign: int
    first: int
    people: int

    def tube(self, n: int, size: int = 10) -> dict[str, Any]:
        """Return the body of the n-th sealed tube of ``size`` neighbours."""
        from bulou.ledger.labels import label

        low = n * size % (self.people - size)
        persons = list(range(self.first + low, self.first + low + size))
        number = label(self.campaign * 10**7 + n)
        return {"campaign": self.campaign, "tube": number, "mode": "pooled", "persons": persons}

    def place(self, n: int, size: int = 10) -> int:
        """Return the building in which the n-th tube is taken."""
        return building_of(n * size % (self.people - size))


def open_round(campaign: int, people: int) -> tuple[Round, float]:
    """Open a round over synthetic duties; return it and the seconds that the opening took."""
    from bulou.ledger import openings
    from bulou.ledger.areas import area_id

    desk = enrol("desk", "desk")[0]
    first = campaign * 10**7
    with openings.opening() as cursor:
        with cursor.copy("COPY opening FROM STDIN") as copy:
            for n in range(people):
                copy.write_row((first + n, building_of(n)))
        started = time.perf_counter()
        opened = openings.Campaign(campaign, "pcr", "benchmark", area_id(DISTRICT), "swab", {})
        openings.freeze(cursor, opened, desk, OPENED, OPENED)
        return Round(campaign, first, people), time.perf_counter() - started


def enrol(name: str, kind: str) -> tuple[int, str]:
    """Enrol a journal for the whole district; return its id and key."""
    from bulou.ledger import journals
    from bulou.ledger.areas import area_id, span

    ranges = (span(area_id(DISTRICT)),)
    return journals.enrol(name, kind, ranges, OPENED - timedelta(hours=1), datetime.now(UTC) + timedelta(days=30))


@dataclass(frozen=True)
class Load:
    """What a load run measured: requests, seconds, latencies in seconds (sorted), answers that were not 200."""

    requests: int
    seconds: float
    latencies: list[float]
    failures: int

    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    def quantile(self, share: float) -> float:
        """Latency in milliseconds below which ``share`` of the requests lie."""
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def load(
    port: int,
    keys: Sequence[str],
    body: Callable[[int, int], bytes],
    seconds: float,
    rate: float | None = None,
    path: str = "/field/journal",
) -> Load:
    """Post on one connection a key for ``seconds``; ``body(connection, n)`` makes each request.

    ``rate``: requests a second over all connections; None sends the next as soon as the last is answered. Latency at a
    fixed rate counts from the time at which the request was due, so that a stall is not hidden.
    """
    return asyncio.run(_load(port, keys, body, seconds, rate, path))


async def _load(port, keys, body, seconds, rate, path) -> Load:
    latencies: list[float] = []
    failures = 0
    begin = time.perf_counter()

    async def connection(index: int, key: str) -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {path} HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer {key}\r\nContent-Length: ".encode()
        n = 0
        while True:
            due = begin + (n * len(keys) + index) / rate if rate else time.perf_counter()
            if due - begin > seconds:
                break
            await asyncio.sleep(max(0, due - time.perf_counter()))
            payload = body(index, n)
            writer.write(head + str(len(payload)).encode() + b"\r\n\r\n" + payload)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            failures += not answer.startswith(b"HTTP/1.1 200")
            latencies.append(time.perf_counter() - due)
            n += 1
        writer.close()

    await asyncio.gather(*(connection(i, key) for i, key in enumerate(keys)))
    return Load(len(latencies), time.perf_counter() - begin, sorted(latencies), failures)
