"""How fast the door takes tubes: over HTTP and in the database, beside doors and writers that do less.

Over HTTP: 64 connections, one tube of ten a request, the generator on the same cores, fsync on, the full ledger. Beside
it in the same run: a door that answers at once, and a door that only COPYs the lines. In the database: batches of 200
tubes through the intake, beside raw COPY of their lines and a row-by-row ORM.
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
    base = figures["db_to_copy"]
    common.finish(
        "intake",
        figures,
        [
            common.target("tubes over HTTP to a door that only copies", ratio, ">= 0.5", ratio >= 0.5),
            common.target("tubes over HTTP to an empty door", share, ">= 0.59 (2,000 of 3,400)", share >= 0.59),
            common.target("in the database to raw COPY", base, "reported", True),
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
        entry = {
            "n": self.numbers[connection],
            "kind": "tube.sealed",
            "v": 1,
            "at": common.OPENED + timedelta(hours=1),
            "area": self.round.place(self.next),
            "body": self.round.tube(self.next),
        }
        return msgspec.json.encode({"incarnation": None, "entries": [entry]})


def in_database(round_: common.Round, batches: int) -> dict[str, object]:
    """Batches of 200 tubes: through the intake, as raw COPY of their lines, row by row through the ORM."""
    from django.db import connections, transaction

    from bulou.ledger import intake
    from bulou.ledger.lines import Entry
    from bulou.ledger.models import Duty, Line
    from bulou.ledger.scope import EVERYWHERE, scoped

    journal, _ = common.enrol("batches", "phone")
    at = common.OPENED + timedelta(hours=1)
    sets = [
        [Entry(journal, b * BATCH + n + 1, "tube.sealed", at, round_.place(b * BATCH + n), round_.tube(b * BATCH + n))
         for n in range(BATCH)]
        for b in range(batches)
    ]  # fmt: skip
    started = time.perf_counter()
    for entries in sets:
        intake.post(entries, at)
    through = batches * BATCH / (time.perf_counter() - started)

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE copied_lines (LIKE ledger_line INCLUDING ALL)")
    started = time.perf_counter()
    names = "journal, number, line, act, at, campaign, kind, subject, occasion, area, stage, frozen, again"
    for entries in sets:
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            with cursor.copy(f"COPY copied_lines ({names}) FROM STDIN") as out:
                for entry in entries:
                    for line, person in enumerate(entry.body["persons"]):
                        out.write_row(
                            (
                                journal,
                                entry.number,
                                line,
                                3,
                                at,
                                round_.campaign,
                                1,
                                person,
                                0,
                                entry.area,
                                2,
                                False,
                                False,
                            )
                        )
    copied = batches * BATCH / (time.perf_counter() - started)

    rows = sets[0][:50]
    started = time.perf_counter()
    for entry in rows:
        with scoped(EVERYWHERE):
            for line, person in enumerate(entry.body["persons"]):
                place = {"campaign": round_.campaign, "kind": 1, "subject": person, "occasion": 0}
                Line.objects.create(
                    journal=1, number=entry.number, line=line, act=3, at=at, area=entry.area, stage=2, **place
                )
                duty = Duty.objects.get(**place)
                duty.stage, duty.stage_at = 2, at
                Duty.objects.filter(**place).update(stage=2, stage_at=at)
    orm = len(rows) / (time.perf_counter() - started)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM ledger_line WHERE journal = 1")
    return {
        "db_tubes_per_s": round(through),
        "db_copy_tubes_per_s": round(copied),
        "db_orm_tubes_per_s": round(orm, 1),
        "db_to_copy": round(through / copied, 3),
        "db_to_orm": round(through / orm, 1),
    }


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
