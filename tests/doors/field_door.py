"""A real door process, and devices that talk to it. Help of the tests of this folder."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import IO, Any

import httpx
import psycopg

from bulou.config.connections import Urls
from bulou.ledger import journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.vocabulary import REGISTRY

#: The moment of the tests: one, so that an entry written twice is the same.
NOW = datetime.now(UTC).replace(microsecond=0)
STREET = area_id(1, 1)
HOME = area_id(1, 1, 1, 1, 1)
_campaigns = count(1)


@dataclass
class Door:
    """A running door process."""

    url: str
    owner: str
    client: httpx.Client

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def rows(self, query: str, *values: Any) -> list[tuple]:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()


@dataclass
class Device:
    """An enrolled device with its key, its next number and a campaign of its own."""

    door: Door
    id: int
    key: str
    campaign: int = field(default_factory=lambda: next(_campaigns))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def said(self, kind: str, body: dict, n: int | None = None) -> dict:
        n = n or next(self.numbers)
        return {"n": n, "kind": kind, "v": 1, "at": NOW.isoformat(), "offset_ms": -200, "area": HOME, "body": body}

    def sealed(self, tube: int, persons: list[int], n: int | None = None) -> dict:
        body = {"campaign": self.campaign, "tube": tube, "mode": "pooled", "persons": persons}
        return self.said("tube.sealed", body, n)

    def raw(self, content: bytes, through: Door | None = None) -> httpx.Response:
        return (through or self.door).client.post("/field/journal", content=content, headers=self.headers)

    def post(self, *entries: dict, through: Door | None = None) -> dict:
        reply = self.raw(json.dumps({"incarnation": None, "entries": entries}).encode(), through)
        assert reply.status_code == 200, reply.text
        return reply.json()


def enrolled(door: Door, kind: str, expires: datetime | None = None, ranges: tuple = (span(STREET),)) -> Device:
    """Enrol a device in the database that Django is bound to."""
    at = NOW - timedelta(hours=1)
    if expires is not None:
        at = min(at, expires - timedelta(days=1))
    return Device(door, *journals.enrol("门口一号", kind, ranges, at, expires or NOW + timedelta(hours=12)))


def owed(door: Door, campaign: int, kind: str, subject: int) -> dict[str, Any]:
    """Return one row of the book of duties."""
    names = ("outcome", "stage", "takes", "area")
    code = REGISTRY.duties[kind].code
    query = f"SELECT {', '.join(names)} FROM ledger_duty WHERE (campaign, kind, subject) = (%s, %s, %s)"
    (row,) = door.rows(query, campaign, code, subject)
    return dict(zip(names, row, strict=True))


@contextmanager
def running(urls: Urls, folder: str, log: IO[bytes] | None = None, **environment: str) -> Iterator[Door]:
    """Start the door as the product does, on a free port of the loopback; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BULOU_", "PYTEST"))}
    settings = {
        "BULOU_DATABASE_URL": urls.application,
        "BULOU_DATA": folder,
        "DJANGO_SETTINGS_MODULE": "bulou.config.settings",
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "bulou.config.asgi:app"], env=inherited | settings | environment, stdout=log, stderr=log
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            _await(client, process)
            yield Door(str(client.base_url), urls.owner or "", client)
    finally:
        process.terminate()
        assert process.wait(30) == 0


def _await(client: httpx.Client, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            assert client.get("/healthz").status_code in (200, 503)
            return
        except httpx.TransportError:
            assert process.poll() is None, "the door ended"
            assert time.monotonic() < deadline, "the door does not listen"
            time.sleep(0.02)  # until the port is bound there is nothing to wait on
