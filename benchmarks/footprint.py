"""How much memory the server and the database need while `bulou demo` plays a whole round.

Proportional set size of the database's processes and of the served ones (desk, door), sampled twice a second; what they
share counts once. The demo's own process imports the roster, plays the phones and verifies at the end: it is shown, and
is not part of an installation. The database's part in it (verify's too) is counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import common
import psutil

LIMIT_MIB = 1536
DISTRICT_PEOPLE = 1_113_078  # the census of 2020


def main() -> None:
    """Measure, and print the JSON."""
    parser = common.parser(__doc__ or "")
    parser.add_argument("--people", type=int, help=f"persons in the town (default {DISTRICT_PEOPLE:,})")
    parser.add_argument("--minutes", type=float, help="how long the day takes at least")
    options = parser.parse_args()
    people = options.people or (8_000 if options.short else DISTRICT_PEOPLE)
    minutes = options.minutes or (0.05 if options.short else 2.0)
    with tempfile.TemporaryDirectory(prefix="bulou-bench-") as folder:
        command = (
            sys.executable, "-m", "bulou.config.command", "demo", "--exit", "--json", "--people", str(people),
            "--minutes", str(minutes), "--port", "0", "--data", folder,
        )  # fmt: skip
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            with common.Watched(database=lambda: database(Path(folder)), server=lambda: below(demo.pid)) as memory:
                with common.Watched(demo=lambda: (demo.pid,)) as whole:
                    printed = demo.stdout.read().strip().splitlines()  # type: ignore[union-attr]
                    demo.wait()
        seconds = time.perf_counter() - began
        told = json.loads(printed[-1]) if printed else {}
    server = memory.peak["all"]
    violations = told.get("verify", {}).get("violations")
    common.finish("footprint", {
        "people": people, "tubes": told.get("tubes"), "seconds": round(seconds, 1),
        "peak_pss_mib": {"database": memory.peak["database"], "desk_and_door": memory.peak["server"], "both": server},
        "peak_pss_mib_of_the_demo_with_desk_and_door": whole.peak["demo"], "violations": violations,
    }, [
        common.target("server and database in the full demo, peak PSS, MiB", server, f"< {LIMIT_MIB}",
                      0 < server < LIMIT_MIB and bool(memory.peak["database"])),
        common.target("violations", violations, "0", violations == 0),
    ])  # fmt: skip


def database(folder: Path) -> Iterable[int]:
    """Return the database server's process, when there is one."""
    from bulou.config.postgres import Cluster

    with suppress(OSError):
        pid = Cluster(folder).postmaster()
        return () if pid is None else (pid,)
    return ()


def below(pid: int) -> Iterable[int]:
    """Return the processes that the demo serves with: all below its own."""
    with suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children()]
    return ()


if __name__ == "__main__":
    main()
