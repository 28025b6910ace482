"""What was said of a person is seen wherever he is; a family goes together; a contested result is tested again."""

from __future__ import annotations

import pytest

from bulou.ledger.models import Duty, Standing
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.ledger.vocabulary import Mark
from bulou.places.models import Person
from tests.transfer import HE, LI, MEI, TOLD, bring, desk, do, duty, positive, said

pytestmark = pytest.mark.usefixtures("settled")


def household_of(person: int) -> int:
    with scoped(EVERYWHERE):
        return Person.objects.get(pk=person).household


def live_together(*people: int) -> None:
    with scoped(EVERYWHERE):
        Person.objects.filter(pk__in=people).update(household=household_of(people[0]))


def test_circumstances_are_asked_once_and_seen_on_every_board_and_on_the_person() -> None:
    positive(LI)
    browser = desk()
    page = said(do(browser, "told", LI, **TOLD, f_circumstances=["wheelchair", "pet"], f_companion="邻居照看猫"))
    assert "已登记" in page and "轮椅" in page and "家有宠物需安置" in page
    assert "轮椅" in said(browser.get("/transfers/waiting"))
    assert "轮椅" in said(browser.get(f"/people/{LI}"))
    do(browser, "asked", LI, f_circumstances=["pet"])
    with scoped(EVERYWHERE):
        held = dict(Standing.objects.filter(subject=LI, name__startswith="circumstance.").values_list("name", "value"))
    assert held["circumstance.wheelchair"] == "no" and held["circumstance.pet"] == "yes"
    assert "轮椅" not in said(browser.get("/transfers/waiting"))


def test_the_text_is_read_out_in_both_languages_and_who_told_when_stays_on_record() -> None:
    positive(LI)
    browser = desk()
    row = (
        said(browser.get(f"/work/disposition/{duty(LI).campaign}/{LI}/0")).split('name="row" value="')[1].split('"')[0]
    )
    page = said(browser.get(f"/work/disposition/act?act=told&row={row}"))
    assert "您的核酸复核结果为阳性" in page and "Your individual PCR test is positive" in page
    page = said(do(browser, "told", LI, f_by="张敏", f_language="english"))
    assert "张敏" in page and "英语" in page


def test_a_family_is_split_only_with_a_reason() -> None:
    live_together(LI, MEI)
    positive(LI, MEI)
    browser = desk()
    for person in (LI, MEI):
        do(browser, "told", person, **TOLD)
    assert "已登记" in said(do(browser, "placed", LI, f_destination="facility", f_facility="国展方舟"))
    page = said(do(browser, "placed", MEI, f_destination="facility", f_facility="另一处"))
    assert "同户的人去了不同的地方" in page and duty(MEI).stage == 1, page
    english = said(do(desk(language="en"), "placed", MEI, f_destination="hospital", f_facility="Central"))
    assert "Members of one household go to different places" in english
    assert "已登记" in said(
        do(browser, "placed", MEI, f_destination="hospital", f_facility="中心医院", f_apart="medical")
    )
    assert [found.en for found in verify("owner")] == []


def test_a_contested_result_opens_a_single_swab_and_nobody_is_fetched_meanwhile() -> None:
    positive(HE)
    browser = desk()
    bring(browser, HE, "placed")
    assert "已登记" in said(do(browser, "contested", HE, f_why="自测两次阴性", f_explained="王医生"))
    with scoped(EVERYWHERE):
        (swab,) = Duty.objects.filter(kind=4, subject=HE)
    assert swab.stage == 0 and duty(HE).mark == Mark.REFUSED and duty(HE).reason == "contested"
    assert "拒绝或有异议" in said(do(browser, "collected", HE, f_vehicle="沪A12345"))
    assert duty(HE).stage == 2
    assert "已登记" in said(do(browser, "talked", HE, f_way="doctor", f_talked_by="王医生", f_outcome="同意"))
    do(browser, "reopened", HE, f_reason="复检仍为阳性")
    bring_on = do(browser, "collected", HE, f_vehicle="沪A12345")
    assert "已登记" in said(bring_on) and duty(HE).stage == 3
    assert [found.en for found in verify("owner")] == []
