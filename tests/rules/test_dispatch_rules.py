"""Who waits becomes a dispatch problem, instances are read from folders, and a plan is told as trips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bulou.cases.dispatch import instances
from bulou.cases.dispatch.model import Plan, Route, Stop, driven, share, waits
from bulou.command.transport.rules import Car, Person, Site, problem_of, trips_of

HOME = Person((1, 1, 0), 41, 7, "facility", 0, 3600, danger=False, lies=False)
CARS = [Car(9, 7, "van", 3, 0, 0), Car(8, 7, "ambulance", 2, 0, 1)]
SITES = [Site(5, 70, "isolation", 10), Site(6, 71, "hospital", 4)]
POINTS = {7: (0.0, 0.0), 70: (3000.0, 0.0), 71: (0.0, 4000.0)}


def made(*people: Person):
    return problem_of(people, CARS, SITES, POINTS, 14400, 900)


def member(n: int, **more: object) -> Person:
    return replace(HOME, key=(1, n, 0), **more)


def test_a_household_travels_together_and_what_fits_no_vehicle_is_split() -> None:
    problem, keys = made(*(member(n) for n in range(1, 5)))
    assert sorted(len(group.members) for group in problem.groups) == [2, 2], "three seats, four people"
    assert sorted(key for own in keys for key in own) == [(1, n, 0) for n in range(1, 5)]
    problem, _keys = made(member(1), member(2))
    assert [group.members for group in problem.groups] == [("1", "2")]


def test_who_lies_goes_alone_on_a_stretcher_and_a_hospital_is_reached_by_ambulance() -> None:
    problem, _keys = made(member(1), member(2, lies=True), member(3, purpose="hospital", danger=True))
    told = {
        group.members: (group.seats, group.stretchers, group.kinds, group.to, group.weight) for group in problem.groups
    }
    some = frozenset({"ambulance", "bus", "van"})
    assert told == {
        ("1",): (1, 0, some, (0,), 1.0),
        ("2",): (0, 1, some, (0,), 1.0),
        ("3",): (1, 0, frozenset({"ambulance"}), (1,), 5.0),
    }


def test_a_named_facility_is_kept_to_and_a_place_without_a_point_does_not_break() -> None:
    problem, _keys = made(member(1, facility=5), member(2, facility=99, area=12345, household=42))
    assert [group.to for group in problem.groups] == [(0,), ()]
    assert problem.travel.shape[0] == 3
    assert problem.travel[0, 1] == pytest.approx(3000 * 1.4 * 3.6 / 25)


def test_a_plan_is_told_as_trips_with_one_halt_at_the_facility() -> None:
    problem, keys = made(member(1), member(2, household=42), member(3, household=43))
    stops = (
        Stop("pick", 0, ("1",), 0, 0, 0, 300),
        Stop("pick", 1, ("2",), 0, 300, 300, 600),
        Stop("drop", 0, ("1",), 1, 1200, 1200, 1260, 0),
        Stop("drop", 1, ("2",), 1, 1260, 1260, 1320, 0),
        Stop("pick", 2, ("3",), 0, 3000, 3000, 3300),
        Stop("drop", 2, ("3",), 1, 3900, 3900, 3960, 0),
    )
    plan = Plan((Route(0, stops, 4600),))
    first, second = trips_of(problem, plan, keys)
    assert (first.vehicle, first.number, first.people, len(first.halts)) == (9, 1, 2, 3)
    assert (first.halts[-1].facility, first.halts[-1].leaves) == (5, 1320)
    assert (second.number, second.people, second.halts[0].keys) == (2, 1, ((1, 3, 0),))
    assert waits(problem, plan) == [3600 + 1260, 3600 + 1320, 3600 + 3960]
    assert driven(problem, plan) == pytest.approx(4 * 3000 * 1.4 * 3.6 / 25)
    assert share([1.0, 2.0, 3.0], 0.95) == 3.0 and share([], 0.5) == 0.0


def write(folder: Path, **more: str) -> Path:
    files = {
        "households.csv": "household,compound,x_m,y_m,persons,wheelchair,hospital\n0,0,0,0,5,0,1\n1,1,100,0,2,1,0\n",
        "vehicles.csv": "vehicle,kind,seats,wheelchair_places,depot_x_m,depot_y_m\n"
        "0,ambulance,4,1,0,0\n1,bus,20,0,0,0\n",
        "facilities.csv": "facility,x_m,y_m,kind,beds\n0,1000,0,hospital,9\n1,0,2000,isolation,9\n",
        "settings.json": '{"speed_kmh": 36, "road_factor": 1, "metric": "manhattan", "horizon_s": 7200}',
    }
    for name, text in (files | {key.replace("_", "."): value for key, value in more.items()}).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_an_evening_is_read_and_who_does_not_fit_an_ambulance_is_split(tmp_path: Path) -> None:
    problem = instances.evening(write(tmp_path))
    assert [(g.id, len(g.members), g.to, g.wheelchairs) for g in problem.groups] == [
        ("0/1", 3, (0,), 0), ("0/2", 2, (0,), 0), ("1", 2, (1,), 1),
    ]  # fmt: skip
    assert problem.travel.max() == 300 and problem.vehicles[0].end == 7200


def test_a_folder_that_is_no_evening_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(instances.Unreadable, match=r"facilities.csv: no column beds"):
        instances.evening(write(tmp_path, facilities_csv="facility,x_m,y_m,kind\n"))
    with pytest.raises(instances.Unreadable, match="many"):
        instances.evening(write(tmp_path, facilities_csv="facility,x_m,y_m,kind,beds\n0,0,0,hospital,many\n"))


def test_published_instances_are_read(tmp_path: Path) -> None:
    rows = ["2 10 1", "0 0 0 0 0 100 0 0 0", "1 3 4 5 0 50 9 0 2", "2 6 8 -5 0 60 9 1 0"]
    file = tmp_path / "x.txt"
    file.write_text("\n".join(rows), "utf-8")
    problem = instances.li_lim(file)
    assert [(g.seats, g.due, g.service, g.handover) for g in problem.groups] == [(5, 50, 9, 9)]
    assert problem.travel[0, 2] == 10 and problem.mixes and len(problem.vehicles) == 2
    file.write_text("\n".join([*rows, "3 x"]), "utf-8")
    with pytest.raises(instances.Unreadable):
        instances.li_lim(file)
    head = ["NAME: a", "CAPACITY: 7", "NODES", *rows[1:], "EDGES", "0 1 2", "1 0 3", "2 3 0", "EOF"]
    file.write_text("\n".join(head), "utf-8")
    assert instances.sartori_buriol(file).vehicles[0].seats == 7
    file.write_text("\n".join(head[:-2]), "utf-8")
    with pytest.raises(instances.Unreadable, match="EDGES"):
        instances.sartori_buriol(file)
