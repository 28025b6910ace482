"""What waits too long stands on the list until it is solved, under its own name, and no other matter hides it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.command.worklist.models import Owner
from bulou.command.worklist.reads import List, matters
from bulou.command.worklist.rules import Category, WorkItem, first
from bulou.desk.actions import add_user
from bulou.ledger import campaigns, clock, journals
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.rounds.actions import close_round
from bulou.rounds.vocabulary import CLOSING_REASONS
from tests import cast
from tests import desk_street as street
from tests.builders import Pen

pytestmark = pytest.mark.usefixtures("settled")
GUI, LI, MEI, XIAOLI, ZHOU, HUA, SUN = (
    cast.PERSONS[name].id for name in ("gui", "li", "mei", "xiaoli", "zhou", "hua", "sun")
)
T1, T2, T3, B1 = cast.TUBES["T1"], cast.TUBES["T2"], cast.TUBES["T3"], cast.BOXES["B1"]
STREET = (span(cast.STREET),)


@pytest.fixture
def official(settled) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username="street"))
    return browser


def seen(minute: float, ranges=STREET) -> List:
    with scoped(ranges):
        return matters(ranges, cast.minute(minute))


def keys(minute: float, class_: Category | None = None) -> list[str]:
    return [m.key for m in seen(minute).matters if class_ in (None, m.class_)]


def of(read: List, kind: str, class_: Category = Category.OVERDUE) -> list[WorkItem]:
    return [m for m in read.matters if (m.class_, m.kind) == (class_, kind)]


def abnormal(*tubes: tuple[int, list[int]], at: float = 60) -> list[Entry]:
    """Pools sealed after ten minutes whose results, at ``at``, are positive."""
    pen, lab = Pen(cast.AYI), Pen(cast.LABORATORY)
    sealed = [pen.sealed(10, tube, *people) for tube, people in tubes]
    rows = [{"tube": tube, "value": "positive"} for tube, _people in tubes]
    return [*sealed, lab.write("tube.resulted", at, campaign=cast.ROUND, results=rows)]


def needs(person: int, bits: int = 2) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = %s WHERE id = %s", [bits, person])


def close(minute: float = 400) -> None:
    with scoped(EVERYWHERE):
        n = sum(campaigns.open_duties(cast.ROUND).values())
    desk, _ = journals.enrol("指挥部", "desk", EVERYWHERE, cast.DAWN, cast.minute(9000))
    reason = next(iter(CLOSING_REASONS))
    close_round(cast.ROUND, cast.DISTRICT, desk, cast.minute(minute), cast.minute(minute), {reason: n})


def said(official: Client, address: str = "/now") -> str:
    return html.unescape(official.get(address).content.decode())


# -- limits ----------------------------------------------------------------------------------------


def test_a_retest_is_late_two_hours_after_the_abnormal_pool(official: Client) -> None:
    street.post(*abnormal((T1, [GUI, LI])))
    retest = f"retest.{cast.ROUND}.{GUI}.{T1}"
    assert keys(60 + 89, Category.SOON) == []
    assert f"soon.{retest}" in keys(60 + 91) and f"overdue.{retest}" not in keys(60 + 91)
    assert f"overdue.{retest}" in keys(60 + 120)
    one = next(m for m in seen(500).matters if m.key == f"overdue.{retest}")
    assert (one.since, one.due, one.limit) == (cast.minute(60), cast.minute(180), 120)
    assert "swab" not in {m.kind for m in seen(500).matters if m.class_ is Category.OVERDUE}, (
        "its retest says it already"
    )


def test_an_abnormal_pool_that_nobody_retests_stays_on_the_list(official: Client) -> None:
    """The retest was excused, and with it the only duty that would have told of the pool."""
    street.post(*abnormal((T1, [GUI, LI])))
    body = {"duty": "retest", "subjects": [GUI], "occasion": T1, "reason": "moved_out", "evidence": "电话"}
    street.post(Pen(cast.AYI, next=2).write("duty.excused", 70, campaign=cast.ROUND, **body))
    held = f"overdue.swab.{cast.ROUND}.{GUI}.0"
    assert held in keys(60 + 121) and held not in keys(60 + 119)
    assert "居民王**混管异常，尚未单管复核" in said(official)


def test_a_call_makes_no_old_wait_young(official: Client) -> None:
    needs(GUI)
    before = next(m for m in seen(300).matters if m.kind == "swab")
    street.post(Pen(cast.AYI).called(299, GUI))
    after = next(m for m in seen(300).matters if m.kind == "swab")
    assert (before.since, before.due) == (after.since, after.due) == (cast.DAWN, cast.minute(120))
    assert (before.n, after.n) == (0, 1)


def test_people_in_danger_are_listed_until_they_took_part(official: Client) -> None:
    """A retest until the second swab; and a deferral hides nobody for longer than it says."""
    needs(LI)
    street.post(*abnormal((T1, [LI, GUI])))
    danger = f"danger.retest.{cast.ROUND}.{LI}.{T1}"
    assert danger in keys(61)
    pen = Pen(cast.AYI, next=2)
    body = {"duty": "retest", "subjects": [LI], "occasion": T1, "reason": "away", "until": cast.minute(90).isoformat()}
    street.post(pen.write("duty.deferred", 62, campaign=cast.ROUND, **body))
    assert danger not in keys(89) and danger in keys(90)
    street.post(pen.sealed(95, T2, LI, mode="single", retest_of=T1))
    assert danger not in keys(96)


def test_a_contradiction_keeps_its_age_while_the_sample_goes_on(official: Client) -> None:
    pen, lao = Pen(cast.AYI), Pen(cast.LAO)
    street.post(pen.sealed(5, T1, GUI, mode="single"), lao.sealed(9, T2, GUI, mode="single"))
    twice = f"conflict.swab.{cast.ROUND}.{GUI}.0"
    assert twice not in keys(9 + 29) and twice in keys(9 + 31)
    street.post(Pen(cast.LABORATORY).tube_received(200, T1))
    (one,) = [m for m in seen(201).matters if m.key == twice]
    assert one.since == cast.minute(9), "received a minute ago, it is no younger and not off the list"


# -- a round's end ends nothing else ---------------------------------------------------------------


def test_what_people_are_owed_outlives_the_round(official: Client) -> None:
    needs(SUN)
    single = Pen(cast.LAO).sealed(10, T2, ZHOU, mode="single")
    street.post(*abnormal((T1, [GUI, LI])), single, Pen(cast.LABORATORY, next=2).resulted(60, T2="positive"))
    street.post(Pen(cast.LAO, next=2).sealed(20, T3, HUA))
    swab = f"danger.swab.{cast.ROUND}.{SUN}.0"
    assert swab in keys(399)
    close(400)
    left = keys(401)
    assert f"overdue.retest.{cast.ROUND}.{GUI}.{T1}" in left and f"overdue.disposition.{cast.ROUND}.{ZHOU}.0" in left
    assert f"overdue.tube.{cast.ROUND}.{T3}.0" in left, "its result is still to come"
    assert swab not in left, "an untaken swab is the next round's"
    month = keys(400 + 60 * 24 * 31)
    assert f"overdue.retest.{cast.ROUND}.{GUI}.{T1}" in month and f"overdue.tube.{cast.ROUND}.{T3}.0" not in month
    page = said(official)
    assert f"disposition.{cast.ROUND}.{ZHOU}.0" in page
    address = re.search(rf"/now/of/overdue\.retest\.{cast.ROUND}\.{GUI}[^\"]+", page)
    assert address and official.get(address[0]).status_code == 200


def plan(until: datetime) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_campaign SET rules = jsonb_build_object('until', %s::text)", [until.isoformat()])


def test_a_planned_end_that_was_missed_is_a_matter_of_each_part(official: Client) -> None:
    plan(cast.minute(240))
    street.post(Pen(cast.LAO, cast.BRIDGE).sealed(10, T1, *cast.HOUSEHOLDS[-1].persons))
    assert of(seen(239), "unsampled") == []
    parts = {m.subject: m.n for m in of(seen(241), "unsampled")}
    people = sum(len(home.persons) for home in cast.HOUSEHOLDS) - len(cast.HOUSEHOLDS[-1].persons)
    assert parts == {cast.UPPER: people}, "the other neighbourhood is done"
    district = (span(cast.DISTRICT),)
    soon = seen(200, district)
    assert [m.n for m in of(soon, "plan", Category.SOON)] == [people + 1]
    over = seen(241, district)
    assert {m.subject for m in of(over, "unsampled")} == {cast.STREET, street.NEXT_STREET}
    assert [(m.subject, m.due) for m in of(over, "plan")] == [(cast.DISTRICT, cast.minute(240))]
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.UPPER, name="梅主任", telephone="138")
    page = said(official)
    assert f"计划结束时间已过，这里还有{people}人未采样" in page and "梅主任" in page
    row = f"overdue.unsampled.{cast.ROUND}.{cast.UPPER}.0:{cast.UPPER}"
    assert row in page and f"/rounds/{cast.ROUND}/areas/{cast.UPPER}/missed" in page
    official.post("/now/act", {"act": "snooze", "row": [row], "why": "正在敲门", "hours": "2"})
    assert row not in said(official)


# -- deferrals -------------------------------------------------------------------------------------


def test_deferrals_that_ran_out_are_one_matter_of_their_part(official: Client) -> None:
    pen = Pen(cast.AYI)
    street.post(pen.deferred(10, GUI, until=cast.minute(100)))
    assert f"overdue.swab.{cast.ROUND}.{GUI}.0" not in keys(99)
    assert f"overdue.swab.{cast.ROUND}.{GUI}.0" in keys(100), "a single one is named"
    assert "居民王**暂缓已到期" in said(official)
    street.post(pen.deferred(20, LI, MEI, until=cast.minute(200)))
    assert of(seen(150), "deferred") == []
    (group,) = of(seen(250), "deferred")
    assert (group.subject, group.n, group.since) == (cast.UPPER, 3, cast.minute(100))
    page = said(official)
    assert "3人暂缓已到期，仍未采样：王**、李**、陈**" in page
    row = f"overdue.deferred.{cast.ROUND}.{cast.UPPER}.0:{cast.UPPER}"
    own = said(official, f"/now/of/{row}")
    for person in (GUI, LI, MEI):
        assert f"overdue.swab.{cast.ROUND}.{person}.0" in own
    # Whoever comes later is a new matter, and whoever was there is not forgotten when the time is over.
    official.post("/now/act", {"act": "snooze", "row": [row], "why": "晚上再去", "hours": "2"})
    assert row not in said(official)


# -- one word, one duty ----------------------------------------------------------------------------


def test_a_snooze_hides_no_other_duty_of_the_same_person(official: Client) -> None:
    street.post(*abnormal((T1, [GUI, LI]), (T2, [GUI, MEI])))
    rows = {t: f"overdue.retest.{cast.ROUND}.{GUI}.{t}:{cast.NO_1}" for t in (T1, T2)}
    assert all(row in said(official) for row in rows.values())
    official.post("/now/act", {"act": "snooze", "row": [rows[T1]], "why": "已联系", "hours": "2"})
    page = said(official)
    assert rows[T1] not in page and rows[T2] in page
    official.post("/now/act", {"one": f"take@{rows[T2]}"})
    listed = re.search(r"<tbody>.*</tbody>", said(official), re.DOTALL)
    assert listed and listed[0].count("street已接手") == 1


def test_a_snooze_of_what_is_soon_late_ends_when_it_is_late(official: Client) -> None:
    now = clock.now()
    desk, _ = journals.enrol("补录", "desk", STREET, now - timedelta(days=1), now + timedelta(days=1))
    sealed = {"campaign": cast.ROUND, "tube": T1, "mode": "pooled", "persons": [GUI, LI]}
    journals.append(desk, [("tube.sealed", now - timedelta(minutes=119), cast.NO_1, sealed)], now)
    row = f"tube.{cast.ROUND}.{T1}.0"
    assert f"soon.{row}" in said(official)
    act = {"act": "snooze", "row": [f"soon.{row}:{cast.NO_1}"], "why": "司机在路上", "hours": "2"}
    official.post("/now/act", act)
    assert f"soon.{row}" not in said(official)
    with scoped(STREET):
        assert f"overdue.{row}" in [m.key for m in matters(STREET, now + timedelta(minutes=2)).matters]


# -- what one device or holder stands for ----------------------------------------------------------


def test_late_tubes_are_one_matter_of_who_holds_them(official: Client) -> None:
    pen, van, lab = Pen(cast.AYI), Pen(cast.COURIER), Pen(cast.LABORATORY)
    tubes = [label(70_100 + n) for n in range(7)]
    people = [person.id for person in cast.PERSONS.values()]
    street.post(*[pen.sealed(10 + n, tube, people[n]) for n, tube in enumerate(tubes)])
    street.post(pen.boxed(20, B1, *tubes[:3]), van.handed(30, B1, giver=cast.AYI))
    street.post(lab.tube_received(30, tubes[3]), lab.tube_received(31, tubes[4]))
    read = seen(600)
    found = {(m.name, m.occasion): m for m in of(read, "items")}
    assert {key: (m.n, m.boxes) for key, m in found.items()} == {
        ("ayi", 1): (2, 0),
        ("van", 2): (4, 1),
        ("lab", 3): (2, 0),
    }
    assert of(read, "tube") == [] and of(read, "box") == []
    page = said(official)
    assert "“van”转运的3管、1箱超时未送达" in page and "“lab”收到的2管超时未出结果" in page
    group = found["lab", 3]
    own = said(official, f"/now/of/{group.key}:{group.area}")
    assert str(tubes[3]) in own and str(tubes[4]) in own and str(tubes[5]) not in own
    street.post(lab.write("tube.resulted", 610, campaign=cast.ROUND, results=[{"tube": tubes[3], "value": "negative"}]))
    assert [m.subject for m in of(seen(620), "tube")] == [tubes[4]], "the last one is named"


def test_owners_of_the_way_of_samples_answer_for_it(official: Client) -> None:
    van, lab, pen = Pen(cast.COURIER), Pen(cast.LABORATORY), Pen(cast.AYI)
    street.post(
        pen.sealed(10, T1, GUI), pen.sealed(10, T2, LI), pen.boxed(20, B1, T2), van.handed(30, B1, giver=cast.AYI)
    )
    street.post(lab.tube_received(30, T1))
    with scoped(EVERYWHERE):
        for desk, name in (("area", "总值班"), ("courier", "车队长"), ("laboratory", "检验长")):
            Owner.objects.create(area=cast.STREET, desk=desk, name=name, telephone="1")
    read = seen(600)
    answers = {m.key.split(".", 1)[1]: owner.name for m in read.matters if (owner := read.owner(m))}
    assert answers[f"tube.{cast.ROUND}.{T1}.0"] == "检验长"
    assert {name for key, name in answers.items() if key.startswith("items")} == {"车队长"}


def test_what_a_laboratory_of_elsewhere_holds_can_be_set_aside(official: Client) -> None:
    """A word on a device counts where it works; on what it holds of ours, ours does."""
    add_user("upper", street.PASSWORD, [cast.UPPER], ["committee"])
    upper, pen, clinic = Client(), Pen(cast.AYI), Pen(cast.CLINIC, cast.BRIDGE)
    upper.force_login(User.objects.get(username="upper"))
    street.post(
        pen.sealed(10, T1, GUI), pen.sealed(11, T2, LI), clinic.tube_received(30, T1), clinic.tube_received(31, T2)
    )
    row = f"overdue.items.{cast.ROUND}.{cast.CLINIC}.3:{cast.UPPER}"
    assert "“clinic”收到的2管超时未出结果" in said(upper) and row in said(upper)
    upper.post("/now/act", {"one": f"take@{row}"})
    assert "upper已接手" in said(upper)
    upper.post("/now/act", {"act": "snooze", "row": [row], "why": "今晚出结果", "hours": "2"})
    assert row not in said(upper) and "“clinic”收到的2管" in said(official)


def test_unknown_ids_of_one_device_are_one_matter(official: Client) -> None:
    lab, tubes = Pen(cast.LABORATORY), [label(70_200 + n) for n in range(4)]
    rows = [{"tube": tube, "value": "negative"} for tube in tubes]
    street.post(lab.write("tube.resulted", 5, campaign=cast.ROUND, results=rows))
    street.post(Pen(cast.LAO).called(6, 900_001))
    read = seen(60)
    (group,) = of(read, "unknown", Category.CONFLICT)
    assert (group.name, group.n) == ("lab", 4)
    assert [m.subject for m in of(read, "swab", Category.CONFLICT)] == [900_001], (
        "a single one of another device stays itself"
    )
    assert "设备“lab”上报了4个采样管号，都没有封管记录" in said(official)
    address = f"/now/of/{group.key}:{group.area}"
    assert all(str(tube) in said(official, address) for tube in tubes)
    official.post("/now/act", {"act": "close", "row": [f"{group.key}:{group.area}"], "why": "别区的管"})
    assert group.key not in said(official)
    later = lab.write("tube.resulted", 7, campaign=cast.ROUND, results=[{"tube": label(70_300), "value": "negative"}])
    receipts = journals_post(later)
    assert receipts and str(label(70_300)) in said(official), "what comes after the word is new"


def journals_post(entry: Entry) -> list:
    from bulou.ledger import intake

    return intake.post([entry], clock.now() + timedelta(seconds=1))


# -- the first five --------------------------------------------------------------------------------


def test_what_somebody_took_leaves_the_first_five(official: Client) -> None:
    for person in (GUI, LI, MEI, XIAOLI, ZHOU, HUA):
        needs(person)

    def decisions() -> list[str]:
        return re.findall(r'data-key="first-([^"]+)"', said(official, "/now/list"))

    before = decisions()
    assert len(before) == 5
    official.post("/now/act", {"one": f"take@{before[0]}:{cast.NO_1}"})
    after = decisions()
    assert before[0] not in after and len(after) == 5 and before[0] in said(official), "taken is not solved"


def test_a_duty_listed_for_two_reasons_is_one_decision() -> None:
    danger = WorkItem(Category.DANGER, "retest", 1, 1, None, occasion=5)
    assert first([danger, WorkItem(Category.OVERDUE, "retest", 1, 1, None, occasion=5)], []) == [danger]


# -- who answers -----------------------------------------------------------------------------------


def test_a_matter_without_a_registered_owner_names_the_office(official: Client) -> None:
    needs(GUI)
    page = said(official, "/now/list")
    assert re.search(r'<td class="owner">\s*梅溪一居委', page) and "未登记责任人" in page
    row = f"danger.swab.{cast.ROUND}.{GUI}.0:{cast.NO_1}"
    assert "梅溪一居委" in said(official, f"/now/of/{row}")
    with scoped(EVERYWHERE):
        Owner.objects.create(area=cast.UPPER, name="梅主任", telephone="13800000000")
    assert 'href="tel:13800000000"' in said(official, f"/now/of/{row}")


def test_every_matter_says_what_solves_it(official: Client, every_kind: Callable[[], None]) -> None:
    every_kind()
    page = official.get("/now/list").content.decode()
    rows = re.findall(r'<tr data-key="[^"]+">.*?</tr>', page, re.DOTALL)
    assert len(rows) > 8
    for row in rows:
        told = re.search(r'<span class="upper">(.*?)</span></th>', row, re.DOTALL)
        assert told and told[1].strip(), row
        assert 'name="one"' in row


@pytest.fixture
def every_kind() -> Callable[[], None]:
    def make() -> None:
        needs(SUN)
        plan(cast.minute(240))
        lab, pen, lao = Pen(cast.LABORATORY), Pen(cast.AYI), Pen(cast.LAO)
        street.post(
            pen.sealed(10, T1, GUI, LI), lao.sealed(11, T2, ZHOU, mode="single"), pen.sealed(12, T3, HUA),
            lao.sealed(13, label(70_400), HUA), lao.deferred(14, MEI, until=cast.minute(20)),
            lab.write("tube.resulted", 30, campaign=cast.ROUND, results=[
                {"tube": T1, "value": "positive"}, {"tube": T2, "value": "positive"},
                {"tube": label(70_500), "value": "negative"}, {"tube": label(70_501), "value": "negative"}]),
        )  # fmt: skip
        lao.next = 9
        street.post(lao.called(20, XIAOLI))

    return make
