"""Compiles the planner of trips while an installation starts, so that nobody who asks for a plan waits for it.

What is compiled is kept in the data folder; at the next start it is read back in a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

#: It may wait for everything else.
LAST = 19


@contextmanager
def begun(environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """Let a process of the lowest priority compile within the block; it ends by itself, or with the block."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "bulou.cases.dispatch.warm"], env={**environment}, stdout=out, stderr=out,
            preexec_fn=lambda: os.nice(LAST),
        )  # fmt: skip
    try:
        yield
    finally:
        if child.poll() is None:
            child.terminate()
        child.wait()
