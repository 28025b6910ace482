"""The words of zones: how an area is held, as a dated standing of the area. What lies below has it too, unless it has
its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import StandingKind, Subject

#: Name of the standing; its value is the name of a level.
STANDING = "zone.level"


@dataclass(frozen=True, slots=True)
class Level:
    """How strictly an area is held, in the words of the notices of April 2022."""

    name: str
    zh: str
    en: str


LEVELS = (
    Level("lockdown", "封控区", "lockdown: nobody leaves the flat"),
    Level("control", "管控区", "control: nobody leaves the compound"),
    Level("precaution", "防范区", "precaution: no crowds"),
)
#: Of an area below the one of the journal that states it.
STANDINGS = (
    StandingKind(STANDING, Subject.AREA, "管控等级", "zone level", tuple(level.name for level in LEVELS), DESK),
)
