"""The photos of the data folder, by the digest of their content. Backups carry the folder."""

from __future__ import annotations

import os
from pathlib import Path

from bulou.ui.attachments.pictures import Picture
from bulou.ui.background import data_folder

#: The folder's name, which ``config.backup`` knows.
FOLDER = "photos"


def path_of(digest: str, small: bool = False) -> Path:
    """Return where a photo lies."""
    return data_folder() / FOLDER / digest[:2] / f"{digest}{'.small' if small else ''}.jpg"


def keep(picture: Picture) -> str:
    """Write a photo, unless it is there; return its digest. A crash leaves the whole photo or none."""
    digest = picture.digest
    for small, content in ((True, picture.small), (False, picture.content)):
        path = path_of(digest, small)
        if path.is_file():
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    return digest


def read(digest: str, small: bool = False) -> bytes | None:
    """Return a photo, None where it is not there."""
    try:
        return path_of(digest, small).read_bytes()
    except FileNotFoundError:
        return None


def forget(digest: str) -> None:
    """Remove a photo in both forms."""
    for small in (False, True):
        path_of(digest, small).unlink(missing_ok=True)
