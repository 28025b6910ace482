"""How fast the door takes tubes: over HTTP and in the database, beside doors and writers that do less.

Over HTTP: 64 connections, one tube of ten a request, the generator on the same cores, fsync on, the full ledger. Beside
it in the same run: a door that answers at once, and a door that only COPYs the lines. In the database: batches of 200
tubes through the intake, beside one transaction that writes the same rows, and a row-by-row ORM.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import common
import msgspec

CONNECTIONS = 64
BATCH = 200


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    people = 110_000 if options.short else 1_100_000
    seconds = 4 if options.short else 20
    with common.ledger() as folder:
        from bulou.config.supervisor import running

        round_, opening_s = common.open_round(1, people)
        figures: dict[str, object] = {"duties": people, "opening_s": round(opening_s, 2)}
        figures |= in_database(round_, 5 if options.short else 50)
        devices = [common.enrol(f"phone {n}", "phone") for n in range(CONNECTIONS)]
        with running(folder) as served:
            port = int(served.url.rsplit(":", 1)[1])
            bodies = Bodies(round_, 10_000_000 // 10)
            keys = [key for _, key in devices]
            full = common.load(port, keys, bodies, seconds)
            paced = common.load(port, keys, bodies, seconds, rate=300)
            with baseline(served.urls.owner or "") as other:
                copy = common.load(other, keys, bodies, seconds, path="/copy")
                empty = common.load(other, keys, bodies, seconds, path="/empty")
    figures |= {
        "http_tubes_per_s": round(full.per_second()),
        "http_p50_ms": round(full.quantile(0.5), 1),
        "http_p99_ms": round(full.quantile(0.99), 1),
        "http_failures": full.failures + paced.failures,
        "paced_300_p99_ms": round(paced.quantile(0.99), 1),
        "paced_300_served_per_s": round(paced.per_second()),
        "copy_door_per_s": round(copy.per_second()),
        "empty_door_per_s": round(empty.per_second()),
        "http_to_copy_door": round(full.per_second() / copy.per_second(), 3),
        "http_to_empty_door": round(full.per_second() / empty.per_second(), 3),
    }
    ratio, share = figures["http_to_copy_door"], figures["http_to_empty_door"]
    rate = figures["http_tubes_per_s"]
    base, full_ms, paced_ms = figures["db_to_ceiling"], figures["http_p99_ms"], figures["paced_300_p99_ms"]
    common.finish(
        "intake",
        figures,
        [
            common.target("tubes over HTTP to a door that only copies", ratio, ">= 0.5", ratio >= 0.5),
            common.target("tubes over HTTP to an empty door", share, ">= 0.59 (2,000 of 3,400)", share >= 0.59),
            common.target("tubes a second over HTTP", rate, ">= 2000", rate >= 2000),
            common.target("in the database to one transaction of the same rows", base, ">= 0.5", base >= 0.5),
            common.target("p99 over HTTP at full load, ms", full_ms, "< 80", full_ms < 80),
            common.target("p99 at 300 tubes/s, ms", paced_ms, "< 20", paced_ms < 20),
            common.target("failures", figures["http_failures"], "0", figures["http_failures"] == 0),
        ],
    )


class Bodies:
    """Makes the n-th request of each connection: one sealed tube, numbered by the connection's journal."""

    def __init__(self, round_: common.Round, start: int):
        self.round, self.next = round_, start
        self.numbers = [0] * CONNECTIONS

    def __call__(self, connection: int, n: int) -> bytes:
        self.next += 1
        self.numbers[connection] += 1
        return sealed(self.round, self.numbers[connection], self.next)


def sealed(round_: common.Round, number: int, n: int) -> bytes:
    """Return the request of one sealed tube: the round's n-th, under a number of its journal."""
    entry = {
        "n": number,
        "kind": "tube.sealed",
        "v": 1,
        "at": common.OPENED + timedelta(hours=1),
        "area": round_.place(n),
        "body": round_.tube(n),
    }
    return msgspec.json.encode({"incarnation": None, "entries": [entry]})


def in_database(round_: common.Round, batches: int) -> dict[str, object]:
    """Batches of 200 tubes: through the intake, as one transaction that writes the same rows, row by row by the ORM."""
    from django.db import connections

    from bulou.ledger import intake
    from bulou.ledger.effects import Entry

    journal, _ = common.enrol("batches", "phone")
    at = common.OPENED + timedelta(hours=1)
    sets = [
        [Entry(journal, b * BATCH + n + 1, "tube.sealed", at, round_.place(b * BATCH + n), round_.tube(b * BATCH + n))
         for n in range(BATCH)]
        for b in range(batches + 2)
    ]  # fmt: skip
    owner = connections["owner"].cursor()
    for entries in sets[:2]:  # the server keeps its plans from now on
        intake.post(entries, at)
    before = statistics(owner)
    started = time.perf_counter()
    for entries in sets[2:]:
        intake.post(entries, at)
    through = batches * BATCH / (time.perf_counter() - started)
    spent = {name: value - before[name] for name, value in statistics(owner).items()}
    ceiling = written_at_once(owner, sets[2:], journal)
    orm = row_by_row(sets[0][:50], round_)
    # What was written for comparison alone is no load of the door: gone, and on disk, before the door is measured.
    owner.execute("DROP TABLE same_line, same_duty, same_counter")
    owner.execute("CHECKPOINT")
    samples = batches * BATCH * 10
    return {
        "db_tubes_per_s": round(through),
        "db_ceiling_tubes_per_s": round(ceiling),
        "db_orm_tubes_per_s": round(orm, 1),
        "db_to_ceiling": round(through / ceiling, 3),
        "db_to_orm": round(through / orm, 1),
        "wal_bytes_per_sample": round(spent["wal"] / samples),
        "hot_share": round(spent["hot"] / spent["updates"], 3),
    }


def statistics(cursor) -> dict[str, int]:
    """Bytes of log written, rows updated in the books, and how many of these within their page."""
    from django.db import connection

    connection.close()  # a backend hands in its counts when it ends
    cursor.execute(
        "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, sum(n_tup_upd), sum(n_tup_hot_upd)"
        " FROM pg_stat_user_tables"
        " WHERE relname IN ('ledger_duty', 'ledger_counter', 'ledger_holding', 'ledger_journal')"
    )
    return dict(zip(("wal", "updates", "hot"), map(int, cursor.fetchone()), strict=True))


def written_at_once(cursor, sets: list, journal: int) -> float:
    """Tubes a second of the ceiling: each batch's lines by COPY, its duties by one UPDATE, its counters by another.

    The same rows in tables of the same shape, indexes and room, in one transaction a batch and one backend. It decides
    nothing, keeps no entry, and writes no duty of a tube.
    """
    from bulou.ledger import rules

    facts = rules.JournalFacts(journal, "phone", ((0, 2**53),), sets[0][0].at, sets[0][0].at)
    for table, room in (("line", 100), ("duty", 50), ("counter", 50)):
        cursor.execute(f"CREATE TABLE same_{table} (LIKE ledger_{table} INCLUDING ALL) WITH (fillfactor = {room})")
    cursor.execute("INSERT INTO same_duty SELECT * FROM ledger_duty WHERE kind = 1")
    cursor.execute("INSERT INTO same_counter SELECT * FROM ledger_counter WHERE kind = 1")
    cursor.execute("ANALYZE same_duty, same_counter")
    expanded = [[(entry, rules.expand(entry, facts).lines) for entry in entries] for entries in sets]
    columns = (
        "journal, number, line, act, at, campaign, kind, subject, occasion, area, stage, frozen, again, authority,"
        " unheard"
    )
    started = time.perf_counter()
    for batch in expanded:
        cursor.execute("BEGIN")
        subjects, areas = [], {}
        with cursor.copy(f"COPY same_line ({columns}, carrier_kind, carrier) FROM STDIN") as out:
            for entry, lines in batch:
                head = f"{journal}\t{entry.number}\t"
                for place, line in enumerate(lines):
                    key = line.key
                    carrier = "\\N\t\\N" if line.carrier is None else f"{line.carrier_kind}\t{line.carrier}"
                    out.write(
                        f"{head}{place}\t{int(line.act)}\t{entry.at}\t{key.campaign}\t{key.kind}\t{key.subject}"
                        f"\t{key.occasion}\t{line.area}\t{line.stage}\tf\t{line.again}"
                        f"\t{int(line.authority)}\t0\t{carrier}\n"
                    )
                    if key.kind == 1:
                        subjects.append(key.subject)
                        areas[line.area] = areas.get(line.area, 0) + 1
        cursor.execute(
            "UPDATE same_duty SET stage = 2, stage_at = %s, takes = 1 FROM unnest(%s::bigint[]) AS s (subject)"
            " WHERE campaign = 1 AND kind = 1 AND same_duty.subject = s.subject AND occasion = 0",
            [batch[0][0].at, "{" + ",".join(map(str, subjects)) + "}"],
        )
        cursor.execute(
            "UPDATE same_counter AS c SET stages[1] = stages[1] - n, stages[3] = stages[3] + n"
            " FROM unnest(%s::bigint[], %s::int[]) AS a (area, n) WHERE campaign = 1 AND kind = 1 AND c.area = a.area",
            [list(areas), list(areas.values())],
        )
        cursor.execute("COMMIT")
    return len(sets) * BATCH / (time.perf_counter() - started)


def row_by_row(entries: list, round_: common.Round) -> float:
    """Tubes a second of the first thing that one writes: an object a row, one statement each. Takes its rows back."""
    from django.db import connections

    from bulou.ledger.models import Duty, Line
    from bulou.ledger.scope import EVERYWHERE, scoped

    started = time.perf_counter()
    for entry in entries:
        with scoped(EVERYWHERE):
            for line, person in enumerate(entry.body["persons"]):
                place = {"campaign": round_.campaign, "kind": 1, "subject": person, "occasion": 0}
                Line.objects.create(
                    journal=1, number=entry.number, line=line, act=3, at=entry.at, area=entry.area, stage=2, **place
                )
                duty = Duty.objects.get(**place)
                duty.stage, duty.stage_at = 2, entry.at
                Duty.objects.filter(**place).update(stage=2, stage_at=entry.at)
    rate = len(entries) / (time.perf_counter() - started)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM ledger_line WHERE journal = 1")
    return rate


class baseline:
    """Serve the doors to compare with; gives their port."""

    def __init__(self, url: str):
        self.url = url

    def __enter__(self) -> int:
        from bulou.config.supervisor import free_port

        port = free_port("127.0.0.1")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1",
             "--log-level", "warning", "doors:app"],
            cwd=Path(__file__).parent, env=os.environ | {"BULOU_COPY_URL": self.url},
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                common.load(port, [""], lambda _c, _n: b'{"entries": []}', 0.01, path="/empty")
                return port
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the doors to compare with do not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    main()
