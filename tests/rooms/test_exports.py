"""Every list of the desk leaves as Excel with its filters: by those who may, masked unless entitled, on record."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from fastexcel import read_excel

from bulou.desk.actions import add_user
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast, desk_street
from tests.builders import Pen

P = {name: person.id for name, person in cast.PERSONS.items()}
UNDER = desk_street.url(cast.STREET)
#: By the code on record: the address and a word of the file's header.
LISTS = {
    "board.xlsx": (UNDER, "采样覆盖率"),
    "building.xlsx": (desk_street.url(cast.NO_1), "室号"),
    "waits.xlsx": (UNDER + "/waits", "已等候（分钟）"),
    "pace.xlsx": (UNDER + "/pace", "数值"),
    "now.xlsx": ("/now", "责任人"),
    "people.xlsx": ("/people?q=王", "编码"),
}
RECORDS = {f"oversight-{kind}.xlsx": (f"/oversight?kind={kind}", "查阅人") for kind in ("looks", "exports", "glass")}
USERS = {"chief": "command", "street-desk": "street", "planner": "planner", "auditor": "auditor", "store": "store",
         "accounts": "administrator", "inspector": "inspector"}  # fmt: skip


@pytest.fixture(scope="module")
def round_(settled_clone) -> Iterator[None]:
    with settled_clone():
        ayi, lab = Pen(cast.AYI), Pen(cast.LABORATORY)
        desk_street.post(
            ayi.sealed(20, cast.TUBES["T1"], P["li"], P["mei"], P["xiaoli"]),
            ayi.sealed(43, cast.TUBES["T3"], P["zhao"]),
            ayi.sealed(44, cast.TUBES["T4"], P["zhao"], P["yun"]),
            lab.resulted(211, T9="negative"),
        )
        for name, role in USERS.items():
            add_user(name, desk_street.PASSWORD, [cast.STREET], [role])
        yield


@pytest.fixture
def browser(round_: None):
    def signed_in(name: str) -> Client:
        client = Client(headers={"Accept-Language": "zh-hans"})
        client.force_login(User.objects.get(username=name))
        return client

    return signed_in


def cells(answer) -> list[list[str | None]]:
    assert answer.status_code == 200, answer.status_code
    table = read_excel(answer.content).load_sheet(0, header_row=None, dtypes="string")
    return [list(row) for row in table.to_polars().iter_rows()]


def exported(what: str) -> tuple[str, dict, int, bool]:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            'SELECT "user", filter, rows, masked FROM people_export WHERE what = %s ORDER BY id DESC LIMIT 1', [what]
        )
        user, filter_, rows, masked = cursor.fetchone()
    return user, json.loads(filter_) if isinstance(filter_, str) else filter_, rows, masked


def as_file(address: str) -> str:
    return address + ("&" if "?" in address else "?") + "as=xlsx"


@pytest.mark.parametrize("what", LISTS)
def test_who_may_takes_it_and_it_is_on_record(browser, what: str) -> None:
    address, word = LISTS[what]
    head, *rows = cells(browser("street-desk").get(as_file(address)))
    assert word in head and rows
    user, _filter, n, masked = exported(what)
    assert (user, n, masked) == ("street-desk", len(rows), True)


@pytest.mark.parametrize("what", [*LISTS, *RECORDS])
def test_who_may_not_gets_no_file_and_no_button(browser, what: str) -> None:
    address, _ = (LISTS | RECORDS)[what]
    store = browser("store")
    assert store.get(as_file(address)).status_code == 403
    assert b"as=xlsx" not in store.get(address).content


@pytest.mark.parametrize("what", [name for name in LISTS if name != "building.xlsx"])
def test_the_page_leads_to_its_file(browser, what: str) -> None:
    address, _ = LISTS[what]
    assert "as=xlsx" in browser("street-desk").get(address).content.decode()


@pytest.mark.parametrize(("user", "full"), [("street-desk", False), ("inspector", False), ("chief", True)])
@pytest.mark.parametrize("what", ["people.xlsx", "building.xlsx"])
def test_names_leave_masked_unless_entitled(browser, what: str, user: str, full: bool) -> None:
    text = str(cells(browser(user).get(as_file(LISTS[what][0]))))
    assert ("王桂芳" in text) == full and "王" in text
    assert exported(what)[3] == (not full)


def test_what_was_searched_for_is_not_kept(browser) -> None:
    cells(browser("street-desk").get(as_file("/people?q=13800001111")))
    assert exported("people.xlsx")[1] == {"q": "…"}


@pytest.mark.parametrize("what", RECORDS)
def test_the_auditor_takes_the_record_masked(browser, what: str) -> None:
    browser("chief").get(f"/people/{P['li']}")
    head, *rows = cells(browser("auditor").get(as_file(RECORDS[what][0])))
    assert RECORDS[what][1] in head and "李建国" not in str(rows)
    assert what != "oversight-looks.xlsx" or f"P{P['li']}" in str(rows)
    assert exported(what)[0] == "auditor"


def test_filters_go_into_the_file(browser) -> None:
    street = browser("street-desk")
    kinds = {row[0] for row in cells(street.get(as_file("/now?class=conflict")))[1:]}
    assert kinds == {"记录矛盾"} and exported("now.xlsx")[1] == {"class": "conflict"}


def test_the_administrator_takes_the_users_and_nothing_else(browser) -> None:
    accounts = browser("accounts")
    head, *rows = cells(accounts.get(as_file("/settings/users")))
    assert head[:2] == ["用户", "角色"] and ["store", "仓库"] in [row[:2] for row in rows]
    assert "as=xlsx" in accounts.get("/settings/users").content.decode()
    assert browser("chief").get(as_file("/settings/users")).status_code == 403
    assert accounts.get(as_file(UNDER)).status_code == 403


def test_the_comparison_leaves_as_a_file(browser) -> None:
    form = {"round": "1", "figure": "covered", "table": "梅溪街道 4", "cut": "", "act": "export"}
    head, *rows = cells(browser("street-desk").post("/official", form))
    assert head[:5] == ["数字", "区域", "上级数据", "本系统", "相差"]
    assert [row[1:4] for row in rows] == [["梅溪街道", "4", "5"]]
    assert exported("official.xlsx")[0] == "street-desk"


def test_another_street_is_not_there(browser) -> None:
    for area in (cast.DISTRICT, desk_street.NEXT_STREET, desk_street.NEXT_BUILDING):
        for page in ("", "/waits", "/pace"):
            assert browser("street-desk").get(as_file(desk_street.url(area, page))).status_code == 404
    for what in ("people.xlsx", "now.xlsx"):
        assert "竹" not in str(cells(browser("street-desk").get(as_file(LISTS[what][0]))))
