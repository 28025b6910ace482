"""Medicines: who needs what, people of one run bought for together, a bag handed to somebody who is named."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from tests import cast
from tests import desk_street as street
from tests.transfer import HE, LI, LIN, desk, said

pytestmark = pytest.mark.usefixtures("settled")
LIST, RUNS = "/work/medicine", "/medicine-runs"


def put(browser: Client, person: int, items: str, prescription: str = "paper") -> None:
    form = {"subject": f"P{person}", "step": "sure", "f_items": items, "f_prescription": prescription}
    assert "已登记" in said(browser.post(f"{LIST}/new", form, follow=True))


def owed() -> dict[int, Duty]:
    with scoped(EVERYWHERE):
        return {one.subject: one for one in Duty.objects.filter(kind=37)}


def tokens(page: str) -> dict[int, str]:
    return {int(row.split(".")[1]): row for row in re.findall(r'name="row" value="([^"]+)"', page)}


def compose(browser: Client, *people: int, area: int = 0, **more: str) -> str:
    rows = tokens(said(browser.get(f"{RUNS}?area={area or ''}")))
    sent = {"row": [rows[one] for one in people], "f_buyer": "志愿者小周", "f_pharmacy": "社区医院", "area": str(area)}
    return said(browser.post(RUNS, sent | more, follow=True))


def act(browser: Client, person: int, name: str, **filled: str) -> str:
    one = owed()[person]
    row = tokens(said(browser.get(f"{LIST}/1000037/{person}/{one.occasion}")))[person]
    sent = {"act": name, "row": row, "step": "sure"} | {f"f_{key}": value for key, value in filled.items()}
    return said(browser.post(f"{LIST}/act", sent, follow=True))


def test_a_run_from_the_list_to_the_hand_of_somebody_named() -> None:
    browser = desk("request")
    put(browser, LI, "氨氯地平 5mg 2盒\n二甲双胍 0.5g 1盒")
    put(browser, HE, "氨氯地平 5mg 1盒")
    put(browser, LIN, "阿司匹林", "missing")
    page = said(browser.get(RUNS))
    assert "3人等着配药" in page and "还没有处方" in page
    page = compose(browser, LI, HE, area=cast.ESTATE)
    assert "已编成一趟：2人" in page and "3 盒" in page and "志愿者小周" in page and "阿司匹林" not in page
    assert {one: duty.stage for one, duty in owed().items()} == {LI: 1, HE: 1, LIN: 0}
    assert "1人等着配药" in said(browser.get(RUNS))
    act(browser, LI, "bought", lacks="二甲双胍缺货")
    assert "请填写" in act(browser, LI, "handed_over", outcome="family", received_by="")
    assert owed()[LI].stage == 2, "nothing is handed to nobody"
    act(browser, LI, "handed_over", outcome="family", received_by="陈美华")
    one = owed()[LI]
    assert (one.stage, one.outcome, one.value) == (3, 1, 2)
    act(browser, HE, "deferred", reason="not_in_stock", until="2099-04-05T08:00")
    assert owed()[HE].outcome == 0 and verify("owner") == []
    run = re.search(rf'href="({RUNS}/[^"]+)"', said(browser.get(RUNS)))
    assert run
    page = said(browser.get(run[1]))
    assert "二甲双胍缺货" in page and "已送到" in page


def test_nobody_is_put_on_two_runs_and_a_form_that_is_not_whole_writes_nothing() -> None:
    browser = desk("request")
    put(browser, LI, "氨氯地平 5mg 2盒")
    rows = tokens(said(browser.get(RUNS)))
    page = said(browser.post(RUNS, {"row": [rows[LI]], "f_buyer": "", "f_pharmacy": "社区医院"}))
    assert "请填写" in page and owed()[LI].stage == 0
    sent = {"row": [rows[LI]], "f_buyer": "小周", "f_pharmacy": "社区医院"}
    browser.post(RUNS, sent)
    assert owed()[LI].stage == 1
    assert "已有变化" in said(browser.post(RUNS, sent, follow=True)), "the page was older than the run"
    act(browser, LI, "off_run", why="今天不去")
    assert owed()[LI].stage == 0
    assert "请先勾选条目" in said(browser.post(RUNS, sent | {"row": []})) and owed()[LI].stage == 0


def test_other_streets_see_nothing_and_who_may_not_composes_nothing() -> None:
    browser = desk("request")
    put(browser, LI, "氨氯地平 5mg 2盒")
    compose(browser, LI)
    run = re.search(rf'href="({RUNS}/[^"]+)"', said(browser.get(RUNS)))
    assert run
    other = desk("request", street.NEXT_STREET)
    assert "没有人等着配药" in said(other.get(RUNS)) and other.get(run[1]).status_code == 404
    assert desk("planner").get(RUNS).status_code == 403
