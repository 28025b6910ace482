"""Reports that do not count, because of who said them, are a matter of who answers for the duty: said anew, or left."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import clock, intake
from bulou.ledger.areas import span
from bulou.ledger.models import Duty, Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

pytestmark = pytest.mark.usefixtures("db")
LI, MEI, XIAOLI, GUI = (cast.PERSONS[name].id for name in ("li", "mei", "xiaoli", "gui"))
T1 = cast.TUBES["T1"]
SWAB, TUBE = 1, 2


@pytest.fixture
def upper(settled) -> Client:
    """The committee of 梅溪一居委; that of 梅溪二居委 is next door."""
    add_user("upper", street.PASSWORD, [cast.UPPER], ["committee", "command"])
    add_user("lower", street.PASSWORD, [cast.LOWER], ["committee", "command"])
    return signed_in("upper")


def signed_in(name: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


def qiao(n: int = 1) -> Pen:
    """The phone of next door, which writes what happens at the bridge."""
    return Pen(cast.QIAO, cast.BRIDGE, next=n)


def on_list(browser: Client) -> dict[str, str]:
    page = browser.get("/now/list?class=conflict").content.decode().partition("<tbody>")[2]
    return {a: html.unescape(said) for a, said in re.findall(r'</span> <a href="([^"]+)">(.*?)</a>', page)}


def send(browser: Client, address: str = "/now/act", **form) -> str:
    return html.unescape(browser.post(address, form, follow=True).content.decode())


def undo(browser: Client) -> str:
    (done,) = re.findall(r'name="done" value="([\d.]+)"', browser.get("/now").content.decode())
    return send(browser, "/now/undo", done=done)


def duty(subject: int, kind: int = SWAB) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=kind, subject=subject, occasion=0)


def last_entry() -> tuple[str, dict]:
    with scoped(EVERYWHERE):
        one = Entry.objects.exclude(kind="round.opened").order_by("-received_at", "-number").first()
    assert one is not None
    return one.kind, msgspec.json.decode(bytes(one.raw))["body"]


def test_a_word_from_elsewhere_is_said_anew_by_who_answers(upper: Client) -> None:
    street.post(qiao().excused(30, LI, MEI), qiao(2).reopened(31, MEI))
    found = on_list(upper)
    address = f"/now/of/conflict.swab.{cast.ROUND}.{LI}.0.unheard:{cast.NO_1}"
    assert found == {address: "别处有1条关于李**的上报没有计入：因故未办 · 住院（梅溪二居委“qiao”）"}, (
        "of what is open already, to open it again says nothing"
    )
    assert on_list(signed_in("lower")) == {} and duty(LI).outcome == 0
    page = html.unescape(upper.get(address).content.decode())
    assert "未计入" in page and "上报的设备不负责这里" in page and "维持不变" in page
    english = html.unescape(upper.get(address, headers={"Accept-Language": "en"}).content.decode())
    assert "does not answer for this place" in english and "Report the same" in english
    (button,) = re.findall(r'name="act" value="(same:[\d.]+)"', page)
    row = address.removeprefix("/now/of/")
    asked = send(upper, act=button, row=row, of=row)
    assert "ward 3 confirms" in asked and "qiao #1" in asked and duty(LI).outcome == 0, "asked is not done"
    send(upper, act=button, row=row, of=row, sure="1")
    assert (duty(LI).outcome, duty(LI).reason) == (2, "in_hospital")
    kind, body = last_entry()
    assert (kind, body["subjects"], body["evidence"]) == ("duty.excused", [LI], "ward 3 confirms (qiao #1)")
    assert on_list(upper) == {} and "已有决定" in html.unescape(upper.get(address).content.decode())
    assert duty(MEI).outcome == 0, "nobody said it of her"
    undo(upper)
    assert duty(LI).outcome == 0 and on_list(upper) == found


def test_it_can_be_left_as_it_is_and_what_comes_later_is_new(upper: Client) -> None:
    street.post(qiao().excused(30, LI))
    (address,) = on_list(upper)
    row = address.removeprefix("/now/of/")
    assert "请填写原因" in send(upper, act="review", row=row, of=row)
    assert "不适用" in send(upper, act="close", row=row, of=row, why="x"), "the ledger is told, not the list"
    send(upper, act="review", row=row, of=row, why="本人在家")
    assert last_entry()[0] == "duty.reviewed" and on_list(upper) == {} and duty(LI).outcome == 0
    intake.post([qiao(2).excused(20, LI)], clock.now() + timedelta(seconds=1))
    assert list(on_list(upper)) == [address], "however it is dated"
    undo(upper)
    assert "有1条" in on_list(upper)[address], "of one device its last word"


@pytest.mark.parametrize(("minute", "listed"), [(50, False), (10, True)])
def test_an_own_word_that_is_later_answers_it(upper: Client, minute: int, listed: bool) -> None:
    street.post(qiao().excused(30, LI), Pen(cast.AYI).refused(minute, LI))
    assert bool(on_list(upper)) is listed


def test_what_one_device_says_of_many_is_one_matter(upper: Client) -> None:
    street.post(qiao().excused(30, LI, MEI, XIAOLI))
    ((address, said),) = on_list(upper).items()
    assert said == "梅溪二居委“qiao”上报了本区域3人的“应检”，没有计入：李**、陈**、李**等"
    page = upper.get(address).content.decode()
    rows = [f"conflict.swab.{cast.ROUND}.{person}.0.unheard:{cast.NO_1}" for person in (LI, MEI, XIAOLI)]
    assert all(f'value="{row}"' in page for row in rows)
    own = address.removeprefix("/now/of/")
    send(upper, act="snooze", row=own, why="正在核实", hours="2")
    assert on_list(upper) == {}, "a word on a device of elsewhere is one of the own area"
    undo(upper)
    assert address in on_list(upper)
    asked = send(upper, act="same", row=rows[:2], of=own)
    assert "确认，共2条" in asked
    send(upper, act="same", row=rows[:2], of=own, sure="1")
    assert [duty(person).outcome for person in (LI, MEI, XIAOLI)] == [2, 2, 0]
    assert list(on_list(upper)) == [f"/now/of/{rows[2]}"], "the last one is itself"
    send(upper, act="review", row=rows[2], why="不是本人")
    assert on_list(upper) == {}


def test_a_result_of_who_never_had_the_tube_waits_for_a_look(upper: Client) -> None:
    clinic = Pen(cast.CLINIC, cast.BRIDGE)
    street.post(Pen(cast.AYI).sealed(5, T1, GUI, mode="single"), Pen(cast.LABORATORY).resulted(60, T1="negative"))
    street.post(clinic.resulted(70, T1="negative"))
    assert on_list(upper) == {}, "it says what stands already"
    street.post(clinic.resulted(80, T1="positive"))
    ((address, said),) = on_list(upper).items()
    assert said == f"别处有1条关于采样管 {T1}的上报没有计入：出结果 · 阳性（梅溪二居委“clinic”）"
    row = address.removeprefix("/now/of/")
    send(upper, act=f"same:{cast.CLINIC}.2", row=row, of=row, sure="1")
    assert (duty(T1, TUBE).value, duty(T1, TUBE).disputed) == (2, 1), "the graver one stands"
    assert [said for said in on_list(upper).values() if "互相矛盾" in said]


def test_whom_another_area_found_or_took_over_is_offered_to_it(upper: Client) -> None:
    clerk = Pen(cast.CLERK, cast.BRIDGE)
    street.post(qiao().found(20, LI))
    nothing = Entry_(cast.AYI, 99)
    street.post(clerk.accepted(40, MEI, offer=nothing, area=cast.BRIDGE))
    said = sorted(on_list(upper).values())
    assert said == [
        "别处有1条关于李**的上报没有计入：发现名单外人员（梅溪二居委“qiao”）",
        "有1条关于陈**的上报没有计入：接受移交（梅溪二居委“clerk”）",
    ]
    for person in (LI, MEI):
        row = f"conflict.swab.{cast.ROUND}.{person}.0.unheard:{cast.NO_1}"
        send(upper, act="same", row=row, of=row, sure="1")
        assert (duty(person).area, duty(person).offered_to) == (cast.NO_1, cast.BRIDGE)
    lower = signed_in("lower")
    send(lower, one=f"accept@offer.swab.{cast.ROUND}.{LI}.0:{cast.BRIDGE}")
    assert duty(LI).area == cast.BRIDGE and on_list(upper) == {}


def test_what_nobody_could_say_is_not_said_anew(upper: Client) -> None:
    """Two who name each other as the same person: it is no question of who says so."""
    pen = Pen(cast.AYI)
    both = [
        pen.write(
            "duty.excused", 30 + n, campaign=cast.ROUND, duty="swab", subjects=[one], same_as=other,
            reason="same_person", evidence="x",
        )
        for n, (one, other) in enumerate(((LI, MEI), (MEI, LI)))
    ]  # fmt: skip
    street.post(*both)
    ((address, _said),) = on_list(upper).items()
    row = f"conflict.swab.{cast.ROUND}.{LI}.0.unheard:{cast.NO_1}"
    page = html.unescape(upper.get(f"/now/of/{row}").content.decode())
    assert "也被说成重复" in page and 'value="same:' not in page
    assert "由谁说都不能计入" in send(upper, act="same", row=row, sure="1")
    assert address.startswith("/now/of/conflict.unheard.")


def Entry_(journal: int, number: int):
    """Name an entry that nobody wrote."""
    from bulou.ledger.effects import Entry as Written

    return Written(journal, number, "duty.offered", cast.DAWN, cast.NO_1, {})


def test_such_rows_are_read_by_who_answers_for_the_duty_and_changed_by_nobody(upper: Client) -> None:
    street.post(qiao().excused(30, LI), qiao(2).called(31, cast.PERSONS["ding"].id))
    seen = "SELECT count(*) FROM ledger_line AS l JOIN ledger_entry AS e USING (journal, number) WHERE l.journal = %s"
    for area, expected in ((cast.UPPER, 1), (cast.LOWER, 2), (street.NEXT_STREET, 0)):
        lo, hi = span(area)
        with scoped(((lo, hi),)), connection.cursor() as cursor:
            cursor.execute(seen, [cast.QIAO])
            assert cursor.fetchone() == (expected,), area
    with scoped((span(cast.UPPER),)), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_line SET unheard = 0 WHERE journal = %s", [cast.QIAO])
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM ledger_entry WHERE journal = %s", [cast.QIAO])
        assert cursor.rowcount == 0
