"""Area tables and rosters on the desk: uploaded, looked through, imported by a process of their own, read back."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bulou.command.uploads import areas, store
from bulou.command.uploads.models import Upload
from bulou.desk.actions import add_user
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.people.models import Export
from bulou.places.documents import check_character
from bulou.places.models import Area, Person
from tests import cast, desk_street, waiting

TITLES = ["姓名", "证件号码", "手机", "街道", "小区", "楼号", "室号"]


def number(serial: int, day: str = "19880506") -> str:
    start = f"319904{day}{serial:03}"
    return start + check_character(start)


ROWS = [
    ["沈试敏", number(7), "13900003001", "梅溪街道", "梅溪新村", "1号楼", "601"],
    ["陆试满", number(8), "13900003002", "梅溪街道", "梅溪新村", "2号楼", "602"],
    ["", number(9), "13900003003", "梅溪街道", "梅溪新村", "1号楼", "603"],
    ["许试远", number(10), "13900003004", "竹溪街道", "竹溪小区", "竹溪楼", "604"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def street(settled, folder: Path) -> Path:
    """The street with its open round, and a data folder of the test."""
    return folder


def browser(name: str = "district", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["bulou_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def file_of(rows: list[list[str]], name: str = "名册.csv", titles: list[str] = TITLES) -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out).writerows([titles, *rows])
    return SimpleUploadedFile(name, out.getvalue().encode("utf-8"))


def sent(client: Client, file: SimpleUploadedFile, path: str = "/roster", **given: str) -> str:
    answer = client.post(path, {"file": file} | given)
    assert answer.status_code == 302, said(answer)
    return answer["Location"]


def said(answer) -> str:
    return " ".join(re.findall(r'(?:bad-text|alert-danger)" role="alert">([^<]*)', answer.content.decode()))


def upload(address: str) -> Upload:
    with scoped(EVERYWHERE):
        return Upload.objects.get(pk=int(address.rsplit("/", 1)[1]))


def imported(client: Client, address: str, **given: str) -> Upload:
    answer = client.post(address, {"act": "start"} | given)
    assert answer.status_code == 302, said(answer)
    waiting.until(lambda: upload(address).state != "running", "the import does not end")
    return upload(address)


def names() -> set[str]:
    with scoped(EVERYWHERE):
        return set(Person.objects.values_list("name", flat=True))


# -- rosters -------------------------------------------------------------------------------------


def test_a_roster_is_looked_through_imported_and_read_back(street: Path) -> None:
    client = browser()
    address = sent(client, file_of(ROWS), source="派出所")
    page = client.get(address).content.decode()
    assert "沈**" in page and "沈试敏" not in page and "13900003001" not in page and number(7) not in page
    assert "缺少姓名" in page and "姓名，最多 60 个字" in page, "which rows would be refused, and what was expected"
    assert names().isdisjoint({"沈试敏"}), "the preview writes nothing"
    kept = upload(address)
    lies = store.path(kept.folder, kept.file_name)
    assert lies.stat().st_mode & 0o777 == 0o600 and lies.parent.stat().st_mode & 0o777 == 0o700
    assert lies.name == "名册.csv" and len(kept.folder) == 32
    done = imported(client, address)
    assert (done.state, done.read, done.accepted, done.rejected) == ("done", 4, 3, 1), done.why
    assert {"沈试敏", "陆试满", "许试远"} <= names()
    assert done.joined == [{"round": 1, "added": 3, "out_of_scope": 0}]
    assert not lies.exists(), "the file is full of names and is needed no more"
    page = client.get(address).content.decode()
    assert "补录应检3人" in page and "下载退回的1行" in page and "缺少姓名" in page
    assert "沈试敏" not in page and number(9) not in str(done.told)
    rejects = client.get(f"{address}/rejects")
    text = rejects.content.decode("utf-8-sig")
    assert "603" in text and number(9) not in text and "名册.rejects.csv" in unquote(rejects["Content-Disposition"])
    with scoped(EVERYWHERE):
        assert Export.objects.filter(what="rejects", user="district", rows=1).count() == 1
    assert "已导入" in client.get("/roster").content.decode()


def test_a_street_brings_in_its_own_people_alone(street: Path) -> None:
    client = browser("street")
    done = imported(client, sent(client, file_of(ROWS)))
    assert (done.accepted, done.rejected) == (2, 2) and "许试远" not in names()
    page = client.get(f"/roster/uploads/{done.pk}").content.decode()
    assert "不在您负责的区域" in page
    assert browser("neighbour").get(f"/roster/uploads/{done.pk}").status_code == 404
    assert browser("neighbour").get(f"/roster/uploads/{done.pk}/rejects").status_code == 404
    assert "名册.csv" not in browser("neighbour").get("/roster").content.decode()
    add_user("committee", desk_street.PASSWORD, [cast.UPPER], ["committee"])
    assert browser("committee").get("/roster").status_code == 403


def test_a_street_sees_no_file_of_the_district(street: Path) -> None:
    address = sent(browser(), file_of(ROWS))
    assert browser("street").get(address).status_code == 404
    assert browser("street").post(address, {"act": "start"}).status_code == 404
    within = sent(browser(), file_of(ROWS), area=str(cast.STREET))
    assert browser("street").get(within).status_code == 404, "it would be imported with the district's reach"


def test_the_columns_are_chosen_by_hand(street: Path) -> None:
    client = browser()
    rows = [["1", *row[1:], row[0]] for row in ROWS[:2]]
    titles = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]
    address = sent(client, file_of(rows, titles=titles), source="奇怪的表")
    page = client.get(address).content.decode()
    assert "找不到表头" in page and "开始导入" not in page and '<option value="辛">' in page
    chosen = {
        "map_name": "辛", "map_id_number": "乙", "map_phone": "丙", "map_street": "丁", "map_compound": "戊",
        "map_building": "己", "map_door": "庚",
    }  # fmt: skip
    answer = client.post(address, {"act": "look"} | chosen | {"map_door": "己"})
    assert "选给了两个字段" in said(answer)
    client.post(address, {"act": "look"} | chosen)
    assert "沈**" in client.get(address).content.decode()
    done = imported(client, address, **chosen)
    assert (done.state, done.accepted) == ("done", 2) and {"沈试敏", "陆试满"} <= names()


def test_a_list_within_an_area_and_of_a_day(street: Path) -> None:
    client = browser()
    rows = [["沈试敏", "13900003001", "1号楼", "601"]]
    file = file_of(rows, titles=["姓名", "手机", "楼号", "室号"])
    address = sent(client, file, area=str(cast.ESTATE), as_of="2022-03-01")
    assert "2022-03-01" in client.get(address).content.decode()
    done = imported(client, address)
    assert (done.state, done.accepted, done.within) == ("done", 1, cast.ESTATE)
    with scoped(EVERYWHERE):
        assert Person.objects.get(name="沈试敏").area == cast.NO_1


@pytest.mark.parametrize(("file", "given", "expected"), [
    (None, {}, "请选择文件"), (SimpleUploadedFile("名册.pdf", b"x"), {}, "请选择这些格式之一的文件"),
    (SimpleUploadedFile("名册.csv", b""), {}, "请选择文件"),
    (SimpleUploadedFile("名册.csv", b"x"), {"as_of": "2999-01-01"}, "名册日期在将来"),
    (SimpleUploadedFile("名册.csv", b"x"), {"as_of": "1822-01-01"}, "早于1990年"),
    (SimpleUploadedFile("名册.csv", b"x"), {"as_of": "x"}, "请按年-月-日填写"),
])  # fmt: skip
def test_what_cannot_be_uploaded_says_why(street: Path, file, given: dict[str, str], expected: str) -> None:
    if file is not None:
        file.seek(0)
    answer = browser().post("/roster", ({"file": file} if file else {}) | given)
    assert expected in said(answer) and not list((street / "uploads").glob("*"))


def test_a_file_that_is_too_large(street: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST", 1 << 20)
    answer = browser().post("/roster", {"file": SimpleUploadedFile("名册.csv", b"x" * (1 << 20) + b"y")})
    assert "文件超过1 MB" in said(answer)


def test_what_is_no_list_says_why_and_is_removed(street: Path) -> None:
    client = browser()
    address = sent(client, SimpleUploadedFile("名册.csv", b"<html><table></table></html>"))
    page = client.get(address).content.decode()
    assert "这是网页" in page and "web page" not in page and "开始导入" not in page
    assert "web page" in browser(language="en").get(address).content.decode()
    assert "这是网页" in said(client.post(address, {"act": "start"}))
    kept = upload(address)
    assert client.post(address, {"act": "drop"})["Location"] == "/roster"
    assert not store.path(kept.folder, kept.file_name).exists() and client.get(address).status_code == 404


def test_an_import_that_died_goes_on(street: Path) -> None:
    """The row says that it runs and no process holds the lock."""
    client = browser()
    address = sent(client, file_of(ROWS))
    with scoped(EVERYWHERE):
        asked = upload(address).made_at - timedelta(minutes=5)
        Upload.objects.filter(pk=upload(address).pk).update(state="running", asked_at=asked)
    assert "导入中断了" in client.get(address).content.decode()
    client.post(address, {"act": "again"})
    waiting.until(lambda: upload(address).state == "done", "it does not go on")
    assert upload(address).accepted == 3


def test_no_two_imports_at_once_unless_the_first_has_died(street: Path) -> None:
    client = browser()
    first, second = sent(client, file_of(ROWS)), sent(client, file_of(ROWS, "另一份.csv"))
    with scoped(EVERYWHERE):
        Upload.objects.filter(pk=upload(first).pk).update(state="running", asked_at=upload(second).made_at)
    assert "另一份名册正在导入" in said(client.post(second, {"act": "start"}))
    with scoped(EVERYWHERE):
        asked = upload(first).made_at - timedelta(minutes=5)
        Upload.objects.filter(pk=upload(first).pk).update(asked_at=asked)
    assert imported(client, second).state == "done"
    assert upload(first).state == "failed" and "可以继续" in client.get(first).content.decode()


def test_what_nobody_imported_goes_after_two_days(street: Path) -> None:
    client = browser()
    old = upload(sent(client, file_of(ROWS)))
    with scoped(EVERYWHERE):
        Upload.objects.filter(pk=old.pk).update(made_at=old.made_at - timedelta(days=3))
    sent(client, file_of(ROWS))
    assert not store.path(old.folder, old.file_name).exists()


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/名册.csv", "名册.csv"), ("C:\\新建\\名册.XLSX", "名册.XLSX"), ("a" * 300 + ".csv", "a" * 60 + ".csv"),
    ("..", ""), (".csv", "csv"), ("名\x00册.csv", "名 册.csv"),
])  # fmt: skip
def test_a_file_is_kept_under_its_own_name_alone(given: str, kept: str) -> None:
    assert store.name_of(given) == kept


# -- the area tree -------------------------------------------------------------------------------

TREE = "id,name,name_en\n" + "\n".join(
    f"{id_},{zh},{en}"
    for id_, zh, en in (
        (area_id(7), "试区", "Trial District"), (area_id(7, 1), "试街道", ""), (area_id(7, 1, 1), "试居委", ""),
        (area_id(7, 1, 1, 1), "试小区", ""), (area_id(7, 1, 1, 1, 1), "1号楼", ""),
    )
)  # fmt: skip


@pytest.fixture
def empty(db, folder: Path) -> Client:
    """An installation on its first morning: one account for everything."""
    add_user("first", desk_street.PASSWORD, [0], ["command", "administrator"])
    return browser("first")


def test_from_nothing_to_a_tree_and_a_roster(empty: Client) -> None:
    assert "还没有区域表" in empty.get("/roster").content.decode()
    address = sent(empty, SimpleUploadedFile("区域.csv", TREE.encode("gb18030")), "/roster/areas")
    page = empty.get(address).content.decode()
    assert "导入5个区域" in page and not Area.objects.exists()
    assert empty.post(address, {"act": "load"})["Location"] == "/roster/areas"
    assert Area.objects.count() == 5 and Area.objects.get(id=area_id(7)).name_en == "Trial District"
    rows = [["沈试敏", number(7), "13900003001", "试街道", "试小区", "1号楼", "601"]]
    assert imported(empty, sent(empty, file_of(rows))).accepted == 1


def test_the_same_table_again_changes_names_and_adds_nothing(empty: Client) -> None:
    for text in (TREE, TREE.replace("试小区", "新小区")):
        address = sent(empty, SimpleUploadedFile("区域.csv", text.encode()), "/roster/areas")
        assert empty.post(address, {"act": "load"}).status_code == 302
    assert upload(address).told == {"new": 0, "changed": 1, "same": 4}
    assert Area.objects.count() == 5 and Area.objects.filter(name="新小区").count() == 1
    assert "已经导入" in said(empty.post(address, {"act": "load"}))


@pytest.mark.parametrize(("row", "what"), [
    ("x,试,", "不是区域编号"), (f"{area_id(7, 1) + 1 << 3},试,", "不是区域编号"), (f"{area_id(8)},,", "缺少名称"),
    (f"{area_id(7)},又一区,", "编号重复"), (f"{area_id(7, 2)},试街道,", "同一上级下已有这个名称"),
    (f"{area_id(9, 1)},孤街道,", "上级区域不在表中"), (f"{area_id(8)},{'长' * 81},", "超过80个字"),
])  # fmt: skip
def test_a_fault_of_an_area_table_is_named_by_row_and_nothing_is_loaded(empty: Client, row: str, what: str) -> None:
    address = sent(empty, SimpleUploadedFile("区域.csv", f"{TREE}\n{row}".encode()), "/roster/areas")
    page = empty.get(address).content.decode()
    assert what in page and '<th scope="row">7</th>' in page and "导入5个区域" not in page
    assert "没有导入" in said(empty.post(address, {"act": "load"})) and not Area.objects.exists()


def test_an_area_table_stays_within_the_own_areas(street: Path) -> None:
    client = browser("street")
    text = f"id,name\n{cast.area_id(104, 7, 3)},梅溪三居委\n{cast.area_id(104, 9)},别的街道"
    address = sent(client, SimpleUploadedFile("区域.csv", text.encode()), "/roster/areas")
    assert "不在您负责的区域" in client.get(address).content.decode()
    assert areas.read(store.path(upload(address).folder, "区域.csv"), (span(cast.DISTRICT),)).faults == []


# -- the first morning ---------------------------------------------------------------------------


def test_the_first_page_of_an_empty_installation_leads_on(empty: Client) -> None:
    for path in ("/", "/now"):
        page = empty.get(path).content.decode()
        assert "从零到第一轮" in page and page.index("从零到第一轮") < page.index("准备步骤"), path
        for link in ("/roster/areas", "/roster", reverse("users"), "/devices/enrol", "/rounds/new"):
            assert f'href="{link}"' in page, (path, link)
    add_user("planner", desk_street.PASSWORD, [0], ["planner"])
    page = browser("planner").get("/").content.decode()
    assert "从零到第一轮" in page and "由指挥部办理" in page and "/rounds/new" not in page


def test_once_there_is_a_round_the_way_to_it_is_gone(street: Path) -> None:
    assert "从零到第一轮" not in browser().get("/now").content.decode()
