"""What hurts asks first, names what it would be done to, and can be taken back; a refused form comes back as it was."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.command.worklist import undo
from bulou.ledger import clock
from bulou.ledger.models import Duty, Entry, Standing, Void
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

pytestmark = pytest.mark.usefixtures("settled")
GUI, LI, MEI = (cast.PERSONS[name].id for name in ("gui", "li", "mei"))


@pytest.fixture
def official(settled) -> Client:
    """The street's official; three people of No. 1 are on dialysis and have no swab."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 2 WHERE id = ANY (%s)", [[GUI, LI, MEI]])
    return signed_in("street")


def signed_in(name: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


def row(person: int) -> str:
    return f"danger.swab.{cast.ROUND}.{person}.0:{cast.NO_1}"


def send(browser: Client, address: str = "/now/act", **form) -> str:
    return html.unescape(browser.post(address, form, follow=True).content.decode())


def duty(person: int) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=1, subject=person, occasion=0)


def done(browser: Client) -> list[str]:
    return re.findall(r'name="done" value="([\d.]+)"', browser.get("/now").content.decode())


def entries() -> int:
    with scoped(EVERYWHERE):
        return Entry.objects.exclude(kind="round.opened").count()


EXCUSE = {"act": "excuse", "reason": "in_hospital", "evidence": "病区电话"}


def test_an_act_on_several_names_them_and_is_undone_as_one(official: Client) -> None:
    rows = [row(GUI), row(LI), row(MEI)]
    asked = send(official, act="call", row=rows)
    assert "确认，共3条" in asked and all(f'value="{one}"' in asked for one in rows)
    assert all(name in asked for name in ("王**", "李**", "陈**"))
    assert entries() == 0, "asked is not done"
    assert "已登记3条" in send(official, act="call", row=rows, sure="1")
    assert {duty(p).stage for p in (GUI, LI, MEI)} == {1}
    (one,) = done(official)
    page = html.unescape(official.get("/now").content.decode())
    assert "通知下楼 · 3条 · 王** 李** 陈**" in page
    assert "已撤销3条" in send(official, "/now/undo", done=one)
    assert {duty(p).stage for p in (GUI, LI, MEI)} == {0}
    assert done(official) == [] and "已经撤销" in send(official, "/now/undo", done=one)


def test_an_excuse_asks_and_what_held_before_holds_again(official: Client) -> None:
    later = clock.now() + timedelta(hours=3)
    street.post(Pen(cast.AYI).deferred(30, GUI, until=later), minute=31)
    excused = EXCUSE | {"row": f"overdue.swab.{cast.ROUND}.{GUI}.0:{cast.NO_1}"}
    asked = send(official, **excused)
    assert "住院" in asked and "病区电话" in asked and "王**" in asked and "应办即了结" in asked
    assert duty(GUI).outcome == 0
    send(official, **excused, sure="1")
    assert (duty(GUI).outcome, duty(GUI).reason) == (2, "in_hospital")
    send(official, "/now/undo", done=done(official)[0])
    assert (duty(GUI).outcome, duty(GUI).mark, duty(GUI).until) == (0, 1, later), "the deferral stands again"


def test_a_void_asks_and_says_that_it_is_final(official: Client) -> None:
    pen = Pen(cast.AYI)
    street.post(pen.sealed(5, cast.TUBES["T1"], GUI, LI), Pen(cast.LAO).sealed(6, cast.TUBES["T2"], GUI))
    form = {"void": f"{cast.AYI}.1", "why": "登错", "of": f"conflict.swab.{cast.ROUND}.{GUI}.0:{cast.NO_1}"}
    asked = send(official, **form)
    assert "封管" in asked and "ayi #1" in asked and "作废后不能恢复" in asked
    with scoped(EVERYWHERE):
        assert not Void.objects.exists()
    assert "已登记" in send(official, **form, sure="1")
    assert done(official) == []


def test_a_refused_form_comes_back_with_its_ticks_and_fields(official: Client) -> None:
    filled = {
        "act": "excuse",
        "row": [row(GUI), row(MEI)],
        "reason": "in_hospital",
        "why": "病区",
        "hours": "5",
        "class": "danger",
    }
    page = send(official, **filled)
    assert "登记因故未检须填写凭据" in page
    for person, ticked in ((GUI, True), (LI, False), (MEI, True)):
        box = re.search(rf'<input type="checkbox"[^>]+value="{row(person)}"[^>]*>', page)
        assert box and ("checked" in box[0]) is ticked
    assert 'value="病区"' in page and 'value="5"' in page and 'value="in_hospital" selected' in page
    assert 'hx-get="/now/list?class=danger"' in page
    back = send(official, **filled | {"evidence": "x", "back": "1"})
    assert len(re.findall(r"<input[^>]+checked>", back)) == 2
    assert official.get("/now/act").headers["Location"] == "/now"
    of = row(GUI)
    own = send(official, act="defer", row=of, of=of, why="晚上回", hours="3")
    assert "请选择适用于这类事项的原因" in own and 'value="晚上回"' in own and f'name="of" value="{of}"' in own


def test_only_ones_own_acts_of_the_last_hour_are_undone_as_a_whole(official: Client, monkeypatch) -> None:
    send(official, one=f"call@{row(GUI)}")
    (one,) = done(official)
    district = signed_in("district")
    assert done(district) == []
    assert "不能在这里撤销" in send(district, "/now/undo", done=one)
    for wrong in ("", "1.2", "x.1.1", "1.1.1", f"{cast.AYI}.1.1"):
        send(official, "/now/undo", done=wrong)
    assert duty(GUI).stage == 1
    monkeypatch.setattr(undo, "UNDO", timedelta(0))
    assert done(official) == []
    assert "已超过一小时" in send(official, "/now/undo", done=one)
    assert duty(GUI).stage == 1


def test_an_offer_is_undone_until_it_is_accepted(official: Client) -> None:
    offer = {"act": "offer", "row": row(GUI), "to_area": str(street.NEXT_STREET)}
    send(official, **offer)
    send(official, "/now/undo", done=done(official)[0])
    assert duty(GUI).offered_to is None
    send(official, **offer)
    (one,) = done(official)
    neighbour = signed_in("neighbour")
    offered = f"offer.swab.{cast.ROUND}.{GUI}.0:{street.NEXT_STREET}"
    send(neighbour, one=f"accept@{offered}")
    assert "对方已接收移交" in send(official, "/now/undo", done=one)
    assert duty(GUI).area == street.NEXT_STREET
    send(neighbour, "/now/undo", done=done(neighbour)[0])
    assert (duty(GUI).area, duty(GUI).offered_to) == (cast.NO_1, street.NEXT_STREET), "offered still"


def test_words_that_hide_are_taken_back_too(official: Client) -> None:
    for act in ({"one": f"take@{row(GUI)}"}, {"act": "snooze", "row": row(GUI), "why": "x", "hours": "2"}):
        send(official, **act)
        with scoped(EVERYWHERE):
            assert Standing.objects.filter(subject=GUI).count() == 1
        send(official, "/now/undo", done=done(official)[0])
        with scoped(EVERYWHERE):
            assert not Standing.objects.filter(subject=GUI).exists()
    assert row(GUI) in official.get("/now").content.decode()


def test_anybody_who_answers_for_it_reopens_a_wrong_word(official: Client) -> None:
    street.post(Pen(cast.AYI).excused(30, GUI, reason="deceased"))
    address = f"/now/reopen/swab.{cast.ROUND}.{GUI}.0"
    assert address in official.get(f"/people/{GUI}").content.decode()
    page = html.unescape(official.get(address).content.decode())
    assert "王**" in page and "已故" in page
    assert "请填写原因" in send(official, address, why=" ") and duty(GUI).outcome == 2
    assert "已重新打开" in send(official, address, why="本人接电话")
    assert duty(GUI).outcome == 0
    assert address not in official.get(f"/people/{GUI}").content.decode()
    assert "没有可撤回的说明" in html.unescape(official.get(address).content.decode())
    for wrong in (
        f"swab.{cast.ROUND}.{street.STRANGER}.0",
        "swab.1.x.0",
        "nothing.1.1.0",
        "swab.1.501",
        f"swab.99999999999.{GUI}.0",
    ):
        assert official.get(f"/now/reopen/{wrong}").status_code == 404
        assert official.post(f"/now/reopen/{wrong}", {"why": "x"}).status_code == 404


def test_a_row_is_acted_on_where_it_stands_whatever_the_form_says(official: Client) -> None:
    """The area in a row's value is a claim of the browser."""
    foreign = f"danger.swab.{cast.ROUND}.{street.STRANGER}.0:{cast.NO_1}"
    for act in ({"one": f"call@{foreign}"}, {"one": f"take@{foreign}"}, EXCUSE | {"row": foreign, "sure": "1"}):
        assert "不在您负责的区域内" in send(official, **act)
    unsampled = f"overdue.unsampled.{cast.ROUND}.{street.NEXT_STREET}.0:{cast.UPPER}"
    assert "不在您负责的区域内" in send(official, act="snooze", row=unsampled, why="x", hours="2")
    assert "一次最多办理" in send(official, act="call", row=[f"danger.swab.1.{n}.0:{cast.NO_1}" for n in range(1, 202)])
    for broken in (
        f"danger.swab.1.{2**60}.0:{cast.NO_1}",
        "danger.swab.1.-5.0:1",
        f"danger.swab.1.1.0:{cast.NO_1}:1:1",
    ):
        assert "无法识别所选事项" in send(official, act="call", row=broken)
    assert entries() == 0
    moved = f"danger.swab.{cast.ROUND}.{GUI}.0:{cast.COURT}"
    send(official, one=f"call@{moved}")
    with scoped(EVERYWHERE):
        assert Entry.objects.get(kind="swab.called").area == cast.NO_1
