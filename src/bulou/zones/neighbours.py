"""Addresses that are one place: two to six lanes can make one compound, and each is listed by itself. Pure.

Addresses whose points lie within a few steps of each other, or that a map gives the same title, are held together: a
positive at one counts for all of them. A point that many addresses share is none: there a geocoder fell back to the
centre of a street or town.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

#: Points so near are doors of one compound; metres.
NEAR_M = 30.0
#: So many addresses on one point: it is the centre of something larger.
SHARED = 3
#: A title that so many addresses carry is a quarter's and no compound's.
TITLED = 6

Point = tuple[float, float]


def metres(point: Point) -> Point:
    """Return degrees (longitude, latitude) as metres east and north; good to 1 % within a city."""
    lng, lat = point
    return lng * 111_320 * math.cos(math.radians(lat)), lat * 110_574


def groups(
    addresses: Iterable[str], points: Mapping[str, Point], titles: Mapping[str, Iterable[str]]
) -> dict[str, set[str]]:
    """Return for each address the addresses that are one place with it, itself among them.

    Nearness does not travel on: what is near to a near one is not itself near.
    """
    known = list(addresses)
    crowded = Counter(points[one] for one in known if one in points)
    placed = {one: metres(points[one]) for one in known if one in points and crowded[points[one]] < SHARED}
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for one, (x, y) in placed.items():
        cells[int(x // NEAR_M), int(y // NEAR_M)].append(one)
    out = {one: {one} for one in known}
    for one, (x, y) in placed.items():
        cx, cy = int(x // NEAR_M), int(y // NEAR_M)
        for other in (o for dx in (-1, 0, 1) for dy in (-1, 0, 1) for o in cells.get((cx + dx, cy + dy), ())):
            if math.hypot(placed[other][0] - x, placed[other][1] - y) <= NEAR_M:
                out[one].add(other)
    titled: dict[str, list[str]] = defaultdict(list)
    for one in known:
        for title in titles.get(one, ()):
            titled[title].append(one)
    for same in titled.values():
        if len(same) <= TITLED:
            for one in same:
                out[one] |= set(same)
    return out


def together(positives: Mapping[str, set[date]], joined: Mapping[str, Iterable[str]]) -> dict[str, set[date]]:
    """Return for each address the days of all that are one place with it."""
    return {
        address: set(own).union(*(positives.get(other, set()) for other in joined.get(address, ())))
        for address, own in positives.items()
    }
