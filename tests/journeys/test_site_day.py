"""A site's day: buildings are served, a timetable is made, groups are called at the desk and on a phone offline; then
a sample is drawn, an inspector's phone goes again, and the estimate stands beside the ledger's figure. zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.desk.actions import add_user
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.rounds.units import SITE
from tests import desk_round
from tests.journeys.phones import enrol, entries, phone
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_phone_duties import fill, press
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, picture  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def town(served) -> desk_round.Morning:
    town = desk_round.begin(900, datetime.now(UTC))
    add_user("jiedao", desk_round.PASSWORD, [town.slow_street], ["street"])
    with scoped(EVERYWHERE):
        units.add(
            [Unit(0, SITE.code, town.slow_street, name, "", "沈站长", "13800000001", "7:00-23:30", {"lanes": lanes})
             for name, lanes in (("东门采样点", 2), ("广场采样点", 4))], "test", town.opened_at,
        )  # fmt: skip
    return town


@pytest.fixture
def page(browser: Browser, served: supervisor.Running, town: desk_round.Morning) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=served.url)
    page, said = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


def near(town: desk_round.Morning) -> list[int]:
    """The neighbourhoods that are called; nobody of them is sampled by the other test, whichever comes first."""
    return sorted({ancestor(area, 3) for area in town.homes if ancestor(area, 2) == town.slow_street})[:4]


def call_next(page: Page) -> None:
    page.get_by_role("button", name="叫下一批").click()
    expect(page.get_by_role("status").filter(has_text="已叫号")).to_be_visible()


def test_a_timetable_is_made_and_the_next_group_is_called(
    page: Page, browser: Browser, served: supervisor.Running, town: desk_round.Morning, picture
) -> None:
    street = town.slow_street
    enter(page, "jiedao")
    page.goto(f"/rounds/1/areas/{street}/calls")
    expect(page.locator("main")).to_contain_text("栋楼没有采样点")
    picture(page, "calls-unserved")
    for node in near(town):
        page.select_option("#id_node", str(node))
        page.select_option("#id_to", label="东门采样点")
        page.get_by_role("button", name="安排", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="已安排")).to_be_visible()
    page.get_by_role("link", name="东门采样点").click()
    begins = datetime.now().astimezone() + timedelta(minutes=5)
    page.fill("#id_begins", begins.strftime("%Y-%m-%dT%H:%M"))
    page.fill("#id_ends", (begins + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="排时间表", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已排出")).to_be_visible()
    first = page.locator("tr.current").get_attribute("data-key") or ""  # a stairwell of many is called in two groups
    page.locator("tr.current").get_by_role("button", name="推后一批").click()
    expect(page.get_by_role("status").filter(has_text="时间表已修改")).to_be_visible()
    expect(page.locator("tr.current")).not_to_have_attribute("data-key", first)
    call_next(page)
    expect(page.locator("main")).to_contain_text("已叫，未采完")
    picture(page, "calls")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("status").filter(has_text="已撤回")).to_be_visible()
    call_next(page)
    english(page)
    text = page.locator("main").inner_text().lower()
    for word in ("call the next group", "sampled uncalled", "served", "make the timetable anew", "not called"):
        assert word in text, word
    picture(page, "calls")

    for lang in ("zh", "en"):
        with phone(browser, served) as mine:
            enrol(mine, served, street, "sampler", "东门 1 号", lang=lang)
            mine.ready()
            mine.tap("通知", exact=True)
            expect(mine.page.locator(".site h3")).to_have_text("东门采样点")
            mine.context.set_offline(True)
            mine.picture("calls-next")
            wrong = mine.wrong()
            before = mine.page.locator(".call.next span").inner_text()
            mine.page.locator(".call.next").click()
            mine.panel("good", "已通知")
            expect(mine.page.locator(".call.next", has_text=before)).to_have_count(0)
            mine.context.set_offline(False)
            mine.figure("confirmed", 2)
            assert [kind for _n, kind, refused in entries(mine.journal) if not refused][-1] == "swab.called"
            assert "\n".join(wrong) == ""


def test_a_sample_is_seen_again_and_the_estimate_stands_on_the_board(
    page: Page, browser: Browser, served: supervisor.Running, town: desk_round.Morning, picture
) -> None:
    street, now = town.slow_street, datetime.now(UTC)
    said = []
    called = near(town)
    here = [area for area in town.homes if ancestor(area, 2) == street and ancestor(area, 3) not in called]
    for n, area in enumerate(here):
        people = town.homes[area]
        for i in range(0, len(people) - 1, 10):
            body = {
                "campaign": 1,
                "tube": label(410_000 + 100 * n + i),
                "mode": "pooled",
                "persons": people[i : i + 10],
            }
            said.append(("tube.sealed", now, area, body))
    town.say(said, now)
    with phone(browser, served) as mine:
        enrol(mine, served, street, "inspector", "督查一组", hours=48)
        enter(page, "jiedao")
        page.goto(f"/rounds/1/areas/{street}/coverage")
        expect(page.locator("main")).to_contain_text("这个区域在本轮还没有抽查。")
        picture(page, "coverage-none")
        page.select_option("#id_half_width", "100")
        page.fill("#id_seed", "2022")
        page.get_by_role("button", name="抽样并交给别的队伍").click()
        expect(page.get_by_role("status").filter(has_text="已抽样")).to_be_visible()
        mine.page.locator(".status").click()
        mine.tap("更新任务名单")
        mine.tap("待办", exact=True)
        rows = mine.page.locator("main .door")
        expect(rows.first).to_be_visible()
        mine.picture("revisits")
        wrong = mine.wrong()
        drawn = rows.count()
        rows.first.click()
        mine.picture("revisit")
        wrong += mine.wrong()
        press(mine, "与记录不符")
        press(mine, "没有采样")
        fill(mine, "怎么说的、看到什么", "本人说当天没有下楼")
        mine.tap("保存", exact=True)
        mine.panel("good", "与记录不符")
        expect(rows).to_have_count(drawn)
        for left in range(drawn - 1, 0, -1):
            rows.filter(has_not_text="待处理").first.click()
            press(mine, "与记录相符")
            mine.tap("保存", exact=True)
            mine.panel("good", "与记录相符")
            expect(rows).to_have_count(left)
        mine.figure("confirmed", drawn + 1)
        assert "\n".join(wrong) == ""
    page.reload()
    expect(page.locator("main")).to_contain_text("1 人与记录不符")
    picture(page, "coverage")
    page.get_by_role("link", name="去处理").click()
    page.wait_for_url("**/work/revisit")
    expect(page.locator("main")).to_contain_text("没有采样")
    picture(page, "revisit-list")
    page.goto(f"/rounds/1/areas/{street}")
    expect(page.locator("[data-key=beside-true]")).to_be_visible()
    picture(page, "board-true")
    english(page)
    expect(page.locator("[data-key=beside-true]")).to_contain_text("True coverage")
    page.goto(f"/rounds/1/areas/{street}/coverage")
    text = page.locator("main").inner_text().lower()
    for word in ("estimated true coverage", "does not hold", "draw again", "not as recorded"):
        assert word in text, word
    picture(page, "coverage")
