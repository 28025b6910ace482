"""Plays a script against the real HTTP interface, in simulated time: as fast as asked, or as the server takes it."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bulou.rehearsal import wire
from bulou.rehearsal.client import Client, Stopped, TooLarge
from bulou.rehearsal.device import Device
from bulou.rehearsal.records import Item
from bulou.rehearsal.script import Script, entry_digest, set_digest

#: Without a speed a request carries what a device has within this long, so that the day still passes in order.
WINDOW = 2 * 3600
#: With a speed a device sends at most once in this many real seconds, as an app that saves its battery.
FLUSH = 4.0


@dataclass
class Progress:
    """How far the day is. ``at`` is the simulated time, RFC 3339 in UTC."""

    entries: int
    acknowledged: int = 0
    sampled: int = 0
    resulted: int = 0
    at: str = ""
    seconds: float = 0.0

    def line(self) -> str:
        """Return one line for a terminal."""
        rate = self.acknowledged / self.seconds if self.seconds else 0.0
        return (
            f"{self.at}  {self.acknowledged:,}/{self.entries:,} entries  {self.sampled:,} sampled"
            f"  {self.resulted:,} tubes resulted  {rate:,.0f} entries/s"
        )


@dataclass
class Pace:
    """How to play: ``speed`` 1 is real time and 0 as fast as it goes; ``batch`` entries and ``lines`` a request."""

    speed: float = 0.0
    batch: int = 200
    lines: int = 3000
    window: float = WINDOW
    flush: float = FLUSH
    repeated_uploads: float = 0.0
    seed: int = 0


@dataclass
class Driver:
    """One rehearsal under way."""

    client: Client
    names: wire.Names
    devices: Sequence[Device]
    pace: Pace
    show: Callable[[Progress], None] | None = None
    statuses: Counter[str] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    stopped: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.progress = Progress(sum(len(device.items) for device in self.devices))
        self._due: list[tuple[float, int]] = []
        self._wake = asyncio.Event()
        self._incarnation: str | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._lost = random.Random(self.pace.seed)

    async def play(self) -> None:
        """Send everything; return when all is acknowledged, all that is left has stopped, or it is interrupted."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        for place, device in enumerate(self.devices):
            self._push(place, device.due())
        self._start = self._due[0][0] if self._due else 0.0
        ticker = asyncio.create_task(self._tick()) if self.show else None
        try:
            await self._schedule()
            while behind := self._behind():
                for place in behind:
                    self._push(place, self._start)
                await self._schedule()
        except asyncio.CancelledError:
            self.interrupted = True
        finally:
            for task in (*self._running, *([ticker] if ticker else [])):
                task.cancel()
            await asyncio.gather(*self._running, *([ticker] if ticker else []), return_exceptions=True)
            self._note_time()

    def _behind(self) -> list[int]:
        """Return the devices that have not heard of the server's latest incarnation: their last word may be lost."""
        return [
            place
            for place, device in enumerate(self.devices)
            if device.incarnation not in (None, self._incarnation) and device.name not in self.stopped
        ]

    def now(self) -> float:
        """Return the simulated time; without a speed there is none, and everything is due."""
        if not self.pace.speed:
            return float("inf")
        return self._start + (asyncio.get_running_loop().time() - self._began) * self.pace.speed

    async def _schedule(self) -> None:
        while self._due or self._running:
            self._wake.clear()
            wait = None
            # No more than the pool carries at once: the rest stays in the order of simulated time.
            while self._due and len(self._running) < self.client.connections:
                due, place = self._due[0]
                if due > self.now():
                    wait = (due - self.now()) / self.pace.speed
                    break
                heapq.heappop(self._due)
                until = self.now() if self.pace.speed else due + self.pace.window
                task = asyncio.create_task(self._send(place, until))
                self._running.add(task)
                task.add_done_callback(self._done)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            # A fault of the driver itself must not pass for a quiet end.
            asyncio.get_running_loop().call_exception_handler(
                {"message": "rehearsal", "exception": error, "task": task}
            )
            self.stopped.setdefault("driver", repr(error))

    def _push(self, place: int, due: float | None) -> None:
        if due is not None:
            heapq.heappush(self._due, (due, place))

    async def _send(self, place: int, until: float) -> None:
        """Send one batch of one device, and put the device back in line."""
        device = self.devices[place]
        items = device.batch(until, self.pace.batch, self.pace.lines)
        try:
            for part in await self._posted(device, items):
                self._note(part)
        except Stopped as error:
            self.stopped[device.name] = str(error)
            return
        due = device.due()
        if due is not None and self.pace.speed and due > until:
            due = max(due, until + self.pace.flush * self.pace.speed)
        self._push(place, due)

    async def _posted(self, device: Device, items: Sequence[Item]) -> list[list[tuple[Item, str, int | None]]]:
        """Post entries; in halves where they are too large for the server."""
        entries = [wire.entry(self.names, device.name, item, device.offset_ms) for item in items]
        self.requests += 1
        try:
            answer = await self.client.post(device.key, device.incarnation, entries)
        except TooLarge:
            if len(items) == 1:
                raise Stopped(413, f"entry {items[0].number} alone is too large") from None
            half = len(items) // 2
            return await self._posted(device, items[:half]) + await self._posted(device, items[half:])
        if self._lost.random() < self.pace.repeated_uploads:
            # The network broke after the server took them: the device never heard, and sends them again.
            return await self._posted(device, items)
        self._incarnation = answer.incarnation
        return [device.take(answer, items)]

    def _note(self, news: Sequence[tuple[Item, str, int | None]]) -> None:
        progress = self.progress
        for item, status, code in news:
            self.statuses[status] += 1
            if code is not None and status == "refused":
                self.refusals[code] += 1
            if item.kind == "tube.sealed" and "retest_of" not in item.body:
                progress.sampled += len(item.body["persons"])
            elif item.kind == "tube.resulted":
                progress.resulted += len(item.body["results"])
            progress.at = max(progress.at, self.names.time(item.sent))
        progress.acknowledged += len(news)

    def _note_time(self) -> None:
        self.progress.seconds = asyncio.get_running_loop().time() - self._began

    async def _tick(self) -> None:
        while self.show:
            self._note_time()
            self.show(self.progress)
            await asyncio.sleep(1.0)

    def summary(self) -> dict[str, Any]:
        """Return what was done, ready for JSON. ``digest`` is that of the acknowledged entries."""
        acknowledged = [
            entry_digest(device.name, item, device.offset_ms)
            for device in self.devices
            for item in device.items
            if device.acknowledged[item.number]
        ]
        seconds = self.progress.seconds
        return {
            "entries": self.progress.entries,
            "acknowledged": len(acknowledged),
            "kept": self.statuses["kept"],
            "repeated": self.statuses["repeated"],
            "refused": {str(code): n for code, n in sorted(self.refusals.items())},
            "conflicting": self.statuses["conflicting"],
            "digest": set_digest(acknowledged),
            "seconds": round(seconds, 2),
            "entries_per_s": round(len(acknowledged) / seconds, 1) if seconds else 0.0,
            "requests": self.requests,
            "tries_again": self.client.tries_again,
            "sampled": self.progress.sampled,
            "resulted": self.progress.resulted,
            "stopped": dict(sorted(self.stopped.items())),
            "interrupted": self.interrupted,
        }


def speed_for(script: Script, minutes: float) -> float:
    """Return the speed at which the day takes about so many real minutes."""
    return max(1.0, script.seconds() / (minutes * 60))
