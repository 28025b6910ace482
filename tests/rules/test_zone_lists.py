"""Published lists against the rule: names and addresses that are the same place, the universe, what is missing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bulou.config.command import parser
from bulou.config.commands import check_zones_2022
from bulou.zones import neighbours, published
from bulou.zones.place_match import Addresses, read
from bulou.zones.report import report

LANE = ("lane", "梅溪路", "20", "弄")


@pytest.mark.parametrize(
    ("name", "key", "part"),
    [
        ("梅溪路20弄", LANE, False),
        ("梅溪路20弄小区", LANE, False),
        ("梅溪路20弄3号", LANE, True),
        ("梅溪路18/20弄小区", LANE, False),
        ("梅溪新村（梅溪路20弄）", LANE, False),
        ("梅溪三村(西南区)", ("name", "梅溪三村"), True),
        ("梅溪三村小区", ("name", "梅溪三村"), False),
        ("梅溪三村1-3号楼", ("name", "梅溪三村"), True),
        ("梅溪花苑二期", ("name", "梅溪花苑"), True),
        ("梅溪三村局部", ("name", "梅溪三村"), True),
        ("小桥镇梅溪村", ("name", "梅溪村"), False),
    ],
)
def test_a_name_is_read_by_its_lane_or_its_own_name(name: str, key: tuple[str, ...], part: bool) -> None:
    said = read(name)
    assert key in said.keys and said.part is part


@pytest.mark.parametrize("name", ["工地", "小区", "20弄小区", "", "()", "宿舍"])
def test_what_names_no_place_has_no_key(name: str) -> None:
    assert not read(name).keys


def test_an_address_is_found_by_a_map_title_behind_a_name_and_through_its_village() -> None:
    table = Addresses.of(["梅溪路20弄", "桥头村", "柳路7号"], {"梅溪路20弄": ["梅溪花苑"]})
    assert table.find(read("梅溪花苑二期")).addresses == {"梅溪路20弄"}
    assert table.find(read("柳园公寓柳路7号")).addresses == {"柳路7号"}
    found = table.find(read("桥头村西宅"))
    assert found.addresses == {"桥头村"} and found.part
    assert not table.find(read("别处花园")).addresses


def test_near_points_and_one_title_are_one_place_and_a_crowded_point_is_none() -> None:
    here, there = (121.4, 31.2), (121.4002, 31.2)
    points = {"a": here, "b": there, "c": (121.41, 31.2), "x": (121.5, 31.1), "y": (121.5, 31.1), "z": (121.5, 31.1)}
    joined = neighbours.groups(points, points, {"c": ["一"], "a": ["一"]})
    assert joined["b"] == {"a", "b"} and joined["a"] == {"a", "b", "c"} and joined["x"] == {"x"}
    days = {"a": {date(2022, 4, 1)}, "b": {date(2022, 4, 2)}}
    assert neighbours.together(days, joined)["b"] == {date(2022, 4, 1), date(2022, 4, 2)}


def write(root: Path, name: str, *lines: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path, "positives/address_days_east.csv", "date,district,address,sources",
        "2022-04-09,东区,甲路1弄,L", "2022-04-01,东区,乙路2弄,L", "2022-04-08,东区,丙村,L", "2022-03-07,东区,丁路4弄,L",
        "2022-04-10,东区,戊路5弄,L", "2022-04-15,东区,己路6弄,L",
    )  # fmt: skip
    write(
        tmp_path, "zones/zones_east.csv", "published,district,street,level,seq,name",
        "2022-04-11,东区,一街道,管控区,1,乙路2弄小区", "2022-04-11,东区,一街道,防范区,2,丁路4弄",
        "2022-04-11,东区,一街道,防范区,3,丙村(东块)", "2022-04-11,东区,一街道,防范区,4,没有人知道的地方",
    )  # fmt: skip
    return tmp_path


def test_a_first_list_without_lockdown_says_it_of_the_rest(folder: Path) -> None:
    found = report(published.read(folder))
    assert (found["matched"], found["unmatched"], found["units"]) == (3, 1, 5)
    # by absence: 甲路1弄, 戊路5弄, and the rest of 丙村; 己路6弄 had its first positive later
    assert found["levels"]["lockdown"] == {"precision": 1.0, "recall": 1.0, "n": 3, "derived": 3}
    assert found["levels"]["control"]["recall"] == found["levels"]["precaution"]["recall"] == 1.0
    assert found["by_absence"]["lockdown"]["n"] == 3 and not found["reasons"]
    assert [one["name"] for one in found["names"]["unmatched"]] == ["没有人知道的地方"]


def test_where_they_differ_the_reason_is_said(folder: Path) -> None:
    write(
        folder, "zones/zones_east.csv", "published,district,street,level,seq,name",
        "2022-04-11,东区,,封控区,1,丁路4弄", "2022-04-11,东区,,管控区,2,甲路1弄",
        "2022-04-11,东区,,防范区,3,丙村(东块)",
    )  # fmt: skip
    found = report(published.read(folder))
    assert [(level, row["derived"], row["reason"]) for level, rows in found["reasons"].items() for row in rows] == [
        ("lockdown", "precaution", "no_recent_positive"), ("control", "lockdown", "one_positive"),
        ("precaution", "lockdown", "part"),
    ]  # fmt: skip
    assert found["levels"]["lockdown"]["precision"] == 0.0 and found["by_absence"]["lockdown"]["n"] == 0


def test_a_late_list_without_lockdown_says_nothing_of_the_rest(folder: Path) -> None:
    write(folder, "zones/zones_east.csv", "snapshot_date,area,level,name", "2022-05-20,东区,防范区,丁路4弄")
    found = report(published.read(folder))
    assert found["units"] == 1 and any("too late" in one for one in found["missing"])


def test_a_streets_own_list_is_of_the_district_that_knows_its_names(folder: Path) -> None:
    rows = [f"2022-04-20,一街道,防范区,{name}" for name in ("甲路1弄小区", "乙路2弄", "丙村", "戊路5弄")]
    write(folder, "zones/zones_street.csv", "snapshot_date,area,level,name", *rows)
    (found,) = [one for one in report(published.read(folder))["lists"] if one["area"] == "一街道"]
    assert (found["district"], found["matched"], found["rest_is_lockdown"]) == ("东区", 4, False)
    strange = [f"2022-04-20,二街道,防范区,无名{n}苑" for n in range(20)]
    write(folder, "zones/zones_street.csv", "snapshot_date,area,level,name", *strange, "2022-04-20,二街道,防范区,丙村")
    (found,) = [one for one in report(published.read(folder))["lists"] if one["area"] == "二街道"]
    assert found["units"] == 0 and "no residence list" in found["why_not"]


def test_what_is_missing_or_unreadable_is_told_and_the_rest_is_used(folder: Path) -> None:
    write(
        folder, "zones/zones_west.csv", "published,district,street,level,seq,name", "2022-04-11,西区,,封控区,1,辛路1弄",
        "11 April,东区,,封控区,1,甲路1弄", "2022-04-11,东区,,绿区,1,甲路1弄", "2022-04-11,东区,,封控区,1,",
    )  # fmt: skip
    write(folder, "places/estates_x.geojson", "{not json")
    write(folder, "zones/zones_odd.csv", "a,b", "1,2")
    found = report(published.read(folder))
    told = " ".join(found["missing"] + found["problems"])
    for part in ("address_geocodes", "no residence list of 西区", "line 3, date", "line 4, level", "line 5, name",
                 "estates_x.geojson: cannot be read", "zones_odd.csv, line 2: columns"):  # fmt: skip
        assert part in told, part
    assert found["units"] == 5


@pytest.mark.parametrize("gone", ["positives/address_days_east.csv", "zones/zones_east.csv"])
def test_without_one_side_nothing_is_compared_and_the_command_says_so(
    folder: Path, gone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / gone).unlink()
    options = parser().parse_args(["check", "zones-2022", "--instance", str(folder), "--json"])
    assert check_zones_2022.run(options) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["levels"]["lockdown"]["precision"] is None and said["missing"]


def test_the_command_prints_a_table_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = parser().parse_args(["check", "zones-2022", "--instance", str(folder)])
    assert check_zones_2022.run(options) == 0
    said = capsys.readouterr().out
    assert "precision 1.000  recall 1.000  n 3" in said and "没有人知道的地方" in said


def test_an_empty_folder_is_no_fault(tmp_path: Path) -> None:
    found = report(published.read(tmp_path))
    assert found["matched"] == found["units"] == 0 and len(found["missing"]) == 4
