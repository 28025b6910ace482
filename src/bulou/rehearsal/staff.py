"""Who reports in a rehearsal: phones, couriers and laboratories, each with the areas it may report on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from bulou.ledger.areas import ancestor
from bulou.rehearsal.scenario import Scenario
from bulou.rehearsal.town import Town

STREET, NEIGHBOURHOOD, COMPOUND = 2, 3, 4


@dataclass(frozen=True)
class DevicePlan:
    """A device to be enrolled: ``kind`` is phone, courier or laboratory; ``areas`` are the nodes of its scope."""

    name: str
    kind: str
    areas: tuple[int, ...]


def devices(town: Town, scenario: Scenario) -> list[DevicePlan]:
    """Return all devices of a rehearsal: phones first, then a courier a street, then the laboratories.

    A phone has one neighbourhood, or a part of it (whole compounds, or buildings of a big compound) with at most
    ``people_a_phone`` people; in a thinned town it has several neighbourhoods of a street, until it has
    ``people_a_phone_least`` people. Neighbourhoods without people have none.
    """
    lived = people_by_building(town)
    names = dict(zip(town.areas["id"].to_list(), town.areas["name"].to_list(), strict=True))
    shared = Counter(names.get(home) for home, _ in _grouped(lived, NEIGHBOURHOOD))
    plans = []
    for home, part, areas in _phones(lived, scenario.people_a_phone_least, scenario.people_a_phone):
        # Two streets may have a committee of the same name: then the street stands before it.
        street = f"{names.get(ancestor(home, STREET), '')} " if shared[names.get(home)] > 1 else ""
        plans.append(DevicePlan(f"phone {street}{names.get(home, home)} {part}", "phone", areas))
    streets = sorted({ancestor(area, STREET) for area, _ in lived})
    plans += [DevicePlan(f"courier {names.get(street, street)}", "courier", (street,)) for street in streets]
    districts = tuple(sorted({ancestor(area, 1) for area, _ in lived}))
    plans += [DevicePlan(f"laboratory {n}", "laboratory", districts) for n in range(1, scenario.laboratories + 1)]
    return plans


def people_by_building(town: Town) -> list[tuple[int, int]]:
    """Return (building, people), by id, of the buildings where somebody lives."""
    sizes = np.bincount(town.persons["household"].to_numpy(), minlength=len(town.households) + 1)[1:]
    frame = pl.DataFrame({"area": town.households["area"], "n": sizes}).group_by("area").agg(pl.col("n").sum())
    return [(area, n) for area, n in frame.sort("area").rows() if n]


def _phones(lived: list[tuple[int, int]], least: int, most: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield (first neighbourhood, part from 1, areas): greedy in the order of ids."""
    for _, in_street in _grouped(lived, STREET):
        joined, held = [], 0
        for home, buildings in _grouped(in_street, NEIGHBOURHOOD):
            people = sum(n for _, n in buildings)
            if joined and (held >= least or held + people > most):
                yield joined[0], 1, tuple(joined)
                joined, held = [], 0
            if people <= most:
                joined.append(home)
                held += people
            else:
                yield from _parts(home, buildings, most)
        if joined:
            yield joined[0], 1, tuple(joined)


def _parts(home: int, buildings: list[tuple[int, int]], most: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    part, areas, held = 1, [], 0
    for node, people in _pieces(buildings, most):
        if areas and held + people > most:
            yield home, part, tuple(areas)
            part, areas, held = part + 1, [], 0
        areas.append(node)
        held += people
    yield home, part, tuple(areas)


def _pieces(buildings: list[tuple[int, int]], limit: int) -> Iterator[tuple[int, int]]:
    """Yield whole compounds, and the buildings of those that are too big for one phone."""
    for compound, inside in _grouped(buildings, COMPOUND):
        people = sum(n for _, n in inside)
        if people <= limit:
            yield compound, people
        else:
            yield from inside


def _grouped(rows: list[tuple[int, int]], depth: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    groups: dict[int, list[tuple[int, int]]] = {}
    for area, people in rows:
        groups.setdefault(ancestor(area, depth), []).append((area, people))
    yield from groups.items()
