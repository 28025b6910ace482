"""Two doors to compare with: one that answers and does nothing, one that only COPYs the lines.

Both are served like the real one (Starlette under granian, one worker); the second gathers requests into batches in
the same way and commits each with fsync. Run by ``intake.py``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

import msgspec
import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TABLE = (
    "CREATE TABLE IF NOT EXISTS copied (journal bigint, number bigint, kind text, at text, area bigint, subject bigint,"
    " tube bigint)"
)
decode = msgspec.json.Decoder().decode


async def empty(request: Request) -> Response:
    """Read the body, answer."""
    await request.body()
    return Response(b"{}", media_type="application/json")


async def copied(request: Request) -> Response:
    """Wait until the request's lines are copied and committed."""
    content = decode(await request.body())
    done = asyncio.get_running_loop().create_future()
    await request.app.state.queue.put((content["entries"], done))
    await done
    return Response(b"{}", media_type="application/json")


def copy(connection: psycopg.Connection, batch: list) -> None:
    """COPY the lines of a batch in one transaction."""
    with connection.transaction(), connection.cursor() as cursor, cursor.copy("COPY copied FROM STDIN") as out:
        for entries in batch:
            for entry in entries:
                body = entry["body"]
                for person in body["persons"]:
                    out.write_row((1, entry["n"], entry["kind"], entry["at"], entry["area"], person, body["tube"]))


async def work(queue: asyncio.Queue) -> None:
    """Gather requests for 4 ms, copy them, answer them."""
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(1)
    connection = psycopg.connect(os.environ["BULOU_COPY_URL"], autocommit=True)
    connection.execute(TABLE)
    while True:
        taken = [await queue.get()]
        with suppress(TimeoutError):
            async with asyncio.timeout(0.004):
                while len(taken) < 2000:
                    taken.append(await queue.get())
        await loop.run_in_executor(pool, copy, connection, [entries for entries, _ in taken])
        for _, done in taken:
            done.set_result(None)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Run the copier."""
    app.state.queue = asyncio.Queue()
    task = asyncio.create_task(work(app.state.queue))
    yield
    task.cancel()


app = Starlette(
    routes=[Route("/empty", empty, methods=["POST"]), Route("/copy", copied, methods=["POST"])], lifespan=lifespan
)
