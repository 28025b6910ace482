"""A committee member finds her missed people and prints her doors: one page, by stairwell, with boxes to tick."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.areas import ancestor
from tests import desk_round
from tests.journeys.test_board import browser, morning, page, picture, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


@pytest.mark.parametrize("width", [1440, 820])
def test_find_the_missed_and_print_the_doors(page: Page, morning: desk_round.Morning, picture, width: int) -> None:  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "street")
    compound = ancestor(morning.missed_building(), 4)
    page.goto(f"/rounds/1/areas/{compound}/missed")
    with page.expect_download() as file:
        page.get_by_role("link", name="导出 Excel").click()
    assert re.search(r"未采样-\d{8}-\d{4}\.xlsx$", file.value.suggested_filename)

    page.goto(f"/rounds/1/areas/{morning.missed_building()}/missed")
    page.get_by_role("link", name="上门名单").click()
    expect(page.locator(".doorlist h2").first).to_contain_text(re.compile(r"· \d+号"))
    assert page.locator(".doorlist tbody tr").count() == len(morning.homes[morning.missed_building()])
    picture(page, "doors")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1

    page.click("button[value=en]")
    expect(page.locator("h1")).to_contain_text("Door list")
    picture(page, "doors")
