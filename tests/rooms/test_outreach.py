"""Calls to households: on the list with the reason, tried, reached with the outcome; no answer stays open."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
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
