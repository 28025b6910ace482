"""From the row of a household to a request of it and back: it stands first then; three widths, zh and en."""

# ruff: noqa: F811  the fixtures come from the journey of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_household_of_the_list_asks_for_insulin_and_stands_first(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    page.get_by_role("link", name="户况", exact=True).click()
    page.wait_for_url("**/households")
    rows = page.locator("main tbody tr")
    expect(rows.first).to_contain_text("有人未检")
    picture(page, "households")
    last = rows.last.locator("th a")
    address = last.get_attribute("href")
    rows.last.get_by_role("link", name="登记求助").click()
    page.select_option("[name=f_need]", "emergency")
    page.fill("[name=f_what]", "胰岛素用完，今晚八点前要两支")
    page.fill("[name=f_asker]", "老李")
    page.click("button[name=step][value=form]")
    page.click("button[name=step][value=sure]")
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    page.goto("/households")
    expect(rows.first).to_contain_text("急症")
    assert rows.first.locator("th a").get_attribute("href") == address
    page.goto("/households?show=asked")
    expect(rows).to_have_count(1)
    picture(page, "households-asked")
    english(page)
    expect(rows.first).to_contain_text("Emergency, birth, dialysis")
    picture(page, "households-asked")
    page.goto("/households?show=parcels")
    expect(page.locator("main")).to_contain_text("No household fits.")
    page.goto("/households")
    picture(page, "households")
