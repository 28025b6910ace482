"""A family moves together unless a reason says otherwise. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody is to go.

    ``place``: equal for those who go to the same one; ``apart``: why not with the family.
    """

    person: int
    household: int
    place: str
    apart: str = ""


def place_of(destination: str, site: int | None, facility: str) -> str:
    """Return what names a place: the unit of the register, or its name as it was written; "" for none."""
    if destination in ("", "none"):
        return ""
    written = "".join(facility.split()).casefold()
    return f"{destination}:{site or written}"


def split(placed: Iterable[Placed]) -> dict[int, list[int]]:
    """Return who goes elsewhere than the family without a reason, by household.

    The family's place is the one that leaves the fewest without a reason. Who needs no transfer is with nobody.
    """
    homes: dict[int, list[Placed]] = {}
    for one in placed:
        if one.household and one.place:
            homes.setdefault(one.household, []).append(one)
    out: dict[int, list[int]] = {}
    for home, people in homes.items():
        bare = Counter(one.place for one in people if not one.apart)
        if len(bare) < 2:
            continue
        family = min(bare, key=lambda place: (-bare[place], place))
        out[home] = sorted(one.person for one in people if not one.apart and one.place != family)
    return out
