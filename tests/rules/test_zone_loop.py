"""Positives inside and outside the closed loop, and what a list closes and frees: facts in, numbers out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bulou.zones import consequences, loop
from bulou.zones.diff import changes
from bulou.zones.entries import ListedUnit
from bulou.zones.notice import draft
from tests import cast

TODAY = date(2022, 4, 11)


def found(ago: int = 0, n: int = 1, quarantined: bool = False, minute: float = 600) -> loop.Found:
    return loop.Found(cast.NO_1, cast.minute(minute), TODAY - timedelta(days=ago), n, quarantined)


def test_who_is_found_where_nobody_leaves_is_inside() -> None:
    closed = {cast.ESTATE: [loop.Set(cast.minute(0), "lockdown")]}
    assert loop.inside(found(), closed) and not loop.inside(found(), {})
    assert loop.inside(found(quarantined=True), {})


@pytest.mark.parametrize(
    ("sets", "level"),
    [
        ([loop.Set(cast.minute(600), "lockdown")], ""),
        ([loop.Set(cast.minute(0), "control", cast.minute(600))], ""),
        ([loop.Set(cast.minute(0), "control", cast.minute(601))], "control"),
        ([loop.Set(cast.minute(0), "lockdown"), loop.Set(cast.minute(5), "lifted")], "lifted"),
        ([], ""),
    ],
)
def test_the_level_is_the_one_that_held_just_before(sets: list[loop.Set], level: str) -> None:
    assert loop.level_at(cast.NO_1, cast.minute(600), {cast.ESTATE: sets}) == level


def test_a_building_has_its_own_level_before_that_of_its_compound() -> None:
    past = {cast.ESTATE: [loop.Set(cast.minute(9), "lockdown")], cast.NO_1: [loop.Set(cast.minute(1), "precaution")]}
    assert loop.level_at(cast.NO_1, cast.minute(600), past) == "precaution"
    assert loop.level_at(cast.NO_2, cast.minute(600), past) == "lockdown"


def test_days_are_counted_with_today_and_no_further() -> None:
    told = loop.counted(
        [found(0), found(6, 2), found(7, 4), found(13, 8), found(14, 16), found(0, 32, True)], {}, TODAY
    )
    assert [(one.days, one.inside, one.outside) for one in told] == [(1, 32, 1), (7, 32, 3), (14, 32, 15)]


def test_households_are_closed_by_the_nearest_area_on_the_list() -> None:
    homes = {cast.NO_1: 4, cast.NO_2: 4, cast.COURT: 3}
    now = {cast.ESTATE: "lockdown", cast.NO_2: "precaution"}
    assert consequences.newly_closed({}, now, homes) == {cast.ESTATE: 4}
    assert consequences.newly_closed({cast.STREET: "control"}, now, homes) == {}
    assert consequences.freed({cast.STREET: "control"}, now, homes) == {cast.NO_2, cast.COURT}


def test_a_notice_says_each_level_once_with_what_it_asks_and_who_is_free() -> None:
    before = [ListedUnit(area=cast.COURT, level="control", name="梅溪公寓")]
    units = [ListedUnit(area=cast.ESTATE, level="lockdown", name="梅溪新村", ends=date(2022, 4, 18))]
    zh, en = draft(("梅溪街道", "Plum Creek"), TODAY, units, changes(before, units))
    assert "一、封控区（共1个）：区域封闭、足不出户、服务上门。" in zh and "1. 梅溪新村（至4月18日复核）" in zh
    assert "二、即日起解除管控：梅溪公寓。" in zh and "No longer restricted from today: 梅溪公寓." in en
    assert "管控区（共" not in zh and "2022年4月11日" in zh
    assert "目前没有划定" in draft(("x", "x"), TODAY, [], [])[0]
    many = [ListedUnit(area=cast.NO_1, level="control", name=f"{n}号") for n in range(70)]
    assert "另有10个，见名单。" in draft(("x", "x"), TODAY, many, [])[0]
