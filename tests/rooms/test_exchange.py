"""The missed list leaves the desk as an Excel file and as doors to knock, within the scope and on record."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from fastexcel import read_excel

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import LookUp
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
EXPORT, DOORS = 11, 12


@pytest.fixture(scope="module")
def round_(clone) -> Iterator[None]:
    """One morning for the file: some are sampled; one name looks like a formula."""
    with clone():
        street.settle({"an": "=HYPERLINK(1)", "tang": "<b>唐</b>"})
        ayi = Pen(cast.AYI)
        street.post(
            ayi.sealed(20, cast.TUBES["T1"], P["li"], P["mei"], P["xiaoli"]),
            ayi.deferred(40, P["gui"], reason="team_needed", until=cast.minute(300)),
        )
        yield


@pytest.fixture
def browser(round_: None) -> Client:
    """The street's own user."""
    client = Client()
    client.force_login(User.objects.get(username="street"))
    client.cookies["bulou_language"] = "zh-hans"
    return client


def sheet(browser: Client, query: str = "") -> list[list[str]]:
    """Read the exported rows, header first, as a spreadsheet would."""
    answer = browser.get(street.url(cast.STREET, "/missed.xlsx" + query))
    assert answer.status_code == 200
    table = read_excel(BytesIO(answer.content).getvalue()).load_sheet(0, header_row=None, dtypes="string")
    return [list(row) for row in table.to_polars().iter_rows()]


def test_the_file_holds_what_the_list_holds_masked(browser: Client) -> None:
    head, *rows = sheet(browser)
    assert head[:6] == ["街镇", "居委会", "小区", "楼栋", "室号", "姓名"]
    names = [row[5] for row in rows]
    assert len(names) == len(P) - 3 and "王**" in names and not any("桂芳" in (n or "") for n in names)
    assert [row[7] for row in rows if row[5] == "王**"] == ["行动不便，待上门采样"]


def test_the_filter_goes_into_the_file(browser: Client) -> None:
    assert [row[5] for row in sheet(browser, "?state=deferred")[1:]] == ["王**"]
    assert browser.get(street.url(cast.STREET, "/missed.xlsx?state=nonsense")).status_code == 404


def test_no_cell_is_a_formula() -> None:
    from zipfile import ZipFile

    from bulou.ui.export.workbook import workbook

    book = workbook("a/b", ["姓名"], [["=1+1"], ["+1"], ["@x"], ["-2"], [3]])
    with ZipFile(BytesIO(book)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "=1+1" in page


def test_names_of_files_are_safe() -> None:
    from bulou.ui.export.workbook import file_name

    assert file_name('梅/溪:"街', "未采样", cast.DAWN) == "梅溪街-未采样-20220404-0600.xlsx"


def test_doors_are_walked_from_the_lowest_floor(browser: Client) -> None:
    html = browser.get(street.url(cast.ESTATE, "/doors")).content.decode()
    assert html.index("王桂芳") < html.index("周志强") < html.index("孙浩") < html.index("赵德明")
    assert "李建国" not in html and "☐" in html
    court = browser.get(street.url(cast.COURT, "/doors")).content.decode()
    assert "<b>唐</b>" not in court


@pytest.mark.parametrize(("page", "number"), [("/missed.xlsx", EXPORT), ("/doors", DOORS)])
def test_statements_are_few_and_each_name_is_on_record(browser: Client, page: str, number: int) -> None:
    with scoped(EVERYWHERE):
        before = LookUp.objects.count()
    browser.get(street.url(cast.ESTATE))
    for area in (cast.ESTATE, cast.STREET):
        with CaptureQueriesContext(connection) as ran:
            assert browser.get(street.url(area, page)).status_code == 200
        assert len(ran) == number, [query["sql"] for query in ran]
    with scoped(EVERYWHERE):
        assert LookUp.objects.count() > before + 20


@pytest.mark.parametrize("page", ["/missed.xlsx", "/doors"])
def test_another_street_is_not_there(browser: Client, page: str) -> None:
    for area in (cast.DISTRICT, street.NEXT_STREET, street.NEXT_BUILDING):
        assert browser.get(street.url(area, page)).status_code == 404


def test_the_door_list_speaks_english(browser: Client) -> None:
    browser.cookies["bulou_language"] = "en"
    assert "Door list" in browser.get(street.url(cast.ESTATE, "/doors")).content.decode()
