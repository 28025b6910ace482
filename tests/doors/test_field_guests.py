"""Who was handed over to here and lives elsewhere comes to the phone with name and door, from the acceptance on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bulou.field import openapi
from bulou.ledger import journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions as places
from bulou.rounds.actions import open_round
from tests.doors.field_door import NOW, Device, Door, enrolled

HERE, NEXT = area_id(1, 1), area_id(1, 2)
HOUSE, THERE = area_id(1, 1, 1, 1, 1), area_id(1, 2, 1, 1, 4)
ROUND = 9_101
WANG, ZHAO, SISTER, QIAN = 11, 12, 13, 14


@pytest.fixture(scope="module")
def desks(door: Door) -> dict[int, int]:
    """Two streets, one round over both; the journals of the streets' desks, and of the district's (0)."""
    at = NOW - timedelta(hours=2)
    named = {area_id(1): "试验区", HERE: "梅溪镇", area_id(1, 1, 1): "一居委", area_id(1, 1, 1, 1): "梅溪新村",
             HOUSE: "1号楼", NEXT: "桥东镇", area_id(1, 2, 1): "二居委", area_id(1, 2, 1, 1): "桥东公寓",
             THERE: "4号楼"}  # fmt: skip
    places.load_town(
        [{"id": id_, "name": name} for id_, name in named.items()],
        {"id": [21, 22, 23], "area": [HOUSE, THERE, THERE], "stairwell": [1, 2, 2], "floor": [1, 6, 7],
         "door": ["101", "602", "702"]},
        {"id": [WANG, ZHAO, SISTER, QIAN], "household": [21, 22, 22, 23],
         "name": ["王试安", "赵试远", "赵试近", "钱试别"], "birth_year": [1980, 1990, 1992, 1960],
         "phone": [None, "00012345678", None, None], "needs": [[], ["bedridden", "dialysis"], [], []]},
        at,
        "名册",
    )  # fmt: skip
    whole, _ = journals.enrol("区", "desk", EVERYWHERE, at - timedelta(hours=1), NOW + timedelta(days=1))
    open_round(ROUND, "第一轮", area_id(1), whole, at, at)
    ends = at - timedelta(hours=1), NOW + timedelta(days=1)
    return {0: whole} | {street: journals.enrol("街", "desk", (span(street),), *ends)[0] for street in (HERE, NEXT)}


def said(desk: int, kind: str, area: int, minute: int, **body: Any) -> int:
    """Say something as a desk does; return its number."""
    with scoped(EVERYWHERE):
        told = NOW - timedelta(hours=1) + timedelta(minutes=minute)
        (receipt,) = journals.append(desk, [(kind, told, area, body)], NOW)
    assert receipt.status == "kept", receipt
    return receipt.number


def fetched(door: Door, device: Device, have: dict[str, str] | None = None) -> dict[str, Any]:
    reply = door.client.post("/field/pack", json={"have": have or {}}, headers=device.headers)
    msgspec.json.decode(reply.content, type=openapi.LeavesPack)
    return reply.json()


def flat(door: Door, device: Device) -> dict[str, Any]:
    reply = door.get("/field/pack", headers=device.headers)
    msgspec.json.decode(reply.content, type=openapi.Pack)
    return reply.json()


def names(told: Any) -> set[str]:
    return {name for name in ("王试安", "赵试远", "赵试近", "钱试别") if name in json.dumps(told, ensure_ascii=False)}


def an_accepted_person_comes_with_name_and_door_and_nobody_else_does(door: Door, desks: dict[int, int]) -> None:
    phone = enrolled(door, "phone", ranges=(span(HERE),))
    word = {"campaign": ROUND, "duty": "swab", "subjects": [ZHAO]}
    offer = said(desks[NEXT], "duty.offered", THERE, 1, **word, to_area=HOUSE)
    before = fetched(door, phone)
    assert names(before) == names(flat(door, phone)) == {"王试安"}
    said(desks[HERE], "duty.accepted", HOUSE, 2, **word, offer_journal=desks[NEXT], offer_number=offer)
    (leaf,) = fetched(door, phone, {str(one["area"]): one["digest"] for one in before["leaves"]})["leaves"]
    assert leaf["area"] == HOUSE
    come = next(one for one in leaf["persons"] if one["id"] == ZHAO)
    assert (come["name"], come["household"], come["team_needed"], come["watch"]) == ("赵试远", 22, True, True)
    assert [(one["campaign"], one["kind"], one["outcome"]) for one in come["duties"]] == [(ROUND, "swab", 0)]
    assert leaf["households"] == [
        {"id": 21, "stairwell": "1", "floor": 1, "door": "101"},
        {"id": 22, "stairwell": "2", "floor": 6, "door": "602", "area": THERE},
    ]
    whole = fetched(door, phone)
    assert {one["id"]: one["name"] for one in whole["areas"]}[THERE] == "4号楼"
    assert {"桥东公寓", "桥东镇"} <= {one["name"] for one in whole["areas"]}
    assert names(whole) == {"王试安", "赵试远"}
    assert "00012345678" not in json.dumps(whole)


def the_pack_of_older_devices_has_no_duty_without_a_person(door: Door, desks: dict[int, int]) -> None:
    phone = enrolled(door, "phone", ranges=(span(HERE),))
    word = {"campaign": ROUND, "duty": "swab", "subjects": [SISTER]}
    offer = said(desks[NEXT], "duty.offered", THERE, 3, **word, to_area=HOUSE)
    said(desks[HERE], "duty.accepted", HOUSE, 4, **word, offer_journal=desks[NEXT], offer_number=offer)
    told = flat(door, phone)
    people = {one["id"]: one for one in told["persons"]}
    assert {one["subject"] for one in told["duties"] if one["kind"] == "swab"} <= people.keys()
    assert (people[SISTER]["name"], people[SISTER]["area"]) == ("赵试近", THERE)
    assert people[SISTER]["household"] in {one["id"] for one in told["households"]}
    assert {THERE, area_id(1, 2, 1, 1)} <= {one["id"] for one in told["areas"]}


def one_who_must_not_be_approached_is_so_for_the_receiver_too(door: Door, desks: dict[int, int]) -> None:
    phone = enrolled(door, "phone", ranges=(span(HERE),))
    word = {"campaign": ROUND, "duty": "swab", "subjects": [QIAN]}
    offer = said(desks[NEXT], "duty.offered", THERE, 5, **word, to_area=HOUSE)
    said(desks[HERE], "duty.accepted", HOUSE, 6, **word, offer_journal=desks[NEXT], offer_number=offer)
    found = {"subject_kind": 1, "subject": QIAN, "name": "infection", "value": "positive", "reason": "实验室"}
    said(desks[0], "standing.set", THERE, 7, **found)
    come = {one["id"]: one for leaf in fetched(door, phone)["leaves"] for one in leaf["persons"]}
    assert come[QIAN]["keep_away"] and not come[WANG]["keep_away"]


def the_sender_has_her_without_a_duty(door: Door, desks: dict[int, int]) -> None:
    phone = enrolled(door, "phone", ranges=(span(NEXT),))
    told = {one["id"]: one for leaf in fetched(door, phone)["leaves"] for one in leaf["persons"]}
    assert (told[ZHAO]["name"], told[ZHAO]["duties"]) == ("赵试远", [])


def test_from_the_acceptance_on_the_receiver_has_them_and_the_sender_has_not(door: Door, desks: dict[int, int]) -> None:
    """One day of two streets, in its order."""
    an_accepted_person_comes_with_name_and_door_and_nobody_else_does(door, desks)
    the_pack_of_older_devices_has_no_duty_without_a_person(door, desks)
    one_who_must_not_be_approached_is_so_for_the_receiver_too(door, desks)
    the_sender_has_her_without_a_duty(door, desks)
