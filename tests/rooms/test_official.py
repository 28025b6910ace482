"""A superior's table beside our figures: matched within the scope, differences by cause, filled and given back."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from bulou.ledger.areas import level, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.people.models import Export
from bulou.rounds.reconciliation.tables import Area, Names, grid, number, understand
from bulou.rounds.reconciliation.template import cells_of
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
AREAS = [Area(id_, level(id_), zh, en, span(id_)[1]) for id_, zh, en in street.NAMES]
QUERIES = 9


@pytest.fixture(scope="module")
def round_(settled_clone) -> Iterator[None]:
    """Two are sampled before the cut at 60 minutes, one is after it; one of the two lives in a closed loop."""
    with settled_clone():
        ayi = Pen(cast.AYI)
        street.post(
            ayi.sealed(20, cast.TUBES["T1"], P["li"], P["mei"]),
            ayi.sealed(90, cast.TUBES["T2"], P["xiaoli"], mode="single"),
            Pen(cast.DESK, cast.STREET).standing(5, P["li"], "closed_loop", "inside"),
        )
        yield


@pytest.fixture
def browser(round_: None) -> Client:
    """The street's own user."""
    client = Client()
    client.force_login(User.objects.get(username="street"))
    client.cookies["bulou_language"] = "zh-hans"
    return client


def send(browser: Client, table: str = "", **given) -> str:
    cut = timezone.localtime(cast.minute(60)).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post("/official", {"table": table, "cut": cut, "round": cast.ROUND} | given)
    assert answer.status_code == 200
    return answer.content.decode()


def test_numbers_as_offices_write_them() -> None:
    assert [number(cell) for cell in ("1,234", "１２人", "7.0", "", "3号楼", "95%")] == [1234, 12, 7, None, None, None]


@pytest.mark.parametrize(
    "text",
    [
        "街镇\t已采样\n梅溪一居委\t3",
        "3,梅溪一居委会",
        "梅溪一 3",
        "一轮通报\n已采样人数,居委\n3,梅溪一居委",
        "梅溪街道梅溪一居委 3人",
    ],
)
def test_columns_stand_in_any_order(text: str) -> None:
    table = understand(grid(text), Names(AREAS))
    assert [(row.area and row.area.id, row.given) for row in table.rows] == [(cast.UPPER, {"covered": 3})]


def test_headings_name_the_figure_and_what_is_missed_is_no_sample() -> None:
    table = understand(grid("Area\tNot sampled\tOwed\tSampled\nPlum Creek\t1\t2\t1"), Names(AREAS))
    assert table.columns == {"owed": 2, "covered": 3, "missed": 1}
    assert table.rows[0].given == {"owed": 2, "covered": 1, "missed": 1}


@pytest.mark.parametrize(
    ("text", "why", "said"),
    [
        ("街镇\t采样率\n梅溪街道\t8", "other", "采样率"), ("街镇\t采样管数\n梅溪街道\t8", "other", "采样管数"),
        ("街镇\t昨日已采\n梅溪街道\t8", "other", "昨日已采"), ("街镇\t采样\n梅溪街道\t8", "unsure", "采样"),
        ("街镇\t应采/实采\n梅溪街道\t8", "unsure", "应采/实采"), ("街镇\t人数\n梅溪街道\t8", "unsure", "人数"),
        ("街镇\t已采\t已采样\n梅溪街道\t8\t9", "twice", "已采"), ("梅溪街道 8 9", "columns", "2"),
    ],
)  # fmt: skip
def test_a_column_that_is_not_sure_is_refused_with_the_choices(browser: Client, text: str, why: str, said: str) -> None:
    table = understand(grid(text), Names(AREAS))
    assert table.doubt and table.doubt.why == why and said in table.doubt.headings and not table.columns
    html = send(browser, text)
    alert = html.split('role="alert">')[1].split("<")[0]
    assert said in alert and "本系统" not in html.split('role="alert">')[0]
    if why != "twice":
        assert all(name in alert for name in ("应检人数", "已采样人数", "未采样人数", "已出结果人数"))


def test_what_somebody_chooses_decides_where_the_heading_does_not(browser: Client) -> None:
    assert "未采样人数（" in send(browser, "街镇\t人数\n梅溪街道\t8", figure="missed")
    assert "已采样人数（" in send(browser, "街镇\t已采\n梅溪街道\t8", figure="missed"), "the heading says what it is"


def test_columns_that_are_not_compared_are_named(browser: Client) -> None:
    html = send(browser, "序号\t街镇\t应采\t已采\t采样率\n1\t梅溪街道\t30\t3\t0.1")
    assert "没有核对的列" in html and "采样率" in html and "应检人数（" in html


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("街镇\t居委\t已采\n梅溪街道\t梅溪一居委\t3\n梅溪街道\t梅溪二居委\t1", [cast.UPPER, cast.LOWER]),
        ("居委\t街镇\t已采\n梅溪一居委\t梅溪街道\t3", [cast.UPPER]),
        ("街镇\t居委\t已采\n梅溪街道\t\t4\n梅溪街道\t梅溪一居委\t3", [cast.STREET, cast.UPPER]),
        ("街镇\t居委\t已采\n竹溪街道\t竹溪居委\t3\n竹溪街道\t梅溪一居委\t3", [cast.area_id(104, 8, 1), None]),
        ("街镇\t居委\t已采\n梅溪街道\t没有的居委\t3\n梅溪街道\t梅溪二居委\t1", [None, cast.LOWER]),
        ("街镇\t居委\t已采\n梅溪街道\t没有的居委\t3", [None]), ("单位：人\n街镇\t已采\n梅溪街道\t3", [cast.STREET]),
    ],
)  # fmt: skip
def test_the_finest_named_area_counts(text: str, found: list[int | None]) -> None:
    table = understand(grid(text), Names(AREAS))
    assert [row.area and row.area.id for row in table.rows] == found


def test_a_sum_counts_nobody_twice(browser: Client) -> None:
    html = send(browser, "街镇\t居委\t已采\n梅溪街道\t\t4\n梅溪街道\t梅溪一居委\t3")
    row = html.split("合计（有上级数据的区域）")[1].split("</tr>")[0]
    assert '<td class="n">4</td>' in row


def test_who_is_not_sampled_is_compared_as_such(browser: Client) -> None:
    """At the cut two were sampled; one more since, who was not sampled then."""
    people = sum(len(h.persons) for h in cast.HOUSEHOLDS if h.area in (cast.NO_1, cast.NO_2))
    html = send(browser, f"街镇\t未采\n梅溪新村\t{people - 2}")
    assert f"梅溪新村：上级数据{people - 2}，本系统{people - 3}，相差-1（截止时间不同 -1）" in html


def test_headings_of_two_lines_and_merged_cells() -> None:
    book = Workbook()
    page = book.active
    for row in (["全区通报", None, None, None], ["街镇", "居委", "今日", None], [None, None, "应采", "未采"],
                ["梅溪街道", "梅溪一居委", 20, 17], [None, "梅溪二居委", 2, 1]):  # fmt: skip
        page.append(row)
    for merged in ("A1:D1", "C2:D2", "A2:A3", "B2:B3", "A4:A5"):
        page.merge_cells(merged)
    table = understand(cells_of(page), Names(AREAS))
    assert table.columns == {"owed": 2, "missed": 3}
    assert [row.area and row.area.id for row in table.rows] == [cast.UPPER, cast.LOWER]


def test_an_identity_number_is_not_shown_again(browser: Client) -> None:
    assert "319904" not in send(browser, "319904198102030001 8\n梅溪街道 8")


def test_rows_that_fit_nowhere_or_twice_are_told() -> None:
    table = understand(grid("梅溪新村 1\n竹林里 2\n梅溪新村 3\n合计 6"), Names(AREAS), "covered")
    assert [(row.row, row.problem) for row in table.rows] == [(1, ""), (2, "unmatched"), (3, "twice")]


def test_each_difference_is_named(browser: Client) -> None:
    html = send(browser, "梅溪新村 0\n梅溪公寓 2", closed_loop="1")
    assert "梅溪新村：上级数据0，本系统3，相差+3（截止时间不同 +1, 是否含闭环人员 +1, 原因不明 +1）" in html
    assert "梅溪公寓：上级数据2，本系统0，相差-2（原因不明 -2）" in html


def test_without_their_basis_the_rest_is_not_explained(browser: Client) -> None:
    assert "相差+3（截止时间不同 +1, 原因不明 +2）" in send(browser, "梅溪新村 0")
    assert "（一致）" in send(browser, "梅溪新村 3")


def test_residents_registered_elsewhere_are_counted_there(browser: Client) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET registered_area = %s WHERE id = %s", [cast.COURT, P["mei"]])
    html = send(browser, "梅溪新村 1\n梅溪公寓 1", registration="1")
    assert "梅溪新村：上级数据1，本系统3，相差+2（截止时间不同 +1, 登记地与居住地不同 +1）" in html
    assert "梅溪公寓：上级数据1，本系统0，相差-1（登记地与居住地不同 -1）" in html


def test_another_street_is_not_matched(browser: Client) -> None:
    html = send(browser, "竹溪街道 5\n梅溪街道 3")
    assert "您负责的区域内没有此名称" in html and "本系统1，" not in html


def template() -> SimpleUploadedFile:
    book = Workbook()
    page = book.active
    for row in (["通报"], ["街道居委", "应检", "已采样", "备注"], ["梅溪新村", None, 2, "勿改"],
                ["竹林里", None, None, None], ["合计", "=SUM(B3:B4)", None, None]):  # fmt: skip
        page.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("t.xlsx", out.getvalue())


def test_the_template_comes_back_with_its_empty_cells_filled(browser: Client) -> None:
    answer = browser.post("/official", {"round": cast.ROUND, "file": template(), "act": "fill"})
    page = load_workbook(BytesIO(answer.content)).active
    estate = sum(len(h.persons) for h in cast.HOUSEHOLDS if h.area in (cast.NO_1, cast.NO_2))
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["梅溪新村", estate, 2, "勿改"], ["竹林里", None, None, None], ["合计", "=SUM(B3:B4)", None, None],
    ]  # fmt: skip


def test_a_template_may_be_compared_as_well(browser: Client) -> None:
    html = send(browser, file=template())
    assert "梅溪新村：本系统" in html and "梅溪新村：上级数据2，本系统3，相差+1（截止时间不同 +1）" in html


def test_a_damaged_file_is_said(browser: Client) -> None:
    assert "无法读取该文件" in send(browser, file=SimpleUploadedFile("t.xlsx", b"PK\x03\x04 nonsense"))
    assert "请粘贴表格" in send(browser, "")


def test_statements_are_few_and_the_export_is_on_record(browser: Client) -> None:
    browser.get("/official")
    with scoped(EVERYWHERE):
        before = Export.objects.count()
    for text in ("梅溪新村 0", "梅溪新村 0\n梅溪公寓 9\n梅溪一居委 7\n桥头小区 1"):
        with CaptureQueriesContext(connection) as ran:
            send(browser, text)
        assert len(ran) == QUERIES, [query["sql"] for query in ran]
    with scoped(EVERYWHERE):
        assert Export.objects.count() == before + 2


def test_it_speaks_english(browser: Client) -> None:
    browser.cookies["bulou_language"] = "en"
    html = send(browser, "Plum Creek\t1")
    assert "unexplained" in html.lower() and "Plum Creek: official 1, ours 3, difference +2" in html
