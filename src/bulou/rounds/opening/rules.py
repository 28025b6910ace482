"""What is asked before a round begins: each question with its answer, and who can mend it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How much an answer matters: it stops the opening, is to be looked at, or is in order."""

    STOPS, LOOK, GOOD = range(3)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the area of a round before it begins, in counts.

    ``bare``: areas of the tree below it in which nobody is registered; ``unowned``: streets and neighbourhoods without
    an owner; ``unphoned``: neighbourhoods in which no phone is enrolled; ``labels``: issued to the devices of the area.
    """

    people: int
    doors: int
    without_door: int
    out_of_scope: int
    doubts: int
    bare: int
    unowned: int
    answering: int
    unphoned: int
    neighbourhoods: int
    laboratories: int
    couriers: int
    labels: int


@dataclass(frozen=True, slots=True)
class Check:
    """One question: its name, how much the answer matters, the count, and of how many (0: of nothing)."""

    name: str
    weight: Weight
    n: int
    of: int = 0


#: The page on which each is mended, and the ability that it asks for.
MENDED: dict[str, tuple[str, str]] = {
    "people": ("roster", "roster"),
    "without_door": ("roster", "roster"),
    "bare": ("roster", "roster"),
    "doubts": ("roster-doubts", "decide"),
    "unowned": ("now-owners", "decide"),
    "unphoned": ("device-enrol", "devices"),
    "laboratories": ("device-enrol", "devices"),
    "couriers": ("device-enrol", "devices"),
    "labels": ("devices", "devices"),
}


def checks(facts: Facts) -> list[Check]:
    """Return the questions, what stops the opening first. Only an empty list stops it: the rest can follow."""

    def missing(name: str, n: int, of: int = 0) -> Check:
        return Check(name, Weight.LOOK if n else Weight.GOOD, n, of)

    def wanted(name: str, n: int) -> Check:
        return Check(name, Weight.GOOD if n else Weight.LOOK, n)

    owed = facts.people - facts.out_of_scope
    found = [
        Check("people", Weight.GOOD if owed > 0 else Weight.STOPS, owed),
        missing("without_door", facts.without_door, facts.people),
        missing("bare", facts.bare),
        missing("doubts", facts.doubts),
        missing("unowned", facts.unowned, facts.answering),
        missing("unphoned", facts.unphoned, facts.neighbourhoods),
        wanted("laboratories", facts.laboratories),
        wanted("couriers", facts.couriers),
        wanted("labels", facts.labels),
    ]
    return sorted(found, key=lambda one: one.weight)
