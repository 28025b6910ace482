"""What two report otherwise is seen by both, and decided by who answers: results, labels, boxes, voids."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.command.worklist.models import Owner
from bulou.command.worklist.reads import matters
from bulou.desk.actions import add_user
from bulou.ledger import clock, intake
from bulou.ledger.areas import span
from bulou.ledger.models import Duty, Entry, Holding, Void
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

pytestmark = pytest.mark.usefixtures("db")
GUI, LI, MEI = (cast.PERSONS[name].id for name in ("gui", "li", "mei"))
T1, T2, T3, B1 = cast.TUBES["T1"], cast.TUBES["T2"], cast.TUBES["T3"], cast.BOXES["B1"]
SWAB, TUBE, BOX, RETEST, DISPOSITION = range(1, 6)
#: Of each doubt's own page.
STATEMENTS = {"tube disputed": 22, "tube sealed": 22, "box short": 23, "swab unheard": 14, "journal 5": 22}


@pytest.fixture
def upper(settled) -> Client:
    """The committee of 梅溪一居委; that of 梅溪二居委, where the clinic is, is next door."""
    add_user("upper", street.PASSWORD, [cast.UPPER], ["committee", "command"])
    add_user("lower", street.PASSWORD, [cast.LOWER], ["committee", "command"])
    return signed_in("upper")


def signed_in(name: str) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username=name))
    return browser


def on_list(browser: Client) -> dict[str, str]:
    page = browser.get("/now/list?class=conflict").content.decode().partition("<tbody>")[2]
    return {a: html.unescape(said) for a, said in re.findall(r'</span> <a href="([^"]+)">(.*?)</a>', page)}


def send(browser: Client, address: str = "/now/act", **form) -> str:
    return html.unescape(browser.post(address, form, follow=True).content.decode())


def read(browser: Client, address: str, language: str = "zh") -> str:
    return html.unescape(browser.get(address, headers={"Accept-Language": language}).content.decode())


def undo(browser: Client) -> str:
    (done,) = re.findall(r'name="done" value="([\d.]+)"', browser.get("/now").content.decode())
    return send(browser, "/now/undo", done=done)


def duty(subject: int, kind: int = SWAB) -> Duty:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=kind, subject=subject, occasion=0)


def two_results() -> None:
    """Li's single tube, positive by the laboratory and negative by the clinic next door, which had received it."""
    clinic = Pen(cast.CLINIC, cast.BRIDGE)
    street.post(Pen(cast.AYI).sealed(5, T1, LI, mode="single"), clinic.tube_received(30, T1))
    street.post(Pen(cast.LABORATORY).resulted(60, T1="positive"), clinic.resulted(61, T1="negative"))


# -- results ---------------------------------------------------------------------------------------


def test_two_results_are_seen_by_both_and_decided_where_the_sample_was_taken(upper: Client) -> None:
    two_results()
    lower = signed_in("lower")
    said = (
        f"采样管{T1}的结果互相矛盾：“lab”报阳性（04-04 07:00），梅溪二居委“clinic”报阴性（04-04 07:01）。"
        "决定之前，按较重的“阳性”处理"
    )
    ours = f"/now/of/conflict.tube.{cast.ROUND}.{T1}.0.disputed:{cast.NO_1}"
    theirs = f"/now/of/conflict.tube.{cast.ROUND}.{T1}.0.disputed:{cast.LOWER}"
    assert on_list(upper) == {ours: said} and on_list(lower) == {theirs: said}
    assert duty(LI, DISPOSITION).outcome == 0, "what followed goes on"
    assert "conflicting results" in read(upper, ours, "en")
    page, next_door = read(upper, ours), read(lower, theirs)
    assert re.findall(r'name="act" value="(choose:\w+)"', page) == ["choose:positive", "choose:negative"]
    assert "choose:" not in next_door and "由采样的区域决定" in next_door and "lab #1" in next_door
    row, foreign = ours.removeprefix("/now/of/"), theirs.removeprefix("/now/of/")
    assert "不在您负责的区域内" in send(lower, act="choose:negative", row=foreign, sure="1")
    assert "请在报告过的结果里选定一个" in send(upper, act="choose:invalid", row=row, sure="1")
    asked = send(upper, act="choose:negative", row=row, of=row)
    assert "以所选结果为准" in asked and duty(T1, TUBE).disputed == 1, "asked is not done"
    send(upper, act="choose:negative", row=row, of=row, sure="1")
    assert (duty(T1, TUBE).value, duty(T1, TUBE).disputed, duty(LI, DISPOSITION).withdrawn) == (1, 0, True)
    assert on_list(upper) == on_list(lower) == {}
    assert "已有决定" in read(lower, theirs) and "upper #1" in read(lower, theirs), "shown to both"
    undo(upper)
    assert duty(T1, TUBE).value == 2 and list(on_list(upper)) == [ours] and list(on_list(lower)) == [theirs]


def test_a_word_of_one_side_hides_it_for_that_side_alone(upper: Client) -> None:
    two_results()
    lower = signed_in("lower")
    (theirs,) = on_list(lower)
    send(lower, act="snooze", row=theirs.removeprefix("/now/of/"), why="在查原始记录", hours="2")
    assert on_list(lower) == {} and len(on_list(upper)) == 1
    (ours,) = on_list(upper)
    send(upper, one=f"take@{ours.removeprefix('/now/of/')}")
    assert "upper已接手" in read(upper, "/now") and "upper已接手" not in read(lower, "/now")
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.UPPER, desk="laboratory", name="检验长", telephone="1")
        Owner.objects.create(area=cast.UPPER, desk="area", name="总值班", telephone="2")
    with scoped((span(cast.STREET),)):
        read_ = matters((span(cast.STREET),), cast.minute(900))
    (one,) = [m for m in read_.matters if m.detail == "disputed"]
    owner = read_.owner(one)
    assert owner is not None and owner.name == "检验长" and not one.foreign, "once for whom both sides belong to"


def test_the_page_of_each_doubt_asks_a_fixed_number_of_statements(upper: Client) -> None:
    two_results()
    street.post(Pen(cast.AYI, next=2).sealed(5, T2, GUI), Pen(cast.QIAO, cast.BRIDGE).sealed(9, T2, GUI))
    pen = Pen(cast.AYI, next=3)
    street.post(pen.sealed(5, T3, MEI), pen.boxed(9, B1, T3), Pen(cast.COURIER).handed(30, B1, giver=cast.AYI))
    street.post(Pen(cast.LABORATORY, next=2).box_received(60, B1, 2))
    street.post(
        Pen(cast.QIAO, cast.BRIDGE, next=2).excused(30, MEI), Pen(cast.CLERK, cast.BRIDGE).voided(9, cast.AYI, 3)
    )
    found = on_list(upper)
    numbers = {re.sub(r".*?\.(\w+)\..*?(\w*):.*", r"\1 \2", address): address for address in found}
    ran = {}
    for kind, address in numbers.items():
        with CaptureQueriesContext(connection) as captured:
            assert upper.get(address).status_code == 200
        ran[kind] = len(captured)
    assert sorted(ran.items()) == sorted(STATEMENTS.items())


# -- labels ----------------------------------------------------------------------------------------


def test_a_label_sealed_in_two_places_is_seen_in_both(upper: Client) -> None:
    rong = cast.PERSONS["rong"].id
    street.post(Pen(cast.AYI).sealed(5, T1, GUI, LI), Pen(cast.QIAO, cast.BRIDGE).sealed(9, T1, rong))
    lower, said = signed_in("lower"), f"采样管{T1}重复封管：可能两根管贴了同一号码"
    assert list(on_list(upper).values()) == list(on_list(lower).values()) == [said]
    (ours,), (theirs,) = on_list(upper), on_list(lower)
    page = read(lower, theirs)
    assert re.findall(r'name="void" value="([\d.]+)"', page) == [f"{cast.QIAO}.1"], "each its own"
    assert "ayi #1" in page and "qiao #1" in page
    row = ours.removeprefix("/now/of/")
    assert "标记遗失须填写凭据" in send(upper, act="lost", row=row, of=row)
    asked = send(upper, act="lost", row=row, of=row, evidence="两根管同号，实验室确认")
    assert "重新列为未采样" in asked and duty(T1, TUBE).outcome == 0
    send(upper, act="lost", row=row, of=row, evidence="两根管同号，实验室确认", sure="1")
    assert on_list(upper) == on_list(lower) == {}
    assert [(duty(p).outcome, duty(p).stage) for p in (GUI, LI, rong)] == [(0, 0)] * 3, "all owe a swab again"
    undo(upper)
    assert len(on_list(lower)) == 1
    street.post(Pen(cast.AYI, next=2).boxed(20, B1, T1), Pen(cast.AYI, next=3).boxed(21, cast.BOXES["B2"], T1))
    assert sorted(on_list(upper).values()) == sorted([said, f"采样管{T1}登记在2个转运箱里"])


# -- boxes -----------------------------------------------------------------------------------------


def box_of_three(counted: int) -> None:
    pen, van = Pen(cast.AYI), Pen(cast.COURIER)
    sealed = [pen.sealed(5 + n, tube, person) for n, (tube, person) in enumerate(((T1, GUI), (T2, LI), (T3, MEI)))]
    street.post(*sealed, pen.boxed(20, B1, T1, T2), pen.boxed(21, B1, T3), van.handed(30, B1, giver=cast.AYI))
    street.post(Pen(cast.LABORATORY).box_received(60, B1, tubes_counted=counted))


def test_a_box_that_was_counted_short_is_counted_again_or_a_tube_is_lost(upper: Client) -> None:
    box_of_three(2)
    ((address, said),) = on_list(upper).items()
    assert said == f"转运箱{B1}装箱3管，“lab”清点为2管"
    assert "packed with 3 tubes" in read(upper, address, "en")
    row, page = address.removeprefix("/now/of/"), read(upper, address)
    tubes = [f"conflict.tube.{cast.ROUND}.{tube}.0:{cast.NO_1}" for tube in (T1, T2, T3)]
    assert all(f'value="{tube}"' in page for tube in tubes) and "清点" in page and "2管" in page
    assert "请填写重新清点的管数" in send(upper, act="recount", row=row, of=row, count="")
    with scoped(EVERYWHERE):
        before = list(Holding.objects.filter(item=B1).values_list("holder_kind", "holder", "quantity"))
    send(upper, act="recount", row=row, of=row, count="3")
    assert on_list(upper) == {} and duty(B1, BOX).value == 3
    with scoped(EVERYWHERE):
        assert Entry.objects.filter(kind="box.counted").count() == 1
        assert list(Holding.objects.filter(item=B1).values_list("holder_kind", "holder", "quantity")) == before
    undo(upper)
    assert list(on_list(upper)) == [address]
    asked = send(upper, act="lost", row=tubes[1], of=row, evidence="箱里没有，采样点也没有")
    assert f"采样管{T2}" in asked and duty(LI).stage == 3
    send(upper, act="lost", row=tubes[1], of=row, evidence="箱里没有，采样点也没有", sure="1")
    assert on_list(upper) == {} and (duty(LI).outcome, duty(LI).stage) == (0, 0)
    assert duty(GUI).stage == 3


def test_a_box_with_one_more_than_was_packed_can_be_left(upper: Client) -> None:
    box_of_three(4)
    (address,) = on_list(upper)
    row = address.removeprefix("/now/of/")
    send(upper, act="review", row=row, of=row, why="多一根是别的采样点的，已另装")
    assert on_list(upper) == {}
    street.post(Pen(cast.LABORATORY, next=2).write("box.counted", 90, campaign=cast.ROUND, box=B1, tubes_counted=3))
    assert duty(B1, BOX).value == 3
    clinic = Pen(cast.CLINIC, cast.BRIDGE)
    stray = clinic.write("box.counted", 95, campaign=cast.ROUND, box=B1, tubes_counted=1)
    intake.post([stray], clock.now() + timedelta(seconds=1))
    assert duty(B1, BOX).value == 3, "who never had the box counts nothing"
    assert "没有计入" in next(iter(on_list(upper).values()))


# -- voids -----------------------------------------------------------------------------------------


def test_a_void_that_does_not_count_is_on_the_list_of_who_wrote_its_target(upper: Client) -> None:
    clerk = Pen(cast.CLERK, cast.BRIDGE)
    street.post(Pen(cast.AYI).called(5, GUI, LI), Pen(cast.AYI, next=2).called(6, MEI))
    street.post(clerk.voided(10, cast.AYI, 1), clerk.voided(11, cast.AYI, 2))
    ((address, said),) = on_list(upper).items()
    assert said == "“clerk”要求作废设备“ayi”的2条上报，尚未生效"
    assert on_list(signed_in("lower")) == {} and duty(GUI).stage == 1
    page = read(upper, address)
    assert re.findall(r'name="void" value="([\d.]+)"', page) == [f"{cast.AYI}.2", f"{cast.AYI}.1"]
    assert "says that it is void" in read(upper, address, "en")
    row = address.removeprefix("/now/of/")
    form = {"void": f"{cast.AYI}.1", "why": "叫错了楼", "of": row}
    assert "作废后不能恢复" in send(upper, **form) and duty(GUI).stage == 1
    send(upper, **form, sure="1")
    assert (duty(GUI).stage, duty(MEI).stage) == (0, 1)
    assert on_list(upper) == {address: "“clerk”要求作废设备“ayi”的1条上报，尚未生效"}
    send(upper, act="close", row=row, of=row, why="确实叫过")
    assert on_list(upper) == {} and "无须处理" in read(upper, address)
    street.post(Pen(cast.AYI, next=3).called(7, GUI))
    told = send(upper, void=f"{cast.AYI}.3", why="x", sure="1")
    assert "不能在这里作废" in told, "nobody asked for this one"


def test_an_opening_needs_a_second_voice_and_the_list_asks_for_it(upper: Client) -> None:
    with scoped(EVERYWHERE):
        opening = Entry.objects.get(kind="round.opened")
    street.post(Pen(cast.COMMAND, cast.DISTRICT).voided(10, opening.journal, opening.number))
    district = signed_in("district")
    ((address, said),) = on_list(district).items()
    assert said == "“command”要求作废设备“command”的1条上报，尚未生效"
    assert on_list(upper) == {}
    form = {"void": f"{opening.journal}.{opening.number}", "why": "开错轮次", "of": address.removeprefix("/now/of/")}
    assert "轮次开始" in send(district, **form)
    with scoped(EVERYWHERE):
        assert not Void.objects.exists()
    send(district, **form, sure="1")
    with scoped(EVERYWHERE):
        assert Void.objects.filter(journal=opening.journal, number=opening.number).exists()
    assert on_list(district) == {}
