"""The boards of transfers at the desk: who waits and why, a plan of trips, sent to vehicles and taken back."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core import signing
from django.test import Client
from openpyxl import load_workbook

from bulou.command.transport import trips
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.ledger.vocabulary import Subject
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds
from tests import cast
from tests.transfer import HE, LI, MEI, PLACED, bring, desk, do, duty, entries, needs, positive, said

pytestmark = pytest.mark.usefixtures("settled")
WAITING, TRIPS = "/transfers/waiting", "/transfers/trips"


def register(beds: int = 50, seats: int = 6, kind: str = "van") -> tuple[int, int]:
    """Put a vehicle and a facility on the register; return their numbers."""
    kinds = unit_kinds()
    with scoped(EVERYWHERE):
        car, site = units.add(
            [
                Unit(0, kinds["vehicle"].code, cast.STREET, "沪A12345", attributes={"type": kind, "seats": seats}),
                Unit(0, kinds["facility"].code, cast.STREET, "国展方舟",
                     attributes={"purpose": "isolation", "beds": beds}),
            ],
            "x", cast.DAWN,
        )  # fmt: skip
    return car, site


def planned(browser: Client, *cars: int) -> str:
    return said(browser.post(TRIPS, {"hours": "4", "cleaning": "30", "car": [str(car) for car in cars]}))


def token(page: str) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_waiting_board_has_danger_first_and_the_act_that_moves_each_one_on() -> None:
    positive(LI, MEI, HE)
    needs(HE)
    browser = desk()
    bring(browser, MEI, "placed")
    page = said(browser.get(WAITING))
    assert page.index(f"P{HE}") < page.index(f"P{LI}")
    assert "透析" in page and "还没有告知本人" in page and "还没有派车" in page and "没有指定" in page
    assert re.search(rf"act=told&row=\d+\.{LI}\.", page) and re.search(rf"act=given&row=\d+\.{MEI}\.", page)
    only = said(browser.get(f"{WAITING}?stage=placed"))
    assert f"P{MEI}" in only and f"P{LI}" not in only
    form = re.search(rf'href="(/work/disposition/act\?act=told&[^"]*row=\d+\.{LI}[^"]*)"', page)
    assert form and "告知" in said(browser.get(form[1]))
    book = [*load_workbook(BytesIO(desk("command", cast.DISTRICT).get(f"{WAITING}?as=xlsx").content)).active.values]
    assert any("还没有派车" in row for row in book)


def test_nobody_waits_and_the_board_says_so() -> None:
    assert "没有人在等待转运" in said(desk().get(WAITING))
    page = said(desk().get(TRIPS))
    assert "还没有登记能载人的车辆" in page


def test_a_plan_is_made_sent_to_the_vehicle_and_taken_back() -> None:
    positive(LI, MEI, HE)
    browser = desk()
    for person in (LI, MEI):
        bring(browser, person, "placed")
    car, _site = register()
    page = said(browser.get(TRIPS))
    assert "可以派车的人" in page and "还没有落实去处" in page, "one of three has no destination"
    page = planned(browser, car)
    assert "第 1 趟，2 人" in page and "送到 国展方舟" in page and "还没有发出" in page
    assert duty(LI).given is None, "a plan alone changes nothing"
    page = said(browser.post(f"{TRIPS}/send", {"plan": token(page)}, follow=True))
    assert "已派车：2 人" in page
    for person in (LI, MEI):
        one = duty(person)
        assert (one.given_kind, one.given) == (Subject.UNIT, car) and one.due_at and one.due_at > clock.now()
    assert duty(HE).given is None
    assert "等沪A12345来接" in said(browser.get(WAITING))
    done = re.search(r'name="done" value="([\d.]+)"', said(browser.get(TRIPS)))
    assert done
    assert "已撤销派车" in said(browser.post(f"{TRIPS}/undo", {"done": done[1]}, follow=True))
    assert duty(LI).given is None and duty(MEI).due_at is None
    assert "可以派车的人" in said(browser.get(TRIPS))


def test_what_has_changed_since_the_plan_sends_nobody() -> None:
    positive(LI, MEI)
    browser = desk()
    for person in (LI, MEI):
        bring(browser, person, "placed")
    car, _site = register()
    page = planned(browser, car)
    do(browser, "collected", MEI, f_car="沪A12345")
    page = said(browser.post(f"{TRIPS}/send", {"plan": token(page)}, follow=True))
    assert "没有派出任何车辆" in page and duty(LI).given is None and not entries("duty.given")
    assert "方案已超过半小时或不完整" in said(browser.post(f"{TRIPS}/send", {"plan": "x"}, follow=True))
    other = signing.dumps({"user": 0, "trips": []}, salt=trips.SALT)
    assert "不完整" in said(browser.post(f"{TRIPS}/send", {"plan": other}, follow=True))


def test_who_cannot_be_fetched_is_named_with_the_reason() -> None:
    positive(LI, HE)
    browser = desk()
    for person in (LI, HE):
        bring(browser, person, "placed")
    car, _site = register(beds=1)
    page = planned(browser, car)
    assert "这次接不了的人" in page and "能接收的地方没有空床" in page and "第 1 趟，1 人" in page
    assert "请至少选择一辆车" in planned(browser)


def test_a_facility_that_was_not_named_is_filled_in_and_taken_back_with_the_trip() -> None:
    positive(LI)
    browser = desk()
    do(browser, "told", LI, f_by="张敏", f_language="mandarin")
    do(browser, "placed", LI, **(PLACED | {"f_facility": "待定"}))
    car, _site = register()
    assert "已派车：1 人" in said(browser.post(f"{TRIPS}/send", {"plan": token(planned(browser, car))}, follow=True))
    assert "国展方舟" in said(browser.get(f"/work/disposition/{cast.ROUND}/{LI}/0"))
    done = re.search(r'name="done" value="([\d.]+)"', said(browser.get(TRIPS)))
    assert done
    browser.post(f"{TRIPS}/undo", {"done": done[1]})
    assert duty(LI).given is None and "待定" in said(browser.get(f"/work/disposition/{cast.ROUND}/{LI}/0"))


def test_who_may_not_dispose_sends_nothing_and_who_may_not_see_names_sees_none() -> None:
    positive(LI)
    bring(desk(), LI, "placed")
    browser = desk("planner")
    assert browser.post(f"{TRIPS}/send", {"plan": "x"}).status_code == 403
    page = said(desk("transfer", cast.LOWER).get(WAITING))
    assert f"P{LI}" not in page, "another area's people are not on the board"


def place(browser: Client, person: int) -> None:
    """Tell somebody, and choose the facility from the register."""
    do(browser, "told", person, f_by="张敏", f_language="mandarin")
    assert "已登记" in said(
        do(browser, "placed", person, f_destination="facility", f_site="国展方舟", f_apart="no_beds")
    )


def test_what_has_not_left_is_planned_anew_with_who_came_since_and_what_has_begun_stays() -> None:
    positive(LI, MEI, HE)
    browser = desk()
    assert "没有可以重排的人" in said(browser.get(f"{TRIPS}/again"))
    bring(browser, LI, "placed")
    car, _site = register(seats=6)
    browser.post(f"{TRIPS}/send", {"plan": token(planned(browser, car))})
    first = duty(LI)
    place(browser, MEI)
    page = said(browser.get(f"{TRIPS}/again"))
    assert "车次已开始、不动的人" in page and "新排上" in page and "陈美华" in page
    assert "李建国" not in page, "his vehicle leaves within half an hour: he stays where he is"
    assert "已派车：1 人" in said(browser.post(f"{TRIPS}/send", {"plan": token(page)}, follow=True))
    assert duty(MEI).given == car and duty(LI).due_at == first.due_at


def test_a_trip_that_is_far_ahead_is_moved_as_a_whole_and_undone_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulou.command.transport.again.LEAD", -3600.0)
    positive(LI, MEI, HE)
    browser = desk()
    for person in (LI, MEI):
        bring(browser, person, "placed")
    car, _site = register(seats=6)
    browser.post(f"{TRIPS}/send", {"plan": token(planned(browser, car))})
    before = {person: duty(person).due_at for person in (LI, MEI)}
    do(browser, "refused", LI, f_reason="transport_refused")
    place(browser, HE)
    page = said(browser.get(f"{TRIPS}/again"))
    assert "这次接不了" in page and "拒绝或有异议" in page and "新排上" in page
    assert "已派车" in said(browser.post(f"{TRIPS}/send", {"plan": token(page)}, follow=True))
    assert not duty(LI).given and duty(MEI).given == duty(HE).given == car
    done = re.search(r'name="done" value="([\d.]+)"', said(browser.get(TRIPS)))
    assert done
    assert "已撤销派车" in said(browser.post(f"{TRIPS}/undo", {"done": done[1]}, follow=True))
    assert duty(LI).given == car and duty(HE).given is None and duty(MEI).due_at == before[MEI]
    assert [found.en for found in verify("owner")] == []
