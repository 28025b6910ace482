"""The synthetic town: exact, repeatable, believable, and never mistaken for real people."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.ledger.areas import ancestor, is_area, level, parent
from bulou.rehearsal import town_people, town_places
from bulou.rehearsal.town import (
    COLUMNS,
    Town,
    areas_rows,
    make_town,
    persons_file,
    write_persons_csv,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "xuhui-2022"
CENSUS = 1_113_078


def script(path: Path):
    """Load a script of the examples as a module."""
    spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


few_people = st.integers(1, 4000)
seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def full() -> Town:
    """Return the whole district."""
    return make_town(EXAMPLE, CENSUS, seed=1)


def with_ages(town: Town) -> pl.DataFrame:
    """Return persons with their age on the town's day, by calendar years of the identity number."""
    born = pl.col("id_number").str.slice(6, 8).str.to_date("%Y%m%d")
    day = pl.lit(town.as_of).str.to_date()
    had_birthday = born.dt.strftime("%m%d") <= day.dt.strftime("%m%d")
    age = day.dt.year() - born.dt.year() - (~had_birthday).cast(pl.Int32)
    return town.persons.with_columns(age.alias("age"))


@settings(max_examples=15, deadline=None)
@given(people=few_people, seed=seeds)
def test_every_person_lives_behind_one_door_of_a_building_that_stands(people: int, seed: int):
    town = make_town(EXAMPLE, people, seed)
    assert len(town.persons) == people
    assert town.persons["id"].to_list() == list(range(1, people + 1))
    assert set(town.persons["household"]) == set(town.households["id"])
    buildings = set(town.areas.filter(pl.col("level") == 5)["id"])
    assert set(town.households["area"]) == buildings, "no household without a building, no empty building"
    assert not town.households.select("area", "stairwell", "door").is_duplicated().any()
    assert town.households.select((pl.col("stairwell") >= 1).all() & (pl.col("floor") >= 1).all()).item()


@settings(max_examples=15, deadline=None)
@given(people=few_people, seed=seeds)
def test_areas_form_one_tree_of_the_district(people: int, seed: int):
    rows = list(areas_rows(make_town(EXAMPLE, people, seed)))
    known = {0}
    for row in rows:
        assert is_area(row["id"])
        assert level(row["id"]) == row["level"]
        assert row["parent"] == parent(row["id"])
        assert row["parent"] in known, "parents come before their children"
        assert row["id"] not in known
        assert row["name"]
        known.add(row["id"])
    assert [row["id"] >> 39 for row in rows if row["level"] == 1] == [104]
    assert sum(row["level"] == 2 for row in rows) == 13
    assert sum(row["level"] == 3 for row in rows) == 306


@settings(max_examples=5, deadline=None)
@given(people=few_people, seed=seeds)
def test_the_same_seed_gives_the_same_town(people: int, seed: int):
    one, two = make_town(EXAMPLE, people, seed), make_town(EXAMPLE, people, seed)
    assert one.areas.equals(two.areas)
    assert one.households.equals(two.households)
    assert one.persons.equals(two.persons)


def test_another_seed_gives_another_town():
    assert not make_town(EXAMPLE, 500, 1).persons.equals(make_town(EXAMPLE, 500, 2).persons)


def test_a_small_town_stands_in_the_buildings_of_the_full_one(full: Town):
    small = make_town(EXAMPLE, 20_000, seed=1)
    here = small.areas.filter(pl.col("level") == 5)
    assert set(here["id"]) <= set(full.areas["id"])
    assert small.areas.filter(pl.col("level") == 4).height > 1000, "compounds stay"
    assert small.households.height / here.height > 3, "people are gathered, not one family in each building"


def test_a_town_needs_people():
    with pytest.raises(ValueError, match="at least one"):
        make_town(EXAMPLE, 0, 1)


def check_digit_is_right(number: str) -> bool:
    """Check an identity number by the published definition, digit by digit (ISO 7064 MOD 11-2)."""
    total = sum((2 ** (17 - at) % 11) * (10 if c == "X" else int(c)) for at, c in enumerate(number))
    return total % 11 == 1


@settings(max_examples=10, deadline=None)
@given(people=few_people, seed=seeds)
def test_nobody_looks_real(people: int, seed: int):
    persons = make_town(EXAMPLE, people, seed).persons
    assert all(re.fullmatch(r"[一-龥]试[一-龥]{1,2}", name) for name in persons["name"])
    assert all(re.fullmatch(r"000\d{8}", phone) for phone in persons["phone"].drop_nulls())
    assert all(re.fullmatch(r"000000\d{11}[\dX]", number) for number in persons["id_number"])
    assert all(check_digit_is_right(number) for number in persons["id_number"])
    assert persons["id_number"].str.slice(6, 4).cast(pl.Int16).equals(persons["birth_year"], check_names=False)


def test_numbers_are_unique_in_the_full_town(full: Town):
    assert full.persons["id_number"].n_unique() == CENSUS
    phones = full.persons["phone"].drop_nulls()
    assert phones.n_unique() == len(phones)


def test_the_full_town_has_the_districts_figures(full: Town):
    assert full.persons.height == CENSUS
    counts = dict(full.areas.group_by("level").len().iter_rows())
    assert (counts[1], counts[2], counts[3], counts[4]) == (1, 13, 306, 1071)
    assert counts[5] == pytest.approx(1071 * 15_213 / 1100, rel=0.01)
    doors = full.households.group_by("area", "stairwell").len()["len"]
    assert doors.max() <= 18 * 4
    lived = full.persons.join(full.households.rename({"id": "household"}), on="household")
    people = lived.group_by(pl.col("area") // 2**12).len()["len"]
    assert people.mean() == pytest.approx(CENSUS / 1071)
    assert 400 < people.median() < 1000
    assert people.max() < 10_000
    assert people.min() >= 30


@pytest.mark.parametrize(
    ("low", "high", "share"),
    [(0, 14, 0.098), (15, 59, 0.668), (60, 130, 0.234), (65, 130, 0.163)],
)
def test_ages_follow_the_census(full: Town, low: int, high: int, share: float):
    age = with_ages(full)["age"]
    assert age.is_between(low, high).mean() == pytest.approx(share, abs=0.003)


def test_households_are_believable(full: Town):
    persons = with_ages(full)
    assert CENSUS / full.households.height == pytest.approx(2.32, abs=0.01)
    homes = persons.group_by("household").agg(
        pl.col("age").max().alias("eldest"), pl.col("age").min().alias("youngest")
    )
    assert homes["eldest"].min() >= 18, "no child lives without an adult"
    first = persons.group_by("household", maintain_order=True).agg(pl.col("age").first().alias("first"))
    children = persons.filter(pl.col("age") < 18).join(first, on="household")
    assert children.height > 100_000
    assert (children["first"] - children["age"]).min() >= 18, "a parent is of age when a child is born"
    gap = (children["first"] - children["age"]).median()
    assert 24 <= gap <= 38, "most parents are a generation older"


def test_needs_agree_with_age_and_household(full: Town):
    persons = with_ages(full).with_columns(pl.len().over("household").alias("home"))

    def having(need: str) -> pl.DataFrame:
        return persons.filter(pl.col("needs").list.contains(need))

    alone = (pl.col("age") >= 75) & (pl.col("home") == 1)
    assert having("alone_over_75").height == persons.filter(alone).height > 5000
    assert having("alone_over_75").select(alone.all()).item()
    assert having("infant").height == persons.filter(pl.col("age") < 1).height
    assert having("pregnant")["age"].is_between(20, 44).all()
    assert having("pregnant").height / CENSUS == pytest.approx(0.0035, rel=0.1)
    assert having("dialysis").height / CENSUS == pytest.approx(0.0008, rel=0.15)
    assert having("dialysis")["age"].min() >= 35
    assert set(persons["needs"].explode().drop_nulls()) == set(town_people.NEEDS)


@given(
    total=st.integers(0, 10_000),
    weights=st.lists(st.floats(0.01, 1000), min_size=1, max_size=50),
)
def test_apportioning_loses_nobody(total: int, weights: list[float]):
    array = np.array(weights)
    parts = town_places.apportion(total, array)
    assert parts.sum() == total
    assert (parts >= 0).all()
    assert (np.abs(parts - total * array / array.sum()) <= 1 + 1e-6).all()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_import_file_holds_everybody(tmp_path: Path, language: str):
    town = make_town(EXAMPLE, 3000, seed=3)
    path = tmp_path / "persons.csv"
    write_persons_csv(town, path, language)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS.keys() if language == "en" else COLUMNS.values())
    assert len(rows) == 3001
    assert [row[7] for row in rows[1:]] == town.persons["name"].to_list()
    assert all(all(row[at] for at in range(10)) for row in rows[1:]), "every place, name, number and date is filled"


def test_a_place_in_the_import_file_is_the_household_s_place():
    town = make_town(EXAMPLE, 500, seed=4)
    names = dict(town.areas.select("id", "name").iter_rows())
    homes = dict(town.households.select("id", "area").iter_rows())
    for person, row in zip(town.persons.to_dicts(), persons_file(town).to_dicts(), strict=True):
        area = homes[person["household"]]
        path = [names[ancestor(area, depth)] for depth in (2, 3, 4, 5)]
        assert [row[key] for key in ("street", "neighbourhood", "compound", "building")] == path


def test_compound_names_tell_apart_within_a_street():
    example = town_places.read_example(EXAMPLE)
    names = [(row["street"], row["name"]) for row in example.compounds]
    assert len(set(names)) == len(names) == 1071
    codes = [row["code"] for row in example.streets]
    assert codes == sorted(codes)
    units = {(row["street"], row["neighbourhood"]) for row in example.neighbourhoods if row["virtual"] == "0"}
    assert {(row["street"], row["neighbourhood"]) for row in example.compounds} == units


def test_the_example_is_small_and_carries_no_surveyed_position():
    files = [path for path in EXAMPLE.iterdir() if path.suffix in {".csv", ".json"}]
    assert sum(path.stat().st_size for path in files) < 300_000
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(121|31)\.\d{3,}", text), f"{path.name} holds what looks like a coordinate of Shanghai"


ROADS = ["老沪闵路", "肇嘉浜路", "东泉路", "零陵路", "田林路"]


@pytest.mark.parametrize(
    ("published", "key", "name", "kind"),
    [
        ("田林七村", "田林七村", "田林七村", "name"),
        ("长桥三村(西南区)", "长桥三村", "长桥三村", "name"),
        ("东安一村135号", "东安一村", "东安一村", "name"),
        ("日晖二村4块区", "日晖二村", "日晖二村", "name"),
        ("儿科高层", "儿科高层", "儿科高层", "name"),
        ("田林路79弄", "田林路79弄", "", "lane"),
        ("零陵路111弄1-7号", "零陵路111弄", "", "lane"),
        ("零陵公寓零陵路111弄8-10号", "零陵路111弄", "零陵公寓", "lane"),
        ("高雅新村(老沪闵路841弄)", "老沪闵路841弄", "高雅新村", "lane"),
        ("东泉路185弄易通公寓(6号-10号)", "东泉路185弄", "易通公寓", "lane"),
        ("香樟苑肇嘉浜路381号", "香樟苑", "香樟苑", "name"),
        ("肇嘉浜路381号", "肇嘉浜路381号", "", "number"),
    ],
)
def test_published_names_are_read(published: str, key: str, name: str, kind: str):
    assert script(EXAMPLE / "compound_names.py").compound_of(published, ROADS) == (key, name, kind)


def test_the_sample_rosters_are_current_and_name_their_faults(tmp_path: Path):
    folder = EXAMPLES / "rosters"
    script(folder / "build.py").main(tmp_path)
    for name in ("property.xlsx", "police.csv", "clinic.csv", "faults.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), f"run examples/rosters/build.py: {name}"
    rows = {
        "property.xlsx": [
            [str(cell or "") for cell in row]
            for row in openpyxl.load_workbook(folder / "property.xlsx").active.iter_rows(values_only=True)
        ],
        "police.csv": list(csv.reader((folder / "police.csv").read_text("gb18030").splitlines())),
        "clinic.csv": list(csv.reader((folder / "clinic.csv").read_text("utf-8-sig").splitlines(), delimiter=";")),
    }
    faults = list(csv.DictReader((folder / "faults.csv").read_text("utf-8").splitlines()))
    told = {fault["fault"] for fault in faults}
    assert {"formula in name", "full-width digits", "wrong check digit", "duplicate row", "blank row"} <= told
    shows = {
        "formula in name": lambda row: row[1].startswith(("=", "@")),
        "full-width digits": lambda row: "\uff10" <= row[3][0] <= "\uff19" or "\uff10" <= row[3][1] <= "\uff19",
        "blank row": lambda row: not any(row),
        "lower-case x as check digit": lambda row: row[8].endswith("x"),
        "no name": lambda row: row[1] == "",
        "wrong check digit": lambda row: (
            not any(check_digit_is_right(cell) for cell in row if re.fullmatch(r"000000\d{11}[\dX]", cell))
        ),
    }
    for fault in faults:
        row = rows[fault["file"]][int(fault["row"]) - 1]
        assert shows.get(fault["fault"], lambda _: True)(row), fault
