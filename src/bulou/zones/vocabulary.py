"""The words of zones: how an area is held, as a dated standing of the area. What lies below has it too, unless it has
its own.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Name of the standing; its value is the name of a level.
STANDING = "zone.level"


@dataclass(frozen=True, slots=True)
class Level:
    """How strictly an area is held, in the words of the notices of April 2022."""

    name: str
    zh: str
    en: str


LEVELS = (
    Level("closed", "封控区", "closed off: nobody leaves the flat"),
    Level("controlled", "管控区", "controlled: nobody leaves the compound"),
    Level("precaution", "防范区", "under precaution: no crowds"),
)
