"""One supervised process: started again when it dies, stopped with its whole group."""

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bulou.config.periodic import every

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0  # seconds between a death and the next start; phones wait for it
STEADY = 3.0  # seconds: what lived longer had come up, so its death is no failure to start
STOP_SECONDS = 10.0
LOG_LIMIT = 16 * 2**20
LOG_SECONDS = 30.0  # how often the size of a log is looked at

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals) -> None:
    """Have the system send this process `number` when its parent ends (Linux; nothing elsewhere)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)


class Child:
    """A Python module run as a process of its own, with its output in `log`.

    `nice` (1 to 19) makes it yield the processor to the others: it works when none of them wants to, where the system
    knows such processes (Linux), and what works on its behalf elsewhere may take this number.
    """

    def __init__(
        self, name: str, module: Sequence[str], environment: Mapping[str, str], log: Path, nice: int = 0
    ) -> None:
        self.name = name
        self.log = log
        self.deaths = 0
        self._command = [sys.executable, "-m", *module]
        self._environment = dict(environment)
        self._nice = nice
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()

    @property
    def pid(self) -> int | None:
        """Process id, or None between a death and the next start."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    @contextmanager
    def supervised(self) -> Iterator["Child"]:
        """Keep it running inside the block."""
        # The thread that starts the process outlives it: the death signal follows the thread.
        thread = threading.Thread(target=self._keep, name=self.name, daemon=True)
        thread.start()
        try:
            with every(LOG_SECONDS, self._cut, f"log of the {self.name}", (OSError,)):
                yield self
        finally:
            self._over.set()
            self._signal(signal.SIGTERM)
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                self._signal(signal.SIGKILL)
                thread.join()

    def restart(self) -> None:
        """End it, so that it is started again; what it has in hand it may finish."""
        self._signal(signal.SIGTERM)

    def last_words(self, size: int = 3000) -> str:
        """The end of its log."""
        try:
            return self.log.read_bytes()[-size:].decode(errors="replace")
        except FileNotFoundError:
            return "(no log)"

    def _keep(self) -> None:
        delay = FIRST_DELAY
        while not self._over.is_set():
            started = time.monotonic()
            if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
            with open(self.log, "ab") as out:
                self._process = subprocess.Popen(
                    self._command,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=self._born,
                )
            if self._over.is_set():  # asked to stop while it was being born
                self._signal(signal.SIGTERM)
            self._process.wait()  # without a time limit, which would ask twenty times a second
            # A killed server may leave its workers behind, and with them the port.
            self._signal(signal.SIGKILL)
            if self._over.is_set():
                return
            self.deaths += 1
            if time.monotonic() - started > STEADY:
                delay = FIRST_DELAY
            self._over.wait(delay)
            delay = min(2 * delay, LONGEST_DELAY)

    def _cut(self) -> None:
        """Cut the log where it has grown beyond the limit.

        The process goes on writing to the same file, in append mode. Lines written between copy and cut are lost.
        """
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def _born(self) -> None:
        """In the new process, before it becomes the module."""
        os.nice(self._nice)
        if self._nice and hasattr(os, "SCHED_IDLE"):
            # A merely nicer one goes on for up to three milliseconds when another one wakes up.
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        # Each phone's connection is an open file, and the usual limit of 1024 is a small crowd.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        # A supervisor that is killed takes its children along; they take theirs (see `listener`).
        end_with_parent(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
