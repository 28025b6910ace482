"""The sample of true coverage and what follows from it. Pure: the same seed draws the same people.

A stratum is an area with what its ledger says (sampled, excused). In each, people are drawn without replacement by the
order of a digest of seed and number, so that a sample depends on the seed and on who is there, and on nothing else.

Of a stratum the share of records that hold has the interval of Wilson (E. B. Wilson, Probable inference, the law of
succession, and statistical inference, JASA 22 (1927) 209-212), which keeps its level for small samples and shares near
1; as people are drawn without replacement, the number of answers counts as n (N - 1) / (N - n). Strata, and the two
kinds of record, are put together by MOVER: the distances from each estimate to its own limits, weighted, are added as
squares (G. Y. Zou and A. Donner, Construction of confidence limits about effect measures, Statistics in Medicine 27
(2008) 1693-1702), which needs no normal approximation and stays honest where no wrong record was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from math import ceil, sqrt

#: Of the normal distribution, for 95 of 100.
Z = 1.959964
#: The share of records that is expected to hold, when a sample is sized.
EXPECTED = 0.95
#: So many people of each stratum at least, or all there are: a stratum without an answer says nothing.
LEAST = 5
SAMPLED, EXCUSED = "sampled", "excused"
KINDS = (SAMPLED, EXCUSED)


@dataclass(frozen=True, slots=True)
class Stratum:
    """An area with one kind of record: how many people there are of it, ``size``."""

    area: int
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody who was drawn. ``near``: the neighbourhood; ``did``: devices and desks that reported of the person."""

    person: int
    area: int
    near: tuple[int, int]
    did: frozenset[int]


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that can re-visit. ``ranges``: inclusive areas; ``outsider``: an inspector's, who belongs to no team."""

    journal: int
    ranges: tuple[tuple[int, int], ...]
    outsider: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """A stratum with what was found in it, in people: the record holds, does not, or nobody was reached (yet)."""

    area: int
    kind: str
    size: int
    right: int
    wrong: int
    unreached: int = 0

    @property
    def n(self) -> int:
        """How many were reached."""
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share with its interval of 95 of 100, each from 0 to 1."""

    estimate: float
    low: float
    high: float

    @property
    def per_mille(self) -> tuple[int, int, int]:
        """The same in tenths of a percent: the estimate and the lower limit rounded down, the upper one up."""
        return floor_of(self.estimate), floor_of(self.low), min(1000, ceil(1000 * self.high - 1e-9))


def floor_of(share: float) -> int:
    """Return tenths of a percent, rounded down, so that 1000 means all of them."""
    return int(1000 * share + 1e-9)


def wilson(right: int, n: int, size: int = 0, z: float = Z) -> Share:
    """Return the share of ``right`` among ``n`` with its interval.

    Parameters:
        size: people of the stratum; 0 for so many that it does not matter.

    Raises:
        ValueError: more right than asked, more asked than there are, or nobody asked.
    """
    if not 0 <= right <= n or n < 1 or (size and n > size):
        raise ValueError(f"{right} of {n} of {size}")
    share = right / n
    if size and n == size:
        return Share(share, share, share)
    m = n * (size - 1) / (size - n) if size else float(n)
    middle = (share + z * z / (2 * m)) / (1 + z * z / m)
    half = z / (1 + z * z / m) * sqrt(share * (1 - share) / m + z * z / (4 * m * m))
    return Share(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


def sample_size(size: int, half_width: float) -> int:
    """Return how many of so many people are needed for an interval of at most this half width, at ``EXPECTED``.

    Raises:
        ValueError: the half width is not between 0 and 1.
    """
    if not 0 < half_width < 1:
        raise ValueError(f"half width {half_width}")
    low, high = 0, size
    while low < high:
        n = (low + high) // 2
        if n and _half(n, size) <= half_width:
            high = n
        else:
            low = n + 1
    return low


def _half(n: int, size: int) -> float:
    if n >= size:
        return 0.0
    m = n * (size - 1) / (size - n)
    return Z / (1 + Z * Z / m) * sqrt(EXPECTED * (1 - EXPECTED) / m + Z * Z / (4 * m * m))


def allotted(strata: Sequence[Stratum], half_width: float) -> dict[Stratum, int]:
    """Return how many people of each stratum are drawn: in proportion, at least ``LEAST`` of each or all there are."""
    whole = sum(one.size for one in strata)
    n = sample_size(whole, half_width)
    return {one: min(one.size, max(LEAST, ceil(n * one.size / whole))) for one in strata if one.size}


def order(seed: int, person: int) -> bytes:
    """Return by what people are put in order: SHA-256 of "seed:person", which the database computes as well."""
    return sha256(f"{seed}:{person}".encode()).digest()


def drawn(seed: int, people: Iterable[int], n: int) -> list[int]:
    """Return the ``n`` people of a stratum that a seed draws."""
    return sorted(people, key=lambda person: order(seed, person))[:n]


def may_visit(phone: Phone, door: Door) -> bool:
    """Tell whether a phone may re-visit somebody: it reported nothing of him, and its team is of elsewhere."""
    if phone.journal in door.did:
        return False
    lo, hi = door.near
    return phone.outsider or not any(first <= hi and lo <= last for first, last in phone.ranges)


def given(doors: Sequence[Door], phones: Sequence[Phone], seed: int) -> dict[int, int]:
    """Return {person: journal} of those for whom there is a phone; whoever is missing has nobody who may go.

    A compound (the same ``area`` without its building) goes to one phone where one may visit all of it; loads are kept
    even, and the seed decides between equals.
    """
    load = dict.fromkeys((phone.journal for phone in phones), 0)
    out: dict[int, int] = {}

    def lightest(wanted: Sequence[Door]) -> int | None:
        fit = [phone for phone in phones if all(may_visit(phone, door) for door in wanted)]
        best = min(fit, key=lambda one: (load[one.journal], order(seed, one.journal)), default=None)
        return best.journal if best else None

    walk = sorted(doors, key=lambda door: (door.area, order(seed, door.person)))
    for _compound, within in groupby(walk, key=lambda door: door.area >> 12):
        there = list(within)
        one = lightest(there)
        for door in there:
            to = one if one is not None else lightest([door])
            if to is not None:
                out[door.person] = to
                load[to] += 1
    return out


def combined(strata: Sequence[Answers], kind: str) -> Share | None:
    """Return the share of records of a kind that hold, over all strata; None where nobody was reached.

    A stratum in which nobody was reached counts with the share of the others, and with an interval of 0 to 1.
    """
    own = [one for one in strata if one.kind == kind and one.size]
    reached = [one for one in own if one.n]
    if not reached:
        return None
    weight = sum(one.size for one in own)
    others = sum(one.size * one.right / one.n for one in reached) / sum(one.size for one in reached)
    estimate = down = up = 0.0
    for one in own:
        share = wilson(one.right, one.n, one.size) if one.n else Share(others, 0.0, 1.0)
        part = one.size / weight
        estimate += part * share.estimate
        down += (part * (share.estimate - share.low)) ** 2
        up += (part * (share.high - share.estimate)) ** 2
    return Share(estimate, max(0.0, estimate - sqrt(down)), min(1.0, estimate + sqrt(up)))


def true_coverage(sampled: Share | None, excused: Share | None, counts: Mapping[str, int]) -> Share | None:
    """Return the estimated true coverage: people really sampled among those really to be tested.

    The ledger says covered / present. Of those covered only the share ``sampled`` is; of those excused the share that
    is not rightly so was to be tested as well.

    Parameters:
        sampled: share of "sampled" records that hold; None where nobody was reached: then there is no estimate.
        excused: the same of excuses; None counts as all of them, with an interval of 0 to 1, where anybody is excused.
        counts: people ``present``, ``covered`` and ``excused`` by the ledger, at the draw.
    """
    if sampled is None or not counts["present"]:
        return None
    right = excused or (Share(1.0, 0.0, 1.0) if counts["excused"] else Share(1.0, 1.0, 1.0))

    def coverage(done: float, excuse: float) -> float:
        return counts["covered"] * done / (counts["present"] + counts["excused"] * (1 - excuse))

    at = coverage(sampled.estimate, right.estimate)
    down = (at - coverage(sampled.low, right.estimate)) ** 2 + (at - coverage(sampled.estimate, right.low)) ** 2
    up = (coverage(sampled.high, right.estimate) - at) ** 2 + (coverage(sampled.estimate, right.high) - at) ** 2
    return Share(at, max(0.0, at - sqrt(down)), min(1.0, at + sqrt(up)))
