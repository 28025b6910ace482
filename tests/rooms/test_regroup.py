"""Areas split and merged on the desk: everybody moves along, open rounds keep their tree, and it is taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.command.regroup.models import Regrouping
from bulou.command.worklist.models import Owner
from bulou.field import leaves
from bulou.ledger import clock, journals
from bulou.ledger.areas import span
from bulou.ledger.models import Counter, Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import units
from bulou.places.models import Area, Household, Person, Succession
from bulou.places.units import Unit
from bulou.rounds.actions import join_newcomers, open_round
from bulou.rounds.calls.models import Serving
from tests import cast

PART, OTHER = "1号楼东", "1号楼西"
DOORS = {h.door: h.id for h in cast.HOUSEHOLDS if h.area == cast.NO_1}


@pytest.fixture
def street(settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))


def browser(name: str = "district", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def split(client: Client, **given: str):
    sent = {"act": "split", "name_1": PART, "name_2": OTHER, "sure": "1"}
    sent |= {f"piece_d{id_}": "1" if door < "200" else "2" for door, id_ in DOORS.items()}
    return client.post(f"/roster/tree/{cast.NO_1}/regroup", sent | given)


def area(name: str) -> Area:
    return Area.objects.get(name=name, closed_at=None)


def where(door: str) -> tuple[int, set[int]]:
    with scoped(EVERYWHERE):
        people = set(Person.objects.filter(household=DOORS[door]).values_list("area", flat=True))
        return Household.objects.get(pk=DOORS[door]).area, people


def clean() -> None:
    assert [one.en for one in verify("owner")] == []


def test_a_building_is_split_and_the_split_taken_back(street) -> None:
    client = browser()
    page = client.get(f"/roster/tree/{cast.NO_1}/regroup").content.decode()
    assert "101" in page and "进行中的1个轮次" in page
    with scoped(EVERYWHERE):
        owed = sorted(Duty.objects.filter(campaign=cast.ROUND, area=cast.NO_1).values_list("subject", flat=True))
    assert split(client).status_code == 302
    east, west = area(PART).pk, area(OTHER).pk
    assert where("101") == (east, {east}) and where("201") == (west, {west})
    assert Area.objects.get(pk=cast.NO_1).closed_at is not None
    assert set(Succession.objects.filter(area=cast.NO_1).values_list("successor", flat=True)) == {east, west}
    clean()
    assert join_newcomers(clock.now(), clock.now())[cast.ROUND].added == 0, "who has moved along owes the round once"
    with scoped(EVERYWHERE):
        still = sorted(Duty.objects.filter(campaign=cast.ROUND, area=cast.NO_1).values_list("subject", flat=True))
    assert still == owed and client.get(f"/rounds/{cast.ROUND}/areas/{cast.NO_1}").status_code == 200
    old = client.get(f"/roster/tree/{cast.NO_1}").content.decode()
    assert "由这些区域接替" in old and PART in old and "撤销这次区域调整" in old
    assert "撤销这次区域调整？" in client.post(f"/roster/tree/{east}/regroup/undo").content.decode()
    assert client.post(f"/roster/tree/{east}/regroup/undo", {"sure": "1"}).status_code == 302
    assert where("101")[0] == where("201")[0] == cast.NO_1
    assert not Succession.objects.exists() and Area.objects.get(pk=cast.NO_1).closed_at is None
    assert Area.objects.get(pk=east).closed_at is not None
    clean()


def test_buildings_are_merged_and_lists_know_their_names(street) -> None:
    client = browser()
    sent = {"act": "merge", "other": cast.NO_2, "name": "东西楼", "sure": "1"}
    answer = client.post(f"/roster/tree/{cast.NO_1}/regroup", sent)
    assert "两处都有“1 101”" in answer.content.decode(), "both have a flat 101"
    assert Area.objects.get(pk=cast.NO_1).closed_at is None and not Regrouping.objects.exists()
    clean()
    with scoped(EVERYWHERE):
        for door in Household.objects.filter(area=cast.NO_2):
            Household.objects.filter(pk=door.pk).update(stairwell="2")
    assert client.post(f"/roster/tree/{cast.NO_1}/regroup", sent).status_code == 302
    both = area("东西楼")
    assert where("101") == (both.pk, {both.pk})
    page = client.get(f"/roster/tree/{both.pk}").content.decode()
    assert "1号楼、2号楼" in page and "接替了这些区域" in page


def test_a_compound_is_split_with_its_buildings(street) -> None:
    client = browser()
    sent = {"act": "split", "name_1": "梅溪北苑", "name_2": "梅溪南苑", "sure": "1"}
    sent |= {f"piece_{cast.NO_1}": "1", f"piece_{cast.NO_2}": "2"}
    assert client.post(f"/roster/tree/{cast.ESTATE}/regroup", sent).status_code == 302
    north = area("梅溪北苑").pk
    assert area("1号楼").parent == north and area("1号楼").pk != cast.NO_1
    assert where("101")[0] == area("1号楼").pk
    assert Succession.objects.get(area=cast.NO_1).successor == area("1号楼").pk
    clean()
    opener, _ = journals.enrol("x", "system", EVERYWHERE, cast.DAWN, cast.minute(9_000_000))
    open_round(77, "第二轮", north, opener, clock.now(), clock.now())
    with scoped(EVERYWHERE):
        assert Counter.objects.get(campaign=77).area == area("1号楼").pk, "a new round uses the new areas"
    refused = client.post(f"/roster/tree/{north}/regroup/undo", {"sure": "1"}, follow=True).content.decode()
    assert "不能撤销" in refused and area("梅溪北苑").pk == north
    clean()


@pytest.fixture
def hung(street) -> dict[str, int]:
    """A site and a shop in the building, an owner, a phone of the building alone, and the site serves it."""
    with scoped(EVERYWHERE):
        site, shop = units.add(
            [Unit(0, 3, cast.NO_1, "东门采样点"), Unit(0, 1, cast.NO_1, "便利店")], "test", clock.now()
        )
        owner = Owner.objects.create(area=cast.NO_1, desk="area", name="楼组长")
        Serving.objects.create(area=cast.NO_1, unit=site, since=clock.now(), by="test")
    now = clock.now()
    phone, _ = journals.enrol("楼里的手机", "phone", (span(cast.NO_1),), now, now + timedelta(days=1))
    return {"site": site, "shop": shop, "owner": owner.pk, "phone": phone}


def lies(unit: int) -> int:
    with scoped(EVERYWHERE):
        return units.of([unit])[unit].area


def answers() -> list[tuple[int, str]]:
    with scoped(EVERYWHERE):
        return sorted(Owner.objects.filter(name="楼组长").values_list("area", "name"))


def served() -> dict[int, int]:
    with scoped(EVERYWHERE):
        return dict(Serving.objects.filter(until=None).values_list("area", "unit"))


def test_units_owners_and_sites_move_along_and_come_back(hung: dict[str, int]) -> None:
    client = browser()
    page = client.get(f"/roster/tree/{cast.NO_1}/regroup").content.decode()
    assert "2个单位随之迁到新区域" in page and "1个责任人随之迁到新区域" in page and "1台设备只负责原区域" in page
    assert "单位“东门采样点”分到哪里" in page
    assert split(client, **{f"unit_{hung['shop']}": "2"}).status_code == 302
    east, west = area(PART).pk, area(OTHER).pk
    assert (lies(hung["site"]), lies(hung["shop"])) == (east, west)
    assert answers() == sorted([(east, "楼组长"), (west, "楼组长")]), "who answered for the whole answers for each part"
    assert served() == {east: hung["site"]}
    with scoped(EVERYWHERE):
        assert [one.act for one in units.changes(hung["shop"])][:1] == ["changed"], "the history says so"
    shown = client.get(f"/roster/tree/{east}").content.decode()
    assert "没有随之调整的" in shown and "设备“楼里的手机”只负责原区域" in shown
    clean()
    assert client.post(f"/roster/tree/{east}/regroup/undo", {"sure": "1"}).status_code == 302
    assert lies(hung["site"]) == lies(hung["shop"]) == cast.NO_1
    assert answers() == [(cast.NO_1, "楼组长")] and served() == {cast.NO_1: hung["site"]}
    assert "没有随之调整的" not in client.get(f"/roster/tree/{cast.NO_1}").content.decode()
    clean()


def test_of_two_owners_of_one_desk_the_first_stays_and_the_other_is_told(hung: dict[str, int]) -> None:
    client = browser()
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.NO_2, desk="area", name="另一位")
        Owner.objects.create(area=cast.NO_2, desk="laboratory", name="送检员")
        for door in Household.objects.filter(area=cast.NO_2):
            Household.objects.filter(pk=door.pk).update(stairwell="2")
    sent = {"act": "merge", "other": cast.NO_2, "name": "东西楼", "sure": "1"}
    assert client.post(f"/roster/tree/{cast.NO_1}/regroup", sent).status_code == 302
    both = area("东西楼").pk
    with scoped(EVERYWHERE):
        there = dict(Owner.objects.filter(area=both).values_list("desk", "name"))
    assert there == {"area": "楼组长", "laboratory": "送检员"} and lies(hung["site"]) == both
    page = client.get(f"/roster/tree/{both}").content.decode()
    assert "责任人“另一位”：新区域的同一席位已有别人" in page
    client.post(f"/roster/tree/{both}/regroup/undo", {"sure": "1"})
    with scoped(EVERYWHERE):
        back = set(Owner.objects.filter(area__in=(cast.NO_1, cast.NO_2)).values_list("area", "name"))
    assert back == {(cast.NO_1, "楼组长"), (cast.NO_2, "另一位"), (cast.NO_2, "送检员")}


def test_a_unit_that_came_since_stops_the_undo(hung: dict[str, int]) -> None:
    client = browser()
    split(client)
    east = area(PART).pk
    with scoped(EVERYWHERE):
        units.add([Unit(0, 1, east, "新店")], "test", clock.now())
    said = client.post(f"/roster/tree/{east}/regroup/undo", {"sure": "1"}, follow=True).content.decode()
    assert "新区域之后又登记了单位或责任人" in said and area(PART).pk == east
    clean()


def test_a_unit_of_no_part_is_asked_for(hung: dict[str, int]) -> None:
    page = split(browser(), **{f"unit_{hung['shop']}": "7"}).content.decode()
    assert "每个单位都要分到一个新区域" in page and lies(hung["shop"]) == cast.NO_1


def test_a_zone_level_that_stays_is_told(hung: dict[str, int]) -> None:
    desk, _ = journals.enrol("zone", "desk", EVERYWHERE, cast.DAWN, cast.minute(9_000_000))
    body = {"subject_kind": 5, "subject": cast.NO_1, "name": "zone.level", "value": "lockdown", "reason": "test"}
    journals.append(desk, [("standing.set", clock.now(), cast.NO_1, body)], clock.now())
    client = browser()
    assert "1处管控等级登记在原区域" in client.get(f"/roster/tree/{cast.NO_1}/regroup").content.decode()
    split(client)
    assert "原区域的管控等级“封控区”没有随之迁移" in client.get(f"/roster/tree/{area(PART).pk}").content.decode()


@pytest.mark.parametrize(("given", "said"), [
    ({"sure": ""}, "我已核对"), ({"name_2": ""}, "至少两个"), ({"name_2": PART}, "写了两次"),
    ({"name_2": "2号楼"}, "已有“2号楼”"),
    ({f"piece_d{DOORS['101']}": ""}, "每一项都要分到"), ({f"piece_d{DOORS['101']}": "3"}, "每一项都要分到"),
])  # fmt: skip
def test_what_cannot_be_says_why(street, given: dict[str, str], said: str) -> None:
    assert said in split(browser(), **given).content.decode() and not Regrouping.objects.exists()


def test_only_in_the_own_areas_and_only_compounds_and_buildings(street) -> None:
    assert split(browser("neighbour")).status_code == 404
    answer = browser().get(f"/roster/tree/{cast.UPPER}/regroup", follow=True).content.decode()
    assert "只有小区和楼栋可以拆分" in answer
    assert browser().post(f"/roster/tree/{cast.NO_1}/regroup/undo").status_code == 404
    assert "Split or merge" in browser(language="en").get(f"/roster/tree/{cast.NO_1}").content.decode()


def test_a_phone_has_everybody_once_when_a_building_is_split_in_an_open_round(street) -> None:
    """What the round owes stays on the old building, the people live in the new ones: nobody is there twice."""
    now = clock.now()
    _number, key = journals.enrol("split", "phone", (span(cast.ESTATE),), now, now + timedelta(days=1))

    def carried() -> list[tuple[int, int, str | None]]:
        journal = journals.authenticate(key)
        assert journal is not None
        pack = msgspec.json.decode(leaves.encoded(journal, {}, squeeze=False))
        found = [(one["id"], leaf["area"], one.get("name")) for leaf in pack["leaves"] for one in leaf["persons"]]
        assert len(found) == len({id_ for id_, _area, _name in found}) > 5
        return sorted(found)

    before = carried()
    assert split(browser()).status_code == 302
    after = carried()
    assert [(id_, name) for id_, _area, name in after] == [(id_, name) for id_, _area, name in before]
    assert {area for _id, area, _name in after} > {area for _id, area, _name in before} - {cast.NO_1}
