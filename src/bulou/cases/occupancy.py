"""Who lies where two must not, or contacts beside positives; how many beds will be taken. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lying:
    """Somebody who lies in a bed. ``contact``: quarantined, else isolated; ``household``: 0 for unknown."""

    person: int
    bed: str
    contact: bool
    household: int = 0


#: What a facility's beds are, by the attributes of its entry in the register: states first, then kinds.
STATES, KINDS = ("beds_closed", "beds_cleaning"), ("beds_family", "beds_accessible", "beds_dialysis")


def usable(attributes: Mapping[str, object]) -> int:
    """Return how many beds somebody can lie in: all, without those that are closed or being cleaned."""
    beds, *away = (int(str(attributes.get(name) or 0)) for name in ("beds", *STATES))
    return max(0, beds - sum(away))


def key(code: str) -> str:
    """Return a bed's code as it is compared: without spaces, in one case."""
    return "".join(code.split()).casefold()


def doubled(lying: Iterable[Lying]) -> dict[str, list[int]]:
    """Return the beds in which several people lie, with the people: kept as it was said, and told as a conflict."""
    people: dict[str, set[int]] = {}
    for one in lying:
        if key(one.bed):
            people.setdefault(key(one.bed), set()).add(one.person)
    return {bed: sorted(own) for bed, own in sorted(people.items()) if len(own) > 1}


def mixed(lying: Sequence[Lying]) -> tuple[list[int], list[int]]:
    """Return the contacts and the positives of one facility where it holds both, else nobody."""
    contacts = sorted(one.person for one in lying if one.contact)
    positives = sorted(one.person for one in lying if not one.contact)
    return (contacts, positives) if contacts and positives else ([], [])


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many beds are taken after ``hours``: the mean, and an interval that holds nine times in ten."""

    hours: int
    taken: float
    least: int
    most: int


def outlook(
    lying: int, leaving: Mapping[int, int], coming: int, arrivals: float, stay_hours: float, hours: Sequence[int]
) -> list[Outlook]:
    """Return how many beds will be taken.

    Who comes comes as a Poisson process, who lies there stays for an exponential time: then the number is that of the
    M/G/infinity queue (Eick, Massey and Whitt, The physics of the Mt/G/infinity queue, Operations Research 41, 1993),
    whose arrivals and survivors are independent. The interval is that of the normal distribution.

    Parameters:
        lying: in a bed now.
        leaving: by hours from now, who is known to leave until then (the discharge list).
        coming: on the way, sure to arrive.
        arrivals: expected arrivals an hour, beyond those.
        stay_hours: the mean stay.
    """
    out: list[Outlook] = []
    for after in hours:
        gone = min(lying, max((n for until, n in leaving.items() if until <= after), default=0))
        stays = math.exp(-after / stay_hours) if stay_hours > 0 else 0.0
        rest = lying - gone
        # Of those who come within the time, the share that is still there at its end.
        fresh = arrivals * stay_hours * (1 - stays) if stay_hours > 0 else 0.0
        mean = rest * stays + coming + fresh
        spread = 1.645 * math.sqrt(rest * stays * (1 - stays) + fresh)
        out.append(Outlook(after, mean, max(0, math.floor(mean - spread)), math.ceil(mean + spread)))
    return out
