"""What time it is: the real time, or that of an exercise.

Rules and statements take the time as a parameter; only doors and commands ask here. An exercise in a data folder plays
a day of its own, mostly faster than it was; its clock is a small file there, so that every process reads the same.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE = "exercise-clock.json"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A clock that stands at ``start`` from the real time ``real_start`` on, runs ``speed`` times as fast, and stops
    at ``end``. Times are RFC 3339; speed 0 means that it stands at ``end``.
    """

    start: str
    end: str
    speed: float
    real_start: str

    def at(self, real: datetime) -> datetime:
        """Return the exercise's time at a real time."""
        start, end, since = (datetime.fromisoformat(text) for text in (self.start, self.end, self.real_start))
        if not self.speed:
            return end
        return min(end, max(start, start + (real - since) * self.speed))


def now() -> datetime:
    """Return the time in UTC: of the exercise in the data folder, where there is one."""
    real = datetime.now(UTC)
    exercise = _exercise()
    return exercise.at(real).astimezone(UTC) if exercise else real


def play(folder: Path, start: datetime, end: datetime, speed: float, lead: timedelta = timedelta()) -> Exercise:
    """Let the folder's clock be that of an exercise that begins ``lead`` from now."""
    exercise = Exercise(start.isoformat(), end.isoformat(), speed, (datetime.now(UTC) + lead).isoformat())
    part = folder / f"{FILE}.part"
    part.write_text(json.dumps(asdict(exercise)), "utf-8")
    part.replace(folder / FILE)
    return exercise


_read: tuple[str, int, Exercise] | None = None


def _exercise() -> Exercise | None:
    """Return the exercise of BULOU_DATA; the file is read again only when it has changed."""
    global _read
    path = os.path.join(os.environ.get("BULOU_DATA", ""), FILE)
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        return None
    if _read is None or _read[:2] != (path, changed):
        with open(path, encoding="utf-8") as file:
            _read = (path, changed, Exercise(**json.load(file)))
    return _read[2]
