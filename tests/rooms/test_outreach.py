"""Calls to households: on the list with the reason, tried, reached with the outcome; no answer stays open."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from bulou.ledger import journals
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.relief.calls import proposed as proposing
from tests import cast
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
HOME = cast.HOUSEHOLDS[0].id
NEW, LIST = "/work/outreach/new", "/work/outreach"


def put(browser: Client, why: str = "elderly_alone") -> str:
    return said(browser.post(NEW, {"subject": f"H{HOME}", "step": "sure", "f_why": why, "f_note": "问药"}, follow=True))


def duty() -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=35)


def act(browser: Client, name: str, **filled: str) -> str:
    row = re.search(r'name="row" value="([^"]+)"', said(browser.get(LIST + "?state=all")))
    assert row
    sent = {"act": name, "row": row[1], "step": "sure"} | {f"f_{key}": value for key, value in filled.items()}
    return said(browser.post(f"{LIST}/act", sent, follow=True))


def test_a_household_is_put_on_the_list_with_the_reason_and_the_call_ends_with_what_was_said() -> None:
    browser = desk("request")
    put(browser)
    one = duty()
    assert (one.subject, one.stage, one.outcome, one.variant) == (HOME, 0, 0, 2)
    assert "高龄独居，需要问候" in said(browser.get(LIST))
    act(browser, "deferred", reason="no_answer")
    assert duty().outcome == 0, "who did not answer is called again"
    act(browser, "reached", outcome="needs", spoke="李老伯", said="降压药只剩两天")
    one = duty()
    assert (one.stage, one.outcome, one.value) == (1, 1, 2) and verify("owner") == []


def test_a_household_stands_on_the_list_once() -> None:
    browser = desk("request")
    put(browser)
    page = put(browser, "long_closed")
    with scoped(EVERYWHERE):
        assert Duty.objects.filter(kind=35).count() == 1
    assert "已登记“列入问需名单”" not in page and duty().variant == 2


def test_who_may_not_write_puts_nobody_on_the_list() -> None:
    assert desk("planner").get(NEW).status_code == 403
    put(desk("facility"))
    with scoped(EVERYWHERE):
        assert not Duty.objects.filter(kind=35).exists()


def proposed() -> list[tuple[int, bool, bool, int, int | None]]:
    with scoped(EVERYWHERE):
        found = proposing.proposed(cast.ESTATE, cast.minute(60 * 24 * 10))
    return [(one.household, one.old, one.alone, one.asked, one.closed) for one in found]


def test_who_is_called_first_follows_the_declared_order_with_its_reasons() -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 16, birth_year = 1935 WHERE id = 501")
        cursor.execute("UPDATE places_person SET needs = 16, birth_year = 1945 WHERE id = 505")
    browser = desk("request")
    ask = {"subject": "H47", "step": "sure", "f_need": "food", "f_what": "米", "f_asker": "何平", "f_channel": "door"}
    said(browser.post("/work/request/new", ask, follow=True))
    assert proposed() == [
        (41, True, True, 0, None), (43, False, True, 0, None), (47, False, False, 1, None),
    ]  # fmt: skip
    page = said(browser.get(LIST))
    assert "建议先联系" in page and "80岁以上独居" in page and "1件求助未办完" in page and "没有联系记录" in page
    assert "王桂芳" not in page, "reasons, and no names"
    assert "/work/outreach/new?subject=" in page
    reader = said(desk("inspector").get(LIST))
    assert "建议先联系" in reader and "/work/outreach/new?subject=" not in reader, "who only reads sees no button"
    put(browser)
    assert HOME not in [one[0] for one in proposed()], "who is on the list is proposed no more"


def test_who_is_closed_the_longest_comes_before_all_else() -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 16, birth_year = 1935 WHERE id IN (501, 510)")
    house, decided = journals.of_house("zones"), cast.minute(30)
    for area, level, at in ((cast.ESTATE, "control", decided), (cast.NO_2, "lockdown", cast.minute(-60 * 48))):
        body = {"level": level, "basis": "other", "reason": "x", "review": cast.minute(60 * 24 * 30).isoformat()}
        assert [one.status for one in journals.append(house, [("zone.decided", at, area, body)], decided)] == ["kept"]
    assert [(one[0], one[4]) for one in proposed()] == [(45, 12), (41, 9)]


def test_a_whole_district_is_asked_to_choose() -> None:
    assert "选择街镇或更小的区域" in said(desk("request", cast.DISTRICT).get(LIST))
