"""Sites and calls at the desk: who serves whom, the timetable, the next stairwell, who came without a call."""

from __future__ import annotations

import re
from io import BytesIO
from unittest.mock import patch

import pytest
from django.test import Client
from openpyxl import load_workbook

from bulou.ledger import campaigns, clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.rounds.calls import reads
from bulou.rounds.calls.models import Call, Serving
from bulou.rounds.units import SITE
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.transfer import desk, entries, needs, said

pytestmark = pytest.mark.usefixtures("settled")
PAGE = street.url(cast.STREET, "/calls")
HOURS = {"begins": "2022-04-04T08:00", "ends": "2022-04-04T12:00"}
PACE = HOURS | {"lanes": "1", "per_lane_hour": "60", "least": "2", "most": "5"}


@pytest.fixture(autouse=True)
def morning():
    with patch.object(clock, "now", return_value=cast.minute(60)):
        yield


def site(name: str = "东门采样点", area: int = cast.STREET, lanes: int = 2) -> int:
    made = Unit(0, SITE.code, area, name, attributes={"lanes": lanes}, hours="7:00-11:30")
    with scoped(EVERYWHERE):
        return units.add([made], "test", cast.DAWN)[0]


def do(browser: Client, act: str, **sent: object) -> str:
    return said(browser.post(f"{PAGE}/act", {"act": act} | sent, follow=True))


def prepared(browser: Client) -> int:
    """Return a site that serves the estate with a timetable."""
    own = site()
    do(browser, "serve", node=cast.ESTATE, to=own, site=own)
    do(browser, "make", site=own, **PACE)
    return own


def calls() -> list[Call]:
    with scoped(EVERYWHERE):
        return list(Call.objects.order_by("at", "id"))


def queue(own: int) -> reads.Queue:
    with scoped(EVERYWHERE):
        return reads.queue(cast.ROUND, units.of([own])[own])


def test_without_a_site_the_page_says_where_to_register_one() -> None:
    page = said(desk("street").get(PAGE))
    assert "这里还没有采样点" in page and "/units/new" in page and "4 栋楼没有采样点" in page
    assert "/units/new" not in said(desk("committee", cast.UPPER).get(street.url(cast.UPPER, "/calls")))


def test_a_building_is_served_by_one_site_at_a_time() -> None:
    browser = desk("street")
    first, second = site(), site("西门采样点")
    assert "已安排：2栋楼" in do(browser, "serve", node=cast.ESTATE, to=first, site=first)
    assert "已安排：1栋楼" in do(browser, "serve", building=cast.NO_1, to=second, site=first)
    with scoped(EVERYWHERE):
        held = dict(Serving.objects.filter(until=None).values_list("area", "unit"))
        assert held == {cast.NO_1: second, cast.NO_2: first} and Serving.objects.count() == 3
    page = said(browser.get(f"{PAGE}?site={first}"))
    assert "2 栋楼没有采样点" in page and "东门采样点" in page
    do(browser, "unserve", building=[cast.NO_1, cast.NO_2], site=first)
    with scoped(EVERYWHERE):
        assert not Serving.objects.filter(until=None).exists()


def test_what_cannot_be_arranged_comes_back_as_a_sentence_and_changes_nothing() -> None:
    browser, own = desk("street"), site()
    assert "请先勾选楼栋或选择区域" in do(browser, "serve", to=own)
    assert "请选择采样点" in do(browser, "serve", node=cast.ESTATE, to="9")
    assert "不能安排采样点" in do(browser, "serve", node=street.NEXT_BUILDING, to=own)
    assert "请先选择采样点" in do(browser, "make", site=99, **PACE)
    assert "没有可以叫号的人" in do(browser, "make", site=own, **PACE)
    do(browser, "serve", node=cast.ESTATE, to=own)
    assert "“通道数”须是1到200的整数" in do(browser, "make", site=own, **PACE | {"lanes": "x"})
    assert "不能大于最多人数" in do(browser, "make", site=own, **PACE | {"least": "9"})
    assert "请填写开始和结束" in do(browser, "make", site=own, **PACE | {"begins": ""})
    assert "结束时间须晚于开始时间" in do(browser, "make", site=own, **PACE | {"ends": HOURS["begins"]})
    assert "没有这项操作" in do(browser, "dance", site=own)
    assert calls() == []
    viewer = desk("planner", cast.DISTRICT)
    assert viewer.post(f"{PAGE}/act", {"act": "serve", "node": cast.ESTATE, "to": own}).status_code == 403


def test_a_timetable_has_every_household_once_in_groups_and_times() -> None:
    needs(cast.PERSONS["gui"].id, reads.VISITED)
    browser = desk("street")
    own = prepared(browser)
    made = calls()
    assert {(one.area, one.stairwell) for one in made} == {(cast.NO_1, "1"), (cast.NO_2, "1")}
    homes = sorted(home for one in made for home in one.homes)
    assert homes == [
        h.id for h in cast.HOUSEHOLDS if h.area in (cast.NO_1, cast.NO_2) and h.persons and h.zh != "桂芳"
    ]  # fmt: skip
    assert all(one.people <= 5 and one.source == "rule" for one in made)
    assert "1 人行动不便，由流动队上门" in said(browser.get(f"{PAGE}?site={own}"))
    assert made[0].at == cast.minute(120) and made[1].at == cast.minute(120 + made[0].people)
    page = said(browser.get(f"{PAGE}?site={own}"))
    assert "叫下一批" in page and "梅溪新村" in page and "可以叫下一批" in page
    short = do(browser, "make", site=own, **PACE | {"ends": "2022-04-04T08:05"})
    assert "排不进时间" in short and len([one for one in calls() if one.at is None]) > 0


def test_the_next_stairwell_is_called_as_entries_and_can_be_called_back() -> None:
    browser = desk("street")
    own = prepared(browser)
    first = calls()[0]
    assert f"已叫号：{first.people}人" in do(browser, "next", site=own, call=first.pk)
    (entry,) = entries("swab.called")
    assert entry.area == first.area
    found = queue(own)
    assert (found.waiting, found.left) == (first.people, len(calls()) - 1) and found.calls[0].state == "waiting"
    assert "已经有人叫过号" in do(browser, "next", site=own, call=first.pk), "two desks, one group"
    assert "已经叫号，不能再改" in do(browser, "down", site=own, call=first.pk)
    page = said(browser.get(f"{PAGE}?site={own}"))
    token = re.search(r'name="done" value="([0-9.]+)"', page)
    assert token and "只能撤回自己刚叫的号" in do(desk("street", cast.DISTRICT), "back", site=own, done=token[1])
    assert "已撤回这次叫号" in do(browser, "back", site=own, done=token[1])
    assert queue(own).waiting == 0 and queue(own).calls[0].state == "left"
    assert "已撤回" in do(browser, "back", site=own, done=token[1])


def test_who_comes_uncalled_is_counted_apart_by_stairwell() -> None:
    browser = desk("street")
    own = prepared(browser)
    li, mei = (cast.PERSONS[name].id for name in ("li", "mei"))
    street.post(Pen(cast.LAO).sealed(50, cast.TUBES["T1"], li, mei))
    found = queue(own)
    assert (found.sampled, found.uncalled, found.own) == (2, 2, [(cast.NO_1, "1", 2)])
    for one in calls():
        do(browser, "next", site=own, call=one.pk)
    pen = Pen(cast.LAO)
    pen.next = 2
    zhou = cast.PERSONS["zhou"].id
    street.post(pen.sealed(70, cast.TUBES["T2"], zhou))
    found = queue(own)
    assert (found.sampled, found.uncalled, found.left) == (3, 2, 0)
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=1, subject=li).stage == 2, "nobody who was sampled is called again"


def test_a_timetable_is_changed_by_hand_and_made_anew_around_what_was_called() -> None:
    browser = desk("street")
    own, other = prepared(browser), site("西门采样点", lanes=4)
    first, second, *_rest = calls()
    do(browser, "down", site=own, call=first.pk)
    now_first = calls()[0]
    assert now_first.pk == second.pk and now_first.source == "person"
    do(browser, "next", site=own, call=second.pk)
    do(browser, "later30", site=own, call=first.pk)
    late = next(one for one in calls() if one.pk == first.pk)
    assert late.at and first.at and (late.at - first.at).seconds == 1800 + 60 * second.people
    do(browser, "send", site=own, call=first.pk, to=other)
    assert next(one for one in calls() if one.pk == first.pk).unit == other
    assert "请选择另一个在用的采样点" in do(browser, "send", site=other, call=first.pk, to=other)
    do(browser, "make", site=own, **PACE)
    kept = [one.pk for one in calls()]
    assert second.pk in kept and first.pk in kept
    homes = [home for one in calls() for home in one.homes]
    assert len(homes) == len(set(homes))
    assert "前后没有可以对调" in do(browser, "up", site=other, call=first.pk)


def test_the_timetable_leaves_as_excel_and_on_paper() -> None:
    browser = desk("street")
    own = prepared(browser)
    book = load_workbook(BytesIO(browser.get(f"{PAGE}?site={own}&as=xlsx").content)).active
    assert book.max_row >= len(calls()) + 1 and "时间" in str(book["A1"].value)
    pdf = browser.get(f"{PAGE}/print")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")


def test_a_closed_round_is_shown_and_no_longer_changed() -> None:
    browser = desk("street")
    own = prepared(browser)
    with scoped(EVERYWHERE):
        campaigns.close_campaign(cast.ROUND, cast.minute(61))
    assert "这一轮已结束" in do(browser, "next", site=own, call=calls()[0].pk)
    assert "叫下一批" not in said(browser.get(f"{PAGE}?site={own}"))


def test_another_street_has_no_part_in_it() -> None:
    own = prepared(desk("street"))
    stranger = desk("street", street.NEXT_STREET)
    assert stranger.get(PAGE).status_code == stranger.post(f"{PAGE}/act", {"act": "next"}).status_code == 404
    page = stranger.post(street.url(street.NEXT_STREET, "/calls/act"), {"act": "next", "site": own}, follow=True)
    assert "请先选择采样点" in said(page) and entries("swab.called") == []
