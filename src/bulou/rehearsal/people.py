"""The people of a town as the field meets them: in the order of their doors, each with what will happen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl

from bulou.ledger.areas import SHIFTS
from bulou.rehearsal.scenario import Scenario
from bulou.rehearsal.town import Town


class Fate(IntEnum):
    """What happens when a person is called. COMES in the first pass; BACK, PERSUADED, VISITED, MOVED in the second."""

    COMES = 0
    BACK = 1
    PERSUADED = 2
    VISITED = 3
    MOVED = 4
    AWAY = 5
    REFUSES = 6
    EXCUSED = 7
    SILENT = 8
    NEVER_CALLED = 9


@dataclass(frozen=True)
class People:
    """Columns by position in the town (person id - 1); ``order`` lists the positions by building and door."""

    order: np.ndarray
    building: np.ndarray
    stairwell: np.ndarray
    household: np.ndarray
    fate: np.ndarray
    infected: np.ndarray


def meet(town: Town, scenario: Scenario, prevalence: dict[int, float], rng: np.random.Generator) -> People:
    """Draw what happens to each person.

    Parameters:
        prevalence: published address-days by compound id; weights of where infected people live.
    """
    household = town.persons["household"].to_numpy() - 1
    homes = town.households
    building, stairwell = homes["area"].to_numpy()[household], homes["stairwell"].to_numpy()[household]
    floor = homes["floor"].to_numpy()[household]
    count = len(household)
    order = np.lexsort((np.arange(count), household, floor, stairwell, building))
    bedridden = town.persons.select(pl.col("needs").list.contains("bedridden")).to_series().to_numpy()
    return People(
        order=order,
        building=building,
        stairwell=stairwell,
        household=household,
        fate=_fates(count, bedridden, scenario, rng),
        infected=_infected(building, scenario, prevalence, rng),
    )


def _fates(count: int, bedridden: np.ndarray, scenario: Scenario, rng: np.random.Generator) -> np.ndarray:
    shares = {
        Fate.BACK: scenario.absent * scenario.absent_return,
        Fate.AWAY: scenario.absent * (1 - scenario.absent_return),
        Fate.PERSUADED: scenario.refuse * scenario.refuse_persuaded,
        Fate.REFUSES: scenario.refuse * (1 - scenario.refuse_persuaded),
        Fate.EXCUSED: scenario.excused,
        Fate.SILENT: scenario.silent,
        Fate.NEVER_CALLED: scenario.never_called,
        Fate.MOVED: scenario.moved_within,
    }
    edges = np.cumsum(list(shares.values()))
    names = np.array([*shares, Fate.COMES], dtype=np.int8)
    fate = names[np.searchsorted(edges, rng.random(count), side="right")]
    fate[bedridden & (fate == Fate.COMES)] = Fate.VISITED
    return fate


def _infected(
    building: np.ndarray, scenario: Scenario, prevalence: dict[int, float], rng: np.random.Generator
) -> np.ndarray:
    """Draw who is infected: the overall rate is kept, the compounds' shares follow the published address-days."""
    infected = np.zeros(len(building), dtype=bool)
    wanted = round(scenario.infected * len(building))
    if not wanted:
        return infected
    compounds, at, here = np.unique(building >> SHIFTS[3] << SHIFTS[3], return_inverse=True, return_counts=True)
    days = np.array([prevalence.get(int(compound), 0.0) for compound in compounds])
    even = scenario.infected_evenly if days.any() else 1.0
    weight = even / len(building) + (1 - even) * (days / max(days.sum(), 1.0) / here)[at]
    infected[rng.choice(len(building), wanted, replace=False, p=weight / weight.sum())] = True
    return infected
