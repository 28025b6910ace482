"""What an allocation is about: places with need by shift, workers, the plan. Plain data.

Minutes count from the start of the day that is planned. A plan covers less than 24 hours, so that nobody works two of
its shifts: with eleven hours of rest between them no two would fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

#: Hours that everybody of a need is taken to wait where nobody works.
UNSERVED = 24.0


@dataclass(frozen=True, slots=True)
class Place:
    """A site, or a street as a whole. ``street``: its area; ``population``: residents, for the plain way."""

    key: int
    street: int
    population: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: minutes of the day at which it begins and ends."""

    key: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Need:
    """Work at a place in a shift. ``people``: residents to be served; ``rate``: by one worker in an hour.

    ``skill``: what a worker must have; ``most``: so many workers find room.
    """

    place: int
    shift: int
    skill: str
    people: int
    rate: float
    most: int = 60

    @property
    def key(self) -> tuple[int, int, str]:
        """Its place, shift and skill."""
        return self.place, self.shift, self.skill


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody works: place, shift, and with which skill."""

    place: int
    shift: int
    skill: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody, or a team that stays together. ``size``: people.

    ``home``: the street from which the way counts; ``shifts``: those for which available; ``rested_from``: the minute
    from which a shift may begin (less than 0: rested already). ``pinned``: decided by a person; ``before``: in the plan
    that holds now.
    """

    key: int
    home: int
    skills: frozenset[str]
    shifts: frozenset[int]
    rested_from: int = 0
    size: int = 1
    pinned: Seat | None = None
    before: Seat | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What is weighed against a resident's hour of waiting.

    ``travel``: an hour on the way of one worker; ``change``: one worker sent elsewhere than the plan before said;
    ``farthest``: minutes of way that nobody is asked to go beyond.
    """

    travel: float = 20.0
    change: float = 40.0
    farthest: int = 90


@dataclass(frozen=True, slots=True)
class Instance:
    """All that a plan is made from. ``minutes``: way from a home to a street; a pair that is not there: ``usual``."""

    places: Sequence[Place]
    shifts: Sequence[Shift]
    needs: Sequence[Need]
    workers: Sequence[Worker]
    minutes: Mapping[tuple[int, int], int] = field(default_factory=dict)
    usual: int = 30
    settings: Settings = field(default_factory=Settings)

    def way(self, home: int, street: int) -> int:
        """Return the minutes from a home to a street."""
        return self.minutes.get((home, street), 0 if home == street else self.usual)


def fits(worker: Worker, need: Need, shift: Shift, way: int, farthest: int) -> bool:
    """Tell whether a worker may be sent: has the skill, is available and rested, and has no longer way than asked."""
    return (
        need.skill in worker.skills
        and need.shift in worker.shifts
        and worker.rested_from <= shift.starts
        and way <= farthest
    )


def waiting(need: Need, n: int) -> float:
    """Return the hours that the residents of a need wait in all, with ``n`` workers; convex in ``n``."""
    alone = need.people * need.people / (2 * need.rate)
    return alone / n if n else 2 * alone + UNSERVED * need.people


def finish(need: Need, n: int) -> float:
    """Return the hours until everybody is served; infinite where nobody works."""
    if not need.people:
        return 0.0
    return need.people / (need.rate * n) if n else float("inf")


def backlog(need: Need, n: int, hours: float) -> float:
    """Return how many residents are not served after some hours."""
    return max(0.0, need.people - need.rate * n * hours)


def wanted(need: Need, hours: float) -> int:
    """Return how many workers it takes to finish within some hours."""
    return ceil(need.people / (need.rate * hours) - 1e-9)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who works where. ``seats``: by worker; who is not in it stays in reserve.

    ``bound``: no plan with this last finish has a lower objective; ``finish_bound``: hours before which the last
    resident cannot be served, whoever goes where (None: some work has nobody in any plan).
    """

    seats: Mapping[int, Seat]
    objective: float
    bound: float
    finish_bound: float | None

    @property
    def gap(self) -> float:
        """How far the plan is from the bound, as a share of it."""
        return max(0.0, self.objective - self.bound) / self.bound if self.bound > 0 else 0.0
