"""Gathers the requests of all devices into batches for the ledger.

One batch a few milliseconds long costs the database hardly more than one request, so that ten thousand phones at the
same minute are a few hundred transactions. The queue is bounded: beyond it devices are asked to come again (429), and
what they hold stays with them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connections

from bulou.field.posting import Answer, Sent, settle
from bulou.field.problems import Problem
from bulou.ledger import clock


class Threads:
    """A fixed number of threads, each with its own database connection."""

    def __init__(self, count: int, name: str):
        self._count = count
        self._pool = ThreadPoolExecutor(count, name)

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run ``work(*args)`` in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)

    def close(self) -> None:
        """Wait for what is running, and close each thread's connection."""
        meeting = threading.Barrier(self._count)

        def leave() -> None:
            meeting.wait(30)
            connections.close_all()

        for _ in range(self._count):
            self._pool.submit(leave)
        self._pool.shutdown(wait=True)


class Gatherer:
    """The queue between requests and the ledger.

    ``workers`` batches run at once; a batch is closed after ``pause`` seconds or at ``batch`` entries; at most
    ``waiting`` entries wait.
    """

    def __init__(self, workers: int = 2, batch: int = 2_000, pause: float = 0.004, waiting: int = 20_000):
        self._workers, self._batch, self._pause, self._limit = workers, batch, pause, waiting
        self._threads = Threads(workers, "post")
        self._queue: asyncio.Queue[tuple[Sent, asyncio.Future[Answer]]] = asyncio.Queue()
        self._gathering = asyncio.Lock()
        self._waiting = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work; call within a running loop."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    async def close(self) -> None:
        """Finish what waits, then end."""
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._threads.close)

    async def submit(self, sent: Sent) -> Answer:
        """Have a request posted with others; return its answer.

        Raises:
            Problem: 429 too much is waiting, 503 the ledger cannot be reached.
        """
        size = max(1, len(sent.items))
        if self._waiting and self._waiting + size > self._limit:
            raise Problem(429)
        self._waiting += size
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((sent, answer))
        return await answer

    async def _work(self) -> None:
        while True:
            async with self._gathering:  # one gathers, the others post
                taken = await self._gather()
            try:
                answers: Any = await self._threads.run(settle, [sent for sent, _ in taken], clock.now())
            except Problem as problem:
                answers = [problem] * len(taken)
            for (sent, future), answer in zip(taken, answers, strict=True):
                self._waiting -= max(1, len(sent.items))
                self._queue.task_done()
                if future.done():  # the device hung up
                    continue
                if isinstance(answer, Problem):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    async def _gather(self) -> list[tuple[Sent, asyncio.Future[Answer]]]:
        taken = [await self._queue.get()]
        size = len(taken[0][0].items)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause):
                while size < self._batch:
                    taken.append(await self._queue.get())
                    size += len(taken[-1][0].items)
        return taken
