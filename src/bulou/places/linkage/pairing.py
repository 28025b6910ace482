"""One to one: each person has at most one record of each source. Pure, on whole columns, the same at every run.

The best pair of all is taken, then the best of what is left, and so on: what a greedy pass down the sorted list gives.
It is computed in rounds: in each, every pair is taken that is the best of both its ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def one_to_one(
    left: Ints, right: Ints, mask: Ints, person: Ints | None = None, once: bool = False
) -> tuple[Ints, Bools]:
    """Return (person of each record, which pairs were taken).

    Parameters:
        left, right: records (0, 1, 2 ...) of each pair, the best pair first.
        mask: of each record, the bit of its source.
        person: whose each record is already (the smallest record of each person).
        once: a person is in one taken pair at most, and nobody is merged: for questions, not for merges.
    """
    count = len(mask)
    person = np.arange(count) if person is None else person.copy()
    held = np.zeros(count, np.int64)
    np.bitwise_or.at(held, person, mask)
    taken = np.zeros(len(left), bool)
    open_ = np.arange(len(left))
    none = len(left)
    while len(open_):
        a, b = person[left[open_]], person[right[open_]]
        free = (a != b) & (held[a] & held[b] == 0)
        open_, a, b = open_[free], a[free], b[free]
        best = np.full(count, none)
        best[a[::-1]] = open_[::-1]  # of several writings to one place the last one stays: the best pair
        other = np.full(count, none)
        other[b[::-1]] = open_[::-1]
        best = np.minimum(best, other)
        mine = (best[a] == open_) & (best[b] == open_)
        a, b = a[mine], b[mine]
        taken[open_[mine]] = True
        if once:
            held[a] = held[b] = -1
            continue
        keep, gone = np.minimum(a, b), np.maximum(a, b)
        held[keep] |= held[gone]
        to = np.arange(count)
        to[gone] = keep
        person = to[person]
    return person, taken


def clear(left: Ints, right: Ints, mask: Ints, weight: NDArray[np.float64], margin: float) -> Bools:
    """Tell of each pair whether neither end has another candidate within ``margin`` bits that excludes this one.

    Two candidates exclude each other where one list names both; records of no list exclude all of their kind.
    """
    alone = np.ones(len(left), bool)
    bits = [1 << bit for bit in range(int(mask.max(initial=0)).bit_length())]
    for ends, others in ((left, right), (right, left)):
        for bit in (0, *bits):
            among = np.flatnonzero(mask[others] & bit if bit else mask[others] == 0)
            alone[among] &= weight[among] - _rival(ends[among], weight[among]) >= margin
    return alone


def _rival(ends: Ints, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return of each pair the best weight among the other pairs of its end."""
    order = np.lexsort((-weight, ends))
    first = np.ones(len(order), bool)
    first[1:] = ends[order][1:] != ends[order][:-1]
    starts = np.flatnonzero(first)
    of = np.cumsum(first) - 1
    after = starts + 1
    several = after < np.append(starts[1:], len(order))
    second = np.full(len(starts), -np.inf)
    second[several] = weight[order[after[several]]]
    rival = np.empty(len(order))
    rival[order] = np.where(first, second[of], weight[order[starts]][of])
    return rival
