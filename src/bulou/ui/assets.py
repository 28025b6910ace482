"""The built look of the desk: which files `make front` wrote, and the drawings of its icons.

Without a build the desk works all the same, without style: `bulou serve` says so.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "desk" / "static" / "desk" / "build"
#: Source of an entry in web/ for each part that a page loads.
PARTS = {"style": "src/style.css", "script": "src/desk.js", "theme": "src/theme.js"}


@lru_cache(maxsize=4)
def addresses(folder: Path = FOLDER) -> dict[str, str]:
    """Return the static path of each part by its name in ``PARTS``; empty when nothing was built."""
    manifest = _json(folder / "manifest.json")
    return {part: f"desk/build/{manifest[source]['file']}" for part, source in PARTS.items() if source in manifest}


@lru_cache(maxsize=4)
def icons(folder: Path = FOLDER) -> dict[str, str]:
    """Return the markup inside each icon's ``svg`` by its name; empty when nothing was built."""
    return _json(folder / "icons.json")


def _json(file: Path) -> dict:
    return json.loads(file.read_text("utf-8")) if file.exists() else {}
