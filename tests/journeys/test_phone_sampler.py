"""A sampler's day without a network: enrolled, cut off, three tubes, a find, a void, a dead battery; then all of it
arrives.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.ledger import clock, journals
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.rounds.actions import open_round
from bulou.rounds.opening.reads import next_number
from bulou.rounds.scope.models import Treated
from tests import desk_round
from tests.journeys.phones import called, doors, enrol, entries, phone, reopen
from tests.journeys.test_board import browser, morning, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
POOL, HOME, WRONG, BOX = (label(n) for n in (310_001, 310_002, 310_003, 310_090))


def test_a_day_without_a_network(
    browser: Browser,
    served: supervisor.Running,
    morning: desk_round.Morning,
) -> None:
    a_day_without_a_network(browser, served, morning, "zh")


def test_a_round_says_how_its_tubes_are_filled(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning
) -> None:
    """The second round pools five, and somebody has a tube of her own."""
    building, now, number = morning.missed_building(), clock.now(), next_number()
    opener, _key = journals.enrol("指挥部", "desk", EVERYWHERE, now, now + timedelta(days=1))
    open_round(number, "五人一管", ancestor(building, 4), opener, now, now, more={"pool_size": "5"})
    first, second, third, *_ = [one for one in doors(building) if len(one.persons) > 1]
    alone, name = first.persons[0]
    with scoped(EVERYWHERE):
        Treated.objects.create(
            campaign=number, person=alone, area=building, cause="recovered", treatment="single", at=now
        )  # fmt: skip
    everybody = {"campaign": number, "persons": morning.homes[building]}
    morning.say([("swab.called", clock.now(), building, everybody)], clock.now())
    people = [one for home in (first, second, third) for one in home.persons if one[0] != alone]
    with phone(browser, served) as mine:
        enrol(mine, served, building, "sampler")
        mine.ready()
        page = mine.page
        expect(page.locator("main")).to_contain_text("本轮每管最多5人")
        expect(page.get_by_role("button", name="10人混采")).to_have_count(0)
        mine.scan(POOL)
        mine.scan(f"bulou:p/{alone}")
        mine.panel("bad", "要单管")
        mine.panel("bad", name)
        mine.picture("single")
        for person, _name in people[:5]:
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", _name)
        mine.panel("good", "满管，请封管")
        if len(people) > 5:
            mine.scan(f"bulou:p/{people[5][0]}")
            mine.panel("bad", "满管")
        mine.tap("封管")
        mine.tap("单管")
        mine.scan(HOME)
        mine.scan(f"bulou:p/{alone}")
        mine.panel("good", "1/1")


def a_day_without_a_network(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, lang: str
) -> None:
    """On a phone in this language; texts are given in Chinese."""
    building = morning.missed_building()
    called(morning, building)
    there = doors(building)
    first, second, third, *_ = [one for one in there if len(one.persons) > 1]
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, building, "sampler", lang=lang)
        mine.ready()
        wrong = mine.wrong()
        mine.picture("tubes")
        mine.context.set_offline(True)

        # What the phone will not take.
        mine.scan(POOL + 1)
        mine.panel("bad", "校验位不符：请重新扫描或输入。")
        mine.scan(f"bulou:p/{first.persons[0][0]}")
        mine.panel("bad", "请先扫采样管。")

        # A pool: two by code, one by name, one twice, one too many taken out again.
        mine.scan(POOL)
        mine.panel("good", str(POOL))
        for person, name in first.persons[:2]:
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", name)
        mine.picture("fill")
        wrong += mine.wrong()
        mine.scan(f"bulou:p/{first.persons[0][0]}")
        mine.panel("bad", "已在本管")
        mine.picture("stop")
        wrong += mine.wrong()
        person, name = second.persons[0]
        page.get_by_label(mine.t("扫码，或输姓名室号")).fill(name)
        page.locator(".people button", has_text=second.door).first.click()
        mine.panel("good", f"3/10 {name}")
        mine.tap("撤销")
        expect(page.locator("[data-count]")).to_have_attribute("data-count", "2")

        # Somebody who is on no list: known by her code, or by nothing.
        mine.scan("bulou:p/77")
        mine.panel("warn", "不在本机名单")
        mine.tap("现场登记")
        page.get_by_label(mine.t("姓名"), exact=True).fill("沈客")
        page.get_by_label(mine.t("室号"), exact=True).fill("909")
        wrong += mine.wrong()
        mine.tap("登记", exact=True)
        mine.panel("good", "3/10 沈客")
        mine.scan(POOL)  # the tube's own label once more: one tap closes it
        mine.panel("warn", "要封管吗？")
        page.locator(".panel .wide").click()
        mine.panel("good", "已封管")

        # A household tube, and a wrong one that is taken back.
        mine.tap("一户一管")
        mine.scan(HOME)
        mine.panel("good", str(HOME))
        mine.scan(f"bulou:h/{second.id}")
        for _person, name in second.persons:
            mine.at_leisure()
            page.locator(".people button", has_text=name).first.click()
            mine.panel("good", name)
        mine.scan(f"bulou:p/{third.persons[0][0]}")
        mine.panel("bad", "不是这一户")
        mine.tap("封管")
        mine.tap("单管")
        mine.scan(WRONG)
        mine.panel("good", str(WRONG))
        mine.scan(f"bulou:p/{third.persons[0][0]}")
        mine.panel("good", "1/1")
        mine.tap("封管")
        mine.panel("good", "已封管")
        mine.tap("已封的管")
        mine.tap(str(WRONG))
        mine.tap("人员错")
        mine.panel("warn", "已作废")
        mine.figure("sent", 1)
        mine.figure("confirmed", 1)

        # The battery dies; nothing is lost, and the void has given the person back.
        reopen(mine)
        page = mine.page
        mine.figure("kept", 6)
        expect(page.locator(".status")).to_contain_text(mine.t("无网络，已存在本机"))
        mine.scan(label(310_004))
        mine.panel("good", "已开管")
        mine.scan(f"bulou:p/{first.persons[0][0]}")
        mine.panel("bad", "本轮已采")
        mine.scan(f"bulou:p/{third.persons[0][0]}")
        mine.panel("good", "1/10")
        mine.tap("撤销")
        mine.tap("放回空管")

        # The box, the network, the end.
        mine.tap("装箱")
        mine.scan(BOX)
        mine.tap("封箱（2 管）")
        mine.panel("good", "已装箱")
        desk = board(browser, served, building)
        share = desk.locator(f'[data-key="{building}-share"]')
        before = share.inner_text()
        mine.context.set_offline(False)
        mine.figure("confirmed", 7)
        # The desk's open board moves by itself; the person's page names the tube.
        expect(share).not_to_have_text(before)
        expect(desk.locator(".verdict")).to_contain_text("账平")
        desk.goto(f"/rounds/1/persons/{first.persons[0][0]}")
        expect(desk.locator(".timeline")).to_contain_text(str(POOL))
        kinds = [kind for _n, kind, refused in entries(mine.journal) if not refused]
        assert kinds == [
            "device.reported",
            "person.found",
            *["tube.sealed"] * 3,
            "entry.voided",
            "tube.boxed",
        ]
        mine.page.locator(".status").click()
        wrong += mine.wrong()
        mine.tap("结束本班")
        mine.picture("closing")
        wrong += mine.wrong()
        mine.tap("确认结束并上报")
        expect(page.locator(".notice")).to_contain_text(mine.t("本班已结束。新的一班请重新登记。"))
        mine.figure("confirmed", 9)
        assert "\n".join(wrong) == ""


def board(browser: Browser, served: supervisor.Running, building: int) -> Page:
    """Open the desk's board at the buildings beside this one."""
    page = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
    sign_in(page, "district")
    page.goto(f"/rounds/1/areas/{ancestor(building, 4)}")
    return page
