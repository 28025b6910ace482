"""A street decides on a pass and sees its code; closes its shops by an order and opens one again: three widths, zh, en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.zones.units import SHOP
from tests.journeys.phones import doors
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_pass_is_decided_and_shows_its_code(page: Page, street: int, picture) -> None:
    home = doors(street)[0]
    enter(page, "jiedao")
    page.goto("/passes")
    expect(page.locator("main")).to_contain_text("还没有人申请通行证。")
    page.goto(f"/work/pass/new?subject=H{home.id}")
    page.select_option("[name=f_sort]", "medical")
    page.fill("[name=f_who]", home.persons[0][1])
    page.fill("[name=f_why]", "透析，市六医院")
    page.click("button[name=step][value=form]")
    page.click("button[name=step][value=sure]")
    page.goto("/passes")
    picture(page, "passes-list")
    page.locator("main").get_by_role("link", name="审批", exact=True).click()
    page.get_by_role("button", name="审批", exact=True).click()
    page.select_option("[name=f_result]", "granted")
    page.fill("[name=f_reason]", "凭预约单")
    page.fill("[name=f_ends]", (datetime.now(UTC) + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M"))
    picture(page, "pass-decide")
    page.click("button[name=step][value=form]")
    expect(page.get_by_role("status").filter(has_text="已登记“审批”")).to_be_visible()
    page.goto("/passes?show=holds")
    page.locator("tbody th a").first.click()
    expect(page.locator(".pass-code svg")).to_be_visible()
    picture(page, "pass-sheet")
    page.goto("/passes/gates")
    expect(page.locator("main")).to_contain_text("今天还没有出入记录。")
    english(page)
    page.goto("/passes?show=all")
    expect(page.locator("main")).to_contain_text("Valid until")
    picture(page, "passes-list")


def test_an_order_closes_shops_and_one_is_open_again_in_one_act(page: Page, street: int, picture) -> None:
    attributes = {"trade": "food", "segment": "梅溪东路", "staff": 2}
    with scoped(EVERYWHERE):
        units.add([Unit(0, SHOP.code, street, "梅溪粮油", attributes=attributes)], "x", datetime.now(UTC))
    enter(page, "jiedao")
    page.goto("/shops")
    page.select_option("#id_order", "guarantee")
    page.fill("#id_reason", "全域静态管理")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="下达").click()
    assert asked == ["管理令对区域内全部商铺立即生效。"]
    expect(page.locator("tbody tr").first).not_to_contain_text("暂停营业")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="下达").click()
    expect(page.get_by_role("status").filter(has_text="已下达")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("暂停营业")
    page.get_by_role("link", name="梅溪粮油").click()
    page.fill("#id_reason", "误关")
    page.get_by_role("button", name="可以营业").click()
    expect(page.locator("h1")).to_contain_text("可以营业")
    picture(page, "shop-sheet")
    page.goto("/shops")
    picture(page, "shops-list")
    page.goto(f"/shops/open?area={street}")
    expect(page.locator("body")).to_contain_text("梅溪粮油")
    picture(page, "shops-open")
    english(page)
    expect(page.locator("h1")).to_have_text("Shops open now")
    page.goto("/shops")
    expect(page.locator("main")).to_contain_text("This shop was decided on by itself.")
    picture(page, "shops-list")
