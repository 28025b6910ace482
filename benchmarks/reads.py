"""How fast the board and the list of the missed are read, in a round of 1.1 million with 20 rounds before it.

The functions that the pages call (``command.reads.board``, ``command.people.missed``), each in its own scoped
transaction through the application role with row level security, over random areas of every level: as an administrator
and as the user of one street. The rounds before are opened over the same people and left as they were opened. In the
current one tubes are sealed in the order of the houses, so that the missed lie behind long rows of people who wait for
a result. Statements that miss their target are explained on standard error.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import common
import day
import town

ROUNDS_BEFORE, TARGET_MS, RATIO = 20, 10, 1.5
LEVEL_NAMES = ("tree", "district", "street", "neighbourhood", "compound", "building")
Read = Callable[[int], Any]


@dataclass
class Timed:
    """Latencies of one read in seconds, and the areas they were measured at."""

    seconds: list[float] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)

    def ms(self, share: float) -> float:
        """Return the latency in milliseconds below which ``share`` of the reads lie."""
        ordered = sorted(self.seconds)
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    def slowest(self) -> int:
        """Return the area that took longest."""
        return self.areas[self.seconds.index(max(self.seconds))]


def main() -> None:
    """Measure, and print the JSON."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--people", type=int, help="persons owed in the current round")
    parser.add_argument("--people-before", type=int, help="persons in each of the rounds before")
    parser.add_argument("--seal-seconds", type=float, help="for so long tubes are sealed in the current round")
    options = parser.parse_args()
    people = options.people or (110_000 if options.short else 1_100_000)
    before = options.people_before or (people // 20 if options.short else people)
    with common.ledger():
        began = time.perf_counter()
        town.settle(people)
        for n in range(ROUNDS_BEFORE):
            at = common.OPENED - timedelta(days=2 * (ROUNDS_BEFORE - n))
            common.open_round(n + 1, before, first=town.FIRST, at=at)
            common.say(f"round {n + 1} of {ROUNDS_BEFORE} before: {before:,} duties")
        round_, _ = common.open_round(ROUNDS_BEFORE + 1, people, first=town.FIRST)
        sampled = seal(round_, options.seal_seconds or (5 if options.short else 120))
        settle_down()
        prepared = time.perf_counter() - began
        common.say(f"prepared in {prepared:.0f} s, {sampled:,} sampled; reading")
        measured = measure(round_, 60 if options.short else 400)
    report(measured, {
        "duties": people, "rounds_before": ROUNDS_BEFORE, "duties_in_each_before": before,
        "sampled_in_the_current": sampled, "preparation_s": round(prepared),
    })  # fmt: skip


def seal(round_: common.Round, seconds: float) -> int:
    """Seal tubes from the first house on, nine in ten at most; return how many persons took part."""
    from bulou.ledger import intake

    journal, _ = common.enrol("phone", "phone")
    which = range(day.tubes(round_.people) * 9 // 10)
    until = time.perf_counter() + seconds
    sampled = 0
    for batch in day.sealed(round_, journal, which, 1):
        intake.post(batch, batch[-1].at)
        sampled += sum(len(entry.body["persons"]) for entry in batch)
        if time.perf_counter() > until:
            break
    return sampled


def settle_down() -> None:
    """Do what autovacuum does between two rounds."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ledger_duty, ledger_counter, ledger_transfer")


def measure(round_: common.Round, n: int) -> dict[str, Timed]:
    """Time each read at each level ``n`` times, the two users taking turns."""
    from bulou import people
    from bulou.ledger.areas import ancestor, span
    from bulou.ledger.scope import scoped
    from bulou.ledger.vocabulary import REGISTRY
    from bulou.ui import figures as reads

    swab = REGISTRY.duties["swab"]
    # The street user's: the second, of which all are sampled by then, or the only one.
    street = ancestor(common.building_of(min(150_000, round_.people - 1)), 2)
    picked = random.Random(2022)
    kinds: dict[str, Read] = {
        "board": lambda area: reads.board(round_.campaign, area, swab),
        "missed": lambda area: people.missed(round_.campaign, area, swab, "missed", None),
        "deferred": lambda area: people.missed(round_.campaign, area, swab, "deferred", None),
        "waiting": lambda area: people.missed(round_.campaign, area, swab, "waiting", None),
    }
    measured: dict[str, Timed] = {}

    def take(name: str, ranges: Any, read: Read, area: int, timed: bool) -> None:
        started = time.perf_counter()
        with scoped(ranges):
            read(area)
        if timed:
            into = measured.setdefault(name, Timed())
            into.seconds.append(time.perf_counter() - started)
            into.areas.append(area)

    for i in range(n):  # what any read pays: a transaction, its scope, one row
        take("bare", (span(0),), lambda _: reads.rows("SELECT 1"), i, True)
    for kind, read in kinds.items():
        for depth, level in enumerate(LEVEL_NAMES):
            for i in range(-3, n):  # three to warm up
                area = ancestor(common.building_of(picked.randrange(round_.people)), depth)
                take(f"{kind} of a {level}", (span(0),), read, area, i >= 0)
                if depth < 2:
                    continue
                inside = common.building_of(picked.randrange(round_.people))
                while ancestor(inside, 2) != street:
                    inside = common.building_of(picked.randrange(round_.people))
                area = ancestor(inside, depth)
                take(f"{kind} of a {level}, one street, administrator", (span(0),), read, area, i >= 0)
                take(f"{kind} of a {level}, one street, street user", (span(street),), read, area, i >= 0)
        slow = [name for name, timed in measured.items() if name.startswith(kind) and timed.ms(0.99) >= TARGET_MS]
        for name in slow:
            ranges = (span(street),) if name.endswith("street user") else (span(0),)
            explain(name, ranges, read, measured[name].slowest())
    return measured


def explain(name: str, ranges: Any, read: Read, area: int) -> None:
    """Say what the database does in a read's slowest statement."""
    from django.db import connection

    from bulou.ledger.scope import scoped

    ran: list[tuple[float, str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            ran.append((time.perf_counter() - started, sql, params))

    with scoped(ranges):
        with connection.execute_wrapper(keep):
            read(area)
        seconds, sql, params = max(ran, key=lambda row: row[0])
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, params)
            plan = "\n  ".join(row[0] for row in cursor.fetchall())
    common.say(f"{name}: area {area}, {1000 * seconds:.1f} ms\n  {plan}")


def report(measured: dict[str, Timed], figures: dict[str, Any]) -> None:
    """Print the figures and what they are held to."""
    bare = measured.pop("bare")
    figures["bare_transaction_p50_ms"] = bare.ms(0.5)
    figures["reads"] = [
        {"read": name, "p50_ms": timed.ms(0.5), "p99_ms": timed.ms(0.99)} for name, timed in measured.items()
    ]
    for name in ("administrator", "street user"):
        both = Timed()
        for key, timed in measured.items():
            if key.endswith(name):
                both.seconds += timed.seconds
        figures[f"{name.replace(' ', '_')}_all_reads_mean_ms"] = round(1000 * sum(both.seconds) / len(both.seconds), 3)
    worst = {
        kind: max(t.ms(0.99) for name, t in measured.items() if name.startswith(kind)) for kind in ("board", "missed")
    }
    tree = measured["board of a tree"].ms(0.99)
    ratio = max(
        timed.ms(0.5) / measured[name.replace("street user", "administrator")].ms(0.5)
        for name, timed in measured.items()
        if name.endswith("street user")
    )
    common.finish("reads", figures, [
        common.target("coverage of the whole tree, p99 ms", tree, f"< {TARGET_MS}", tree < TARGET_MS),
        common.target("board of any area, p99 ms", worst["board"], f"< {TARGET_MS}", worst["board"] < TARGET_MS),
        common.target("first page of the missed under any area, p99 ms", worst["missed"], f"< {TARGET_MS}",
                      worst["missed"] < TARGET_MS),
        common.target("a street user's read to an administrator's, median, worst of all reads", round(ratio, 2),
                      f"<= {RATIO}", ratio <= RATIO),
    ])  # fmt: skip


if __name__ == "__main__":
    main()
