"""A hotline's export becomes requests: matched by address, asked in doubt, joined where said again, undone whole."""

from __future__ import annotations

import html
import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from tests import cast
from tests import desk_street as street
from tests.transfer import HE, LI, desk, needs, said

pytestmark = pytest.mark.usefixtures("settled")
IMPORT = "/work/request/import"
HEAD = ["工单编号", "来电时间", "来电人", "来电号码", "诉求地址", "诉求类别", "诉求内容"]
HOME_LI, HOME_HE = 42, 47
ROWS = (
    ["G1", "2022-04-04", "李建国", "13800000009", "梅区梅溪街道梅溪新村1号楼102室", "配药", "高血压药只剩两天"],
    ["G2", "2022-04-04", "何永康", "13900000009", "梅溪新村２号０201", "", "明天透析没有车"],
    ["G3", "2022-04-04", "李晓丽", "13800000009", "梅溪新村1号102", "配药", "又来电：药还没送到"],
)


def table(*rows: list[str], head: list[str] = HEAD) -> str:
    return "\n".join("\t".join(row) for row in (head, *rows))


def look(browser: Client, text: str, **more: str) -> str:
    return said(browser.post(IMPORT, {"step": "look", "table": text} | more))


def sure(browser: Client, page: str, **more: str) -> str:
    hidden = dict(re.findall(r'<input type="hidden" name="(table|shown|who_\d+)" value="(.*?)">', page, re.DOTALL))
    assert hidden.get("shown"), page
    told = {name: html.unescape(value) for name, value in hidden.items()}
    return said(browser.post(IMPORT, {"step": "sure"} | told | more))


def requests() -> list[Duty]:
    with scoped(EVERYWHERE):
        return [*Duty.objects.filter(kind=31, outcome=0).order_by("subject")]


def opened() -> int:
    with scoped(EVERYWHERE):
        return Entry.objects.filter(kind="request.opened").count()


def test_rows_are_matched_previewed_joined_and_undone_as_a_whole() -> None:
    browser = desk("request")
    page = look(browser, table(*ROWS))
    assert "将录入3条，其中合并1条" in page and "类别按内容判断" in page and not requests()
    assert "没有用到的列：来电时间" in page
    assert "已录入3条" in sure(browser, page)
    li, he = requests()
    assert (li.subject, li.variant, he.subject, he.variant) == (HOME_LI, 4, HOME_HE, 3)
    assert opened() == 3, "both that ask for the same are kept"
    sheet = said(browser.get(f"/work/request/1000031/{HOME_LI}/{li.occasion}"))
    assert "高血压药只剩两天" in sheet and "药还没送到" in sheet and "G3" in sheet
    assert verify("owner") == []
    done = re.search(r'name="done" value="([^"]+)"', said(browser.get("/work/request")))
    assert done
    assert "已撤销：3 条" in said(browser.post("/work/request/undo", {"done": done[1]}, follow=True))
    assert not requests() and verify("owner") == []


def test_the_same_file_again_opens_nothing_and_what_is_open_already_is_joined() -> None:
    browser = desk("request")
    sure(browser, look(browser, table(*ROWS[:2])))
    first = requests()[0]
    page = look(browser, table(*ROWS))
    assert "将录入1条，其中合并1条；编号已录过2行" in page
    sure(browser, page)
    again = requests()[0]
    assert (again.occasion, again.due_at) == (first.occasion, first.due_at), "it keeps its clock"
    assert len(requests()) == 2 and opened() == 3 and verify("owner") == []


def test_a_doubtful_row_is_asked_and_never_written_by_itself() -> None:
    needs(HE)
    row = ["G9", "", "何永康", "138 0000 0001", "梅溪新村附近", "配药", "要胰岛素"]
    browser = desk("request")
    page = look(browser, table(row))
    assert "请选择是哪一户" in page and "录入 1 条" not in page and "将录入0条" in page
    sent = browser.post(IMPORT, {"step": "rejected", "table": table(row)})
    back = openpyxl.load_workbook(BytesIO(sent.content)).active
    assert back.cell(2, 1).value == "G9" and back.cell(1, len(HEAD) + 1).value == "未录入原因"
    page = look(browser, table(row), who_2="41")
    assert "请选择是哪一户" in page, "only what was offered can be chosen"
    page = look(browser, table(row), who_2=str(HOME_HE))
    assert "住户由您选定" in page
    sure(browser, page)
    assert [one.subject for one in requests()] == [HOME_HE]


def test_a_door_in_two_stairwells_is_asked() -> None:
    with connection.cursor() as cursor, scoped(EVERYWHERE):
        cursor.execute(
            "INSERT INTO places_household (id, area, stairwell, floor, door, valid_from, recorded_at)"
            " VALUES (77, %s, '2', 1, '102', now(), now())", [cast.NO_1],
        )  # fmt: skip
    browser = desk("request")
    assert "这个室号在几个单元都有" in look(browser, table(ROWS[0]))
    exact = [*ROWS[0]]
    exact[4] = "梅溪新村1号楼2单元102室"
    sure(browser, look(browser, table(exact)))
    assert [one.subject for one in requests()] == [77]


def test_what_cannot_be_taken_is_given_back_with_the_reason_and_comes_again_mended() -> None:
    browser = desk("request")
    bad = [
        ["B1", "", "某", "", "无名小区1号楼102室", "配药", "药"],
        ["B2", "", "某", "", "梅溪新村1号楼909室", "配药", "药"],
        ["B3", "", "某", "", "梅溪新村1号楼102室", "噪音", "楼上太吵"],
        ["B4", "", "", "", "梅溪新村1号楼102室", "配药", "药"],
        ["B5", "", "某", "", "竹溪小区竹溪楼101", "配药", "药"],
    ]
    page = look(browser, table(*bad, ROWS[0]))
    for why in ("没有写明在哪个小区", "名册上没有这个室号", "求助类别不认识“噪音”", "求助人: 请填写"):
        assert why in page, why
    assert "将录入1条" in page and "不能录入5行" in page
    page = sure(browser, page)
    assert "已录入1条" in page and "B3" in page and "G1" not in page, "what is left stays on the page"
    file = browser.post(IMPORT, {"step": "rejected", "table": table(*bad)}).content
    book = openpyxl.load_workbook(BytesIO(file))
    book.active.cell(4, 6).value = "其他"
    out = BytesIO()
    book.save(out)
    page = said(browser.post(IMPORT, {"step": "look", "file": SimpleUploadedFile("again.xlsx", out.getvalue())}))
    assert "将录入1条" in page and "B3" in page


def test_a_csv_of_another_encoding_and_other_titles_is_mapped_by_hand() -> None:
    browser = desk("request")
    text = "编号,市民,住在哪里,说了什么\nG1,李建国,梅溪新村1号楼102室,缺奶粉\n"
    file = SimpleUploadedFile("hotline.csv", text.encode("gb18030"))
    page = said(browser.post(IMPORT, {"step": "look", "file": file}))
    assert "请用本页导出的" in page, "no column is understood"
    text = text.replace("住在哪里", "地址")
    page = said(browser.post(IMPORT, {"step": "look", "file": SimpleUploadedFile("h.csv", text.encode("gb18030"))}))
    assert "将录入0条" in page and "不能录入1行" in page
    chosen = {
        "map_address": "地址", "map_asker": "市民", "map_what": "说了什么", "map_number": "编号", "map_need": "",
        "table": re.search(r'name="table" value="(.*?)">', page, re.DOTALL)[1],
    }  # fmt: skip
    page = said(browser.post(IMPORT, {"step": "look"} | chosen))
    assert "将录入1条" in page and "类别按内容判断" in page
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    assert "已录入1条" in said(browser.post(IMPORT, {"step": "sure", "shown": shown[1]} | chosen))
    assert [one.variant for one in requests()] == [5]


def test_identity_numbers_do_not_enter_and_a_street_sees_its_own_doors_alone() -> None:
    browser = desk("request")
    row = ["G1", "", "李建国", "", "梅溪新村1号楼102室", "配药", "身份证11010119900307803X"]
    assert browser.post(IMPORT, {"step": "look", "table": table(row)}).status_code == 422, "as on every page"
    file = SimpleUploadedFile("h.csv", table(row).replace("\t", ",").encode())
    page = said(browser.post(IMPORT, {"step": "look", "file": file}))
    assert "11010119900307803X" not in page and "将录入1条" in page
    other = desk("request", street.NEXT_STREET)
    page = look(other, table(ROWS[0]))
    assert "将录入0条" in page and "李建国" in page, "only what the reader brought himself"
    assert desk("planner").post(IMPORT, {"step": "look", "table": table(ROWS[0])}).status_code in (200, 403)
    assert not requests() and LI
