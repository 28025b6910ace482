"""Whether boards slow the door: 300 people watch live boards while 20 tubes a second come in.

Real HTTP through the one public port: the door takes the tubes itself and hands the pages on to the desk. Each user is
signed in and asks for the list of what needs a decision and for a board of his area as often as the pages do; one in
ten works for the district, three for a street, the others for a neighbourhood; each says what he has already, as the
page does. The intake is measured without boards, with them, and without them again, in the same run and on the same
cores as the generator. What a page costs is said in processor time of the desk and of the database, the intake's own
taken away: waiting for a core that somebody else has is no cost of a page.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING

import common
import intake
import psutil
import town

if TYPE_CHECKING:
    from bulou.config.supervisor import Running

USERS, EVERY_S, TUBES_PER_S, PHONES = 300, 15.0, 20, 64
TARGET_MS, RATIO = 300, 1.1
#: The day is that of the entries, an hour and a half after the opening: a list on which every tube is years late is not
#: what anybody watches.
SINCE = timedelta(minutes=90)
#: The browsers are other machines than the phones: a process of their own, which reads when nothing else is to do.
BROWSERS = 15
PASSWORD_FREE = "!"  # nobody signs in with a password here: hashing 300 of them would take longer than the run


@dataclass
class Watched:
    """Latencies of pages in seconds, by page; answers that said that nothing changed; those that were neither."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"now": [], "board": []})
    unchanged: int = 0
    failures: int = 0

    def ms(self, share: float, *pages: str) -> float:
        """Return the latency in milliseconds below which ``share`` of the requests lie."""
        ordered = sorted(t for page in pages or self.seconds for t in self.seconds[page])
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(map(len, self.seconds.values()))


def main() -> None:
    """Measure, and print the JSON."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--people", type=int, help="persons owed in the round")
    parser.add_argument("--users", type=int, help="people who watch boards")
    parser.add_argument("--seconds", type=float, help="length of each of the two halves: with boards, without")
    options = parser.parse_args()
    people = options.people or (50_000 if options.short else 1_100_000)
    users = options.users or (60 if options.short else USERS)
    seconds = options.seconds or (8 if options.short else 120)
    with common.ledger() as folder:
        from bulou.config.supervisor import running
        from bulou.ledger import clock

        clock.play(folder, common.OPENED + SINCE, common.OPENED + 2 * SINCE, 1.0)
        town.settle(people)
        round_, _ = common.open_round(1, people, first=town.FIRST)
        sealed = morning(round_, 2 if options.short else 60)
        seats = [seat(n, people) for n in range(users)]
        keys = [common.enrol(f"phone {n}", "phone")[1] for n in range(PHONES)]
        common.say(f"{people:,} duties, {sealed:,} tubes before, {users} users")
        with running(folder) as served:
            port = int(served.url.rsplit(":", 1)[1])
            bodies = intake.Bodies(round_, sealed)
            common.load(port, keys, bodies, 3, rate=TUBES_PER_S)  # plans are kept from now on
            boards(port, seats[:20], 2, 1.0)
            began = spent(served)
            before = common.load(port, keys, bodies, seconds / 2, rate=TUBES_PER_S)
            between = spent(served)
            with_boards, watched = together(port, keys, bodies, seats, seconds)
            until = spent(served)
            after = common.load(port, keys, bodies, seconds / 2, rate=TUBES_PER_S)
            alone_spent = between - began + spent(served) - until
            boards(port, seats, 2 * EVERY_S, EVERY_S)  # each has what he will be told is the same
            quiet_began, quiet = spent(served), boards(port, seats, 2 * EVERY_S, EVERY_S)
            quiet_spent = spent(served) - quiet_began
    alone = common.Load(
        before.requests + after.requests, before.seconds + after.seconds,
        sorted(before.latencies + after.latencies), before.failures + after.failures,
    )  # fmt: skip
    cost = round(1000 * (until - between - alone_spent) / watched.requests, 1)
    still = round(1000 * quiet_spent / quiet.requests, 1)
    report(people, users, alone, with_boards, watched, cost, still)


def spent(served: Running) -> float:
    """Return the seconds of processor time that the desk and the database have taken, those who ended included."""
    desk, database = psutil.Process(served.children["desk"].pid), psutil.Process(served.cluster.postmaster())
    total = 0.0
    for process in (desk, *desk.children(recursive=True), database, *database.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            if process.pid == database.pid:
                total += times.children_user + times.children_system
    return total


def morning(round_: common.Round, seconds: float) -> int:
    """Seal tubes for a while, as fast as the ledger takes them; return how many."""
    from bulou.ledger import intake as ledger
    from bulou.ledger.lines import Entry

    journal, _ = common.enrol("morning", "phone")
    at, n, until = common.OPENED + timedelta(hours=1), 0, time.perf_counter() + seconds
    while time.perf_counter() < until and n * 10 < round_.people // 2:
        ledger.post(
            [Entry(journal, i + 1, "tube.sealed", at, round_.place(i), round_.tube(i)) for i in range(n, n + 200)], at
        )
        n += 200
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ledger_duty, ledger_counter")
    return n


def seat(n: int, people: int) -> tuple[str, int]:
    """Make a user with an area, signed in; return the cookie and the area."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    from bulou.desk.accounts import actions
    from bulou.ledger.areas import ancestor
    from bulou.ledger.scope import EVERYWHERE, scoped

    depth = 1 if n % 10 == 0 else 2 if n % 10 < 4 else 3
    area = ancestor(common.building_of(n * people // 1000 % people), depth)
    user = User.objects.create(username=f"desk {n}", password=PASSWORD_FREE)
    now = datetime.now(UTC)
    with scoped(EVERYWHERE):
        actions.give(user, "street", [area], now + timedelta(days=1), "benchmark", "a board is watched", now)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"bulou_session={session.session_key}", area


def together(port, keys, bodies, seats, seconds) -> tuple[common.Load, Watched]:
    """Take tubes and show boards at the same time."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=os.nice, initargs=(BROWSERS,)) as elsewhere:
        elsewhere.submit(int).result()  # it has started
        watching = elsewhere.submit(boards, port, seats, seconds, EVERY_S)
        load = common.load(port, keys, bodies, seconds, rate=TUBES_PER_S)
        return load, watching.result()


def boards(port: int, seats: list[tuple[str, int]], seconds: float, every: float) -> Watched:
    """Let each user's pages refresh for a while; the users are spread over the interval."""
    return asyncio.run(_boards(port, seats, seconds, every))


async def _boards(port: int, seats: list[tuple[str, int]], seconds: float, every: float) -> Watched:
    watched, begin = Watched(), time.perf_counter()
    spread = random.Random(2022)

    async def one(cookie: str, area: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kept: dict[str, str] = {}
        due = begin + spread.random() * min(every, seconds)
        while due - begin < seconds:
            for page, path in (("now", "/now/list?"), ("board", f"/rounds/1/areas/{area}")):
                await asyncio.sleep(max(0, due - time.perf_counter()))
                head = (
                    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nX-Bulou-Part: live\r\n"
                    f"{'If-None-Match: ' + kept[page] if page in kept else 'X-Nothing: yet'}\r\n\r\n"
                )
                started = time.perf_counter()
                writer.write(head.encode())
                status, tag = await answered(reader)
                watched.seconds[page].append(time.perf_counter() - started)
                watched.unchanged += status == 304
                watched.failures += status not in (200, 304)
                kept[page] = tag or kept.get(page, '""')
            due += every
        writer.close()

    await asyncio.gather(*(one(*seat) for seat in seats))
    return watched


async def answered(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Read one answer to its end; return its status and its ETag."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    tag = head.split(b"\r\netag: ")[1].split(b"\r\n")[0].decode() if b"\r\netag: " in head else ""
    if head.split(b" ")[1] == b"304":
        return 304, tag
    if b"content-length:" in head:
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    elif b"chunked" in head:
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return int(head.split(b" ")[1]), tag


def report(
    people: int, users: int, alone: common.Load, beside: common.Load, watched: Watched, cost: float, still: float
) -> None:
    """Print the figures and what they are held to. ``cost``, ``still``: processor ms a page, at work and at rest."""
    ratio = round(beside.quantile(0.99) / alone.quantile(0.99), 2)
    failures = alone.failures + beside.failures + watched.failures
    p95 = watched.ms(0.95)
    common.finish("desk", {
        "duties": people, "users": users, "pages_per_s": round(watched.requests / beside.seconds, 1),
        "now_p50_ms": watched.ms(0.5, "now"), "now_p95_ms": watched.ms(0.95, "now"),
        "board_p50_ms": watched.ms(0.5, "board"), "board_p95_ms": watched.ms(0.95, "board"),
        "pages_p99_ms": watched.ms(0.99), "processor_ms_a_page": cost, "processor_ms_a_page_at_rest": still,
        "unchanged_share": round(watched.unchanged / watched.requests, 2), "tubes_per_s": round(beside.per_second(), 1),
        "intake_p50_alone_ms": round(alone.quantile(0.5), 1), "intake_p99_alone_ms": round(alone.quantile(0.99), 1),
        "intake_p50_beside_boards_ms": round(beside.quantile(0.5), 1),
        "intake_p99_beside_boards_ms": round(beside.quantile(0.99), 1), "failures": failures,
    }, [
        common.target(f"pages of {users} users, p95 ms", p95, f"< {TARGET_MS}", 0 < p95 < TARGET_MS),
        common.target("the intake's p99 beside boards to that without", ratio, f"<= {RATIO}", ratio <= RATIO),
        common.target("failures", failures, "0", failures == 0),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
