"""The timetable of calls and the queue at a site. Pure: times are parameters.

A stairwell is called down in groups of 15 to 30 people, and no household is split between two groups. Who lives under
the milder level comes first (clean before suspect). What does not fit within the hours of the site stands without a
time, and so does all that would come after it: an order that is broken for the sake of the clock is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

#: People of one group, house rule after the notices of April 2022.
LEAST, MOST = 15, 30
#: Swabs that one lane takes in an hour where nobody says otherwise: a house rule, asked for in the form.
PER_LANE_HOUR = 100
#: From the mildest to the strictest level; an area without one is as mild as can be.
LEVELS = ("", "precaution", "control", "lockdown")
#: People called and not yet sampled, for each lane: up to here the next stairwell may come; beyond, not yet; far
#: beyond, nobody is to be sent down. At 100 swabs an hour a lane these are 6, 12 and 24 minutes of waiting.
NEXT, SLOW, STOP = 10, 20, 40


@dataclass(frozen=True, slots=True)
class Home:
    """A household to be called, or somebody without one. ``key``: the household, or less than 0 the person.

    ``people``: who is to come down; ``level``: place in ``LEVELS``.
    """

    key: int
    area: int
    stairwell: str
    floor: int | None
    door: str
    people: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How a site works: its lanes, swabs a lane and hour, from when until when; the size of a group in people."""

    lanes: int
    per_lane_hour: int
    begins: datetime
    ends: datetime
    least: int = LEAST
    most: int = MOST

    def seconds(self, people: int) -> int:
        """Return how long the site needs for so many people, rounded up."""
        return ceil(3600 * people / (self.lanes * self.per_lane_hour))


@dataclass(frozen=True, slots=True)
class Call:
    """A group that is called down together: part of one stairwell. ``at`` None: it does not fit within the hours."""

    area: int
    stairwell: str
    part: int
    homes: tuple[int, ...]
    people: int
    level: int
    seconds: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A call of a timetable as far as its order matters. ``fixed``: it was called already and stays where it is."""

    id: int
    at: datetime
    seconds: int
    fixed: bool = False


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key by which "2" comes before "10"."""
    return tuple((int(digits or 0), rest) for digits, rest in re.findall(r"([0-9]{1,15})|([^0-9]+)", text))


def _place(home: Home) -> tuple[object, ...]:
    return (natural(home.stairwell), home.floor is None, home.floor or 0, natural(home.door), home.key)


def groups(homes: Sequence[Home], least: int = LEAST, most: int = MOST) -> list[tuple[Home, ...]]:
    """Divide one stairwell, in the order given, into as few groups as hold everybody.

    No group is larger than ``most``, save a household that is so by itself. Of the ways with as few groups that one
    counts in which the fewest people stand in groups smaller than ``least``; then that whose groups are most alike.
    """
    #: By how many households are placed: (groups, people in small ones, sum of squares), and where the last one begins.
    best: list[tuple[tuple[int, int, int], int]] = [((0, 0, 0), 0)]
    for end in range(1, len(homes) + 1):
        found: list[tuple[tuple[int, int, int], int]] = []
        size = 0
        for begin in range(end - 1, -1, -1):
            size += homes[begin].people
            if size > most and begin < end - 1:
                break
            n, small, squares = best[begin][0]
            found.append(((n + 1, small + (size if size < least else 0), squares + size * size), begin))
        best.append(min(found))
    out: list[tuple[Home, ...]] = []
    end = len(homes)
    while end:
        begin = best[end][1]
        out.append(tuple(homes[begin:end]))
        end = begin
    return out[::-1]


def timetable(homes: Sequence[Home], pace: Pace, taken: Mapping[tuple[int, str], int] | None = None) -> list[Call]:
    """Return the calls of a site in their order, each with its time, or without one where it does not fit.

    Parameters:
        homes: who is to come down; of a household without anybody to call nothing is made.
        taken: by (building, stairwell) the highest part that was called already: parts are numbered on from there.

    Raises:
        ValueError: no lane, no swab an hour, or a least size above the most.
    """
    if pace.lanes < 1 or pace.per_lane_hour < 1 or not 0 < pace.least <= pace.most:
        raise ValueError(f"lanes {pace.lanes}, an hour {pace.per_lane_hour}, groups {pace.least} to {pace.most}")
    there = sorted((one for one in homes if one.people > 0), key=lambda one: (one.area, *_place(one)))
    made: list[Call] = []
    for (area, stairwell), within in groupby(there, key=lambda one: (one.area, one.stairwell)):
        stair = list(within)
        level = max(one.level for one in stair)
        first = (taken or {}).get((area, stairwell), 0) + 1
        for part, group in enumerate(groups(stair, pace.least, pace.most), first):
            people = sum(one.people for one in group)
            keys = tuple(one.key for one in group)
            made.append(Call(area, stairwell, part, keys, people, level, pace.seconds(people)))
    made.sort(key=lambda one: (one.level, one.area, natural(one.stairwell), one.part))
    return _timed(made, pace)


def _timed(made: Sequence[Call], pace: Pace) -> list[Call]:
    out: list[Call] = []
    at, full = pace.begins, False
    for one in made:
        end = at + timedelta(seconds=one.seconds)
        full = full or end > pace.ends
        out.append(one if full else replace(one, at=at))
        at = end
    return out


def swapped(slots: Sequence[Slot], id_: int, up: bool) -> dict[int, datetime]:
    """Return the new times of the two calls that change places; none where there is nobody to change with.

    What was called already neither moves nor is overtaken. The pair ends when it ended before.
    """
    row = [one for one in sorted(slots, key=lambda one: (one.at, one.id)) if not one.fixed]
    here = next((place for place, one in enumerate(row) if one.id == id_), None)
    if here is None or not 0 <= (here - 1 if up else here) < len(row) - 1:
        return {}
    first, second = (row[here - 1], row[here]) if up else (row[here], row[here + 1])
    after = second.at + timedelta(seconds=second.seconds - first.seconds)
    if after <= first.at:  # small groups that are called in one moment: the order is what is asked for
        after = first.at + timedelta(seconds=max(1, second.seconds))
    return {second.id: first.at, first.id: after}


def shifted(slots: Sequence[Slot], id_: int, minutes: int) -> dict[int, datetime]:
    """Return the new times when a call and all that come after it are put off; what was called already stays."""
    row = sorted(slots, key=lambda one: (one.at, one.id))
    start = next((one for one in row if one.id == id_ and not one.fixed), None)
    if start is None or minutes < 1:
        return {}
    late = timedelta(minutes=minutes)
    return {one.id: one.at + late for one in row if not one.fixed and (one.at, one.id) >= (start.at, start.id)}


def advice(waiting: int, lanes: int, left: int) -> str:
    """Tell what the site should do: "next", "wait" (for the queue to shorten), "slow", "stop"; "done" for nothing left.

    Parameters:
        waiting: people called and not yet sampled.
        left: groups not yet called.
    """
    share = waiting / max(1, lanes)
    if share > STOP:
        return "stop"
    if share > SLOW:
        return "slow"
    if not left:
        return "wait" if waiting else "done"
    return "next" if share <= NEXT else "wait"
