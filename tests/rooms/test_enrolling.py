"""Devices are enrolled on the desk: a code for one, a card for a shift; a dead phone's journal comes in as a file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from bulou.desk.actions import add_user
from bulou.field import actions
from bulou.field.enrolling.rules import outermost, shift_end
from bulou.field.problems import Problem
from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.models import Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street

NOW = datetime.now(UTC)


@pytest.fixture
def browser(settled) -> Client:
    """The street's desk."""
    client = Client()
    client.login(username="street", password=street.PASSWORD)
    return client


def form(**changed: Any) -> dict[str, Any]:
    until = (datetime.now(UTC) + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M")
    return {"what": "one", "name": "新村门口", "kind": "phone", "role": "volunteer", "area": [cast.ESTATE],
            "until": until, "admits": "3"} | changed  # fmt: skip


def token_of(page: str) -> str:
    return page.split("#enrol=")[1].split("<")[0]


def test_a_code_enrols_one_device_of_the_chosen_area(browser: Client) -> None:
    page = browser.post("/devices/enrol", form()).content.decode()
    assert "<svg" in page and "志愿者" in page and "梅溪新村" in page
    listed = browser.get("/devices/enrol").content.decode()
    assert "新村门口" in listed and token_of(page) not in listed
    enrolled = actions.enrol(token_of(page), datetime.now(UTC))
    assert (enrolled.role, enrolled.name) == ("volunteer", "新村门口")
    (own,) = Journal.objects.get(pk=enrolled.journal).ranges
    assert (own.lower, own.upper) == (cast.ESTATE, span(cast.ESTATE)[1] + 1)
    with pytest.raises(Problem):
        actions.enrol(token_of(page), datetime.now(UTC))
    assert "新村门口" not in browser.get("/devices/enrol").content.decode()


def test_a_card_admits_so_many_each_with_a_journal_of_its_own(browser: Client) -> None:
    page = browser.post("/devices/enrol", form(what="card", name="周一白班")).content.decode()
    came = [actions.enrol(token_of(page), datetime.now(UTC), name) for name in ("王芳", "", "李\n雷")]
    assert len({one.journal for one in came}) == 3
    assert [one.name for one in came] == ["周一白班 · 王芳", "周一白班 · 2", "周一白班 · 李雷"]
    with pytest.raises(Problem):
        actions.enrol(token_of(page), datetime.now(UTC), "第四人")
    assert "3 / 3" in browser.get("/devices/enrol").content.decode()


def test_a_pasted_list_gives_as_many_codes_on_sheets(browser: Client) -> None:
    names = [f"志愿者{n}" for n in range(1, 13)]
    asked = browser.post("/devices/enrol", form(what="many", name="", names="\r\n".join(names), act="ask"))
    assert "12台设备" in asked.content.decode() and "志愿者7" in asked.content.decode()
    page = browser.post("/devices/enrol", form(what="many", name="", names="1. 志愿者1\n\n" + "\n".join(names[1:])))
    tokens = re.findall(r'name="token" value="([^"]+)"', page.content.decode())
    assert len(set(tokens)) == 12
    pdf = browser.post("/devices/enrol/cards", {"token": tokens})
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    text = "".join("".join(one.extract_text() for one in pages).split())
    assert len(pages) == 2 and all(name in text for name in names)
    assert actions.enrol(tokens[6], datetime.now(UTC)).name == "志愿者7"
    with pytest.raises(Problem):
        actions.enrol(tokens[6], datetime.now(UTC))
    assert browser.post("/devices/enrol/cards", {"token": ["x"]}).status_code == 404


@pytest.mark.parametrize(("names", "sentence"), [
    (" \n ", "请每行写一个名称"), ("张三\n李四\n张三", "第3个名称“张三”与前面的重复"),
    ("张" * 61, "第1个名称超过60个字"),
    ("\n".join(map(str, range(1000, 1121))), "一次最多120个名称，这里有121个"),
])  # fmt: skip
def test_a_list_that_cannot_be_printed_says_why(browser: Client, names: str, sentence: str) -> None:
    page = browser.post("/devices/enrol", form(what="many", names=names)).content.decode()
    assert sentence in page and 'name="token"' not in page


def test_a_card_is_printed_by_who_has_its_token(browser: Client) -> None:
    token = token_of(browser.post("/devices/enrol", form(what="card", name="周一白班")).content.decode())
    answer = browser.post("/devices/enrol/card", {"token": token})
    assert answer["Content-Type"] == "application/pdf"
    (sheet,) = PdfReader(io.BytesIO(answer.content)).pages
    text = sheet.extract_text()
    assert "周一白班" in text and "梅溪新村" in text and "volunteer" in text
    assert browser.post("/devices/enrol/card", {"token": "x"}).status_code == 404


@pytest.mark.parametrize("devices", [{}, {"devices": "1"}])
def test_a_withdrawn_card_admits_nobody_and_takes_its_devices_along_if_asked(
    browser: Client, devices: dict[str, str]
) -> None:
    token = token_of(browser.post("/devices/enrol", form(what="card")).content.decode())
    came = actions.enrol(token, datetime.now(UTC), "王芳")
    said = {"offer": journals.hashed(token).hex()} | devices
    if devices:  # many at once: read back by name, and nothing is done yet
        asked = browser.post("/devices/enrol/withdraw", said).content.decode()
        assert "停用1台设备" in asked and "王芳" in asked
        assert Journal.objects.get(pk=came.journal).revoked_at is None
        said |= {"sure": "1"}
    assert browser.post("/devices/enrol/withdraw", said).status_code == 302
    with pytest.raises(Problem):
        actions.enrol(token, datetime.now(UTC), "李雷")
    assert (Journal.objects.get(pk=came.journal).revoked_at is not None) is bool(devices)
    assert browser.post("/devices/enrol/withdraw", said).status_code == 404


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"name": " "}, "名称"), ({"kind": "desk"}, "种类"), ({"role": "boss"}, "角色"), ({"area": []}, "勾选"),
    ({"area": [street.NEXT_STREET]}, "负责区域内"), ({"area": [cast.DISTRICT]}, "负责区域内"),
    ({"area": ["7"]}, "负责区域内"),
    ({"until": "2001-01-01T00:00"}, "有效期"), ({"until": "x"}, "有效期"), ({"until": "2999-01-01T00:00"}, "有效期"),
    ({"what": "card", "admits": "1"}, "2至200"), ({"what": "card", "admits": "201"}, "2至200"),
])  # fmt: skip
def test_what_cannot_be_is_said(browser: Client, changed: dict[str, Any], sentence: str) -> None:
    page = browser.post("/devices/enrol", form(**changed)).content.decode()
    assert "#enrol=" not in page
    assert sentence in page.split('role="alert">')[1].split("<")[0]


def test_an_area_of_too_many_people_is_not_put_on_one_phone(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulou.field.pack.MAX_PEOPLE", 3)
    assert "手机装不下" in browser.post("/devices/enrol", form()).content.decode()
    assert "#enrol=" in browser.post("/devices/enrol", form(kind="courier")).content.decode()


def test_offers_of_others_are_not_seen_and_wider_ones_not_withdrawn(browser: Client) -> None:
    with scoped(EVERYWHERE):
        until = NOW + timedelta(hours=9)
        wide = actions.offer_enrolment("全区", "courier", (span(cast.DISTRICT),), until, "district", NOW)
        actions.offer_enrolment("隔壁", "phone", (span(street.NEXT_STREET),), until, "neighbour", NOW)
    page = browser.get("/devices/enrol").content.decode()
    assert "全区" in page and "隔壁" not in page
    said = {"offer": journals.hashed(wide).hex()}
    assert browser.post("/devices/enrol/withdraw", said).status_code == 404
    assert browser.post("/devices/enrol/withdraw", {"offer": "zz"}).status_code == 404


def test_the_tree_is_walked_within_the_own_areas(browser: Client) -> None:
    assert "梅溪一居委" in browser.get("/devices/enrol").content.decode()
    page = browser.get(f"/devices/enrol?under={cast.ESTATE}").content.decode()
    assert "1号楼" in page and "2号楼" in page and "竹溪" not in page
    outside = browser.get(f"/devices/enrol?under={street.NEXT_STREET}").content.decode()
    assert "竹溪" not in outside and "梅溪一居委" in outside


def test_nothing_is_chosen_beforehand_and_what_was_filled_in_stays_on_the_way_through_the_tree(browser: Client) -> None:
    page = browser.get("/devices/enrol").content.decode()
    assert " checked" not in page and "selected" not in page.split('id="id_kind"')[1].split("</select>")[0]
    page = browser.post("/devices/enrol", form(walk=cast.UPPER, area=[cast.NO_1])).content.decode()
    assert 'value="新村门口"' in page and f'value="{cast.NO_1}" checked' in page and "#enrol=" not in page
    page = browser.post("/devices/enrol", form(back="1", under=cast.ESTATE, area=[cast.NO_1])).content.decode()
    assert f'value="{cast.NO_1}" checked' in page and 'value="volunteer" checked' in page


def test_the_confirmation_names_the_chosen_areas_before_there_is_a_code(browser: Client) -> None:
    page = browser.post("/devices/enrol", form(act="ask", area=[cast.NO_1, cast.BRIDGE])).content.decode()
    assert "#enrol=" not in page and "1号楼" in page and "桥头楼" in page and "志愿者" in page
    sent = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    again: dict[str, list[str]] = {}
    for name, value in sent:
        again.setdefault(name, []).append(value)
    assert again["area"] == [str(cast.NO_1), str(cast.BRIDGE)]
    assert "#enrol=" in browser.post("/devices/enrol", again | {"act": "make"}).content.decode()


@pytest.mark.parametrize("missing", ["what", "kind", "role", "area"])
def test_each_choice_is_asked_for(browser: Client, missing: str) -> None:
    sent = {name: value for name, value in form(act="ask").items() if name != missing}
    page = browser.post("/devices/enrol", sent).content.decode()
    assert "#enrol=" not in page and 'role="alert">' in page


def test_the_page_asks_a_fixed_number_of_statements(browser: Client, queries: Callable[..., Any]) -> None:
    browser.get("/devices/enrol")
    with queries(7):
        browser.get("/devices/enrol")
    for i in range(3):
        browser.post("/devices/enrol", form(name=f"第{i}台", area=[cast.NO_1, cast.NO_2]))
    with queries(7):
        browser.get("/devices/enrol")


# -- handing in ----------------------------------------------------------------------------------


def entries(n: int = 1, area: int = cast.NO_1) -> list[dict[str, Any]]:
    body = {"campaign": cast.ROUND, "tube": label(60_000 + n), "mode": "pooled", "persons": [501, 502]}
    at = cast.minute(10).isoformat()
    return [{"n": n, "kind": "tube.sealed", "v": 1, "at": at, "offset_ms": 0, "area": area, "body": body}]


def file(journal: int, said: list[Any]) -> SimpleUploadedFile:
    content = json.dumps({"journal": journal, "entries": said}).encode()
    return SimpleUploadedFile("bulou-journal.json", content)


def test_a_dead_phones_journal_comes_in_as_a_file_and_counts_once(browser: Client) -> None:
    journals.revoke(cast.AYI, cast.minute(20))
    said = [*entries(1), *entries(2, street.NEXT_BUILDING), {"n": 3}]
    page = browser.post("/devices/hand-in", {"file": file(cast.AYI, said)}).content.decode()
    assert "106" in page and "102" in page and "未计入的记录" in page
    with scoped(EVERYWHERE):
        kept = dict(Entry.objects.filter(journal=cast.AYI).values_list("number", "refusal"))
    assert kept == {1: None, 2: 106, 3: 102}
    again = browser.post("/devices/hand-in", {"file": file(cast.AYI, entries(1))}).content.decode()
    assert "重复，已录入过" in again and "未计入的记录" not in again
    assert again.count("<td>street</td>") == 2


@pytest.mark.parametrize("journal", [cast.COURIER, cast.DESK, 999, -1, 2**70])
def test_a_journal_beyond_the_own_areas_is_not_taken(browser: Client, journal: int) -> None:
    page = browser.post("/devices/hand-in", {"file": file(journal, entries())}).content.decode()
    assert 'role="alert"' in page
    with scoped(EVERYWHERE):
        assert not Entry.objects.filter(journal=journal if 0 < journal < 2**53 else 0).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"journal":1,"entries":{}}'])
def test_another_file_is_refused_with_a_sentence(browser: Client, content: bytes) -> None:
    page = browser.post("/devices/hand-in", {"file": SimpleUploadedFile("x.json", content)})
    assert 'role="alert"' in page.content.decode()


def test_whoever_may_not_manage_devices_hands_in_nothing(browser: Client) -> None:
    add_user("planner", street.PASSWORD, [cast.STREET], ["planner"])
    browser.login(username="planner", password=street.PASSWORD)
    assert browser.get("/devices/hand-in").status_code == 403
    assert browser.post("/devices/enrol", form()).status_code == 403


# -- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "end"), [
    ((1, 6, 0), (1, 8)), ((1, 6, 1), (1, 20)), ((1, 12, 0), (1, 20)), ((1, 18, 30), (2, 8)), ((1, 23, 0), (2, 8)),
])  # fmt: skip
def test_the_end_of_a_shift(now: tuple[int, int, int], end: tuple[int, int]) -> None:
    at = datetime(2022, 4, *now[:2], now[2], tzinfo=UTC)
    assert shift_end(at) == datetime(2022, 4, *end, tzinfo=UTC)


def test_an_area_within_another_is_left_out() -> None:
    assert outermost([cast.NO_1, cast.ESTATE, cast.BRIDGE, cast.NO_2]) == (cast.ESTATE, cast.BRIDGE)
