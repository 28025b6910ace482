"""How a pass stands at a moment. Facts in, decisions out: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.zones.passes.vocabulary import GRANTED, TURNED_DOWN, sort_of

ASKED, CONTESTED = "asked", "contested"
EARLY, VALID, ENDING, USED, OVER = "early", "valid", "ending", "used", "over"
#: So long before its end a pass is about to end.
SOON = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a pass. ``out``: how often somebody has left on it; ``uses`` 0: no limit."""

    stage: str
    value: str
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int = 0
    out: int = 0


def state(facts: Facts, now: datetime) -> str:
    """Return how a pass stands: waiting for a decision, turned down, taken away, or where within its time.

    What ends at ``now`` has ended; what begins at ``now`` has begun.
    """
    if facts.stage in (ASKED, CONTESTED):
        return facts.stage
    if facts.value != GRANTED:
        return facts.value or TURNED_DOWN
    if facts.ends is None or facts.ends <= now:
        return OVER
    if facts.starts is not None and now < facts.starts:
        return EARLY
    if facts.uses and facts.out >= facts.uses:
        return USED
    return ENDING if facts.ends - now <= SOON else VALID


def holds(found: str) -> bool:
    """Tell whether a gate lets somebody out in that state."""
    return found in (VALID, ENDING)


def uses_of(sort: str, said: int | None) -> int:
    """Return how many times out a pass is good for: as was decided, else as is usual for its kind."""
    if said is not None:
        return said
    usual = sort_of(sort)
    return usual.uses if usual else 1


def end_of(sort: str, starts: datetime) -> datetime:
    """Return when a pass ends that nobody gave another end."""
    usual = sort_of(sort)
    return starts + timedelta(hours=usual.hours if usual else 12)
