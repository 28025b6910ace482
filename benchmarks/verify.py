"""How long `bulou verify` takes over a finished round, and how much memory it and the database need.

The round of 1.1 million is played through the intake: tubes sealed, received by the laboratory, resulted, one in 93
abnormal, then closed. `bulou verify` runs as its own process; then everything is sealed at once, which is the most that
a seal can have to do, and verify runs again with the seals. Beside it in the same run: a full read of the same
tables, as rows to the client (COPY TO), which is the least that any check of all rows must do.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import common
import day

TABLES = ("ledger_entry", "ledger_line", "ledger_movement", "ledger_duty", "ledger_counter", "ledger_holding")


def main() -> None:
    """Measure, and print the JSON."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--people", type=int, help="persons owed in the round")
    options = parser.parse_args()
    people = options.people or (20_000 if options.short else 1_100_000)
    with common.ledger() as folder:
        began = time.perf_counter()
        round_, _ = common.open_round(1, people)
        play(round_)
        counts = sizes()
        prepared = time.perf_counter() - began
        common.say(f"played in {prepared:.0f} s; verifying")
        read = reading()
        seconds, peak, own, told = verified(folder)
        sealing, seals = sealed(folder)
        with_seals, _, _, differing = verified(folder, "--seal", str(seals))
        rows = sum(json.loads(line)["size"] for line in seals.read_text("utf-8").splitlines())
    common.finish("verify", {
        "duties": people, **counts, "preparation_s": round(prepared), "verify_s": round(seconds, 1),
        "rows_per_s": round(sum(counts.values()) / seconds), "read_all_s": round(read, 1),
        "verify_to_read": round(seconds / read, 2), "peak_pss_mib": peak, "peak_rss_of_verify_mib": own,
        "violations": told + differing, "sealed_rows": rows, "seal_all_s": round(sealing, 1),
        "verify_with_seals_s": round(with_seals, 1),
    }, [
        common.target(f"verify of a finished round of {people:,}, seconds", round(seconds, 1), "< 60", seconds < 60),
        common.target("the same with the seals, seconds", round(with_seals, 1), "< 60", with_seals < 60),
        common.target("peak memory of verify and the database (PSS), MiB", peak["all"], "< 2048", peak["all"] < 2048),
        common.target("time of verify to reading all rows once", round(seconds / read, 2), "reported", True),
        common.target("violations", told + differing, "0", told + differing == 0),
    ])  # fmt: skip


def play(round_: common.Round) -> None:
    """Take the whole day through the intake, and close the round over what is open."""
    from bulou.ledger import campaigns, intake
    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.rounds.actions import close_round

    node = common.whole(round_.people)
    which = range(day.tubes(round_.people))
    steps: tuple[tuple[str, Callable[..., Iterator[list[Any]]]], ...] = (
        ("sealed", day.sealed), ("received", day.received), ("resulted", day.resulted),
    )  # fmt: skip
    for name, step in steps:
        journal, _ = common.enrol(name, "phone" if name == "sealed" else "laboratory", node)
        started = time.perf_counter()
        for batch in step(round_, journal, which, 1):
            bad = [receipt for receipt in intake.post(batch, batch[-1].at) if receipt.status != "kept"]
            if bad:
                raise RuntimeError(f"{name}: {bad[0]}")
        common.say(f"{len(which):,} tubes {name} in {time.perf_counter() - started:.0f} s")
    desk, _ = common.enrol("closing", "desk", node)
    at = common.OPENED + timedelta(hours=12)
    with scoped(EVERYWHERE):
        still = sum(campaigns.open_duties(round_.campaign).values())
    close_round(round_.campaign, node, desk, at, at, {"visit_ordered": still})


def sizes() -> dict[str, int]:
    """Return the rows of each table that verify reads."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        out = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            out[table.removeprefix("ledger_") + "_rows"] = cursor.fetchone()[0]
        return out


def reading() -> float:
    """Return the seconds it takes to read every row once."""
    from django.db import connections

    started = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as rows:
                for _ in rows:
                    pass
    return time.perf_counter() - started


def sealed(folder: Path) -> tuple[float, Path]:
    """Seal everything and write the seals out, as `bulou seal --now --out` does; return the seconds and the file."""
    file = folder / "seals.jsonl"
    command = (sys.executable, "-m", "bulou.config.command", "seal", "--now", "--out", str(file), "--data", str(folder))
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
    return time.perf_counter() - started, file


def verified(folder: Path, *more: str) -> tuple[float, dict[str, int], int, int]:
    """Run `bulou verify`; return its seconds, the peak PSS in MiB by group, its own peak RSS, and the violations."""
    started = time.perf_counter()
    command = (sys.executable, "-m", "bulou.config.command", "verify", "--json", "--data", str(folder), *more)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        with common.Watched(database=common.postmaster(folder), verify=process.pid) as memory:
            told = json.loads(process.stdout.read())  # type: ignore[union-attr]
            process.wait()
            seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    return seconds, memory.peak, own, told["violations"]


if __name__ == "__main__":
    main()
