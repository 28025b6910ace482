"""The register of units at the desk: new, changed, closed, opened again, as Excel out and in; and chosen by name."""

from __future__ import annotations

import re
from io import BytesIO

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from openpyxl import Workbook, load_workbook

from bulou.ledger.areas import span
from bulou.ledger.models import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.models import Unit, UnitChange
from bulou.ui.room import unit_kinds
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled")
VAN = {"f_name": "沪A12345", "f_code": "car-7", "f_type": "van", "f_seats": "7", "f_wheelchairs": "1"}


def add(browser: Client, kind: str = "vehicle", area: int = cast.STREET, **filled: str | list[str]) -> str:
    """Register a unit by its form; return the page that follows."""
    sent = {"kind": kind, "area": str(area), "step": "save", **(filled or VAN)}
    return said(browser.post("/units/new", sent, follow=True))


def one() -> Unit:
    with scoped(EVERYWHERE):
        return Unit.objects.get()


def number(kind: str) -> int:
    return unit_kinds()[kind].code


def test_a_unit_is_registered_changed_closed_and_opened_again_and_all_is_kept() -> None:
    browser = desk("street")
    page = add(browser)
    assert "已保存“沪A12345”" in page and "CAR-7" in page and "面包车" in page
    unit = one()
    assert (unit.kind, unit.area, unit.last, unit.code) == (
        number("vehicle"),
        cast.STREET,
        span(cast.STREET)[1],
        "CAR-7",
    )
    assert unit.attributes == {"type": "van", "seats": 7, "wheelchairs": 1}
    form = said(browser.get(f"/units/{unit.id}/edit"))
    assert 'value="沪A12345"' in form and 'value="7"' in form
    page = said(browser.post(
        f"/units/{unit.id}/edit", {"area": str(cast.NO_1), "step": "save", **VAN, "f_seats": "9", "f_hours": "全天"},
        follow=True,
    ))  # fmt: skip
    assert "座位数原为7" in page and "区域原为" in page and one().area == cast.NO_1
    assert "请填写原因。" in said(browser.post(f"/units/{unit.id}/act", {"act": "closed"}, follow=True))
    page = said(browser.post(f"/units/{unit.id}/act", {"act": "closed", "reason": "报废"}, follow=True))
    assert "已停用" in page and one().until and "沪A12345" not in said(browser.get("/units"))
    assert "沪A12345" in said(browser.get("/units?state=closed"))
    assert "已停用：要修改请先恢复使用" in said(
        browser.post(f"/units/{unit.id}/edit", {"step": "save", **VAN}, follow=True)
    )
    browser.post(f"/units/{unit.id}/act", {"act": "reopened", "reason": "修好了"})
    assert one().until is None
    with scoped(EVERYWHERE):
        told = [(c.act, c.by, c.reason) for c in UnitChange.objects.order_by("id")]
    assert told == [
        ("added", f"street-{cast.STREET}", ""), ("changed", f"street-{cast.STREET}", ""),
        ("closed", f"street-{cast.STREET}", "报废"), ("reopened", f"street-{cast.STREET}", "修好了"),
    ]  # fmt: skip


def test_what_a_unit_cannot_be_comes_back_with_the_reason() -> None:
    browser = desk("street")
    add(browser)
    assert "编码CAR-7已由其他单位使用。" in add(browser, **{**VAN, "f_name": "沪B1"})
    assert "编码只能用" in add(browser, **{**VAN, "f_code": "U77"})
    assert "编码只能用" in add(browser, **{**VAN, "f_code": "车-1"})
    assert "请选择您可以登记单位的区域" in add(browser, area=street.NEXT_STREET, **{**VAN, "f_code": "X1"})
    page = add(browser, **{**VAN, "f_code": "X2", "f_seats": "900"})
    assert "不能大于 200" in page and 'value="沪A12345"' in page
    assert "请选择。" in add(browser, **{**VAN, "f_code": "X3", "f_type": ""})
    assert one().code == "CAR-7"


def test_the_next_level_is_listed_without_asking_for_the_rest() -> None:
    page = said(desk("street").post("/units/new", {"kind": "site", "area": str(cast.STREET), "step": "into"}))
    assert "请填写" not in page and len(re.findall("<option value=", page)) > 3


def test_a_unit_without_a_code_is_given_one_and_the_list_finds_it() -> None:
    browser = desk("street")
    add(browser, "site", f_name="梅溪文化中心", f_lanes="4", f_hours="07:00-12:00")
    add(browser)
    site = next(unit for unit in units_in() if unit.kind == number("site"))
    assert site.code == f"U{site.id}"
    for query in ("?kind=site", f"?q={site.code.lower()}", "?q=文化", f"?area={cast.STREET}"):
        assert "梅溪文化中心" in said(browser.get(f"/units{query}")), query
    assert "梅溪文化中心" not in said(browser.get("/units?kind=vehicle"))
    assert "没有符合条件的单位" in said(browser.get("/units?q=竹"))
    assert browser.get("/units/labels?kind=site").content.startswith(b"%PDF")


def units_in() -> list[Unit]:
    with scoped(EVERYWHERE):
        return list(Unit.objects.order_by("id"))


def test_who_may_only_look_is_not_let_in_to_write() -> None:
    add(desk("street"))
    browser = desk("planner")
    page = said(browser.get("/units"))
    assert "沪A12345" in page and "登记单位" not in page
    assert browser.get(f"/units/{one().id}").status_code == 200
    for url in ("/units/new", "/units/import", f"/units/{one().id}/edit"):
        assert browser.get(url).status_code == 403
    assert browser.post(f"/units/{one().id}/act", {"act": "closed", "reason": "x"}).status_code == 403


def test_a_unit_serves_what_lies_below_and_nobody_beside() -> None:
    add(desk("street"))
    add(desk("street", street.NEXT_STREET), area=street.NEXT_STREET, **{**VAN, "f_name": "竹A1", "f_code": "BAMBOO"})
    below = said(desk("committee", cast.NO_1).get("/units"))
    assert "沪A12345" in below and "竹A1" not in below
    with scoped((span(cast.NO_1),)):
        unit = units.listed()[0][0]
        assert (unit.name, len(units.changes(unit.id))) == ("沪A12345", 1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE places_unit SET name = 'x'")
            assert cursor.rowcount == 0, "seen from below, written from its own area"
    for sentence in (
        "DELETE FROM places_unit",
        "DELETE FROM places_unit_change",
        "UPDATE places_unit_change SET by = ''",
    ):
        with pytest.raises(ProgrammingError), scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)


HEAD = "编码\t类别\t名称\t区域\t车型\t座位数"


def test_a_list_comes_in_by_its_codes_all_or_nothing() -> None:
    browser = desk("street")
    add(browser)
    rows = ["CAR-7\t车辆\t沪A12345\t梅溪街道\t大巴\t40", "CAR-8\t车辆\t沪A8\t梅溪街道\t大巴\tmany",
            "U5\t车辆\tx\t梅溪街道\t大巴\t1",
            "CAR-9\t车辆\t沪A9\t火星街道\t大巴\t1", "CAR-10\t车辆\t沪A10\t梅溪街道\t飞机\t1"]  # fmt: skip
    table = "\n".join([HEAD, *rows])
    page = said(browser.post("/units/import", {"kind": "vehicle", "table": table, "step": "look"}))
    assert "4行需要改正" in page and 'value="sure"' not in page
    for told in ("座位数", "many", "请填写整数。", "U加数字是系统编号", "登记过的区域", "其中之一：救护车、大巴"):
        assert told in page, told
    browser.post("/units/import", {"kind": "vehicle", "table": table, "step": "sure", "shown": "x"})
    assert one().attributes["seats"] == 7, "nothing is half applied"
    table = "\n".join([HEAD, rows[0], "\t车辆\t沪A8\t梅溪街道\t大巴\t50"])
    page = said(browser.post("/units/import", {"kind": "vehicle", "table": table, "step": "look"}))
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown and "新登记" in page and "录入2个单位" in page
    sent = {"kind": "vehicle", "table": table, "step": "sure", "shown": shown[1]}
    assert "已录入2个单位" in said(browser.post("/units/import", sent, follow=True))
    old, new = units_in()
    assert (old.attributes, new.name, new.code) == (
        {"type": "bus", "seats": 40, "wheelchairs": 1},
        "沪A8",
        f"U{new.id}",
    )
    page = said(browser.post("/units/import", {"kind": "vehicle", "table": "\n".join([HEAD, rows[0]]), "step": "look"}))
    assert "没有要录入的" in page and "1行没有改动" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_goes_out_as_excel_comes_in_unchanged(language: str) -> None:
    browser = desk("street")
    add(browser)
    add(browser, "store", f_name="一号库", f_keeps=["food", "kits"], f_cold="on")
    browser.cookies["bulou_language"] = language
    answer = browser.get("/units?kind=vehicle&as=xlsx")
    table = "\n".join(
        "\t".join(str(cell or "") for cell in row) for row in load_workbook(BytesIO(answer.content)).active.values
    )
    assert "CAR-7" in table and ("面包车" if language != "en" else "Van") in table
    page = said(browser.post("/units/import", {"kind": "vehicle", "table": table, "step": "look"}))
    assert ("1行没有改动" if language != "en" else "Rows unchanged: 1.") in page, page
    book = load_workbook(BytesIO(browser.get("/units?kind=store&as=xlsx").content)).active.values
    table = "\n".join("\t".join(str(cell or "") for cell in row) for row in book)
    page = said(browser.post("/units/import", {"kind": "store", "table": table, "step": "look"}))
    assert ("1行没有改动" if language != "en" else "Rows unchanged: 1.") in page, page


def test_an_identity_number_in_a_file_is_neither_kept_nor_shown() -> None:
    number, book = "31010419491231002X", Workbook()
    for row in (["编码", "名称", "区域", "车型", "座位数", "联系人"], ["", "沪A9", "梅溪街道", "大巴", "40", number]):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    sent = {"kind": "vehicle", "step": "look", "file": SimpleUploadedFile("x.xlsx", out.getvalue())}
    page = said(desk("street").post("/units/import", sent))
    assert "整行" in page and "不写身份证号" in page and "1002X" not in page


FINDING = {"f_topic": "gate", "f_severity": "grave", "f_what": "无人值守", "f_owner": "居委会"}


def test_a_finding_names_a_unit_and_is_given_to_one_by_name() -> None:
    add(desk("street"), "gate", f_name="东门卡口", f_code="EAST", f_for_whom="people")
    add(desk("street"), "team", f_name="整改一组", f_task="other")
    browser = desk("inspector")
    sent = {"subject": str(cast.NO_1), "step": "sure", **FINDING, "f_unit": "没有的"}
    assert "您的区域内没有这个单位或设备" in said(browser.post("/work/finding/new", sent))
    page = said(browser.post("/work/finding/new", {**sent, "f_unit": "EAST"}, follow=True))
    assert "涉及哪个单位：东门卡口" in page
    assert "东门卡口" in said(browser.get("/work/finding"))
    row = re.search(r'data-key="([\d.]+\.\w+)"', said(browser.get("/work/finding")))
    assert row
    form = said(browser.get("/work/finding/act", {"act": "given", "row": row[1]}))
    assert "整改一组 · 班组" in form and "收回" in form
    sent = {"act": "given", "row": row[1], "step": "sure", "from": "sheet", "f_to": "整改一组"}
    page = said(browser.post("/work/finding/act", sent, follow=True))
    assert "交给谁：整改一组" in page
    with scoped(EVERYWHERE):
        body = msgspec.json.decode(bytes(Entry.objects.get(kind="duty.given").raw))["body"]
        team = Unit.objects.get(name="整改一组")
    assert (body["to_kind"], body["to"]) == (13, team.id)
