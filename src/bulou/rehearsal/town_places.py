"""The places of a synthetic town: which compounds and buildings there are, how big, and where they lie on the plan.

Streets, neighbourhoods and compounds are read from an example folder (see its README.md); their sizes, and all
buildings, are drawn. Positions are schematic: nested rectangles with the true order of the streets, in metres.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bulou.ledger.areas import SHIFTS, area_id

#: Number of the district in the area tree when census.json names none.
DEFAULT_DISTRICT = 1
#: Doors kept empty in a building that holds its full number of households.
VACANCY = 0.06


@dataclass(frozen=True)
class Example:
    """The facts of an example folder, as read."""

    district: int
    name: str
    code: str
    census_people: int
    streets: list[dict[str, str]]
    neighbourhoods: list[dict[str, str]]
    compounds: list[dict[str, str]]
    statistics: dict[str, Any]
    census: dict[str, Any]


@dataclass(frozen=True)
class Buildings:
    """All buildings of the full town, one row each, in order of id.

    ``people`` is the weight (people at census size), ``compound`` the row of the compound, ``number`` 1.. within it,
    ``capacity`` the doors built.
    """

    id: np.ndarray
    compound: np.ndarray
    number: np.ndarray
    people: np.ndarray
    floors: np.ndarray
    doors_per_floor: np.ndarray
    capacity: np.ndarray


def read_example(folder: Path) -> Example:
    """Read an example folder.

    Raises:
        FileNotFoundError: a file of the folder is missing.
    """

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    census = json.loads((folder / "census.json").read_text(encoding="utf-8"))
    return Example(
        district=census.get("number", DEFAULT_DISTRICT),
        name=census["district"],
        code=census["code"],
        census_people=census["people"],
        streets=rows("streets.csv"),
        neighbourhoods=rows("neighbourhoods.csv"),
        compounds=rows("compounds.csv"),
        statistics=json.loads((folder / "statistics.json").read_text(encoding="utf-8")),
        census=census,
    )


def apportion(total: int, weights: np.ndarray, least: int = 0) -> np.ndarray:
    """Split ``total`` into whole parts in proportion to ``weights`` (largest remainder), each at least ``least``."""
    share = weights / weights.sum() * (total - least * len(weights))
    parts = np.floor(share).astype(np.int64)
    rest = total - least * len(weights) - int(parts.sum())
    # A stable order: the largest fraction first, then the larger weight, then the earlier row.
    order = np.lexsort((np.arange(len(weights)), -weights, -(share - parts)))
    parts[order[:rest]] += 1
    return parts + least


def draw_compound_people(example: Example, rng: np.random.Generator) -> np.ndarray:
    """Return people at census size for each compound: log-normal within its neighbourhood, those within the town."""
    settings = example.statistics["places"]
    homes = [(int(row["street"]), int(row["neighbourhood"])) for row in example.compounds]
    units = {unit: at for at, unit in enumerate(sorted(set(homes)))}
    of_unit = np.array([units[home] for home in homes])
    unit_weight = rng.lognormal(0, settings["neighbourhood_sigma"], len(units))
    weight = rng.lognormal(0, settings["compound_sigma"], len(homes))
    in_unit = np.bincount(of_unit, weights=weight, minlength=len(units))
    return apportion(
        example.census_people,
        weight / in_unit[of_unit] * unit_weight[of_unit],
        settings["smallest_compound"],
    )


def draw_buildings(example: Example, rng: np.random.Generator) -> Buildings:
    """Draw the buildings of the full town, whatever number of people will live there later."""
    people = draw_compound_people(example, rng)
    settings = example.statistics["places"]["buildings"]
    kinds = list(settings.values())
    kind = rng.choice(len(kinds), len(people), p=[row["share"] for row in kinds])
    mean = example.statistics["household_size"]["mean"]
    usual = np.array([row["households"] for row in kinds])[kind] * mean
    wanted = round(example.census["buildings_per_compound"] * len(people))
    # Spread the stated number of buildings as people / usual number suggests, at least one a compound.
    counts = apportion(wanted, people / usual, least=1)
    compound = np.repeat(np.arange(len(people)), counts)
    first = np.cumsum(counts) - counts
    number = np.arange(len(compound)) - first[compound] + 1
    weight = rng.gamma(12.0, 1 / 12.0, len(compound))
    per_compound = np.bincount(compound, weights=weight, minlength=len(people))
    in_building = people[compound] * weight / per_compound[compound]
    floors = np.array([row["floors"] for row in kinds])[kind][compound]
    doors = np.array([row["doors_per_floor"] for row in kinds])[kind][compound]
    stairwells = np.ceil(in_building / mean * (1 + VACANCY) / (floors * doors)).astype(np.int64).clip(1)
    base = np.array(
        [
            area_id(
                example.district,
                int(row["street"]),
                int(row["neighbourhood"]),
                int(row["compound"]),
            )
            for row in example.compounds
        ],
        dtype=np.int64,
    )
    return Buildings(
        id=base[compound] + (number << SHIFTS[4]),
        compound=compound,
        number=number,
        people=in_building,
        floors=floors,
        doors_per_floor=doors,
        capacity=stairwells * floors * doors,
    )


def settle(buildings: Buildings, households: int, scale: float) -> np.ndarray:
    """Return the number of households of each building.

    A smaller town (``scale`` < 1 of the census) keeps its compounds with fewer buildings and fewer people in each,
    both by the square root of the scale, so that a stairwell still has neighbours to call down together.
    """
    in_compound = np.bincount(buildings.compound)
    kept = np.ceil(in_compound * min(1.0, scale**0.5))
    here = buildings.number <= kept[buildings.compound]
    # What a dropped building held goes to its compound's other buildings.
    total = np.bincount(buildings.compound, weights=buildings.people)
    left = np.bincount(buildings.compound, weights=buildings.people * here)
    weights = np.where(here, buildings.people * (total / left)[buildings.compound], 0.0)
    return apportion(households, weights)


def cells(box: tuple[float, float, float, float], count: int) -> list[tuple[float, float, float, float]]:
    """Cut a rectangle (x, y, width, height) into ``count`` rectangles, row by row from the south-west."""
    x, y, width, height = box
    columns = max(1, round((count * width / height) ** 0.5))
    rows = -(-count // columns)
    result = []
    for at in range(count):
        row, column = divmod(at, columns)
        in_row = min(columns, count - row * columns)
        result.append(
            (
                x + width * column / in_row,
                y + height * row / rows,
                width / in_row,
                height / rows,
            )
        )
    return result


def lay_out(example: Example, buildings: Buildings, households: np.ndarray) -> pl.DataFrame:
    """Return the areas that are inhabited, and all streets and neighbourhoods: the ``areas`` frame of a town."""
    rows: list[tuple] = []

    def add(
        area: int,
        depth: int,
        name: str,
        code: str,
        box: tuple[float, float, float, float],
    ) -> None:
        rows.append(
            (
                area,
                depth,
                name,
                code,
                round(box[0] + box[2] / 2, 1),
                round(box[1] + box[3] / 2, 1),
            )
        )

    district = example.district
    inhabited = np.flatnonzero(households)
    of_compound: dict[int, list[int]] = {}
    for at in inhabited:
        of_compound.setdefault(int(buildings.compound[at]), []).append(int(at))
    in_unit: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(example.compounds):
        in_unit.setdefault((row["street"], row["neighbourhood"]), []).append(at)
    in_street: dict[str, list[dict[str, str]]] = {}
    for row in example.neighbourhoods:
        in_street.setdefault(row["street"], []).append(row)

    boxes = {
        row["street"]: tuple(float(row[f"schematic_{key}_m"]) for key in ("x", "y", "width", "height"))
        for row in example.streets
    }
    east = max(box[0] + box[2] for box in boxes.values())
    north = max(box[1] + box[3] for box in boxes.values())
    add(area_id(district), 1, example.name, example.code, (0, 0, east, north))
    for street in example.streets:
        box = boxes[street["street"]]
        add(
            area_id(district, int(street["street"])),
            2,
            street["name"],
            street["code"],
            box,
        )
        units = in_street.get(street["street"], [])
        for unit, unit_box in zip(units, cells(box, len(units)), strict=True):
            where = (district, int(unit["street"]), int(unit["neighbourhood"]))
            add(area_id(*where), 3, unit["name"], unit["code"], unit_box)
            inside = in_unit.get((unit["street"], unit["neighbourhood"]), [])
            for compound, compound_box in zip(inside, cells(unit_box, len(inside)), strict=True):
                if compound not in of_compound:
                    continue
                row = example.compounds[compound]
                add(
                    area_id(*where, int(row["compound"])),
                    4,
                    row["name"],
                    "",
                    compound_box,
                )
                stand = of_compound[compound]
                for at, building_box in zip(stand, cells(compound_box, len(stand)), strict=True):
                    add(
                        int(buildings.id[at]),
                        5,
                        f"{buildings.number[at]}号楼",
                        "",
                        building_box,
                    )
    return pl.DataFrame(
        rows,
        schema={
            "id": pl.Int64,
            "level": pl.Int8,
            "name": pl.String,
            "code": pl.String,
            "x": pl.Float64,
            "y": pl.Float64,
        },
        orient="row",
    )
