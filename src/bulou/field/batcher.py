"""Gathers the requests of all devices into batches for the ledger.

One batch a few milliseconds long costs the database hardly more than one request, so that ten thousand phones at the
same minute are a few hundred transactions. The queue is bounded and its streets take turns (``turns.py``): beyond it
devices are asked to come again (429), and what they hold stays with them.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connections

from bulou.field import request_log
from bulou.field.decode import MAX_WEIGHT, PORTION
from bulou.field.fair_queue import FairQueue, Quota
from bulou.field.posting import Answer, Sent, settle
from bulou.field.problems import Problem
from bulou.ledger import clock


class Threads:
    """A fixed number of threads, each with its own database connection. At most ``waiting`` calls wait or run."""

    def __init__(self, count: int, name: str, waiting: int = 2_000):
        self.name, self.count = name, count
        self._pool = ThreadPoolExecutor(count, name)
        self._room = Quota(waiting)

    @property
    def work(self) -> int:
        """How many calls run or wait."""
        return self._room.held

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run ``work(*args)`` in one of the threads.

        Raises:
            Problem: 429, too many calls wait already.
        """
        self._room.take()
        call = asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        # Not when the caller gives up: the thread is busy until the call has ended.
        call.add_done_callback(lambda _: self._room.give())
        return await call

    def close(self) -> None:
        """Wait for what is running, and close each thread's connection."""
        meeting = threading.Barrier(self.count)

        def leave() -> None:
            meeting.wait(30)
            connections.close_all()

        for _ in range(self.count):
            self._pool.submit(leave)
        self._pool.shutdown(wait=True)


#: Batches that run at once. Two share one interpreter with the event loop and meet at the same counters: on two cores
#: the second one cost a fifth more processor time a tube and brought no tube more.
WORKERS = 1 if (os.cpu_count() or 1) <= 2 else 2

#: Seconds between two looks at who has waited too long.
LOOK = 1.0


class Batcher:
    """The queue between requests and the ledger.

    ``workers`` batches run at once; a batch is closed after ``pause`` seconds, at ``batch`` entries or at ``heavy`` of
    what entries weigh (``decode.weight``); at most ``waiting`` of that waits, none longer than ``patience`` seconds.
    """

    def __init__(
        self,
        workers: int = WORKERS,
        batch: int = PORTION,
        heavy: int = MAX_WEIGHT,
        pause: float = 0.002,
        waiting: int = 200_000,
        patience: float = 60,
    ):
        self._workers, self._batch, self._heavy, self._pause, self._patience = workers, batch, heavy, pause, patience
        self._threads = Threads(workers, "post")
        self._turns: FairQueue[tuple[Sent, asyncio.Future[Answer]]] = FairQueue(waiting, MAX_WEIGHT)
        self._held = 0
        self._since: dict[asyncio.Future[Answer], float] = {}
        self._waiting = asyncio.Semaphore(0)
        self._idle = asyncio.Event()
        self._gathering = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work; call within a running loop."""
        work = [self._work() for _ in range(self._workers)]
        self._tasks = [asyncio.create_task(part) for part in (*work, self._give_up())]

    async def close(self) -> None:
        """Finish what waits, then end."""
        while self._turns.held:
            self._idle.clear()
            await self._idle.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._threads.close)

    @property
    def threads(self) -> Threads:
        """The threads that post."""
        return self._threads

    @property
    def held(self) -> int:
        """How many entries wait or are being posted; a request without any counts as one."""
        return self._held

    @property
    def weight(self) -> int:
        """How much all of that asks of the ledger."""
        return self._turns.held

    @property
    def age(self) -> float:
        """How many seconds the oldest request has waited."""
        return time.monotonic() - next(iter(self._since.values())) if self._since else 0.0

    async def submit(self, sent: Sent) -> Answer:
        """Have a request posted with others; return its answer.

        Raises:
            Problem: 429 too much is waiting, 503 the ledger cannot be reached or does not answer in time.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._turns.put(sent.street, sent.journal, _weight(sent), (sent, answer))
        self._held += _entries(sent)
        self._since[answer] = time.monotonic()
        self._waiting.release()
        return await answer

    async def _give_up(self) -> None:
        """Tell those who waited too long to come again: a look now and then instead of a timer for each."""
        while True:
            await asyncio.sleep(LOOK)
            late = time.monotonic() - self._patience
            for answer, since in list(self._since.items()):
                if since > late:
                    break
                if not answer.done():
                    answer.set_exception(Problem(503))

    async def _work(self) -> None:
        while True:
            async with self._gathering:  # one gathers, the others post
                taken = await self._gather()
            request_log.BATCHES.observe(sum(len(sent.items) for sent, _ in taken))
            began = time.monotonic()
            try:
                answers: Any = await self._threads.run(settle, [sent for sent, _ in taken], clock.now())
            except Problem as problem:
                answers = [problem] * len(taken)
            request_log.POSTING.observe(time.monotonic() - began)
            for (sent, future), answer in zip(taken, answers, strict=True):
                self._turns.done(sent.street, sent.journal, _weight(sent))
                self._held -= _entries(sent)
                self._since.pop(future, None)
                if future.done():  # the device hung up, or was told to come again
                    continue
                if isinstance(answer, Problem):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
            if not self._turns.held:
                self._idle.set()

    async def _gather(self) -> list[tuple[Sent, asyncio.Future[Answer]]]:
        taken: list[tuple[Sent, asyncio.Future[Answer]]] = []
        entries = weight = 0
        await self._waiting.acquire()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                while True:
                    size, thing = self._turns.take()
                    taken.append(thing)
                    entries, weight = entries + _entries(thing[0]), weight + size
                    if entries >= self._batch or weight >= self._heavy:
                        break
                    await self._waiting.acquire()
        return taken


def _entries(sent: Sent) -> int:
    return max(1, len(sent.items))


def _weight(sent: Sent) -> int:
    return max(1, sent.weight)
