"""A whole city in one day: 25.67 million samples in 2.43 million tubes, the round of Shanghai of 4 April 2022.

Source of the size: the published state of 5 April 2022, 08:00: 25,665,000 people sampled, 2,427,000 tubes, 20,000
sampling points (onaye.com/guonei/show-26-20651-1.html); 10.56 persons a tube (``day.SIZES``).

A round of so many duties is opened, then the tubes come in through ``bulou.ledger.intake.post`` in batches of 200 from
two writers, each with half of the city. They come in the order of a day: every sampling point seals its first tube,
then every point its second, so that a batch holds tubes of 200 neighbourhoods and no page is warm because a neighbour
came just before. At 1, 5, 10 and 25 million (or the same shares of ``--people``) the cost of a sample is set against
that at the first. Beside it in the same run: raw COPY of the same entries and lines into bare tables with the same
indexes. Ctrl-C ends it with the figures so far; with ``--data`` the next run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing as mp
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import common
import day

CITY, POINTS = 25_670_000, 20_000
CHECKPOINTS = (1_000_000, 5_000_000, 10_000_000, 25_000_000)
LINEAR = 1.3
TABLES = ("entry", "line", "duty", "counter", "movement", "holding")
FREE_GIB, VERIFIED, COPIED = 4, 1_200_000, 50_000
CAMPAIGN = 1


def main() -> None:
    """Measure, and print the JSON."""
    options = arguments()
    with common.ledger(options.data, options.setting) as folder:
        common.say(f"a round of {options.people:,} duties")
        began = time.perf_counter()
        opening_s = opened(options.people)
        common.say(f"opened in {time.perf_counter() - began:.0f} s" if opening_s else "opened before")
        before = disk()
        run = write(folder, options)
        figures = {
            "people": options.people,
            "opening_s": opening_s,
            "writers": options.writers,
            "settings": settings(),
            **run.figures(),
        }
        figures |= growth(before, disk(), run.samples) if run.samples else {}
        figures |= baseline(run, figures["samples_per_s"]) if run.samples else {}
        skipped = [] if run.finished else [f"stopped after {run.samples:,} samples: {run.why}"]
        if options.people > VERIFIED:
            skipped.append(f"verify (more than {VERIFIED:,} duties)")
        else:
            from bulou.ledger.verify import verify

            figures["violations"] = len(verify("owner", sample=100))
        if options.people < CITY:
            skipped.append(f"the other {CITY - options.people:,} people of the city; checkpoints at the same shares")
        figures["skipped"] = skipped
    common.finish("city", figures, targets(figures, run))


def arguments() -> argparse.Namespace:
    """Parse the options."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--people", type=int, help=f"persons owed and sampled (default {CITY:,})")
    parser.add_argument("--writers", type=int, default=2, help="writing processes (default: %(default)s)")
    parser.add_argument("--data", type=Path, help="a data folder that stays, to go on with an interrupted run")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of the database server")
    parser.add_argument(
        "--free-gib", type=float, default=FREE_GIB, help="stop when less is free (default: %(default)s)"
    )
    options = parser.parse_args()
    options.people = options.people or (40_000 if options.short else CITY)
    return options


def targets(figures: dict[str, Any], run: Run) -> list[dict[str, Any]]:
    """Hold the figures to what is wanted."""
    ratios = [row["cost_to_first"] for row in run.checkpoints]
    worst = max(ratios, default=None)
    taken = run.before + run.samples
    out = [
        common.target("cost of a sample at any checkpoint to that at the first", worst, f"<= {LINEAR}",
                      worst is not None and len(ratios) == len(CHECKPOINTS) and worst <= LINEAR),
        common.target("samples through the intake to raw COPY", figures.get("intake_to_copy"), "reported", True),
        common.target("samples taken in", taken, f"{run.people:,}", taken >= run.people),
    ]  # fmt: skip
    if "violations" in figures:
        out.append(common.target("violations", figures["violations"], "0", figures["violations"] == 0))
    return out


def opened(people: int) -> float | None:
    """Open the round; return the seconds it took, or None when an earlier run did."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT frozen FROM ledger_campaign WHERE id = %s", [CAMPAIGN])
        row = cursor.fetchone()
    if row is None:
        return round(common.open_round(CAMPAIGN, people)[1], 1)
    if row[0] != people:
        raise SystemExit(f"the folder holds a round of {row[0]:,}; give --people {row[0]}")
    return None


# -- writing -------------------------------------------------------------------------------------


@dataclass
class Run:
    """What the writers did in this run. ``before``: samples of earlier runs."""

    people: int
    before: int = 0
    samples: int = 0
    tubes: int = 0
    seconds: float = 0.0
    finished: bool = False
    why: str = ""
    peak: dict[str, int] = field(default_factory=dict)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)

    def note(self, samples: int, tubes: int, seconds: float) -> None:
        """Take a batch into account; a checkpoint that it crosses is kept."""
        self.samples, self.tubes, self.seconds = self.samples + samples, self.tubes + tubes, seconds
        done = len(self.checkpoints)
        # Only a run from the start has checkpoints: an interrupted one cannot tell what the first million cost.
        if self.before or done == len(CHECKPOINTS):
            return
        share = CHECKPOINTS[done] * self.people / CITY
        if self.samples >= share:
            last = self.checkpoints[-1] if done else {"samples": 0, "seconds": 0.0}
            first = self.checkpoints[0]["us_a_sample"] if done else 1e6 * seconds / self.samples
            cost = 1e6 * seconds / self.samples
            since = 1e6 * (seconds - last["seconds"]) / (self.samples - last["samples"])
            self.checkpoints.append({
                "samples": self.samples, "seconds": round(seconds, 1), "us_a_sample": round(cost, 1),
                "us_a_sample_since_the_last": round(since, 1), "cost_to_first": round(cost / first, 2),
                "cost_since_the_last_to_first": round(since / first, 2),
            })  # fmt: skip
            common.say(str(self.checkpoints[-1]))

    def figures(self) -> dict[str, Any]:
        """Return the figures of the writing."""
        return {
            "samples": self.samples, "samples_before_this_run": self.before, "tubes": self.tubes,
            "persons_a_tube": round(self.samples / self.tubes, 2) if self.tubes else None,
            "seconds": round(self.seconds, 1),
            "samples_per_s": round(self.samples / self.seconds) if self.seconds else None,
            "tubes_per_s": round(self.tubes / self.seconds) if self.seconds else None,
            "peak_pss_mib": self.peak,
            "checkpoints": self.checkpoints,
        }  # fmt: skip


def write(folder: Path, options: argparse.Namespace) -> Run:
    """Let the writers take in every tube that is not there yet."""
    run = Run(options.people)
    context = mp.get_context("spawn")
    queue, go, stop = context.Queue(), context.Event(), context.Event()
    writers = [
        context.Process(target=writer, args=(folder, options.people, w, options.writers, queue, go, stop))
        for w in range(options.writers)
    ]
    for process in writers:
        process.start()
    for _ in writers:
        held, _tubes, trouble = queue.get()
        if trouble is not None:
            raise SystemExit(f"a writer did not start: {trouble}")
        run.before += held
    groups = {"database": common.postmaster(folder)} | {f"writer_{i}": p.pid for i, p in enumerate(writers)}
    stop_said = time.perf_counter()
    with common.Watched(5.0, **groups) as memory:
        started = time.perf_counter()
        go.set()
        working = len(writers)
        while working:
            try:
                samples, tubes, trouble = queue.get()
                if trouble is not None:
                    working -= 1
                    run.why = run.why or trouble
                else:
                    run.note(samples, tubes, time.perf_counter() - started)
                if time.perf_counter() - stop_said > 10:
                    stop_said = time.perf_counter()
                    common.say(f"{run.before + run.samples:,} samples, {run.samples / run.seconds:,.0f} a second")
                    if shutil.disk_usage(folder).free < options.free_gib * 2**30:
                        run.why = f"less than {options.free_gib} GiB free"
                        stop.set()
            except KeyboardInterrupt:
                run.why = "interrupted"
                stop.set()
    for process in writers:
        process.join()
    run.peak, run.finished = memory.peak, not run.why
    return run


def writer(folder: Path, people: int, w: int, of: int, queue: Any, go: Any, stop: Any) -> None:
    """Take in the tubes of one part of the city.

    Tells (samples held, tubes held, None) once and waits for ``go``; then (samples, tubes, None) a batch; at the end
    (0, 0, "" or what went wrong).
    """
    import signal

    from bulou.config import database

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    trouble = "a writer died"
    try:
        database.prepare(folder)
        from bulou.ledger import intake
        from bulou.ledger.effects import Entry

        journal, held = journal_of(w, common.whole(people))
        sequence = tubes_of(people, w, of)
        done = (day.slice_of(tube, people) for tube in itertools.islice(sequence, held))
        queue.put((sum(high - low for low, high in done), held, None))
        go.wait()
        round_ = common.Round(CAMPAIGN, CAMPAIGN * 10**7, people)
        number = held
        while tubes := list(itertools.islice(sequence, day.BATCH)):
            if stop.is_set():
                break
            bodies = [day.sealed_tube(round_, tube) for tube in tubes]
            at = day.sealed_at(number)
            batch = [
                Entry(journal, number + i + 1, "tube.sealed", at, area, body) for i, (area, body) in enumerate(bodies)
            ]
            bad = [receipt for receipt in intake.post(batch, at) if receipt.status != "kept"]
            if bad:
                raise RuntimeError(str(bad[0]))
            number += len(batch)
            queue.put((sum(len(body["persons"]) for _, body in bodies), len(batch), None))
        trouble = ""
    except Exception as error:
        trouble = repr(error)
        raise
    finally:
        queue.put((0, 0, trouble))


def tubes_of(people: int, w: int, of: int) -> Iterator[int]:
    """Yield the tubes of one writer's part of the city: each sampling point's first, then each one's second ..."""
    count = day.tubes(people)
    points = max(of, POINTS * people // CITY)
    a_point = -(-count // points)
    own = range(w * points // of, (w + 1) * points // of)
    for turn in range(a_point):
        for point in own:
            if (tube := point * a_point + turn) < count:
                yield tube


def journal_of(w: int, area: int) -> tuple[int, int]:
    """Return a writer's journal and how many numbers it holds."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id, highest FROM ledger_journal WHERE name = %s", [f"city writer {w}"])
        row = cursor.fetchone()
    return row or (common.enrol(f"city writer {w}", "phone", area)[0], 0)


# -- what it costs -------------------------------------------------------------------------------


def disk() -> dict[str, int]:
    """Return bytes by table with and without its indexes, and how much log was ever written."""
    from django.db import connections

    out = {}
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [f"ledger_{table}"] * 2)
            out[table], out[f"{table}_indexes"] = cursor.fetchone()
        cursor.execute("SELECT pg_current_wal_lsn() - '0/0'")
        out["log"] = int(cursor.fetchone()[0])
    return out


def settings() -> dict[str, str]:
    """Return what the server runs with."""
    from django.db import connections

    names = ("shared_buffers", "max_wal_size", "checkpoint_timeout", "fsync", "synchronous_commit")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT n, current_setting(n) FROM unnest(%s::text[]) AS n", [list(names)])
        return dict(cursor.fetchall())


def growth(before: dict[str, int], after: dict[str, int], samples: int) -> dict[str, Any]:
    """Return bytes on disk a sample: what the day added, and what the tables hold with the opening."""
    held = {name: n for name, n in after.items() if name != "log"}
    return {
        "bytes_a_sample": {name: round((after[name] - before[name]) / samples, 1) for name in after},
        "bytes_a_sample_without_log": round(sum(held[name] - before[name] for name in held) / samples, 1),
        "gib_on_disk": round(sum(held.values()) / 2**30, 2),
    }


def baseline(run: Run, per_second: int) -> dict[str, Any]:
    """COPY the entries and lines of the first tubes again, into bare tables, from one process."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_journal WHERE name LIKE 'city writer %%'")
        journals = [row[0] for row in cursor.fetchall()]
        most = max(1, min(COPIED, run.tubes) // len(journals))
        where = f"journal IN ({', '.join(map(str, journals))}) AND number <= {most}"
        cursor.execute(f"SELECT count(*) FROM ledger_line WHERE {where} AND kind = 1")
        samples = cursor.fetchone()[0]
    seconds = common.copied_again(("ledger_entry", "ledger_line", "ledger_movement"), where)
    copied = samples / seconds
    return {
        "copy_samples": samples, "copy_samples_per_s": round(copied), "intake_to_copy": round(per_second / copied, 3),
    }  # fmt: skip


if __name__ == "__main__":
    main()
