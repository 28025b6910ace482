"""A phone's clock was wrong: the desk says anew, with the right time, what was refused for it; and takes it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from bulou.desk.actions import add_user
from bulou.field import decode, posting
from bulou.ledger import journals
from bulou.ledger.areas import found_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.models import Person
from bulou.ui import forms
from tests import cast
from tests import desk_street as street

DAYS = timedelta(days=3)
TUBE = label(61_001)
AN, BO = 501, 502


@pytest.fixture
def browser(settled) -> Client:
    """The street's desk."""
    client = Client()
    client.login(username="street", password=street.PASSWORD)
    return client


@pytest.fixture
def phone(browser: Client) -> int:
    """A phone of the estate, for a shift of ten hours."""
    return journals.enrol("1号楼门口", "phone", (span(cast.ESTATE),), cast.DAWN, cast.minute(600))[0]


def told(n: int, kind: str, at: datetime, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"n": n, "kind": kind, "v": 1, "at": at.isoformat(), "area": cast.NO_1, "body": body, "offset_ms": 0} | more


def sealed(
    n: int, minute: float, ahead: timedelta = DAYS, people: tuple[int, ...] = (AN, BO), tube: int = TUBE, **more: Any
) -> dict[str, Any]:
    body = {"campaign": cast.ROUND, "tube": tube, "mode": "pooled", "persons": [*people]}
    return told(n, "tube.sealed", cast.minute(minute) + ahead, body, **more)


def called(n: int, minute: float, ahead: timedelta = DAYS, **more: Any) -> dict:
    return told(n, "swab.called", cast.minute(minute) + ahead, {"campaign": cast.ROUND, "persons": [AN, BO]}, **more)


def sent(journal: int, *entries: dict[str, Any], minute: float = 300) -> list[tuple[str, int | None]]:
    """Take entries in as the door does; return (status, refusal) of each."""
    items = [decode.entry(journal, json.dumps(one).encode()) for one in entries]
    (answer,) = posting.settle([posting.Sent(journal, items)], cast.minute(minute))
    return [(one.status, one.code) for one in answer.receipts]


def swabs() -> dict[int, tuple[int, str]]:
    """Return (stage, when it came to it, minutes after dawn) of the people's swabs."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT subject, stage, stage_at FROM ledger_duty WHERE kind = 1 AND subject IN (501, 502)")
        return {id_: (stage, round((at - cast.DAWN).total_seconds() / 60)) for id_, stage, at in cursor.fetchall()}


def local(minute: float) -> str:
    return timezone.localtime(cast.minute(minute)).strftime(forms.TIME)


def act(browser: Client, journal: int, **said: Any) -> str:
    """Post to the page; return what it says, of the redirect's page too."""
    return browser.post(f"/devices/{journal}/times/act", said, follow=True).content.decode()


def sound() -> list[Any]:
    return verify()


def test_what_was_refused_for_its_time_is_said_anew_and_taken_back(browser: Client, phone: int) -> None:
    answers = sent(phone, called(1, 60, timedelta(0)), called(2, 90), sealed(3, 100))
    assert answers == [("kept", None), ("refused", 105), ("refused", 105)]
    assert swabs() == {AN: (1, 60), BO: (1, 60)}
    listed = browser.get("/devices/times").content.decode()
    assert "1号楼门口" in listed and f"/devices/{phone}/times" in listed
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert f"管号{TUBE}" in page and "2人（件）" in page and "王" not in page
    # As late as it can have been, with the distances of the phone: sent at 300, so the first at 290.
    assert f'value="{local(290)}"' in page
    said = act(browser, phone, n=[2, 3], first=local(110))
    assert "已补记2条" in said
    assert swabs() == {AN: (2, 120), BO: (2, 120)}
    assert sound() == []
    assert "1号楼门口" not in browser.get("/devices/times").content.decode()
    again = act(browser, phone, n=[3], first=local(110))
    assert "已经补记或撤回" in again
    assert "已撤回补记" in act(browser, phone, undo=3)
    assert {stage for stage, _ in swabs().values()} == {1}
    assert "1号楼门口" in browser.get("/devices/times").content.decode()
    assert "已补记1条" in act(browser, phone, n=[3], first=local(130))
    assert swabs() == {AN: (2, 130), BO: (2, 130)}
    assert sound() == []


def test_a_jump_that_is_known_is_taken_out(browser: Client, phone: int) -> None:
    jump = DAYS // timedelta(milliseconds=1)
    assert sent(phone, sealed(1, 100, jump_ms=jump), minute=300) == [("refused", 105)]
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert f'value="{local(100)}"' in page
    act(browser, phone, n=[1], first=local(100))
    assert swabs() == {AN: (2, 100), BO: (2, 100)}


def test_a_person_found_keeps_her_id_and_comes_to_the_register(browser: Client, phone: int) -> None:
    found = {"campaign": cast.ROUND, "name": "孙试新"}
    new = found_id(phone, 1)
    tube = sealed(2, 95, people=(new,), tube=label(61_002))
    assert sent(phone, told(1, "person.found", cast.minute(90) + DAYS, found), tube) == [("refused", 105)] * 2
    assert "已补记2条" in act(browser, phone, n=[1, 2], first=local(90))
    with scoped(EVERYWHERE):
        assert Person.objects.get(pk=new).name == "孙试新"
        with connection.cursor() as cursor:
            cursor.execute("SELECT stage, outcome FROM ledger_duty WHERE kind = 1 AND subject = %s", [new])
            assert cursor.fetchall() == [(2, 0)]
    assert sound() == []


def test_what_the_phone_took_back_is_not_said(browser: Client, phone: int) -> None:
    """Within the stretch and after it; and a word that takes back what the desk said names the desk's entry."""
    void = {"journal": phone, "number": 1, "reason": "贴错"}
    sent(phone, sealed(1, 90), told(2, "entry.voided", cast.minute(91) + DAYS, void))
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert "没有需要补记的上报" in page and "无需补记" in page
    assert "已经补记或撤回" in act(browser, phone, n=[1], first=local(90))
    sent(phone, sealed(3, 100, tube=label(61_003)), called(4, 150, timedelta(0)))
    act(browser, phone, n=[3], first=local(100))
    assert swabs()[AN] == (2, 100)
    sent(phone, told(5, "entry.voided", cast.minute(160) + DAYS, void | {"number": 3}))
    assert "已补记1条" in act(browser, phone, n=[5], first=local(160))
    assert swabs()[AN][0] == 1
    assert sound() == []


def test_an_entry_that_counts_by_a_doubtful_time_is_corrected_and_put_back(browser: Client, phone: int) -> None:
    hours = timedelta(hours=4) // timedelta(milliseconds=1)
    assert sent(phone, sealed(1, 400, timedelta(0), jump_ms=hours), minute=420) == [("kept", None)]
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert "手机时钟变动过" in page and " checked" not in page
    assert "时间没有变" in act(browser, phone, n=[1], first=local(400))
    assert "已补记1条" in act(browser, phone, n=[1], first=local(160))
    assert swabs() == {AN: (2, 160), BO: (2, 160)}
    assert "已撤回补记" in act(browser, phone, undo=1)
    assert swabs() == {AN: (2, 400), BO: (2, 400)}
    assert "没有补记" in act(browser, phone, undo=1)
    assert sound() == []


CANNOT_BE = (
    ({"n": [1]}, "请填写第一条的实际时间"), ({"n": [1], "first": "x"}, "请填写第一条的实际时间"),
    ({"first": local(90)}, "请先勾选"), ({"n": [1, 99], "first": local(90)}, "已经补记或撤回"),
    ({"n": ["x"], "first": local(90)}, "已经补记或撤回"), ({"n": [1], "first": "2099-01-01T00:00"}, "不能晚于现在"),
    ({"n": [1], "first": "2021-01-01T00:00"}, "登记有效期内"), ({"n": [1], "first": local(60 * 50)}, "登记有效期内"),
    ({"n": [1, 4], "first": local(90)}, "一段一段"), ({"undo": 1}, "没有补记"), ({"undo": "x"}, "请先勾选"),
)  # fmt: skip


def test_what_cannot_be_is_said_and_what_was_given_stays(browser: Client, phone: int) -> None:
    sent(phone, sealed(1, 90), called(2, 95), called(3, 100, timedelta(0)), sealed(4, 110, tube=label(61_004)))
    for said, sentence in CANNOT_BE:
        page = act(browser, phone, **said)
        assert sentence in page.split('role="alert">')[1].split("<")[0], said
        if said.get("n") == [1] and "first" in said:
            assert f'value="{said["first"]}"' in page
    assert {stage for stage, _ in swabs().values()} == {1}


def test_what_the_device_could_not_have_said_is_not_said_for_it(browser: Client, phone: int) -> None:
    """Of another area, without a field, without evidence."""
    later, body = cast.minute(92) + DAYS, {"campaign": cast.ROUND}
    word = body | {"duty": "swab", "subjects": [AN], "reason": "deceased"}
    sent(
        phone, called(1, 90, area=cast.COURT), told(2, "swab.called", later, body), told(3, "duty.excused", later, word)
    )
    for n, why in ((1, "不在本设备负责的区域"), (2, "缺少字段"), (3, "缺少")):
        assert why in act(browser, phone, n=[n], first=local(90)).split('role="alert">')[1].split("<")[0]
    assert {stage for stage, _ in swabs().values()} == {0}


def test_what_only_a_device_says_of_itself_is_left_out(browser: Client, phone: int) -> None:
    sent(phone, told(1, "device.reported", cast.minute(90) + DAYS, {"unsent": 0, "app": "1"}))
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert "只说明设备自身情况" in page and 'name="first"' not in page


def test_devices_of_others_are_not_there(browser: Client, phone: int) -> None:
    wide = journals.enrol("全区", "phone", (span(cast.DISTRICT),), cast.DAWN, cast.minute(600))[0]
    sent(wide, called(1, 90))
    assert "全区" not in browser.get("/devices/times").content.decode()
    for journal in (wide, cast.DESK, 999, 2**70):
        assert browser.get(f"/devices/{journal}/times").status_code == 404
        assert browser.post(f"/devices/{journal}/times/act", {"n": [1], "first": local(90)}).status_code == 404
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM field_accepted")
        assert cursor.fetchone() == (0,)


def test_who_manages_devices_and_decides_nothing_sees_the_page_without_its_acts(browser: Client, phone: int) -> None:
    sent(phone, called(1, 90))
    add_user("accounts", street.PASSWORD, [cast.STREET], ["administrator"])
    add_user("planner", street.PASSWORD, [cast.STREET], ["planner"])
    browser.login(username="accounts", password=street.PASSWORD)
    page = browser.get(f"/devices/{phone}/times").content.decode()
    assert "通知下楼" in page and 'name="first"' not in page
    assert browser.post(f"/devices/{phone}/times/act", {"n": [1], "first": local(90)}).status_code == 403
    browser.login(username="planner", password=street.PASSWORD)
    assert browser.get(f"/devices/{phone}/times").status_code == 403


def test_the_page_asks_a_fixed_number_of_statements(browser: Client, phone: int, queries: Callable[..., Any]) -> None:
    sent(phone, called(1, 90))
    browser.get(f"/devices/{phone}/times")
    with queries(7):
        browser.get(f"/devices/{phone}/times")
    sent(phone, *(called(n, 90 + n) for n in range(2, 40)))
    with queries(7):
        browser.get(f"/devices/{phone}/times")
