"""A declared list goes out as Excel and comes back: each row one sure act or given back."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from bulou.ledger.verify import verify
from tests import cast, transfer
from tests import desk_street as street
from tests.transfer import HE, LI, LIN, LIST, MEI, bring, desk, do, duty, entries, said

pytestmark = pytest.mark.usefixtures("db")
IMPORT = f"{LIST}/import"


@pytest.fixture
def browser() -> Client:
    transfer.settle()
    return desk("street")


def table(browser: Client) -> list[list[str]]:
    book = openpyxl.load_workbook(BytesIO(browser.get(f"{LIST}?as=xlsx").content))
    return [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]


def filled(rows: list[list[str]], person: int, **cells: str) -> None:
    """Write into a person's row, by the titles of the columns."""
    row = next(row for row in rows if row[0] == f"P{person}")
    for title, text in cells.items():
        row[rows[0].index(title)] = text


def sent(rows: list[list[str]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("list.xlsx", out.getvalue())


def look(browser: Client, rows: list[list[str]]) -> str:
    return said(browser.post(IMPORT, {"step": "look", "file": sent(rows)}))


def apply(browser: Client, page: str) -> HttpResponse:
    text = re.search(r'<input type="hidden" name="table" value="(.*?)">', page, re.DOTALL)
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert text and shown
    return browser.post(IMPORT, {"step": "sure", "table": text[1], "shown": shown[1]}, follow=True)


def test_a_list_comes_back_and_is_undone_as_a_whole(browser: Client) -> None:
    bring(browser, MEI, "told")
    rows = table(browser)
    assert rows[0][-1] == "校验"
    filled(rows, LI, 当前="已告知", 告知人="张敏")
    filled(rows, MEI, 当前="已定去处", 去处="定点医院", 隔离点或医院="市六医院")
    page = look(browser, rows)
    assert "告知结果" in page and "落实去处" in page and "市六医院" in page and "2 行没有改动" in page
    assert len(entries("transfer.told")) == 1, "nothing is written before it is confirmed"
    page = said(apply(browser, page))
    assert "已录入2条" in page
    assert (duty(LI).stage, duty(MEI).stage, duty(MEI).value, duty(LIN).stage) == (1, 2, 2, 0)
    done = re.search(r'name="done" value="([^"]+)"', page)
    assert done and "录入的 Excel" in page
    back = said(browser.post(f"{LIST}/undo", {"done": done[1]}, follow=True))
    assert "已撤销：2 条" in back, re.findall(r"alert[^>]*>(.*?)<", back)
    assert (duty(LI).stage, duty(MEI).stage) == (0, 1)
    assert verify("owner") == []


def test_what_is_not_sure_is_given_back_with_the_reason(browser: Client) -> None:
    rows = table(browser)
    filled(rows, LI, 当前="已告知", 告知人="张敏")
    filled(rows, MEI, 当前="已告知")
    filled(rows, HE, 当前="已收治", 床位="3-1")
    filled(rows, LIN, 当前="已上天")
    rows.append([*next(row for row in rows if row[0] == f"P{LI}")])
    rows.append(["P1", *[""] * (len(rows[0]) - 2), "x.y"])
    page = look(browser, rows)
    for why in (
        "告知人: 请填写。",
        "不能从“待告知”到“已收治”。",
        "没有“已上天”这一步。",
        "同一条出现两次。",
        "校验码缺失或被改动",
    ):
        assert why in page, why
    answer = apply(browser, page)
    assert duty(LI).stage == 1 and "这些没有录入" in said(answer)
    page = look(browser, rows)
    assert "导出后已有变化，现在是“已告知”。" not in page, "who stands as the file says is left as he is"
    text = re.search(r'<textarea[^>]*name="table"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text
    file = browser.post(IMPORT, {"step": "rejected", "table": text[1]})
    back = list(openpyxl.load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True))
    assert back[0][-1] == "未录入原因" and len(back) == 6


def test_a_duty_that_changed_since_the_export_is_not_moved_by_it(browser: Client) -> None:
    rows = table(browser)
    filled(rows, LI, 当前="已定去处", 去处="居家隔离")
    do(browser, "told", LI, **transfer.TOLD)
    assert "导出后已有变化，现在是“已告知”。" in look(browser, rows)
    rows = table(browser)
    filled(rows, LI, 当前="已定去处", 去处="居家隔离")
    page = look(browser, rows)
    do(browser, "deferred", LI, f_reason="doctor_asked", f_until="2090-04-04T08:00")
    assert "核对后数据有变化" in said(apply(browser, page)) and duty(LI).stage == 1


def test_only_who_may_and_only_there(browser: Client) -> None:
    rows = table(browser)
    filled(rows, LI, 当前="已告知", 告知人="张敏")
    assert desk("planner", cast.DISTRICT).get(IMPORT).status_code == 403
    assert "不在您的区域内。" in look(desk("street", street.NEXT_STREET), rows)
    assert "不能办理“告知结果”" in look(desk("committee"), rows)
    assert "请用本页导出的 Excel 文件" in look(browser, [["姓名", "情况"], ["李建国", "已告知"]])
    wrong = browser.post(IMPORT, {"step": "look", "file": SimpleUploadedFile("a.xlsx", b"nothing")})
    assert "无法读取该文件" in said(wrong) and not entries("transfer.told")


def test_in_english(browser: Client) -> None:
    other = desk("street", cast.STREET, "en")
    rows = table(other)
    filled(rows, LI, **{"Now at": "told", "Told by": "Zhang Min"})
    page = look(other, rows)
    body = re.sub(
        r"(<title>.*?</title>|中文|李建国|陈美华|何永康|林婉|梅溪\w*|\d号楼|公寓楼)", "", page[page.index("<main") :]
    )
    body = re.sub(r'(?s)<textarea.*?</textarea>|<input type="hidden" name="table".*?>', "", body)
    assert not re.search(r"[\u4e00-\u9fff]+", body), re.search(r".{40}[\u4e00-\u9fff]+.{40}", body)
    apply(other, page)
    assert duty(LI).stage == 1
