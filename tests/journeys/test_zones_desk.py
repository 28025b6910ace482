"""A street sets the level of a compound, reads why, publishes its list and takes an act back: three widths, zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_level_is_set_explained_published_and_taken_back(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    page.keyboard.press("g")
    page.keyboard.press("z")
    page.wait_for_url("**/zones")
    boxes = page.locator("tbody input[name=row]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="另定等级").click()
    picture(page, "zones-act")
    page.select_option("#id_level", "lockdown")
    page.fill("#id_reason", "密接较多，先行封控")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("main")).to_contain_text("其中 2 个区域的管控变严")
    picture(page, "zones-sure")
    page.get_by_role("button", name="确认，共 2 条").click()
    expect(page.get_by_role("status").filter(has_text="已办理：2个区域")).to_be_visible()
    picture(page, "zones-list")
    page.locator("tbody tr").filter(has_text="封控区").first.locator("th a").click()
    expect(page.locator("main")).to_contain_text("对等级有异议")
    expect(page.locator("main")).to_contain_text("密接较多")
    picture(page, "zones-sheet")
    page.goto(f"/zones/lists/{street}")
    picture(page, "zones-publish")
    page.get_by_role("button", name="公布这份名单").click()
    expect(page.get_by_role("status").filter(has_text="已公布")).to_be_visible()
    expect(page.locator("main")).to_contain_text("户待保供")
    expect(page.locator("main")).to_contain_text("已登记 2 个区域")
    picture(page, "zones-published")
    page.goto(f"/zones/lists/{street}")
    expect(page.locator("main")).to_contain_text("没有差别。")
    english(page)
    expect(page.locator("main")).to_contain_text("Lockdown")
    picture(page, "zones-publish")
    page.goto("/zones/map")
    picture(page, "zones-map")
    page.goto("/zones")
    picture(page, "zones-list")
    page.locator("tbody tr").filter(has_text="Lockdown").first.locator("th a").click()
    picture(page, "zones-sheet")
    page.goto("/zones?level=lockdown")
    expect(page.locator("tbody tr[data-key]")).to_have_count(2)
    page.get_by_role("button", name="Undo").nth(1).click()
    expect(page.get_by_role("status").filter(has_text="Undone: 2 areas")).to_be_visible()
