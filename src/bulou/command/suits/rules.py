"""From which lots so many suits are taken. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lot:
    """What a store has of a good: its lot (0: none), how many, until when it is good."""

    good: int
    lot: int
    quantity: int
    expires: date | None


def taken(lots: Sequence[Lot], n: int, today: date) -> list[tuple[int, int, int]]:
    """Return (good, lot, how many) that come to n, those first that expire first, none that has expired.

    Less than n where there is not more.
    """
    good = [one for one in lots if one.quantity > 0 and (one.expires is None or one.expires >= today)]
    out: list[tuple[int, int, int]] = []
    for one in sorted(good, key=lambda one: (one.expires or date.max, one.good, one.lot)):
        part = min(one.quantity, n - sum(row[2] for row in out))
        if part > 0:
            out.append((one.good, one.lot, part))
    return out
