"""The list of transfers: its order, filters and pages, who sees names, what leaves as a file."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from bulou.command.work import reads
from bulou.command.work.reads import After, Asked
from bulou.ledger import clock
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import LookUp
from bulou.ui.room import works
from tests import cast, transfer
from tests.transfer import HE, LI, LIN, LIST, MEI, bring, desk, do, said, sheet

pytestmark = pytest.mark.usefixtures("db")
STREET = (span(cast.STREET),)


@pytest.fixture
def browser() -> Client:
    transfer.settle()
    return desk()


def order(minute: float) -> list[int]:
    with scoped(STREET):
        found, _more = reads.listed(works()["disposition"], STREET, Asked(), cast.minute(minute))
    return [row.subject for row in found]


def test_danger_then_late_then_the_longest_wait(browser: Client) -> None:
    transfer.needs(HE)
    assert order(100) == [HE, LI, MEI, LIN], "nobody is late: who waits longest comes first"
    assert order(60 + 121) == [HE, LI, MEI, LIN]
    with scoped(STREET):
        found, _ = reads.listed(works()["disposition"], STREET, Asked(), cast.minute(181.5))
    assert [int(row.grade) for row in found] == [0, 1, 1, 2]


def test_a_page_goes_on_where_the_one_before_ended(browser: Client) -> None:
    """As things stood when the first one was read, and nobody twice or never."""
    work, at = works()["disposition"], cast.minute(181)
    seen, after = [], None
    with scoped(STREET):
        for _page in range(4):
            found, after = reads.listed(work, STREET, Asked(), at + timedelta(hours=9) if seen else at, after, 1)
            seen += [row.subject for row in found]
            if after:
                assert After.read(after.text) == after
    assert seen == [LI, MEI, HE, LIN] and after is None


@pytest.mark.parametrize("after", ["x", "1_2_3", "1_2_9_1_1_0", f"1_2_0_{2**40}_1_0", f"{2**60}_1_0_1_1_0"])
def test_a_place_that_no_page_gave_is_no_page(browser: Client, after: str) -> None:
    assert browser.get(LIST, {"after": after}).status_code in (200, 404)


def test_filters_and_counts(browser: Client) -> None:
    bring(browser, LI, "placed")
    bring(browser, MEI, "admitted")
    assert {*transfer.tokens(browser)} == {LI, HE, LIN}
    assert [*transfer.tokens(browser, "?stage=placed")] == [LI]
    assert [*transfer.tokens(browser, "?stage=told")] == []
    assert "没有符合条件的条目。" in said(browser.get(LIST + "?stage=told"))
    assert [*transfer.tokens(browser, "?state=done")] == [MEI]
    assert {*transfer.tokens(browser, f"?area={cast.NO_1}")} == {LI}
    assert [*transfer.tokens(browser, f"?q=P{HE}")] == [HE] and [*transfer.tokens(browser, f"?q={HE}")] == [HE]
    assert [*transfer.tokens(browser, "?q=abc")] == []
    assert [*transfer.tokens(browser, "?stage=nonsense&late=7&area=5&given=x&state=x")] == [*transfer.tokens(browser)]
    page = said(browser.get(LIST))
    assert re.search(r">已定去处 1 · 超时 1<", page) and re.search(r">待告知 2 · 超时 2<", page)


def test_how_the_parts_of_an_area_stand(browser: Client) -> None:
    bring(browser, MEI, "admitted")
    with scoped(STREET):
        parts = reads.coverage(works()["disposition"], STREET, cast.STREET, clock.now())
    assert [(p.area, p.open, p.done, p.late) for p in parts] == [(cast.UPPER, 3, 1, 3)]


def test_nothing_to_do_is_said(browser: Client) -> None:
    for person in (LI, MEI, HE, LIN):
        do(browser, "excused", person, f_reason="past_infection", f_evidence="专家组")
    assert "目前没有未完成的事项。" in said(browser.get(LIST))


def test_names_show_to_those_who_may_see_them_and_each_look_is_on_record(browser: Client) -> None:
    transfer.needs(LI)
    page = said(browser.get(LIST))
    assert "李建国" in page and "13800000001" in page
    with scoped(EVERYWHERE):
        assert {look.person for look in LookUp.objects.filter(reason="desk: work list")} == {LI, MEI, HE, LIN}
    inspector = desk("inspector")
    for address in (LIST, sheet(LI)):
        page = said(inspector.get(address))
        assert f"P{LI}" in page and "李" not in page and "13800000001" not in page
    with scoped(EVERYWHERE):
        assert not LookUp.objects.filter(user__startswith="inspector").exists()


@pytest.mark.parametrize("role", ["planner", "laboratory", "store", "notice", "administrator"])
def test_who_sees_no_people_opens_neither_list_nor_sheet(browser: Client, role: str) -> None:
    other = desk(role)
    assert {other.get(LIST).status_code, other.get(sheet(LI)).status_code} == {403}
    assert "/work/disposition" not in said(other.get("/settings"))


def rows(answer) -> list[tuple]:
    return list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_the_list_as_a_file_with_names_for_those_alone_who_may_take_them_out(browser: Client) -> None:
    transfer.needs(LI)
    bring(browser, LI, "collected")
    head, *masked = rows(browser.get(LIST + "?as=xlsx"))
    assert head[:4] == ("编码", "人员", "电话", "地点")
    assert sorted(line[0] for line in masked) == sorted(f"P{p}" for p in (LI, MEI, HE, LIN))
    assert not any("李" in str(cell) or "138" in str(cell) for line in masked for cell in line)
    line = next(line for line in masked if line[0] == f"P{LI}")
    assert {"集中隔离点（方舟）", "国展方舟", "沪A12345", "张敏", "已上车"} <= {*line}
    _head, *full = rows(desk("command", cast.DISTRICT).get(LIST + "?as=xlsx&stage=collected"))
    assert [line[1] for line in full] == ["李建国"]
    assert desk("facility").get(LIST + "?as=xlsx").status_code == 403


def test_in_english(browser: Client) -> None:
    bring(browser, LI, "told")
    other = desk("street", language="en")
    for address in (LIST, sheet(LI), f"{LIST}/act?act=placed&row={transfer.token(browser, LI)}"):
        page = re.sub(r"<title>.*?</title>|中文", "", said(other.get(address)))
        body = re.sub(r"(李建国|陈美华|何永康|林婉|张敏|梅溪\w*|\d号楼|公寓楼)", "", page[page.index("<main") :])
        assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)
