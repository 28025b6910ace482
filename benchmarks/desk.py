"""Whether boards slow the door: 300 people watch live boards while 20 tubes a second come in.

Real HTTP through the one public port: the door takes the tubes itself and hands the pages on to the desk. Each user is
signed in and has one page open: the list of what needs a decision, which asks again every fifteen seconds, or the board
of his area, every five; each says what he has already, as the page does. One in ten works for the district, three for a
street, the others for a neighbourhood. Users and phones are spread over the whole district; half of each neighbourhood
was sampled before. Slices of time with nothing else, with boards, and with a walker take turns, so that all are
measured on the same machine even where its speed changes within a minute; the ratios have their 90 % confidence
interval, from drawing the slices anew. The walker is what boards are compared with: it takes the
processor half of the time when no other wants to, and has no word with door or database; it only walks through words in
memory. What a page costs is said in processor time of the desk and of the database, the intake's own taken away:
waiting for a core that somebody else has is no cost of a page.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING

import common
import intake
import psutil
import town
import uvloop

if TYPE_CHECKING:
    from bulou.config.supervisor import Running

USERS, TUBES_PER_S, PHONES = 300, 20, 64
#: Seconds after which a page asks again, as the pages say it (parts/live.html, now/page.html).
EVERY_S = {"now": 15.0, "board": 5.0}
TARGET_MS, RATIO = 300, 1.1
#: The day is that of the entries, an hour and a half after the opening: a list on which every tube is years late is not
#: what anybody watches.
SINCE = timedelta(minutes=90)
#: Seconds of a slice, and how much of its beginning belongs to neither kind.
SLICE_S, EDGE_S = 10.0, 0.5
#: Seconds until the first slice, in which the other processes start.
LEAD_S = 5.0
#: Slices take turns: nothing beside the intake, the boards, and less often the walker.
ALONE, BOARDS, WALKER = "alone", "boards", "walker"
TURNS = (ALONE, BOARDS, ALONE, BOARDS, WALKER)
#: How often the slices are drawn anew.
DRAWS = 1_000
#: The walker works for so long and rests for as long; so many words it has.
WALK_S, WORDS = 0.01, 1_000_000
#: Tubes of half a neighbourhood.
HALF = town.NEIGHBOURS // 20
PASSWORD_FREE = "!"  # nobody signs in with a password here: hashing 300 of them would take longer than the run


#: A user's page, its address, and his cookie.
Seat = tuple[str, str, str]


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
    parser.add_argument(
        "--seconds",
        type=float,
        help="for how long boards are watched; for as long nothing is",
    )
    options = parser.parse_args()
    people = options.people or (50_000 if options.short else 1_100_000)
    users = options.users or (60 if options.short else USERS)
    seconds = options.seconds or (20 if options.short else 400)
    with common.ledger() as folder:
        from bulou.config.supervisor import running
        from bulou.ledger import clock

        clock.play(folder, common.OPENED + SINCE, common.OPENED + 2 * SINCE, 1.0)
        town.settle(people)
        round_, _ = common.open_round(1, people, first=town.FIRST)
        sealed = morning(round_, 2 if options.short else 60)
        seats = [seat(n, n * people // users) for n in range(users)]
        keys = [common.enrol(f"phone {n}", "phone")[1] for n in range(PHONES)]
        common.say(f"{people:,} duties, {sealed:,} tubes before, {users} users")
        with running(folder) as served:
            port = int(served.url.rsplit(":", 1)[1])
            bodies = Places(round_)
            common.load(port, keys, bodies, 3, rate=TUBES_PER_S)  # plans are kept from now on
            boards(port, seats, Slices(time.perf_counter(), 2 * max(EVERY_S.values()), (BOARDS,)))  # all are open
            tubes, costs, watched = together(port, keys, bodies, seats, seconds, lambda: spent(served))
            still = Slices(time.perf_counter(), 2 * max(EVERY_S.values()), (BOARDS,))
            boards(port, seats, still)  # each has what he will be told is the same
            began, quiet = spent(served), boards(port, seats, replace(still, began=time.perf_counter()))
            rest = round(1000 * (spent(served) - began) / quiet.requests, 1)
    report(people, users, tubes, watched, (round(1000 * costs / watched.requests, 1), rest))


@dataclass(frozen=True)
class Slices:
    """What is beside the intake at which time, in turns. Times of the performance counter, seconds."""

    began: float
    seconds: float
    turns: tuple[str, ...] = TURNS

    @classmethod
    def watched(cls, began: float, seconds: float) -> Slices:
        """Return the slices in which boards are watched for so many seconds in all."""
        return cls(began, seconds * len(TURNS) / TURNS.count(BOARDS))

    @property
    def boards(self) -> float:
        """For how many seconds boards are watched."""
        return self.seconds * self.turns.count(BOARDS) / len(self.turns)

    def kind(self, n: int) -> str:
        """Return what is there in the n-th slice."""
        return self.turns[n % len(self.turns)]

    def slice(self, at: float) -> int | None:
        """Return which slice a time lies in; None where one goes over into the next."""
        n, within = divmod(at - self.began, SLICE_S)
        return None if n < 0 or within < EDGE_S else int(n)

    def when(self, into: float) -> float:
        """Return the time at which boards have been watched for so many seconds."""
        n, within = divmod(into, SLICE_S)
        there = [place for place, kind in enumerate(self.turns) if kind == BOARDS]
        turn, which = divmod(int(n), len(there))
        return self.began + (turn * len(self.turns) + there[which]) * SLICE_S + within


class Places:
    """Makes the n-th request of each phone: a tube of neighbours. The phones are spread over the district, each with
    people of its own among those who were not sampled in the morning.
    """

    def __init__(self, round_: common.Round):
        self._round, self._numbers = round_, [0] * PHONES
        there = max(1, round_.people // town.NEIGHBOURS)
        together = -(-PHONES // there)  # phones in a neighbourhood, where there are more phones than those
        step = self._tubes = HALF // together
        groups = -(-PHONES // together)
        self._first = [(n // together * there // groups * 2 + 1) * HALF + n % together * step for n in range(PHONES)]

    def __call__(self, phone: int, _n: int) -> bytes:
        """Return the body."""
        number = self._numbers[phone] = self._numbers[phone] + 1
        on, tube = divmod(number, self._tubes)  # whose half is done goes on to the next one
        return intake.sealed(self._round, number, self._first[phone] + 2 * HALF * on + tube)


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
    from bulou.ledger.effects import Entry

    journal, _ = common.enrol("morning", "phone")
    at, n, until = common.OPENED + timedelta(hours=1), 0, time.perf_counter() + seconds
    while time.perf_counter() < until and n * 10 < round_.people // 2:
        tubes = [i // HALF * HALF + i for i in range(n, n + HALF)]  # the first half of each neighbourhood
        ledger.post([Entry(journal, i + 1, "tube.sealed", at, round_.place(i), round_.tube(i)) for i in tubes], at)
        n += HALF
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ledger_duty, ledger_counter")
    return n


def seat(n: int, person: int) -> Seat:
    """Make a user who works for an area around a person, signed in; return his page, its address and his cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User

    from bulou.desk.accounts import actions
    from bulou.desk.accounts.store import SessionStore
    from bulou.ledger.areas import ancestor
    from bulou.ledger.scope import EVERYWHERE, scoped

    depth = 1 if n % 10 == 0 else 2 if n % 10 < 4 else 3
    area = ancestor(common.building_of(person), depth)
    user = User.objects.create(username=f"desk {n}", password=PASSWORD_FREE)
    now = datetime.now(UTC)
    with scoped(EVERYWHERE):
        actions.give(user, "street", [area], now + timedelta(days=1), "benchmark", "a board is watched", now)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    page, path = ("now", "/now/list?") if n // 10 % 2 else ("board", f"/rounds/1/areas/{area}")
    return page, path, f"bulou_session={session.session_key}"


#: Latencies of tubes in seconds, slice by slice.
Tubes = dict[str, list[list[float]]]


def together(port, keys, bodies, seats, seconds, spent: Callable[[], float]) -> tuple[Tubes, float, Watched]:
    """Take tubes all the time. Return their latencies by what was beside them, the seconds of processor time that the
    boards cost, and the boards.
    """
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=_yield) as elsewhere:
        elsewhere.submit(int).result()  # it has started
        slices = Slices.watched(time.perf_counter() + LEAD_S, seconds)
        watching, walking = elsewhere.submit(boards, port, seats, slices), elsewhere.submit(walk, slices)
        costs = threading.Thread(target=_costs, args=(slices, spent, cost := []))
        costs.start()
        by_slice: dict[int, list[float]] = {}

        def told(due: float, latency: float) -> None:
            if (n := slices.slice(due)) is not None:
                by_slice.setdefault(n, []).append(latency)

        load = common.load(port, keys, bodies, LEAD_S + slices.seconds, rate=TUBES_PER_S, told=told)
        costs.join()
        walking.result()
        watched = watching.result()
        watched.failures += load.failures
    tubes: Tubes = {kind: [] for kind in TURNS}
    for n in sorted(by_slice):
        tubes[slices.kind(n)].append(by_slice[n])
    boards_, alone = (sum(c for n, c in enumerate(cost) if slices.kind(n) == kind) for kind in (BOARDS, ALONE))
    return tubes, boards_ - alone, watched


def walk(slices: Slices) -> None:
    """Walk through words in memory in one's own slices, half of the time."""
    words = [str(n) * (n % 9 + 1) for n in range(WORDS)]
    random.Random(2022).shuffle(words)
    at, some = 0, 3_000
    while (now := time.perf_counter()) < slices.began + slices.seconds:
        began, n = time.process_time(), slices.slice(now)
        walks = n is not None and slices.kind(n) == WALKER
        while walks and time.process_time() - began < WALK_S:
            at = (at + some) % WORDS
            sum(map(len, words[at : at + some]))
        time.sleep(WALK_S)


def _yield() -> None:
    """The browsers are other machines: a process of their own, which works when no other wants to, as the walker's."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _costs(slices: Slices, spent: Callable[[], float], cost: list[float]) -> None:
    """Note the processor time of each slice as it ends."""
    at, before = slices.began + SLICE_S, spent()
    while at <= slices.began + slices.seconds:
        time.sleep(max(0, at - time.perf_counter()))
        now = spent()
        cost.append(now - before)
        at, before = at + SLICE_S, now


def boards(port: int, seats: list[Seat], slices: Slices) -> Watched:
    """Let each user's pages refresh in the slices; the users are spread over the interval."""
    # Browsers are other machines: the less they take of this one, the better.
    return uvloop.run(_boards(port, seats, slices))


async def _boards(port: int, seats: list[Seat], slices: Slices) -> Watched:
    watched, spread = Watched(), random.Random(2022)
    seconds = slices.boards

    async def one(page: str, path: str, cookie: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        kept, due = "", spread.random() * min(EVERY_S[page], seconds)
        while due < seconds:
            await asyncio.sleep(max(0, slices.when(due) - time.perf_counter()))
            if reader.at_eof():  # it was idle for too long, and a browser opens another one
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            has = f"If-None-Match: {kept}\r\n" if kept else ""
            head = (
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nX-Bulou-Part: live\r\n{has}\r\n"
            )
            started = time.perf_counter()
            writer.write(head.encode())
            status, tag = await answered(reader)
            watched.seconds[page].append(time.perf_counter() - started)
            watched.unchanged += status == 304
            watched.failures += status not in (200, 304)
            kept, due = tag or kept, due + EVERY_S[page]
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


def report(people: int, users: int, tubes: Tubes, watched: Watched, cost: tuple[float, float]) -> None:
    """Print the figures and what they are held to. ``cost``: processor ms a page, at work and at rest."""
    beside, alone, walker = (_ordered(tubes[kind]) for kind in (BOARDS, ALONE, WALKER))
    ratio = round(_ms(beside, 0.99) / _ms(alone, 0.99), 3)
    p95 = watched.ms(0.95)
    common.finish("desk", {
        "duties": people, "users": users, "pages_per_s": round(watched.requests / len(beside) * TUBES_PER_S, 1),
        "now_p50_ms": watched.ms(0.5, "now"), "now_p95_ms": watched.ms(0.95, "now"),
        "board_p50_ms": watched.ms(0.5, "board"), "board_p95_ms": watched.ms(0.95, "board"),
        "pages_p99_ms": watched.ms(0.99), "processor_ms_a_page": cost[0], "processor_ms_a_page_at_rest": cost[1],
        "unchanged_share": round(watched.unchanged / watched.requests, 2),
        "tubes_alone": len(alone), "tubes_beside_boards": len(beside), "tubes_beside_walker": len(walker),
        "intake_p50_alone_ms": _ms(alone, 0.5), "intake_p50_beside_boards_ms": _ms(beside, 0.5),
        "intake_p95_alone_ms": _ms(alone, 0.95), "intake_p95_beside_boards_ms": _ms(beside, 0.95),
        "intake_p99_alone_ms": _ms(alone, 0.99), "intake_p99_beside_boards_ms": _ms(beside, 0.99),
        "intake_p99_beside_boards_to_alone": ratio,
        "intake_p99_beside_boards_to_alone_90_ci": _drawn(tubes[BOARDS], tubes[ALONE]),
        "intake_p50_beside_walker_ms": _ms(walker, 0.5), "intake_p95_beside_walker_ms": _ms(walker, 0.95),
        "intake_p99_beside_walker_ms": _ms(walker, 0.99),
        "intake_p99_beside_walker_to_alone": round(_ms(walker, 0.99) / _ms(alone, 0.99), 2),
        "intake_p99_beside_walker_to_alone_90_ci": _drawn(tubes[WALKER], tubes[ALONE]),
        "failures": watched.failures,
    }, [
        common.target(f"pages of {users} users, p95 ms", p95, f"< {TARGET_MS}", 0 < p95 < TARGET_MS),
        common.target("the intake's p99 beside boards to that without", ratio, f"<= {RATIO}", ratio <= RATIO),
        common.target("failures", watched.failures, "0", watched.failures == 0),
    ])  # fmt: skip


def _ordered(slices: list[list[float]]) -> list[float]:
    return sorted(latency for one in slices for latency in one)


def _ms(ordered: list[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def _drawn(beside: list[list[float]], alone: list[list[float]]) -> list[float]:
    """Return the 90 % confidence interval of the ratio of p99s: slices are drawn anew, each as often as it comes.

    Latencies of one slice go together (a flush, a neighbour on the same machine), so slices are drawn and not tubes
    (block bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 8.6).
    """
    drawing = random.Random(2022)
    ratios = sorted(
        _ms(_ordered(drawing.choices(beside, k=len(beside))), 0.99)
        / _ms(_ordered(drawing.choices(alone, k=len(alone))), 0.99)
        for _ in range(DRAWS)
    )
    return [round(ratios[int(share * DRAWS)], 2) for share in (0.05, 0.95)]


if __name__ == "__main__":
    main()
