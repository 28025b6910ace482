"""Uploaded files in the data folder: in a folder named by chance, for this account alone, gone once imported."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bulou.ui.background import data_folder

#: The largest file, in bytes: a district's roster as CSV has a hundred megabytes.
LARGEST = 256 << 20
ENDINGS = {"persons": (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt"), "areas": (".csv", ".txt")}
#: Letters that no folder is to be made of, nor any command.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
#: Characters of a file's name that are kept.
LONGEST = 60


class Uploaded(Protocol):
    """A file that came with a form."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterable[bytes]: ...


def name_of(given: str) -> str:
    """Return the name under which a file is kept: what people know it by, without any folder."""
    last = _UNSAFE.sub(" ", given.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    return f"{(stem or ending)[:LONGEST]}{dot}{ending[:5]}" if dot else last[:LONGEST]


def keep(file: Uploaded) -> tuple[str, str]:
    """Write a file; return its folder and its name."""
    folder, name = secrets.token_hex(16), name_of(file.name or "")
    place = data_folder() / "uploads" / folder
    place.mkdir(mode=0o700, parents=True)
    place.parent.chmod(0o700)
    with open(os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for part in file.chunks():
            out.write(part)
    return folder, name


def path(folder: str, name: str) -> Path:
    """Return where a file lies."""
    return data_folder() / "uploads" / folder / name


def remove(folder: str) -> None:
    """Remove a file; harmless where it is gone."""
    if re.fullmatch(r"[0-9a-f]{32}", folder):
        shutil.rmtree(data_folder() / "uploads" / folder, ignore_errors=True)


def lines(file: Path) -> int | None:
    """Return how many lines a text has, to tell how far its import is; None of a workbook."""
    if file.suffix.lower() not in (".csv", ".txt"):
        return None
    with file.open("rb") as opened:
        return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))
