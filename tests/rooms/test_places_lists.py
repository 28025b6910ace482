"""Lists as offices send them: every encoding, every shape of a workbook; what is read, and what is left and why."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from openpyxl.styles import Font

from bulou.ledger.areas import area_id
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions
from bulou.places.imports import Ahead, Outcome
from bulou.places.text_file import UnreadableFile
from tests.lists import AT, HEAD, book, taker, two_towns
from tests.workbooks import packed


@pytest.fixture
def take(db, tmp_path):
    two_towns()
    return taker(tmp_path)


def homes() -> dict[str, tuple]:
    """Return {name: (building, stairwell, door)}."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.name, a.name, h.stairwell, h.door FROM places_person p"
            " JOIN places_household h ON h.id = p.household JOIN places_area a ON a.id = p.area ORDER BY p.id"
        )
        return {name: tuple(home) for name, *home in cursor.fetchall()}


def column(name: str) -> list:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM places_person ORDER BY id")
        return [value for (value,) in cursor.fetchall()]


def left(outcome: Outcome) -> list[tuple[str, str]]:
    return [(one["what"], one["named"]) for one in outcome.left]


# -- texts ---------------------------------------------------------------------------------------

LIST = f"{HEAD},备注\r\n胡试昇,13900003001,平安小区,1号楼,101,\r\n𠮷试苗,13900003002,平安小区,1号楼,102,独居\r\n"


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode(), LIST.encode("utf-8-sig"), LIST.encode("gb18030"), LIST.encode("utf-16"),
        LIST.encode("utf-16-le"), LIST.encode("utf-16-be"), b"\xfe\xff" + LIST.encode("utf-16-be"),
        LIST.replace("\r\n", "\r").encode("gb18030"), LIST.replace("\r\n", "\n").encode(),
        LIST.replace(",", ";").encode(), LIST.replace(",", "\t").encode("utf-16"), LIST.replace(",", "|").encode(),
        ("sep=;\r\n" + LIST.replace(",", ";")).encode("utf-8-sig"),
    ],
    ids=["utf8", "utf8bom", "gb18030", "utf16", "utf16le", "utf16be", "utf16bebom", "cr", "lf", "semicolon", "tab",
         "bar", "sep"],
)  # fmt: skip
def test_one_list_in_every_form(take, content):
    outcome = take(content)
    assert (outcome.accepted, outcome.rejected) == (2, 0)
    assert homes() == {"胡试昇": ("1号楼", "", "101"), "𠮷试苗": ("1号楼", "", "102")}


def test_big5_and_western_are_not_taken_for_gb18030(take):
    assert take(
        "姓名,電話,社區,樓號,室號\n林怡君,0912345678,平安小區,1,101\n".replace("區", "區").encode("big5")
    ).by_code == {307: 1}
    assert take("name,phone,compound,building,room\nJürgen Groß,,平安小区,1,102\n".encode(), "w.csv").added == 1
    western = "name;building;room\nJürgen Weiß;1;103\n".encode("cp1252")
    assert take(western, "x.csv", within=area_id(1, 1, 1, 1)).added == 1
    assert {"Jürgen Groß", "Jürgen Weiß"} <= set(homes())


def test_what_a_file_is_called_says_nothing(take):
    made, _ = book(HEAD.split(","), ["试甲", "", "平安小区", "1号楼", "101"])
    held = io.BytesIO()
    made.save(held)
    assert take(held.getvalue(), "list.csv").added == 1
    assert take(LIST, "list.xls").added == 2


@pytest.mark.parametrize(
    "page", ["<html><table><tr><td>姓名", "\ufeff<!DOCTYPE html>", '<?xml version="1.0"?><Workbook']
)
def test_a_web_page_that_is_called_a_workbook_is_refused_with_the_reason(take, page):
    with pytest.raises(UnreadableFile, match=r"网页.*web page"):
        take(page, "list.xls")


def test_a_file_cut_inside_characters_costs_those_rows(take):
    rows = [f"试甲{c},1,{101 + at},1390000300{at}" for at, c in enumerate("甲乙丙丁戊")]
    content = b"name,building,room,phone\n" + b"\n".join(row.encode() for row in rows)
    cut = content.replace("试甲丙,".encode(), "试甲丙,".encode()[:-2] + b",")
    outcome = take(cut, within=area_id(1, 1, 1, 1))
    assert (outcome.accepted, outcome.by_code) == (4, {317: 1})
    assert all("试甲" in name for name in homes())


def test_a_file_cut_at_its_end_is_refused(take):
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnreadableFile, match=r"末尾.*ends inside a character"):
            take((LIST + "胡试").encode(encoding)[:-1])


def test_a_quote_that_nobody_closed_swallows_no_rows(take):
    rows = [f"试{n},1390000{n},平安小区,1号楼,{n}" for n in range(1000, 1040)]
    rows[3] = rows[3].replace("平安小区", '"平安小区')
    with pytest.raises(UnreadableFile, match="第 5 行"):
        take("\n".join([HEAD, *rows]))
    two_lines = f'{HEAD}\n试甲,13900003001,"平安\n小区",1号楼,101\n'
    assert take(two_lines).accepted == 1


def test_more_cells_than_titles_are_told(take):
    outcome = take(f"{HEAD}\n试甲,13900003001,平安小区,1号楼,101,租客,8月到期\n")
    assert outcome.accepted == 1 and outcome.flagged_by_code == {328: 1}
    assert ("column", "F") in left(outcome) and ("column", "G") in left(outcome)


# -- workbooks -----------------------------------------------------------------------------------


def test_every_sheet_is_read_or_named(take):
    made, _ = book(["填表说明"], ["1. 请如实填写"], title="说明")
    for n in (1, 2):
        page = made.create_sheet(f"{n}号楼")
        for row in (["平安小区"], ["室号", "姓名"], [101, f"试{'甲乙'[n - 1]}"], [None, None]):
            page.append(row)
    hidden = made.create_sheet("旧名单")
    for row in (HEAD.split(","), ["试丙", "", "平安小区", "1号楼", "103"]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    made.create_sheet("空")
    contacts = made.create_sheet("联系人")
    for row in (["姓名", "电话"], ["填报人", "13900003009"]):
        contacts.append(row)
    outcome = take(made)
    assert homes() == {"试甲": ("1号楼", "", "101"), "试乙": ("2号楼", "", "101")}
    assert {(one["sheet"], one["read"]) for one in outcome.sheets} == {
        ("说明", False), ("1号楼", True), ("2号楼", True), ("旧名单", False), ("空", False), ("联系人", False),
    }  # fmt: skip
    assert [one for one in left(outcome) if one[0] == "sheet"] == [
        ("sheet", "说明"), ("sheet", "旧名单"), ("sheet", "空"), ("sheet", "联系人"),
    ]  # fmt: skip


def test_a_workbook_without_a_list_says_why_of_each_sheet(take):
    made, _ = book(["姓名", "电话"], ["试甲", "13900003001"], title="甲")
    with pytest.raises(UnreadableFile, match=r"甲.*室号.*neither doors nor addresses"):
        take(made)


def test_merged_cells_are_filled_and_blank_ones_are_not(take):
    made, page = book(
        ["楼号", "室号", "姓名", "与户主关系"], ["1号楼", "101", "试甲", "户主"], [None, None, "试乙", "妻"],
        [None, None, None],
        ["楼号", "室号", "姓名", "与户主关系"], ["2号楼", "202", "试丙", "户主"], [None, None, "试丁", "妻"],
        [None, "203", "试戊", "户主"],
        ["合计", None, "5人"], ["制表人：王某", None, "审核：李某"],
    )  # fmt: skip
    page.merge_cells("A2:A3")
    page.merge_cells("B2:B3")
    outcome = take(made, within=area_id(1, 1, 1, 1))
    assert homes() == {"试甲": ("1号楼", "", "101"), "试乙": ("1号楼", "", "101"), "试丙": ("2号楼", "", "202")}
    assert (outcome.read, outcome.rejected, outcome.by_code) == (5, 2, {306: 2, 309: 1})
    assert left(outcome) == [("column", "与户主关系"), ("rows", "5"), ("rows", "9"), ("rows", "10")]


def test_hidden_rows_are_read_and_named_and_struck_ones_refused(take):
    made, page = book(
        HEAD.split(","), *(["试" + c, "", "平安小区", "1号楼", 100 + n] for n, c in enumerate("甲乙丙", 1))
    )
    page.row_dimensions[3].hidden = True
    for cell in page[4]:
        cell.font = Font(strike=True)
    outcome = take(made)
    assert set(homes()) == {"试甲", "试乙"} and outcome.by_code == {319: 1}
    assert outcome.sheets[0]["hidden_rows"] == "3"


def test_numbers_dates_errors_and_formulas_cost_their_cell(take):
    made, _ = book(
        ["姓名", "身份证号", "出生日期", "手机", "小区", "楼号", "室号"],
        ["试甲", 319904195501059114, date(1955, 1, 5), 13900003001, "平安小区", "1号楼", 101],
        ["试乙", None, 29620, "#N/A", "平安小区", "1号楼", "102"],
        ["试丙", None, None, "=A1", "平安小区", "1号楼", 103.0],
        ["=A2", None, None, None, "平安小区", "1号楼", "104"],
        ["试戊", None, None, None, "平安小区", "1号楼", date(2022, 3, 5)],
        ["试己", None, None, None, "平安小区", "#REF!", "106"],
    )  # fmt: skip
    outcome = take(made)
    assert [(cell["row"], cell["column"], cell["code"]) for cell in outcome.flagged] == [
        (2, "身份证号", 321), (3, "手机", 323), (4, "手机", 323),
    ]  # fmt: skip
    assert outcome.by_code == {322: 1, 323: 2} and column("birth_year") == [1955, 1981, None]
    assert column("id_digest") == [None] * 3 and column("phone") == ["13900003001", None, None]


def test_an_old_workbook_is_read_alike(take):
    outcome = take((Path(__file__).parent / "lists" / "old.xls").read_bytes(), "old.xls")
    assert homes() == {"老试甲": ("1号楼", "", "101"), "老试乙": ("1号楼", "", "101"), "老试丁": ("1号楼", "", "103")}
    assert (outcome.by_code, outcome.flagged_by_code) == ({319: 1}, {321: 1})
    assert outcome.sheets[0]["hidden_rows"] == "6" and ("sheet", "隐藏") in left(outcome)


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles>'
    '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles>"
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


def ods(**sheets: list[list]) -> bytes:
    """Return an open document: sheets of rows; a row that begins with None is hidden, a sheet named old as well.

    A cell ("x", 2) goes over two rows, None is one that it covers.
    """

    def cell(value) -> str:
        down = ""
        if isinstance(value, tuple):
            value, down = value[0], f' table:number-rows-spanned="{value[1]}"'
        if value is None:
            return "<table:covered-table-cell/>"
        kind = "float" if isinstance(value, int) else "string"
        said = f' office:value="{value}"' if kind == "float" else ""
        return f'<table:table-cell office:value-type="{kind}"{said}{down}><text:p>{value}</text:p></table:table-cell>'

    def line(cells: list) -> str:
        hidden = ' table:visibility="collapse"' if cells[0] is None else ""
        return f"<table:table-row{hidden}>{''.join(map(cell, cells[1:] if hidden else cells))}</table:table-row>"

    pages = "".join(
        f'<table:table table:name="{name}"{" table:style-name=" + repr("h") if name == "old" else ""}>'
        f"{''.join(map(line, rows))}</table:table>"
        for name, rows in sheets.items()
    )
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": ODS.format(pages).encode(),
        "META-INF/manifest.xml": manifest,
    })  # fmt: skip


def test_an_open_document_is_read_alike(take):
    head = ["姓名", "身份证号", "小区", "楼号", "室号"]
    outcome = take(ods(
        new=[head, ["试甲", 319904195501059114, "平安小区", ("1号楼", 2), 101],
             [None, "试乙", "", "平安小区", None, 102]],
        old=[head, ["试丙", "", "平安小区", "1号楼", 103]],
    ), "list.ods")  # fmt: skip
    assert homes() == {"试甲": ("1号楼", "", "101"), "试乙": ("1号楼", "", "102")}
    assert outcome.flagged_by_code == {321: 1} and column("id_digest") == [None, None]
    assert outcome.sheets[0]["hidden_rows"] == "3" and ("sheet", "old") in left(outcome)


def test_tables_side_by_side_and_under_other_titles(take):
    made, _ = book(
        ["楼号", "室号", "姓名", "手机", "室号", "姓名", "手机"],
        ["1号楼", 101, "试甲", None, 102, "试乙", 13900003002],
        ["1号楼", 103, "试丙", None, None, None, None],
        ["姓名", "楼号", "室号", None, None, None, None],
        ["试丁", "2号楼", 201, None, None, None, None],
    )
    outcome = take(made, within=area_id(1, 1, 1, 1))
    assert homes() == {
        "试甲": ("1号楼", "", "101"), "试乙": ("1号楼", "", "102"), "试丙": ("1号楼", "", "103"),
        "试丁": ("2号楼", "", "201"),
    }  # fmt: skip
    assert (outcome.read, outcome.rejected) == (4, 0)


def test_a_list_that_goes_on_under_other_titles(take):
    text = (
        f"{HEAD}\n试甲,13900003001,平安小区,1号楼,101\n姓名,小区,楼号,室号,手机\n试乙,平安小区,2号楼,202,13900003002\n"
    )
    outcome = take(text)
    assert homes() == {"试甲": ("1号楼", "", "101"), "试乙": ("2号楼", "", "202")}
    assert left(outcome) == [("rows", "3")]


def test_titles_between_rows_name_the_building(take):
    rows = [["平安小区住户名册"], ["姓名", "室号"], [None, "1号楼"], ["试甲", 101], [None, "2号楼"], ["试乙", 101]]
    made, _ = book(*rows)
    take(made)
    assert homes() == {"试甲": ("1号楼", "", "101"), "试乙": ("2号楼", "", "101")}


@pytest.mark.parametrize(
    ("titles", "row", "home"),
    [
        ("姓名,楼号,门牌号,室号", "试甲,1号楼,平安路88弄,101", ("1号楼", "", "101")),
        ("姓名,户号,楼号,室号", "试甲,7,1号楼,0101室", ("1号楼", "", "101")),
        ("姓名,幢号,楼,室号", "试甲,2,6,621", ("2号楼", "", "621")),
        ("姓名,楼,室号", "试甲,2,621", ("2号楼", "", "621")),
        ("户主,姓名,楼号,室号", "主某,试甲,1,101", ("1号楼", "", "101")),
        ("姓名,楼号,室号,姓名", "试甲,1,101,备某", ("1号楼", "", "101")),
        ("姓名,住址", "试甲,平安小区3号楼2单元0302室", ("3号楼", "2", "302")),
        ("姓名,住址", "试甲,东试镇平安小区3-302", ("3号楼", "", "302")),
        ("姓名,住址,室号,楼号", "试甲,平安小区1号楼101,302,3", ("3号楼", "", "302")),
        ("姓名,室号", "试甲,3号楼1单元302", ("3号楼", "1", "302")),
        ("姓名,室号", "试甲,3-1-302", ("3号楼", "1", "302")),
        ("户主姓名,居住地址-楼号,居住地址-室号,居民姓名", "主某,3幢,302#,试甲", ("3号楼", "", "302")),
    ],
)  # fmt: skip
def test_the_most_specific_column_counts(take, titles, row, home):
    take(f"{titles}\n{row}\n", within=area_id(1, 1, 1, 1))
    assert homes() == {"试甲": home}


def test_every_telephone_column_is_read(take):
    take(
        "姓名,座机,手机,户主电话,小区,楼号,室号\n试甲,64003001,13900003001,13900003999,平安小区,1,101\n试乙,,13900003002,,平安小区,1,102\n"
    )
    assert column("phone") == ["13900003001", "13900003002"] and column("phone_2") == ["64003001", None]


# -- places --------------------------------------------------------------------------------------


def test_an_ambiguous_place_is_refused_and_an_old_name_stays_known(take):
    def rows(street: str, name: str) -> str:
        return f"姓名,街道,小区,楼号,室号\n{name},{street},新村,1号楼,101\n"

    assert take(rows("", "试甲")).by_code == {308: 1}
    assert take(rows("试验区东试镇", "试乙")).added == 1
    actions.load_areas([{"id": area_id(1, 1, 1, 2), "name": "新村一区"}], AT + timedelta(hours=1), "更名")
    assert take(rows("东试镇", "试丙")).added == 1 and take(rows("", "试丁")).by_code == {308: 1}
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT area FROM places_person")
        assert cursor.fetchall() == [(area_id(1, 1, 1, 2, 1),)]


def test_the_day_of_a_list_may_not_lie_ahead(take):
    with pytest.raises(Ahead):
        take(LIST, valid_from=AT + timedelta(days=1))
    assert take(LIST, valid_from=AT - timedelta(days=1)).added == 2


def test_a_birth_after_the_lists_day_is_none(take):
    text = f"{HEAD},出生日期\n试甲,,平安小区,1号楼,101,2022-04-01\n试乙,,平安小区,1号楼,102,2022-04-03\n"
    outcome = take(text, valid_from=AT - timedelta(days=1))
    assert outcome.flagged_by_code == {304: 1} and column("birth_year") == [2022, None]
