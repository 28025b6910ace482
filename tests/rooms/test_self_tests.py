"""A self-test day: everybody of an area owes a test, whatever way it is reported does it, a positive is rechecked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bulou.ledger import clock, intake, journals
from bulou.ledger.models import Campaign, Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.self_test import following
from bulou.rounds.self_test.kind import PROGRAMME, RECHECK, SELF_TEST
from tests import cast
from tests.builders import Pen
from tests.transfer import LI, MEI, desk, said

pytestmark = pytest.mark.usefixtures("settled")
LIST = "/work/self_test"


def begin(browser: Client) -> int:
    """Open a self-test over the estate; return the number of its campaign."""
    form = {"step": "form", "area": cast.ESTATE, "name": "清明自检", "f_whom": "all"}
    page = said(browser.post(f"{LIST}/cover", form))
    n = re.search(r'name="n" value="(\d+)"', page)
    assert n, page
    assert "已开始：清明自检" in said(browser.post(f"{LIST}/cover", form | {"step": "sure", "n": n[1]}, follow=True))
    with scoped(EVERYWHERE):
        return Campaign.objects.get(name="清明自检").id


def owed(kind: int = SELF_TEST.code) -> dict[int, Duty]:
    with scoped(EVERYWHERE):
        return {one.subject: one for one in Duty.objects.filter(kind=kind)}


def report(person: int, value: str, minutes: int = 1, area: int = cast.NO_1) -> None:
    at = clock.now() + timedelta(minutes=minutes)
    said_ = [("antigen.reported", at, area, {"person": person, "value": value})]
    assert [one.status for one in journals.append(journals.of_house("page"), said_, at)] == ["kept"]


def follow() -> int:
    return following.follow(clock.now() + timedelta(minutes=30))


def test_a_report_does_the_duty_whatever_way_it_came() -> None:
    begin(desk("committee", cast.UPPER))
    report(LI, "negative")
    assert follow() == 1 and follow() == 0, "done again it writes nothing"
    duty = owed()[LI]
    assert (duty.outcome, duty.stage, duty.value) == (1, 1, 1)
    assert owed()[MEI].outcome == 0 and verify("owner") == []


def test_a_report_of_before_the_day_does_nothing() -> None:
    report(LI, "negative", minutes=-60)
    begin(desk("committee", cast.UPPER))
    assert follow() == 0 and owed()[LI].outcome == 0


def test_a_test_that_shows_nothing_is_no_report() -> None:
    begin(desk("committee", cast.UPPER))
    report(LI, "invalid")
    assert follow() == 0 and owed()[LI].outcome == 0


def test_a_positive_is_owed_one_recheck_and_its_result_leads_on() -> None:
    browser = desk("committee", cast.UPPER)
    begin(browser)
    report(LI, "positive")
    assert follow() == 2 and follow() == 0
    (recheck,) = owed(RECHECK.code).values()
    assert (recheck.subject, recheck.campaign, recheck.outcome) == (LI, PROGRAMME.id, 0)
    named = desk("command", cast.DISTRICT)
    for act, filled in (("sampled", {"f_tube": "T9"}), ("resulted", {"f_value": "positive"})):
        row = re.search(r'name="row" value="([^"]+)"', said(named.get("/work/recheck")))
        assert row
        said(named.post("/work/recheck/act", {"act": act, "row": row[1], "step": "sure", **filled}, follow=True))
    assert owed(5)[LI].outcome == 0, "a disposition is owed"
    assert follow() == 0 and verify("owner") == []
    # A second positive test of somebody who is known to be positive asks for nothing.
    report(LI, "positive", minutes=40)
    assert following.follow(clock.now() + timedelta(minutes=60)) == 0


def test_who_has_not_reported_is_seen_and_can_be_recorded_by_hand() -> None:
    browser = desk("committee", cast.UPPER)
    begin(browser)
    page = said(browser.get(LIST))
    row = re.search(rf'name="row" value="(\d+\.{LI}\.[^"]*)"', page)
    assert row and "未报告" in page
    sent = {"act": "reported", "row": row[1], "step": "sure", "f_value": "positive"}
    assert "已登记" in said(browser.post(f"{LIST}/act", sent, follow=True))
    assert owed()[LI].value == 2
    assert follow() == 1, "a test at the desk stands like any other"
    assert LI in owed(RECHECK.code)


def test_no_phone_and_no_committee_says_what_a_laboratory_found() -> None:
    begin(desk("committee", cast.UPPER))
    report(LI, "positive")
    follow()
    (recheck,) = owed(RECHECK.code).values()
    pen = Pen(cast.LAO)
    body = {"campaign": PROGRAMME.id, "subjects": [LI], "occasion": recheck.occasion, "value": "positive"}
    (receipt,) = intake.post([pen.write("recheck.resulted", 600, area=cast.NO_1, **body)], cast.minute(600))
    assert receipt.status == "refused"
    named = desk("command", cast.DISTRICT)
    row = re.search(r'name="row" value="([^"]+)"', said(named.get("/work/recheck")))
    assert row
    said(named.post("/work/recheck/act", {"act": "sampled", "row": row[1], "step": "sure"}, follow=True))
    row = re.search(r'name="row" value="([^"]+)"', said(named.get("/work/recheck")))
    assert row
    sent = {"act": "resulted", "row": row[1], "step": "sure", "f_value": "positive"}
    desk("committee", cast.UPPER).post("/work/recheck/act", sent, follow=True)
    assert LI not in owed(5) and verify("owner") == []
