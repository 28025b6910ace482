"""What follows from stock: which lot goes first, how long a store has enough, from where a shortage is mended. Pure.

Phones hand out goods without naming a lot. What they took stands below zero at the good itself, and is read as taken
from the lots that expire first: ``by_lot`` says so, the ledger is not changed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

#: Days of use before today that say how fast a good goes.
LOOKED_BACK = 7
#: Nothing is foreseen farther ahead than this.
HORIZON = 60


@dataclass(frozen=True, slots=True)
class LotHeld:
    """How much of a lot a store has. ``lot`` 0: of the good without a lot."""

    lot: int
    quantity: int
    expires: date | None = None


def order(one: LotHeld) -> tuple[bool, date, int]:
    """Return the place of a lot: the first to expire is the first to go; what never expires comes last."""
    return one.expires is None, one.expires or date.max, one.lot


def by_lot(held: Iterable[LotHeld]) -> list[LotHeld]:
    """Return what is on hand by lot, first to expire first, after what left without a lot was taken from the lots.

    The sum is that of ``held``. What is below zero beyond all lots stays below zero, without a lot.
    """
    rows = sorted(held, key=order)
    loose = sum(one.quantity for one in rows if one.lot == 0)
    out: list[LotHeld] = []
    for one in rows:
        if one.lot == 0:
            continue
        taken = min(-loose, one.quantity) if loose < 0 < one.quantity else 0
        loose += taken
        if one.quantity - taken:
            out.append(LotHeld(one.lot, one.quantity - taken, one.expires))
    if loose:
        out.append(LotHeld(0, loose))
    return out


def pick(held: Iterable[LotHeld], quantity: int, today: date) -> list[LotHeld]:
    """Return from which lots a quantity goes out: first expired first, what has expired not at all.

    What no lot has is taken without a lot: the store then owes it, and shows it.
    """
    out: list[LotHeld] = []
    rest = quantity
    for one in by_lot(held):
        if one.quantity <= 0 or (one.expires is not None and one.expires < today):
            continue
        n = min(rest, one.quantity)
        if n > 0:
            out.append(LotHeld(one.lot, n, one.expires))
            rest -= n
    if rest > 0:
        loose = next((n for n, one in enumerate(out) if one.lot == 0), None)
        if loose is None:
            out.append(LotHeld(0, rest))
        else:
            out[loose] = LotHeld(0, out[loose].quantity + rest)
    return out


class Claim(NamedTuple):
    """So many units that will be taken in the next ``days`` days: the open part of a distribution."""

    days: float
    quantity: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A good in a store as the forecast sees it. ``per_day``: units a day that go out besides the claims.

    ``held``: usable units on hand and on their way to it; ``cover``: days of use that the store is to have.
    """

    store: int
    good: int
    held: int
    per_day: float = 0.0
    claims: tuple[Claim, ...] = ()
    cover: int = 3

    def needed(self, days: float) -> int:
        """Return how many units go out within so many days, rounded up; a claim goes evenly until its day."""
        claimed = sum(c.quantity * min(1.0, days / c.days if c.days > 0 else 1.0) for c in self.claims)
        exact = self.per_day * max(0.0, days) + claimed
        return int(-(-round(exact, 6) // 1))

    @property
    def short(self) -> int:
        """How many units it lacks for its days of cover and all that is claimed of it; 0 where it has enough."""
        rest = max(0, self.needed(max(self.cover, *(c.days for c in self.claims), 0)) - self.held)
        return max(rest, -self.held, 0)

    @property
    def spare(self) -> int:
        """How many units it could give away and still have twice its days of cover."""
        return max(0, self.held - self.needed(max(2 * self.cover, *(c.days for c in self.claims), 0)))


def days_left(stand: Stand) -> float | None:
    """Return how many days the stock lasts, rounded down to a tenth; None where it outlasts the horizon."""
    if stand.held <= 0:
        return 0.0 if stand.held < 0 or stand.needed(HORIZON) > 0 else None
    if stand.needed(HORIZON) <= stand.held:
        return None
    low, high = 0.0, float(HORIZON)
    while high - low > 0.01:
        half = (low + high) / 2
        low, high = (low, half) if stand.needed(half) > stand.held else (half, high)
    return int(high * 10) / 10


class Way(NamedTuple):
    """A transfer that would mend a shortage. ``near``: levels of the area tree that both stores have in common."""

    good: int
    source: int
    target: int
    quantity: int
    near: int


def common(a: int, b: int, spans: Sequence[int]) -> int:
    """Return how many levels of the tree two areas share; ``spans``: the bits below each level."""
    return sum(1 for shift in spans if a >> shift == b >> shift and a >> shift)


def mend(stands: Iterable[Stand], areas: Mapping[int, int], shifts: Sequence[int]) -> list[Way]:
    """Return the transfers that mend shortages from what other stores can spare.

    The most pressing shortage is served first; of the stores that can give, the nearest in the tree of areas, then the
    one with most to spare. No store is left with less than twice its days of cover, so that no transfer makes the next
    shortage. Greedy: a transfer more or less costs a ride, not a life, and everybody can follow why.

    Parameters:
        areas: the area of each store.
    """
    known = list(stands)
    spare = {(one.store, one.good): one.spare for one in known}
    out: list[Way] = []
    pressing = sorted(
        (one for one in known if one.short), key=lambda one: (days_left(one) or 0, -one.short, one.store, one.good)
    )
    for one in pressing:
        rest = one.short
        givers = [
            (common(areas.get(other.store, 0), areas.get(one.store, 0), shifts), other)
            for other in known if other.good == one.good and other.store != one.store
        ]  # fmt: skip
        for near, other in sorted(givers, key=lambda row: (-row[0], -spare[row[1].store, row[1].good], row[1].store)):
            n = min(rest, spare[other.store, other.good])
            if n > 0:
                out.append(Way(one.good, other.store, one.store, n, near))
                spare[other.store, other.good] -= n
                rest -= n
    return out


class Piece(NamedTuple):
    """A range of area ids in which nothing changes: the store that serves it, whether its households may not go out."""

    low: int
    high: int
    store_area: int
    closed: bool


def pieces(served: Mapping[int, int], held: Mapping[tuple[int, int], bool]) -> list[Piece]:
    """Cut the areas of stores where a level of control begins or ends; of nested areas and levels the innermost counts.

    Parameters:
        served: by the first id of each store's area the last one.
        held: by (first, last) id of each area with a level whether its households may not go out.
    """
    edges = {*served, *(high + 1 for high in served.values())}
    edges |= {low for low, _ in held} | {high + 1 for _, high in held}
    cuts = sorted(edges)
    out: list[Piece] = []
    for low, after in pairwise(cuts):
        own = max((a for a, b in served.items() if a <= low and after - 1 <= b), default=0)
        levels = [(a, -b, closed) for (a, b), closed in held.items() if a <= low and after - 1 <= b]
        if own and levels:
            out.append(Piece(low, after - 1, own, max(levels)[2]))
    return out
