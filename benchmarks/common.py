"""What every benchmark shares: arguments, the machine, a district of duties, a lean HTTP load, the JSON at the end."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import psutil

OPENED = datetime(2022, 4, 4, 6, tzinfo=UTC)
PEOPLE_A_BUILDING, BUILDINGS_A_COMPOUND, COMPOUNDS_A_NEIGHBOURHOOD, NEIGHBOURHOODS_A_STREET = 75, 14, 4, 24
STREETS_A_DISTRICT = 13
DISTRICT = 104
#: The area of the person ``n`` places into the district, as ``building_of`` has it.
BUILDING_OF = f"""
  SELECT n, (((((({DISTRICT} + street / {STREETS_A_DISTRICT}) << 8 | street %% {STREETS_A_DISTRICT} + 1) << 9
         | neighbourhood %% {NEIGHBOURHOODS_A_STREET} + 1) << 10 | compound %% {COMPOUNDS_A_NEIGHBOURHOOD} + 1) << 12)
         | building %% {BUILDINGS_A_COMPOUND} + 1) AS area
  FROM generate_series(0::bigint, %(people)s - 1) AS n,
  LATERAL (SELECT n / {PEOPLE_A_BUILDING} AS building) AS b,
  LATERAL (SELECT building / {BUILDINGS_A_COMPOUND} AS compound) AS c,
  LATERAL (SELECT compound / {COMPOUNDS_A_NEIGHBOURHOOD} AS neighbourhood) AS d,
  LATERAL (SELECT neighbourhood / {NEIGHBOURHOODS_A_STREET} AS street) AS e"""


def parser(description: str) -> argparse.ArgumentParser:
    """Give the options that every benchmark takes; one may add its own."""
    given = argparse.ArgumentParser(description=description)
    given.add_argument("--short", action="store_true", help="end within a minute")
    given.add_argument("--instance", type=Path, help="a folder with the instance to read")
    given.add_argument("--json", action="store_true", help="print one JSON object last")
    return given


def arguments(description: str) -> argparse.Namespace:
    """Parse what every benchmark takes."""
    return parser(description).parse_args()


def say(text: str) -> None:
    """Tell the person at the terminal how far it is; standard output is kept for the result."""
    print(text, file=sys.stderr, flush=True)


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
def ledger(data: Path | None = None, settings: Sequence[str] = ()) -> Iterator[Path]:
    """Give a data folder with a prepared, durable database.

    ``data``: a folder that stays; without it, one that goes with the block. ``settings``: lines for the folder's
    postgres.local.conf, as an operator would add them.
    """
    from bulou.config import database

    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bulou-bench-")))
        if settings:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "postgres.local.conf").write_text("\n".join(settings) + "\n", "utf-8")
        stack.enter_context(database.using(folder))
        yield folder


def postmaster(folder: Path) -> int:
    """Return the process id of a data folder's database server."""
    from bulou.config.postgres import Cluster

    found = Cluster(folder).postmaster()
    assert found is not None
    return found


def pss(roots: Iterable[int]) -> int:
    """Return the memory in bytes of these processes and all below them, what they share counted once.

    The proportional set size: a page that n processes map counts 1/n in each, so that the database's shared buffers
    are in the sum once, as far as they were touched.
    """
    total = 0
    seen: set[int] = set()
    for root in roots:
        try:
            processes = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in processes:
            if process.pid not in seen:
                seen.add(process.pid)
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    total += process.memory_full_info().pss
    return total


class Watched:
    """Samples the memory of groups of processes; ``peak`` and ``last`` are MiB by group, and of all in ``all``.

    A group is a process id, or a function that tells which ids there are now; each stands for all processes below it.
    """

    def __init__(self, seconds: float = 0.5, **groups: int | Callable[[], Iterable[int]]):
        self.groups = {name: (lambda pid=who: (pid,)) if isinstance(who, int) else who for name, who in groups.items()}
        self.peak: dict[str, int] = dict.fromkeys((*groups, "all"), 0)
        self.last = dict(self.peak)
        self._seconds, self._over = seconds, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def sample(self) -> None:
        """Look now."""
        roots = {name: tuple(who()) for name, who in self.groups.items()}
        found = {name: pss(pids) >> 20 for name, pids in roots.items()}
        self.last = found | {"all": pss(pid for pids in roots.values() for pid in pids) >> 20}
        self.peak = {name: max(n, self.last[name]) for name, n in self.peak.items()}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.sample()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self.sample()


def building_of(person: int) -> int:
    """Return the building of the person with this place in the district: 75 people a building, 1,050 a compound."""
    from bulou.ledger.areas import area_id

    building = person // PEOPLE_A_BUILDING
    compound, building_no = divmod(building, BUILDINGS_A_COMPOUND)
    neighbourhood, compound_no = divmod(compound, COMPOUNDS_A_NEIGHBOURHOOD)
    street, neighbourhood_no = divmod(neighbourhood, NEIGHBOURHOODS_A_STREET)
    district, street_no = divmod(street, STREETS_A_DISTRICT)
    return area_id(DISTRICT + district, street_no + 1, neighbourhood_no + 1, compound_no + 1, building_no + 1)


def whole(people: int) -> int:
    """Return the node above so many persons: the district, or the root when they need more than one."""
    from bulou.ledger.areas import area_id

    one = PEOPLE_A_BUILDING * BUILDINGS_A_COMPOUND * COMPOUNDS_A_NEIGHBOURHOOD * NEIGHBOURHOODS_A_STREET
    return area_id(DISTRICT) if people <= one * STREETS_A_DISTRICT else 0


@dataclass(frozen=True)
class Round:
    """An opened round: campaign number, first person id, how many persons."""

    campaign: int
    first: int
    people: int

    def tube(self, n: int, size: int = 10) -> dict[str, Any]:
        """Return the body of the n-th sealed tube of ``size`` neighbours."""
        from bulou.ledger.check_digit import label

        low = n * size % (self.people - size)
        persons = list(range(self.first + low, self.first + low + size))
        number = label(self.campaign * 10**7 + n)
        return {"campaign": self.campaign, "tube": number, "mode": "pooled", "persons": persons}

    def place(self, n: int, size: int = 10) -> int:
        """Return the building in which the n-th tube is taken."""
        return building_of(n * size % (self.people - size))


def open_round(campaign: int, people: int, *, first: int | None = None, at: datetime = OPENED) -> tuple[Round, float]:
    """Open a round over synthetic duties; return it and the seconds that the opening took.

    ``first``: the first person's id; by default each campaign has persons of its own.
    """
    from bulou.ledger import campaigns

    node = whole(people)
    desk = enrol("desk", "desk", node)[0]
    first = campaign * 10**7 if first is None else first
    with campaigns.opening() as cursor:
        cursor.execute(
            f"INSERT INTO opening SELECT n + %(first)s, area FROM ({BUILDING_OF}) AS p",
            {"people": people, "first": first},
        )
        started = time.perf_counter()
        opened = campaigns.Campaign(campaign, "pcr", "benchmark", node, "swab", {})
        campaigns.freeze(cursor, opened, desk, at, at)
    campaigns.write_out(people)
    return Round(campaign, first, people), time.perf_counter() - started


def enrol(name: str, kind: str, area: int | None = None) -> tuple[int, str]:
    """Enrol a journal for an area, by default the whole district; return its id and key."""
    from bulou.ledger import journals
    from bulou.ledger.areas import area_id, span

    ranges = (span(area_id(DISTRICT) if area is None else area),)
    return journals.enrol(name, kind, ranges, OPENED - timedelta(days=90), datetime.now(UTC) + timedelta(days=30))


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
    told: Callable[[float, float], object] | None = None,
) -> Load:
    """Post on one connection a key for ``seconds``; ``body(connection, n)`` makes each request.

    ``rate``: requests a second over all connections; None sends the next as soon as the last is answered. Latency at a
    fixed rate counts from the time at which the request was due, so that a stall is not hidden. ``told`` is given the
    time at which each request was due, of the performance counter, and its latency.
    """
    return asyncio.run(_load(port, keys, body, seconds, rate, path, told))


async def _load(port, keys, body, seconds, rate, path, told) -> Load:
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
            if told:
                told(due, latencies[-1])
            n += 1
        writer.close()

    await asyncio.gather(*(connection(i, key) for i, key in enumerate(keys)))
    return Load(len(latencies), time.perf_counter() - begin, sorted(latencies), failures)


def copied_again(tables: Sequence[str], where: str = "true") -> float:
    """Return the seconds that raw COPY takes for rows that are there, into bare tables with the same indexes."""
    from django.db import connections, transaction

    seconds = 0.0
    for table in tables:
        with tempfile.TemporaryFile() as file, connections["owner"].cursor() as cursor:
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)") as rows:
                for block in rows:
                    file.write(block)
            file.seek(0)
            cursor.execute(f"CREATE TABLE copied (LIKE {table} INCLUDING ALL)")
            started = time.perf_counter()
            with transaction.atomic("owner"), cursor.copy("COPY copied FROM STDIN (FORMAT binary)") as rows:
                while block := file.read(1 << 20):
                    rows.write(block)
            seconds += time.perf_counter() - started
            cursor.execute("DROP TABLE copied")
    return seconds
