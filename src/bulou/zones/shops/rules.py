"""May a shop open? From the level of its place and the order in force; a decision goes before both. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OPEN, GUARANTEE, CLOSED = "open", "guarantee", "closed"
#: Why: the register, a decision, the order, the level of the place; nothing is in the way.
REGISTER, DECISION, ORDER, LEVEL, NOTHING = "register", "decision", "order", "level", "nothing"
#: Levels under which nobody goes shopping. Under "precaution" shops open and keep crowds out.
SHUT = ("lockdown", "control")
LIMITED = "precaution"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a shop. ``decision``: "" where there is none, or none any more; ``in_use``: in the register."""

    level: str = ""
    order: str = ""
    guarantee: bool = False
    decision: str = ""
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """How a shop stands and why; ``limited``: it lets few in at a time."""

    value: str
    why: str
    limited: bool = False


def status(facts: Facts) -> Status:
    """Return how a shop stands. The stricter of order and level counts, unless somebody decided on this one shop."""
    limited = facts.level == LIMITED
    if not facts.in_use:
        return Status(CLOSED, REGISTER)
    if facts.decision in (OPEN, GUARANTEE, CLOSED):
        return Status(facts.decision, DECISION, limited and facts.decision == OPEN)
    if facts.order == CLOSED:
        return Status(CLOSED, ORDER)
    shut = LEVEL if facts.level in SHUT else ORDER if facts.order == GUARANTEE else ""
    if shut:
        return Status(GUARANTEE if facts.guarantee else CLOSED, shut)
    return Status(OPEN, LEVEL if limited else NOTHING, limited)


def tests_due(value: str, staff: int, tested: int | None, on: date | None, today: date) -> int:
    """Return how many of those who live in a shop are owed a test today; none where it is closed or nobody lives in."""
    if value == CLOSED or staff <= 0:
        return 0
    return max(0, staff - (tested or 0)) if on == today else staff
