"""Whatever the ledger knows to be contradictory stands on the list, and an act on its page takes it off."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import clock, intake, journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.models import Void
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen, rivals

pytestmark = pytest.mark.usefixtures("settled")
GUI, LI, SUN = (cast.PERSONS[name].id for name in ("gui", "li", "sun"))
T1, T2, B1, B2 = cast.TUBES["T1"], cast.TUBES["T2"], cast.BOXES["B1"], cast.BOXES["B2"]


@pytest.fixture
def official(settled) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username="street"))
    return browser


def on_list(browser: Client, class_: str = "conflict") -> dict[str, str]:
    """Return the addresses of a class's matters, each with its sentence."""
    page = browser.get(f"/now/list?class={class_}").content.decode()
    rows = page.partition("<tbody>")[2]
    found = re.findall(r'</span> <a href="([^"]+)">(.*?)</a>', rows)
    return {address: html.unescape(said) for address, said in found}


def voided(browser: Client, address: str, number: int) -> str:
    """Void one of the reports on a matter's page, which is asked about first; return the page after it."""
    page = browser.get(address).content.decode()
    buttons = re.findall(r'name="void" value="([\d.]+)"', page)
    form = {"void": buttons[number], "of": address.split("/")[-1], "why": "电话核对"}
    with scoped(EVERYWHERE):
        before = Void.objects.count()
    asked = browser.post("/now/act", form).content.decode()
    assert "作废后不能恢复" in asked and 'name="sure"' in asked
    with scoped(EVERYWHERE):
        assert Void.objects.count() == before, "asked is not done"
    return browser.post("/now/act", form | {"sure": "1"}, follow=True).content.decode()


def two_tubes() -> list[Entry]:
    return [Pen(cast.AYI).sealed(5, T1, GUI, mode="single"), Pen(cast.LAO).sealed(9, T2, GUI, mode="single")]


def one_label_twice() -> list[Entry]:
    return [Pen(cast.AYI).sealed(5, T1, GUI, mode="single"), Pen(cast.LAO).sealed(9, T1, LI, mode="single")]


def two_boxes() -> list[Entry]:
    pen = Pen(cast.AYI)
    return [pen.sealed(5, T1, GUI, mode="single"), pen.boxed(6, B1, T1), pen.boxed(7, B2, T1)]


def unknown_tube() -> list[Entry]:
    return [Pen(cast.LABORATORY).resulted(9, T1="negative")]


def passed_on_unseen() -> list[Entry]:
    pen = Pen(cast.AYI)
    return [pen.sealed(5, T1, GUI, mode="single"), Pen(cast.LAO).boxed(7, B1, T1)]


@pytest.mark.parametrize(
    ("entries", "said", "english", "which"),
    [
        (two_tubes, "王**重复登记（2管）", "王** is registered in 2 tubes", 1),
        (one_label_twice, f"采样管{T1}重复封管：可能两根管贴了同一号码", "sealed more than once", 1),
        (two_boxes, f"采样管{T1}登记在2个转运箱里", "registered in 2 boxes", 2),
        (unknown_tube, f"采样管{T1}有结果或交接，但没有封管记录", "was never sealed", 0),
        (
            passed_on_unseen,
            f"采样管{T1}交接记录不全：交出的人没有接收记录",
            "by someone with no record of receiving it",
            1,
        ),
    ],
)
def test_a_contradiction_is_seen_and_voiding_the_wrong_report_solves_it(
    official: Client, entries, said: str, english: str, which: int
) -> None:
    street.post(*entries())
    ((address, sentence),) = on_list(official).items()
    assert sentence == said
    page = official.get(address).content.decode()
    assert "怎么办" in page and said in html.unescape(page)
    told = html.unescape(official.get(address, headers={"Accept-Language": "en"}).content.decode())
    assert english in told and "What to do" in told
    assert "请填写原因" in official.post("/now/act", {"void": "1.1", "why": " "}, follow=True).content.decode()
    assert "已作废" in voided(official, address, which)
    assert on_list(official) == {}
    with scoped(EVERYWHERE):
        assert Void.objects.count() == 1


def test_what_may_not_be_voided(official: Client) -> None:
    street.post(*two_tubes())
    foreign = Pen(cast.COMMAND, street.NEXT_BUILDING)
    street.post(foreign.sealed(5, label(70_099), street.STRANGER, mode="single"))
    for void, sentence in (
        (f"{cast.COMMAND}.1", "不在您负责的区域内"), (f"{cast.AYI}.99", "不在您负责的区域内"),
        ("x.1", "不在您负责的区域内"),
        (f"{cast.AYI}.1", "已登记"), (f"{cast.AYI}.1", "已作废"),
    ):  # fmt: skip
        told = official.post("/now/act", {"void": void, "why": "电话核对", "sure": "1"}, follow=True).content.decode()
        assert sentence in told, void
    called = Pen(cast.AYI, next=2).called(20, GUI)
    street.post(called)
    told = official.post("/now/act", {"void": f"{cast.AYI}.2", "why": "x"}, follow=True).content.decode()
    assert "不能在这里作废" in told


def test_doubtful_entries_of_a_device_come_back_when_there_are_new_ones(official: Client) -> None:
    pen = Pen(cast.LAO)
    wrong = pen.called(5, GUI, GUI)
    off = pen.write("swab.called", 6, offset_ms=2 * 3600 * 1000, campaign=cast.ROUND, persons=[LI])
    first, second = rivals(pen.called(7, SUN), pen.called(8, SUN))
    intake.post([wrong, off, first], cast.minute(10))
    intake.post([second], cast.minute(11))
    found = on_list(official)
    assert sorted(found.values()) == [
        "设备“lao”时间偏差超过1小时，1条上报的时间已校正", "设备“lao”有1条上报前后内容不同，只计入其中一份",
        "设备“lao”有1条上报未被接受，没有计入",
    ]  # fmt: skip
    refused = next(address for address, said in found.items() if "未被接受" in said)
    assert "同一人在同一管中重复" in official.get(refused).content.decode()
    assert "named twice" in official.get(refused, headers={"Accept-Language": "en"}).content.decode()
    row = refused.split("/")[-1]
    official.post("/now/act", {"act": "close", "row": [row], "why": "已让他重报"})
    assert set(on_list(official)) == set(found) - {refused}
    pen.next = 5
    intake.post([pen.called(9, LI, LI)], clock.now() + timedelta(seconds=1))
    assert on_list(official)[refused] == "设备“lao”有1条上报未被接受，没有计入"


def roll(name: str, labels: int, used: int, closed: bool) -> int:
    """Enrol a phone of No. 1 that got a roll of labels and used some."""
    now = clock.now()
    phone, _key = journals.enrol(name, "phone", (span(cast.NO_1),), cast.DAWN, now + timedelta(days=1))
    pen = Pen(phone)
    entries = [pen.write("labels.issued", 1, **{"from": label(71_000), "to": label(71_000 + labels - 1)})]
    people = [person for home in cast.HOUSEHOLDS[:4] for person in home.persons]
    entries += [pen.sealed(2 + n, label(71_000 + n), people[n], mode="single") for n in range(used)]
    if closed:
        entries.append(pen.closed(9))
    street.post(*entries)
    return phone


def test_labels_that_no_report_names_are_asked_for(official: Client) -> None:
    phone = roll("一号楼手机", 5, 3, closed=True)
    page = official.get("/now").content.decode()
    assert "设备“一号楼手机”已交班，还有2张标签未核销" in html.unescape(page)
    row = f"conflict.journal.0.{phone}.4:{cast.STREET}:2"
    assert row in page
    official.post("/now/act", {"act": "close", "row": [row], "why": "两张作废标签已收回"})
    assert row not in official.get("/now").content.decode()


def test_labels_that_run_out_before_the_people_are_a_shortage(official: Client) -> None:
    phone = roll("一号楼手机", 3, 3, closed=False)
    page = html.unescape(official.get("/now/list?class=shortage").content.decode())
    assert f"shortage.journal.0.{phone}.0:{cast.STREET}:1" in page
    assert "设备“一号楼手机”的采样管标签不够：按剩余未采样人数还差1张" in page
    roll("一号楼又一部", 30, 0, closed=False)
    assert "标签不够" not in official.get("/now/list?class=shortage").content.decode(), "together they have enough"


def test_who_may_not_decide_sees_no_acts(official: Client) -> None:
    street.post(*two_tubes())
    add_user("lab", street.PASSWORD, [cast.STREET], ["laboratory"])
    browser = Client()
    browser.force_login(User.objects.get(username="lab"))
    (address,) = on_list(browser)
    for page in (browser.get("/now"), browser.get(address)):
        told = page.content.decode()
        assert (
            page.status_code == 200 and "我来处理" not in told and "作废这条" not in told and "/now/owners" not in told
        )
    assert browser.post("/now/act", {"void": f"{cast.AYI}.1", "why": "x"}).status_code == 403


def test_a_broken_label_is_no_contradiction(official: Client) -> None:
    said = {"campaign": cast.ROUND, "duty": "tube", "subjects": [T1], "reason": "destroyed", "evidence": "扯破"}
    street.post(Pen(cast.AYI).write("duty.excused", 5, **said))
    assert on_list(official) == {}
    waits = official.get(street.url(cast.STREET, "/waits")).content.decode()
    assert str(T1) not in waits
