"""A request desk writes down what a household asks for, a committee begins a distribution: desk and narrow screens.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.desk.actions import add_user
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good
from bulou.ui.room import unit_kinds
from tests import desk_round
from tests.journeys.phones import doors
from tests.journeys.test_board import IMAGES, browser, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
WIDTHS = (1440, 820, 390)


@pytest.fixture(scope="module")
def street(served) -> int:
    town = desk_round.begin(800, datetime.now(UTC))
    add_user("suqiu", desk_round.PASSWORD, [town.slow_street], ["request"])
    add_user("jiedao", desk_round.PASSWORD, [town.slow_street], ["street"])
    return town.slow_street


@pytest.fixture
def page(browser: Browser, served: supervisor.Running, street: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=served.url)
    page, said = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


@pytest.fixture
def picture(tmp_path: Path):
    """Takes pictures of the page at three widths; nothing may stick out of it."""
    shots = os.environ.get("SHOTS")
    folder = Path(shots) if shots else IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path

    def take(page: Page, name: str) -> None:
        language = (page.locator("html").get_attribute("lang") or "")[:2]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}-{language}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, width)
        page.set_viewport_size({"width": 1440, "height": 900})

    return take


def supplies(street: int) -> tuple[int, int]:
    """A store of the street and a good; their numbers."""
    now = datetime.now(UTC)
    with scoped(EVERYWHERE):
        store = Unit(0, unit_kinds()["store"].code, street, "街道仓库", "MAIN")
        good = Good(name="蔬菜包", name_en="vegetable parcel", code="VEG", kind="parcel", unit="份")
        return units.add([store], "x", now)[0], registry.save([(None, good)], "x", now)[0]


def enter(page: Page, user: str) -> None:
    page.goto("/now")
    page.fill("#id_username", user)
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/now")


def test_a_request_from_the_search_to_the_list(page: Page, street: int, picture) -> None:
    name = doors(street)[0].persons[0][1]
    enter(page, "suqiu")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/work/request")
    expect(page.locator("main")).to_contain_text("目前没有未完成的事项。")
    page.get_by_role("link", name="登记求助").click()
    page.fill("#id_q", name)
    page.keyboard.press("Enter")
    picture(page, "request-choose")
    page.locator("tbody a.btn").first.click()
    page.select_option("[name=f_need]", "dialysis")
    page.fill("[name=f_what]", "明天上午八点到市六医院透析，要轮椅")
    page.fill("[name=f_asker]", name)
    page.fill("[name=f_telephone]", "021-55550123")
    picture(page, "request-new")
    page.click("button[name=step][value=form]")
    expect(page.locator("main")).to_contain_text("请核对对象和内容")
    page.click("button[name=step][value=sure]")
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    picture(page, "request-sheet")
    page.goto("/work/request")
    expect(page.locator("tbody tr").first).to_contain_text("透析")
    picture(page, "request-list")
    page.context.add_cookies([{"name": "bulou_language", "value": "en", "url": page.url}])
    page.reload()
    text = page.locator("main").inner_text()
    for word in ("dialysis", "Take in Excel", "to be taken up"):
        assert word.lower() in text.lower(), word
    picture(page, "request-list")


def test_a_distribution_is_begun_and_its_list_is_there(page: Page, street: int, picture) -> None:
    supplies(street)
    enter(page, "jiedao")
    page.goto("/work/parcel")
    page.get_by_role("link", name="开始发放").click()
    page.select_option("#id_area", str(street))
    page.fill("[name=f_store]", "MAIN")
    page.fill("[name=f_good]", "VEG")
    page.click("button[name=step][value=form]")
    expect(page.locator("main")).to_contain_text("开始后名单固定")
    picture(page, "parcel-begin")
    page.click("button[name=step][value=sure]")
    expect(page.locator("main")).to_contain_text("正在进行")
    picture(page, "parcel-list")
    page.goto("/work/parcel/import")
    picture(page, "work-import")


def test_filters_are_kept_under_a_name(page: Page, street: int, picture) -> None:
    enter(page, "suqiu")
    page.goto("/work/request?stage=open&q=H1")
    page.get_by_text("保存和管理视图").click()
    page.fill("#id_view_name", "待受理的")
    page.get_by_label("同区域同角色也能看到").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("navigation", name="常用视图")).to_contain_text("待受理的")
    page.get_by_text("保存和管理视图").click()
    picture(page, "work-views")
    page.get_by_role("button", name="改名").click()
    expect(page.get_by_role("status").filter(has_text="已改名")).to_be_visible()
    page.goto("/work/request")
    page.get_by_role("link", name="待受理的").first.click()
    page.wait_for_url("**/work/request?stage=open")
    page.context.add_cookies([{"name": "bulou_language", "value": "en", "url": page.url}])
    page.reload()
    page.get_by_text("Save and manage views").click()
    picture(page, "work-views")


def test_the_duties_of_a_household_stand_on_its_page(page: Page, street: int, picture) -> None:
    home = doors(street)[0].id
    enter(page, "suqiu")
    page.goto("/work/request")
    page.locator("tbody tr[data-key] th a").first.click()
    key = page.url.rsplit("/", 2)[1]
    assert int(key) == home
    page.goto(f"/people/households/{home}")
    expect(page.get_by_role("button", name="受理")).to_be_visible()
    picture(page, "household-duties")
    page.context.add_cookies([{"name": "bulou_language", "value": "en", "url": page.url}])
    page.reload()
    picture(page, "household-duties")
