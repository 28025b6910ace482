"""How the installation itself is, as far as the desk can know: the door's queue, the disk, the last backup."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from django.conf import settings

#: A door that does not answer at once must not hold the page up.
PATIENCE_S = 1.0
#: Below this share of the disk the page warns: a database that cannot write stops.
SCARCE = 0.1
#: A backup that is older is a warning.
OLD_H = 26


@dataclass(frozen=True, slots=True)
class Health:
    """``door``: it answers, or None where its address is not known; ``waiting``: entries at the door and the age of the
    oldest in seconds; bytes of the disk; when the newest backup was made.
    """

    door: bool | None
    waiting: int | None
    oldest_s: float | None
    disk_free: int
    disk_total: int
    backup_at: datetime | None

    @property
    def scarce(self) -> bool:
        """Tell whether the disk is nearly full."""
        return self.disk_free < SCARCE * self.disk_total

    def backup_old(self, now: datetime) -> bool:
        """Tell whether there is no backup of the last day."""
        return self.backup_at is None or (now - self.backup_at).total_seconds() > OLD_H * 3600


def health() -> Health:
    """Look at the door, the disk and the folder of backups."""
    folder = Path(os.environ.get("BULOU_DATA") or ".")
    disk = shutil.disk_usage(folder if folder.exists() else ".")
    return Health(*_door(), disk.free, disk.total, _newest(folder / "backups"))


def _door() -> tuple[bool | None, int | None, float | None]:
    if not settings.PUBLIC_URL:
        return None, None, None
    try:
        # Its own certificate may be for another name, and what it says is two figures.
        with httpx.Client(verify=False, trust_env=False, timeout=PATIENCE_S) as client:
            answer = client.get(f"{settings.PUBLIC_URL}/healthz")
            told = answer.json()
    except (httpx.HTTPError, ValueError):
        return False, None, None
    return answer.status_code == 200, told.get("waiting"), told.get("oldest_s")


def _newest(folder: Path) -> datetime | None:
    try:
        made = [file.stat().st_mtime for file in folder.iterdir()]
    except OSError:
        return None
    return datetime.fromtimestamp(max(made), UTC) if made else None
