"""Photos that come piece by piece: what has arrived is kept until the rest comes, from wherever it broke off.

Each lies in the data folder under the journal that sends it and the digest that its entry has named.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from pathlib import Path

from bulou.ui.attachments.store import FOLDER
from bulou.ui.background import data_folder

#: Most photos of one journal that may be on their way at once; seconds after which one that does not go on is dropped.
MOST, LASTS = 40, 14 * 86_400


class Broken(ValueError):
    """What arrived is not what its digest says. It is gone: it has to be sent again from the beginning."""


class TooMany(ValueError):
    """So many photos of this journal are on their way that no other one is begun."""


def _folder(journal: int) -> Path:
    return data_folder() / FOLDER / "arriving" / str(journal)


def path_of(journal: int, digest: str) -> Path:
    """Return where a photo lies that has not come whole."""
    return _folder(journal) / digest


def add(journal: int, digest: str, offset: int, piece: bytes, size: int) -> int:
    """Put a piece behind what is there, where it begins there and does not reach beyond ``size``; return how many bytes
    are there now. A piece that is there already, or does not fit, changes nothing: the sender goes on from the number.

    Raises:
        TooMany: another one is not begun.
    """
    path = path_of(journal, digest)
    if not path.exists():
        _room(path.parent)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the same phone, twice at once after a lost answer
        there = file.seek(0, os.SEEK_END)
        if offset == there and there + len(piece) <= size:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            there += len(piece)
    return there


def take(journal: int, digest: str) -> bytes:
    """Return a photo that has come whole. It stays until ``forget``, so that nothing is lost where the rest fails.

    Raises:
        Broken: it is another content.
    """
    content = path_of(journal, digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        forget(journal, digest)
        raise Broken(digest)
    return content


def forget(journal: int, digest: str) -> None:
    """Remove what has arrived of a photo."""
    path_of(journal, digest).unlink(missing_ok=True)


def _room(folder: Path) -> None:
    """Drop what has not gone on for long.

    Raises:
        TooMany: there are too many still.
    """
    there = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    over = [path for path in there if path.stat().st_mtime < time.time() - LASTS]
    for path in over:
        path.unlink(missing_ok=True)
    if len(there) - len(over) >= MOST:
        raise TooMany(folder.name)
