"""Phones under load: they write, send, send again, and remember what was acknowledged. Help of these tests.

Each phone is a thread with a journal of its own. It keeps every entry it wrote, as the phones of the product do, and
repeats some of what is acknowledged already: a lost answer looks the same from here.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from bulou.field import decode
from bulou.ledger import rules
from bulou.ledger.check_digit import label

PATIENCE = 60  # seconds that anything here may take before a test gives up
POLITE = {429, 502, 503}  # answers that ask for patience


def digest(journal: int, wire: dict[str, Any]) -> bytes:
    """Return the digest under which the ledger keeps an entry."""
    return rules.digest(decode.entry(journal, json.dumps(wire).encode()).raw)


@dataclass
class Phone:
    """One device: its journal and key, where its people live, and all that it ever wrote."""

    journal: int
    key: str
    homes: Sequence[tuple[int, list[int]]]
    seed: int
    campaign: int = 1
    written: dict[int, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    """All that was acknowledged at any time: what must be there, whatever happened meanwhile."""
    incarnation: str | None = None
    digests: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self._tubes = count(self.journal % 10**6 * 10**6 + 1)

    def write(self, most: int) -> None:
        """Write up to ``most`` entries: calls, sealed tubes, people who were found, people who refuse."""
        for _ in range(self.dice.randint(1, most)):
            area, people = self.dice.choice(self.homes)
            some = self.dice.sample(people, min(len(people), self.dice.randint(1, 5)))
            body: dict[str, Any] = {"campaign": self.campaign}
            kind = self.dice.choices(("tube.sealed", "swab.called", "person.found", "duty.refused"), (6, 2, 1, 1))[0]
            if kind == "tube.sealed":
                body |= {"tube": label(next(self._tubes)), "mode": "pooled", "persons": some}
            elif kind == "swab.called":
                body["persons"] = some
            elif kind == "person.found":
                body["name"] = "某人"
            else:
                body |= {"duty": "swab", "subjects": some[:1], "reason": "refuses"}
            self.say(kind, area, body)

    def say(self, kind: str, area: int, body: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Write one entry as the next number."""
        n = len(self.written) + 1
        at = other.pop("at", None) or datetime.now(UTC).isoformat()
        self.written[n] = {"n": n, "kind": kind, "v": 1, "at": at, "offset_ms": 0, "area": area, "body": body} | other
        return self.written[n]

    def digest(self, n: int) -> bytes:
        """Return the digest under which the ledger keeps an entry of this phone."""
        if n not in self.digests:
            self.digests[n] = digest(self.journal, self.written[n])
        return self.digests[n]

    def batch(self, most: int = 60) -> list[int]:
        """Return what to send now: what waits, some of what is held already, now and then in another order."""
        chosen = [n for n in self.written if n not in self.acknowledged][:most]
        if self.acknowledged and self.dice.random() < 0.2:
            chosen += self.dice.sample(sorted(self.acknowledged), min(3, len(self.acknowledged)))
        if self.dice.random() < 0.2:
            self.dice.shuffle(chosen)
        return chosen

    def content(self, numbers: Sequence[int]) -> bytes:
        """Return the request for these entries."""
        return json.dumps({"incarnation": self.incarnation, "entries": [self.written[n] for n in numbers]}).encode()

    def take(self, reply: dict[str, Any], numbers: Sequence[int]) -> None:
        """Take an answer. A server with another incarnation may have lost what it acknowledged: it is sent again."""
        told = {e["n"]: (e["status"], e["code"]) for e in reply["entries"]}
        assert set(told) == set(numbers), "an answer that does not speak of what was sent"
        wrong = {n: said for n, said in told.items() if said[0] not in ("kept", "repeated") or said[1]}
        assert not wrong, f"journal {self.journal}: {wrong}"
        if self.incarnation not in (None, reply["incarnation"]):
            self.acknowledged = {n for n in self.acknowledged if n <= reply["upto"]}
        self.incarnation = reply["incarnation"]
        self.acknowledged |= set(numbers)
        self.ever |= set(numbers)
        for lo, hi in reply["missing"]:
            self.acknowledged -= set(range(lo, hi + 1))


class Load:
    """Runs phones against doors, and keeps the record: answers by status, what broke, when an entry was taken."""

    def __init__(self, doors: Sequence[str], phones: Sequence[Phone], pause: float = 0.2, most: int = 8) -> None:
        self.doors, self.phones, self.pause, self.most = list(doors), phones, pause, most
        self.answers: Counter[int | str] = Counter()
        self.broken: list[BaseException] = []
        self._news = threading.Condition()
        self._began = 0.0  # when the latest request that was acknowledged had been begun
        self._over = threading.Event()

    @property
    def acknowledged(self) -> int:
        """How many entries the phones know to be held."""
        return sum(len(phone.acknowledged) for phone in self.phones)

    @contextmanager
    def running(self) -> Iterator[Load]:
        """Keep the phones busy inside the block."""
        threads = [threading.Thread(target=self._work, args=(phone,), daemon=True) for phone in self.phones]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join(PATIENCE)
            self._over.clear()
        self.healthy()

    def healthy(self) -> None:
        """Fail when a phone was told something that it must never be told."""
        if self.broken:
            raise self.broken[0]

    def taken_after(self, moment: float, patience: float = PATIENCE) -> float:
        """Wait until a request begun after ``moment`` (monotonic) is acknowledged; return the time of the answer."""
        with self._news:
            done = self._news.wait_for(lambda: self._began > moment or self.broken, patience)
            self.healthy()
            assert done, f"nothing was taken within {patience} s; answers so far: {dict(self.answers)}"
            return time.monotonic()

    def more(self, entries: int, patience: float = PATIENCE) -> None:
        """Wait until so many more entries are acknowledged."""
        aim = self.acknowledged + entries
        with self._news:
            done = self._news.wait_for(lambda: self.acknowledged >= aim or self.broken, patience)
        self.healthy()
        assert done, f"too slow: {dict(self.answers)}"

    def deliver(self, patience: float = PATIENCE) -> None:
        """Send what is left; every phone ends with nothing in its hands. The phones must be at rest."""
        deadline = time.monotonic() + patience
        for phone in self.phones:
            with self._client() as client:
                while len(phone.acknowledged) < len(phone.written):
                    assert time.monotonic() < deadline, f"journal {phone.journal} cannot deliver: {dict(self.answers)}"
                    if not self._post(client, phone):
                        self._over.wait(0.1)
        self.healthy()

    def _work(self, phone: Phone) -> None:
        try:
            with self._client() as client:
                while not self._over.is_set():
                    phone.write(self.most)
                    while not self._over.is_set() and not self._post(client, phone):
                        self._over.wait(0.1)  # a phone waits longer; a test has no time for that
                    self._over.wait(self.pause * phone.dice.random() * 2)
        except BaseException as error:
            self.broken.append(error)
            with self._news:
                self._news.notify_all()

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=httpx.Timeout(PATIENCE, connect=5), trust_env=False)

    def _post(self, client: httpx.Client, phone: Phone) -> bool:
        """Send once; return whether the door took it."""
        numbers, began = phone.batch(), time.monotonic()
        door = phone.dice.choice(self.doors)
        headers = {"authorization": f"Bearer {phone.key}"}
        try:
            reply = client.post(f"{door}/field/journal", content=phone.content(numbers), headers=headers)
        except httpx.TransportError as error:
            self.answers[type(error).__name__] += 1
            return False
        self.answers[reply.status_code] += 1
        if reply.status_code != 200:
            assert reply.status_code in POLITE, f"{reply.status_code}: {reply.text}"
            assert int(reply.headers["retry-after"]) > 0, "no hint when to come again"
            return False
        with self._news:
            phone.take(reply.json(), numbers)
            self._began = max(self._began, began)
            self._news.notify_all()
        return True
