"""A synthetic town for rehearsals: the places of an example folder, filled with people who do not exist.

Pure and seeded: the same folder, number of people and seed give the same town (as long as numpy keeps its streams). The
buildings depend on the seed alone, so a town of 20,000 is a thinned copy of the town of 1,113,078 with the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bulou.ledger.areas import LEVELS, parent
from bulou.rehearsal import town_people, town_places


@dataclass(frozen=True)
class Town:
    """A town by columns.

    areas: id, level 1..5, name, code ('' below neighbourhood), x, y (schematic metres, x east, y north).
    households: id 1.., area (a building), stairwell 1.., floor 1.., door (text as on the door: floor and number).
    persons: id 1.., household, name, birth_year, phone (null for some), id_number, needs (list of names).
    """

    seed: int
    as_of: str
    areas: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame


def make_town(example_dir: Path | str, people: int, seed: int) -> Town:
    """Make a town of exactly ``people`` persons.

    Parameters:
        example_dir: folder with streets.csv, neighbourhoods.csv, compounds.csv, census.json and statistics.json.
        people: at least 1; the census number gives the full town, fewer a thinned one.
        seed: any non-negative integer.

    Raises:
        ValueError: ``people`` is less than 1.
    """
    if people < 1:
        raise ValueError("a town needs at least one person")
    example = town_places.read_example(Path(example_dir))
    # One stream for each thing drawn: a change in how names are drawn must not move a building.
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(8)]
    buildings = town_places.draw_buildings(example, streams[0])

    statistics = example.statistics
    sizes = town_people.draw_sizes(people, statistics["household_size"]["shares"], streams[1])
    in_building = town_places.settle(buildings, len(sizes), people / example.census_people)
    households = seat_households(buildings, in_building)
    areas = town_places.lay_out(example, buildings, in_building)

    ages, household = town_people.fit_ages(sizes, statistics["age"]["shares"], streams[2])
    needs = town_people.draw_needs(ages, household, statistics["needs"], streams[3])
    born = town_people.birth_days(ages, np.datetime64(statistics["as_of"]), streams[4])
    persons = pl.DataFrame(
        {
            "id": np.arange(1, people + 1, dtype=np.int64),
            "household": household.astype(np.int64) + 1,
            "name": town_people.draw_names(household, ages, streams[5]),
            "birth_year": (born.astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16),
            "phone": town_people.draw_phones(ages, streams[6]),
            "id_number": town_people.id_numbers(born),
            "needs": town_people.needs_lists(needs),
        }
    )
    return Town(
        seed=seed,
        as_of=statistics["as_of"],
        areas=areas,
        households=households,
        persons=persons,
    )


def seat_households(buildings: town_places.Buildings, in_building: np.ndarray) -> pl.DataFrame:
    """Give every household a door: spread evenly over its building's doors, no door twice."""
    at = np.repeat(np.arange(len(in_building)), in_building)
    turn = np.arange(len(at)) - (np.cumsum(in_building) - in_building)[at]
    per_stairwell = (buildings.floors * buildings.doors_per_floor)[at]
    here = in_building[at]
    # More people than the census may overfill a building: then it gets more stairwells.
    capacity = np.maximum(buildings.capacity[at], -(-here // per_stairwell) * per_stairwell)
    slot = turn * capacity // here
    stairwell, rest = np.divmod(slot, per_stairwell)
    floor, door = np.divmod(rest, buildings.doors_per_floor[at])
    frame = pl.DataFrame(
        {
            "id": np.arange(1, len(at) + 1, dtype=np.int64),
            "area": buildings.id[at],
            "stairwell": (stairwell + 1).astype(np.int16),
            "floor": (floor + 1).astype(np.int16),
            "number": (floor + 1) * 100 + door + 1,
        }
    )
    return frame.select(
        "id",
        "area",
        "stairwell",
        "floor",
        pl.col("number").cast(pl.String).alias("door"),
    )


def areas_rows(town: Town) -> Iterator[dict]:
    """Yield each area, parents first: id, parent (0 for the district), level, kind, name, code, x, y."""
    for row in town.areas.sort("id").iter_rows(named=True):
        yield {**row, "parent": parent(row["id"]), "kind": LEVELS[row["level"] - 1]}


#: Column titles of the import file in both languages, and how an office writes each need.
COLUMNS = {
    "street": "街镇",
    "neighbourhood": "居委会",
    "compound": "小区",
    "building": "楼号",
    "stairwell": "单元",
    "floor": "楼层",
    "door": "室号",
    "name": "姓名",
    "id_number": "证件号码",
    "birth_date": "出生日期",
    "phone": "电话",
    "needs": "特殊需求",
}
NEEDS_ZH = {
    "bedridden": "卧床",
    "dialysis": "透析",
    "infant": "婴儿",
    "pregnant": "孕妇",
    "alone_over_75": "高龄独居",
}


def persons_file(town: Town, language: str = "en") -> pl.DataFrame:
    """Return the roster as an office would send it: one row a person, places by name, needs joined with ';' or '、'."""
    names = town.areas.select("id", "name")
    places = town.households.rename({"id": "household"})
    for depth, title in (
        (2, "street"),
        (3, "neighbourhood"),
        (4, "compound"),
        (5, "building"),
    ):
        shift = town_places.SHIFTS[depth - 1]
        places = places.with_columns((pl.col("area") // (1 << shift) * (1 << shift)).alias("node")).join(
            names.rename({"id": "node", "name": title}),
            on="node",
            how="left",
            maintain_order="left",
        )
    needs = pl.col("needs")
    if language == "zh":
        needs = needs.list.eval(pl.element().replace_strict(NEEDS_ZH, return_dtype=pl.String)).list.join("、")
    else:
        needs = needs.list.join(";")
    frame = town.persons.join(places, on="household", how="left", maintain_order="left").select(
        *(
            "street",
            "neighbourhood",
            "compound",
            "building",
            "stairwell",
            "floor",
            "door",
            "name",
            "id_number",
        ),
        pl.concat_str(
            pl.col("id_number").str.slice(6, 4),
            pl.lit("-"),
            pl.col("id_number").str.slice(10, 2),
            pl.lit("-"),
            pl.col("id_number").str.slice(12, 2),
        ).alias("birth_date"),
        "phone",
        needs.alias("needs"),
    )
    return frame.rename(COLUMNS) if language == "zh" else frame


def write_persons_csv(town: Town, path: Path | str, language: str = "en") -> None:
    """Write the import file (UTF-8; with a byte order mark in Chinese, which spreadsheets need).

    Parameters:
        language: 'en' for the column names of ``COLUMNS``, 'zh' for Chinese titles and needs.
    """
    persons_file(town, language).write_csv(path, include_bom=language == "zh")
