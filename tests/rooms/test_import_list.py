"""A pasted list: shown before it is applied, matched in scope, written whole or not at all, its rest given back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from bulou.ledger import intake
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.rounds.chat_list import lists
from bulou.rounds.chat_list.excel import text_of
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
LIST = """#接龙
1. 1-101 王桂芳 卧床
2、1号楼102室 李建国 外出
③ 1-102 陈美华，收到
4. 1-201 周志强 拒检
5. 2-102 郑海燕 住院
6. 1-202 吴丽华 收到
7. 1-201 竹生 收到
8. 2-101 沈秀云 不知道
9. 张三收到
10. 1-201 周志强 收到
11. 1-202 孙浩 收到"""
SHOWN = 13


@pytest.fixture
def browser(settled) -> Iterator[Client]:
    """The street's own user; 孙浩 is sampled."""
    street.post(Pen(cast.AYI).sealed(20, cast.TUBES["T1"], P["sun"], mode="single"))
    client = Client()
    client.force_login(User.objects.get(username="street"))
    client.cookies["bulou_language"] = "zh-hans"
    client.get("/import/list")
    yield client


def send(browser: Client, act: str = "show", table: str = LIST, **given):
    return browser.post("/import/list", {"round": cast.ROUND, "table": table, "act": act} | given)


def shown(html: str) -> str:
    return re.search(r'name="shown" value="(\w*)"', html)[1]


def told() -> dict[int, tuple]:
    with scoped(EVERYWHERE):
        return {d.subject: (d.stage, d.mark, d.outcome, d.reason) for d in Duty.objects.filter(kind=1)}


def test_it_is_shown_and_nothing_is_written(browser: Client) -> None:
    before = told()
    html = send(browser).content.decode()
    assert "录入5人" in html and told() == before
    for why in ("有此姓名，但室号不同", "没有此姓名", "无法识别情况", "无法识别，请写", "同一人重复", "已采样"):
        assert why in html


def test_what_was_shown_is_applied_as_the_users_own_entries(browser: Client) -> None:
    html = send(browser, "apply", shown=shown(send(browser).content.decode())).content.decode()
    now = told()
    assert [now[P[name]][1:] for name in ("gui", "li", "mei", "zhou", "zheng")] == [
        (1, 0, "team_needed"), (1, 0, "away"), (0, 0, None), (2, 0, "refuses"), (0, 2, "in_hospital"),
    ]  # fmt: skip
    assert now[P["mei"]][0] == 1
    assert "已登记5人" in html and "李建国" not in html and "吴丽华" in html


def test_what_was_not_shown_is_not_applied(browser: Client) -> None:
    before = told()
    seen = shown(send(browser).content.decode())
    for table, given in ((LIST, {}), (LIST.replace("外出", "收到"), {"shown": seen})):
        assert "未录入：" in send(browser, "apply", table, **given).content.decode()
    assert told() == before


def test_a_refused_entry_takes_all_others_with_it(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = told(), lists.entries
    seen = shown(send(browser).content.decode())
    bad = ("swab.called", cast.DAWN, cast.NO_1, {"campaign": 1})
    monkeypatch.setattr(lists, "entries", lambda *a: [*real(*a), (bad, [])])
    assert "未录入：" in send(browser, "apply", shown=seen).content.decode()
    assert told() == before and intake is not None


def test_rejected_lines_come_back_as_a_file_and_in_again(browser: Client) -> None:
    book = load_workbook(BytesIO(send(browser, "rejected").content))
    page = book.active
    assert [cell.value for cell in page[1]] == ["原文", "未录入原因"] and page.max_row == 7
    page["A2"] = "1-201 吴丽华 收到"
    out = BytesIO()
    book.save(out)
    html = send(browser, table="", file=SimpleUploadedFile("again.xlsx", out.getvalue())).content.decode()
    assert "录入2人" in html  # 周志强 is no second time any more


def test_an_excel_list_is_read_by_its_headings(browser: Client) -> None:
    book = Workbook()
    for row in (["登记"], ["楼号", "室号", "姓名", "情况"], ["1号楼", 102, "李建国", "外出"], [2, 101, "赵德明", ""]):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    html = send(browser, table="", file=SimpleUploadedFile("l.xlsx", out.getvalue()), silent="1").content.decode()
    assert "录入2人" in html and "已通知" in html
    assert text_of([["3-502 张三", ""], ["3-503 李四", "外出"]]) == "3-502 张三\t\n3-503 李四\t外出"


def test_another_street_is_not_matched_and_statements_are_few(browser: Client) -> None:
    for text in ("1-101 竹生 收到", LIST):
        with CaptureQueriesContext(connection) as ran:
            html = send(browser, table=text).content.decode()
        assert len(ran) <= SHOWN, [query["sql"] for query in ran]
        assert "竹溪" not in html


@pytest.mark.parametrize("role", ["laboratory", "store", "planner", "auditor", "administrator", "transfer", "facility"])
def test_whoever_may_not_say_what_became_of_people_takes_in_no_list(browser: Client, role: str) -> None:
    from bulou.desk.actions import add_user

    add_user("other", street.PASSWORD, [cast.STREET], [role])
    other = Client()
    other.force_login(User.objects.get(username="other"))
    before = told()
    seen = shown(send(browser).content.decode())
    assert send(other, "apply", shown=seen).status_code == send(other).status_code == 403
    assert told() == before


def test_it_speaks_english(browser: Client) -> None:
    browser.cookies["bulou_language"] = "en"
    assert "Rows to import" in send(browser).content.decode()
