"""Who works a data folder alone: one server, exercise or restore at a time.

The lock is the system's (flock) and ends with the process that holds it, so that one left by a crash holds nobody up.
It is on the file itself: another path to the same folder meets the same lock. What stands in the file is only for the
sentence that a second one is told.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bulou.config.data_folder import Folder
from bulou.config.environment import value
from bulou.config.told import Told

FILE = "alone.lock"
#: How often this process holds a folder; an exercise serves the folder that it holds.
_ours: dict[Path, int] = {}


class Taken(Told):
    """Somebody else works the folder."""


@dataclass(frozen=True)
class Holder:
    """Who holds a folder: the command, its process, since when. Empty words where the file does not say."""

    command: str
    pid: int
    since: datetime | None


@contextmanager
def alone(folder: Folder, command: str) -> Iterator[None]:
    """Hold the folder for ``command``; a process that holds it already goes on.

    Raises:
        Taken: another process holds it.
    """
    if _ours.get(folder.path):
        _ours[folder.path] += 1
        try:
            yield
        finally:
            _ours[folder.path] -= 1
        return
    folder.create()
    with open(folder.path / FILE, "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise taken(folder, _read(file)) from None
        _write(file, Holder(command, os.getpid(), datetime.now(UTC)))
        _ours[folder.path] = 1
        try:
            yield
        finally:
            del _ours[folder.path]
            with suppress(OSError):
                file.truncate(0)


def other(folder: Folder) -> Holder | None:
    """Return which other process holds the folder."""
    if _ours.get(folder.path):
        return None
    try:
        file = open(folder.path / FILE, "r+", encoding="utf-8")  # noqa: SIM115
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
    return None


def taken(folder: Folder, holder: Holder) -> Taken:
    """Return what a second one is told."""
    zh, en = described(holder)
    return Taken(
        f"数据目录 {folder.path} 正由{zh}使用：请先结束它，或用 --data 指定另一个目录。",
        f"the data folder {folder.path} is in use by {en}: end it first, or give another folder with --data.",
    )


def described(holder: Holder) -> tuple[str, str]:
    """Return who it is and since when, in zh and en."""
    if holder.since is None:
        return "另一个 bulou 进程", "another bulou process"
    at = holder.since.astimezone(value("BULOU_TIME_ZONE")).strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"“{holder.command}”（进程 {holder.pid}，{at} 起）",
        f'"{holder.command}" (process {holder.pid}, since {at})',
    )


def _write(file: IO[str], holder: Holder) -> None:
    file.truncate(0)
    json.dump({"command": holder.command, "pid": holder.pid, "since": holder.since and holder.since.isoformat()}, file)
    file.flush()


def _read(file: IO[str]) -> Holder:
    """Return what the holder wrote; he may be writing it at this moment."""
    try:
        file.seek(0)
        said = json.load(file)
        return Holder(str(said["command"]), int(said["pid"]), datetime.fromisoformat(said["since"]))
    except (ValueError, KeyError, TypeError):
        return Holder("", 0, None)
