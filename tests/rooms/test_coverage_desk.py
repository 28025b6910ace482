"""The coverage check at the desk: drawn, given to others, answered, projected, and what was wrong put right."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
from django.test import Client
from openpyxl import load_workbook

from bulou.field import actions as field
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.rounds.coverage_check import reads
from bulou.rounds.coverage_check.models import Draw, Drawn
from bulou.rounds.coverage_check.rules import drawn
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
PAGE = street.url(cast.STREET, "/coverage")
NOW = cast.minute(200)
FORM = {"act": "draw", "half_width": "20", "seed": "42", "due": "2022-04-05T12:00"}
LI, MEI, ZHOU, GUI, DING = (cast.PERSONS[name].id for name in ("li", "mei", "zhou", "gui", "ding"))
LIST = "/work/revisit"


@pytest.fixture(autouse=True)
def noon():
    with patch.object(clock, "now", return_value=NOW):
        yield


@pytest.fixture
def browser() -> Client:
    """The street's desk, where three were sampled, one next door, and one is excused."""
    pen, bridge = Pen(cast.AYI), Pen(cast.QIAO, area=cast.BRIDGE)
    street.post(
        pen.sealed(50, cast.TUBES["T1"], LI, MEI, ZHOU), pen.excused(60, GUI),
        bridge.sealed(50, cast.TUBES["T2"], DING),
    )  # fmt: skip
    return desk("street")


def phone(role: str, area: int) -> int:
    with scoped(EVERYWHERE):
        token = field.offer_enrolment(role, "phone", (span(area),), NOW + timedelta(days=3), "desk", NOW, role=role)
    return field.enrol(token, NOW).journal


def do(browser: Client, **sent: str) -> str:
    return said(browser.post(f"{PAGE}/act", FORM | sent, follow=True))


def revisits() -> dict[int, Duty]:
    with scoped(EVERYWHERE):
        return {one.subject: one for one in Duty.objects.filter(kind=51)}


def newest() -> reads.Estimate:
    with scoped(EVERYWHERE):
        return reads.estimate(Draw.objects.latest("id"))


def answer(browser: Client, act: str, person: int, **filled: str) -> str:
    page = said(browser.get(f"{LIST}/1000051/{person}/{cast.ROUND}"))
    row = re.search(r'name="row" value="([^"]+)"', page)
    assert row, page
    sent = {"act": act, "row": row[1], "step": "sure", "from": "sheet"} | {f"f_{name}": v for name, v in filled.items()}
    return said(browser.post(f"{LIST}/act", sent, follow=True))


def test_before_anything_is_done_there_is_nothing_to_draw() -> None:
    page = said(desk("street").get(PAGE))
    assert "这个区域在本轮还没有抽查" in page and "无从抽查" in page
    assert "无从抽查" in do(desk("street"))


def test_a_sample_is_drawn_by_seed_and_given_to_others(browser: Client) -> None:
    inspector, neighbour = phone("inspector", cast.STREET), phone("volunteer", cast.LOWER)
    page = do(browser)
    assert "已抽样，其中5人已交给别的队伍的手机" in page
    there = revisits()
    assert set(there) == {LI, MEI, ZHOU, GUI, DING}
    assert {one.given for one in there.values()} <= {inspector, neighbour}, "and not to whoever reported of them"
    assert there[DING].given == inspector, "the neighbour's team is of the same neighbourhood"
    assert {there[LI].variant, there[GUI].variant} == {1, 2} and there[LI].due_at > NOW
    with scoped(EVERYWHERE):
        assert Drawn.objects.count() == 5 and Draw.objects.get().seed == 42
    assert [d.en for d in verify("default")] == []


def test_the_database_draws_as_the_rule_does(browser: Client) -> None:
    with scoped(EVERYWHERE):
        there = reads.population(cast.ROUND, cast.STREET)
        sampled = next(one for one in there.strata if (one.area, one.kind) == (cast.UPPER, "sampled"))
        for seed in (1, 42, 999_999):
            found = reads.draw(cast.ROUND, cast.STREET, {sampled: 2}, seed)
            assert {row[0] for row in found} == set(drawn(seed, (LI, MEI, ZHOU), 2))
    assert there.counts == {"present": 22, "covered": 4, "excused": 1}


def test_without_a_phone_of_others_the_page_says_so_and_gives_later(browser: Client) -> None:
    assert "5 人还没有合适的手机" in do(browser)
    with scoped(EVERYWHERE):
        draw = str(Draw.objects.get().pk)
    assert "没有合适的手机" in do(browser, act="give", draw=draw)
    phone("inspector", cast.STREET)
    assert "已交给手机：5人" in do(browser, act="give", draw=draw)
    assert "没有这次抽样" in do(browser, act="give", draw="99")


def test_what_cannot_be_drawn_comes_back_as_a_sentence(browser: Client) -> None:
    assert "精度须在" in do(browser, half_width="0")
    assert "种子须是" in do(browser, seed="abc")
    assert "期限须晚于现在" in do(browser, due="2022-04-03T12:00")
    assert "请填写期限" in do(browser, due="")
    assert desk("committee", cast.STREET).post(f"{PAGE}/act", FORM).status_code == 403
    assert revisits() == {}


def test_answers_make_the_estimate_beside_the_ledgers_figure(browser: Client) -> None:
    phone("inspector", cast.STREET)
    do(browser)
    assert newest().true is None
    for person in (LI, ZHOU, DING):
        answer(browser, "confirmed", person)
    assert "待处理" in answer(browser, "wrong", MEI, found="not_sampled", what="本人说当天没下楼")
    assert "待处理" in answer(browser, "wrong", GUI, found="excuse_not_true", what="在家")
    found = newest()
    assert found.sampled and found.sampled.estimate == pytest.approx(0.75)
    assert found.true and found.true.per_mille == (130, 130, 131), "3 of 22 and who is not excused; all were asked"
    assert found.ledger == 181
    page = said(browser.get(PAGE))
    assert "13.0%–13.1%" in page and "18.1%" in page and "2 人与记录不符" in page
    board = said(browser.get(street.url(cast.STREET)))
    assert "真实覆盖率（抽查）" in board and "13.0%" in board
    book = load_workbook(BytesIO(browser.get(f"{PAGE}?as=xlsx").content)).active
    assert "13.0%（13.0%–13.1%）" in {cell.value for row in book.iter_rows() for cell in row}


def test_what_is_wrong_is_put_right_by_a_person(browser: Client) -> None:
    phone("inspector", cast.STREET)
    do(browser)
    answer(browser, "wrong", MEI, found="not_sampled", what="没下楼")
    answer(browser, "wrong", GUI, found="excuse_not_true", what="在家")
    answer(browser, "wrong", LI, found="not_sampled", what="记不清")
    now = said(browser.get("/now"))
    assert "覆盖率抽查" in now
    assert "请选“补采单管”" in answer(browser, "reopen", MEI)
    answer(browser, "resample", MEI)
    answer(browser, "reopen", GUI)
    answer(browser, "upheld", LI, outcome="upheld", why="随申码有采样记录")
    with scoped(EVERYWHERE):
        retest = Duty.objects.get(kind=4, subject=MEI)
        assert (retest.campaign, retest.outcome, retest.area) == (cast.ROUND, 0, cast.NO_1)
        swab = Duty.objects.get(kind=1, subject=GUI)
        assert (swab.outcome, swab.mark) == (0, 0), "the swab is open again"
    there = revisits()
    assert all(there[person].outcome == 1 for person in (MEI, GUI, LI))
    strata = {(one.area, one.kind): (one.right, one.wrong, one.unreached) for one in newest().strata}
    assert strata[cast.UPPER, "sampled"] == (1, 1, 1) and strata[cast.UPPER, "excused"] == (0, 1, 0)
    assert [d.en for d in verify("default")] == []


def test_a_second_draw_of_a_round_keeps_what_was_found(browser: Client) -> None:
    phone("inspector", cast.STREET)
    do(browser)
    answer(browser, "confirmed", LI)
    do(browser, seed="43")
    assert revisits()[LI].outcome == 1 and sum(one.right for one in newest().strata) == 1
    page = said(browser.get(PAGE))
    assert "各次抽样" in page and ">43<" in page


def test_another_street_sees_nothing_of_it(browser: Client) -> None:
    do(browser)
    stranger = desk("street", street.NEXT_STREET)
    assert stranger.get(PAGE).status_code == stranger.post(f"{PAGE}/act", FORM).status_code == 404
    assert "还没有抽查" in said(stranger.get(street.url(street.NEXT_STREET, "/coverage")))
