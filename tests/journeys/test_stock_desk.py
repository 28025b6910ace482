"""A store keeper receives, sends, sees a shortage ahead; a volunteer hands parcels out by phone. Three widths.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.desk.actions import add_user
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds
from tests import desk_round
from tests.journeys.phones import doors, enrol, phone
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def stores(street: int) -> tuple[int, int, int]:
    """Two stores, of the street and of the neighbourhood with the most doors, and that neighbourhood."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT area FROM places_household WHERE area >> 31 = %s", [street >> 31])
        here = max({ancestor(area, 3) for (area,) in cursor.fetchall()}, key=lambda area: (len(doors(area)), area))
        kind, now = unit_kinds()["store"].code, datetime.now(UTC)
        first, second = units.add(
            [Unit(0, kind, street, "街道仓库", "MAIN"), Unit(0, kind, here, "居委仓库", "SMALL")], "x", now
        )
    add_user("cangku", desk_round.PASSWORD, [street], ["store"])
    return first, second, here


def test_from_the_delivery_to_the_door(
    page: Page, stores: tuple[int, int, int], picture, browser: Browser, served: supervisor.Running
) -> None:
    main, small, here = stores
    enter(page, "cangku")
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**/stock")
    expect(page.locator("main")).to_contain_text("仓库里还没有物资。")
    page.goto("/stock/goods/new")
    for name, value in (("name", "蔬菜包"), ("name_en", "Vegetable parcel"), ("code", "VEG"), ("unit", "份")):
        page.fill(f"[name=f_{name}]", value)
    page.select_option("[name=f_kind]", "parcel")
    page.select_option("[name=f_keeps]", "expiry")
    picture(page, "good-new")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()

    page.goto(f"/stock/{main}/act?act=received")
    page.select_option("[name=f_source]", "donation")
    page.fill("[name=f_party]", "市慈善会")
    for n, (lot, day, quantity) in enumerate((("A1", "2031-05-01", "300"), ("A2", "2031-09-01", "500"))):
        page.fill(f"[name=n{n}_good]", "VEG")
        page.fill(f"[name=n{n}_number]", lot)
        page.fill(f"[name=n{n}_expires]", day)
        page.fill(f"[name=n{n}_quantity]", quantity)
    picture(page, "stock-received")
    page.get_by_role("button", name="入库").click()
    expect(page.get_by_role("status").filter(has_text="已登记：入库")).to_be_visible()
    picture(page, "stock-store")

    page.goto("/work/parcel/cover")
    page.select_option("#id_area", str(ancestor(here, 2)))
    page.get_by_role("button", name="列出下一级").click()
    page.select_option("#id_area", str(here))
    page.fill("[name=f_store]", "SMALL")
    page.fill("[name=f_good]", "VEG")
    page.click("button[name=step][value=form]")
    picture(page, "distribution-begin")
    page.click("button[name=step][value=sure]")
    expect(page.locator("main")).to_contain_text("正在进行")

    page.goto("/stock/cover")
    expect(page.locator("main")).to_contain_text("1项预计缺货")
    picture(page, "stock-cover")
    page.get_by_role("button", name="更新缺货待办").click()
    expect(page.get_by_role("status").filter(has_text="新增缺货1项")).to_be_visible()
    page.goto("/work/replenishment")
    expect(page.locator("tbody tr").first).to_contain_text("蔬菜包")
    picture(page, "replenishment-list")
    page.goto("/stock/cover")
    page.get_by_role("link", name=re.compile("从街道仓库调")).click()
    expect(page.locator("main")).to_contain_text("A1")
    picture(page, "stock-sent")
    page.get_by_role("button", name="调拨发出").click()
    expect(page.get_by_role("status").filter(has_text="已登记：调拨发出")).to_be_visible()
    page.goto("/stock/transfers")
    page.locator("tbody a").first.click()
    picture(page, "stock-transfer")
    page.get_by_role("button", name="登记收到").click()
    expect(page.locator("main")).to_contain_text("已结清")
    page.goto("/stock/cover?show=short")
    expect(page.locator("main")).to_contain_text("没有预计缺货的物资")

    with phone(browser, served) as mine:
        enrol(mine, served, here, "deliverer", "王芳", lang="zh")
        mine.ready()
        mine.tap("待办", exact=True)
        rows = mine.page.locator(".door.owed")
        rows.first.click()
        expect(mine.page.locator(".sheet")).to_contain_text("居委仓库")
        expect(mine.page.locator(".sheet")).to_contain_text("蔬菜包")
        mine.picture("parcel-duty")
        mine.page.get_by_role("button", name="送到", exact=True).first.click()
        mine.picture("parcel-form")
        mine.tap("保存", exact=True)
        mine.panel("good", "送到")
        assert mine.wrong() == []

    page.goto(f"/work/parcel?area={here}")
    expect(page.locator("main")).to_contain_text("已完成")
    for _ in range(60):
        page.goto(f"/stock/{small}")
        total = page.locator("tbody tr td.n").first.inner_text()
        owed = len(doors(here))
        if total.strip() != str(owed):
            break
        page.wait_for_timeout(500)
    assert page.locator("tbody tr td.n").first.inner_text().strip() == str(owed - 1), "the parcel left the first lot"
    english(page)
    text = page.locator("main").inner_text().lower()
    for word in ("goods in", "transfer out", "vegetable parcel", "what happened", "lot"):
        assert word in text, word
    picture(page, "stock-store")
    page.goto("/stock/cover")
    picture(page, "stock-cover")
    page.goto("/stock")
    picture(page, "stock-list")
