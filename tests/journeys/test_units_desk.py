"""A street registers units and gives a finding to one of them by name: desk and narrow screens, zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import units
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def english(page: Page) -> None:
    page.context.add_cookies([{"name": "bulou_language", "value": "en", "url": page.evaluate("location.origin")}])
    page.reload()


def test_units_are_registered_and_a_finding_is_given_to_one_by_name(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/units")
    expect(page.locator("main")).to_contain_text("还没有登记单位。")
    for kind, name, filled in (
        ("车辆", "沪A12345", {"type": "van", "seats": "7"}),
        ("班组", "整改一组", {"task": "other", "members": "6"}),
        ("卡口", "东门卡口", {"guards": "2"}),
    ):
        page.goto("/units/new")
        page.get_by_role("link", name=kind, exact=True).click()
        page.select_option("#id_area", str(street))
        page.fill("[name=f_name]", name)
        for field, value in filled.items():
            asked = page.locator(f"[name=f_{field}]")
            asked.select_option(value) if asked.evaluate("e => e.tagName") == "SELECT" else asked.fill(value)
        if kind == "车辆":
            picture(page, "unit-new")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    picture(page, "unit-sheet")
    page.goto("/units")
    expect(page.locator("tbody tr")).to_have_count(3)
    picture(page, "units-list")
    page.goto(f"/work/finding/new?subject={street}")
    page.fill("[name=f_unit]", "东门卡口")
    page.select_option("[name=f_topic]", "gate")
    page.select_option("[name=f_severity]", "serious")
    page.fill("[name=f_what]", "夜间无人值守")
    page.fill("[name=f_owner]", "街道")
    page.click("button[name=step][value=form]")
    expect(page.locator("main")).to_contain_text("东门卡口")
    page.click("button[name=step][value=sure]")
    page.get_by_role("button", name="交给谁整改").click()
    offered = page.locator("datalist option").evaluate_all("all => all.map(one => one.value)")
    with scoped(EVERYWHERE):
        team = next(unit for unit in units.listed()[0] if unit.name == "整改一组")
    assert f"整改一组 · 班组 {team.code}" in offered
    page.fill("[name=f_to]", "整改一组")
    picture(page, "unit-given")
    page.click("button[name=step][value=form]")
    expect(page.locator("main")).to_contain_text("整改一组")
    picture(page, "unit-given-sheet")
    english(page)
    expect(page.locator("main")).to_contain_text("To whom: 整改一组")
    page.goto("/units?kind=vehicle")
    text = page.locator("main").inner_text().lower()
    for word in ("register a unit", "print labels", "seats", "van", "take in excel"):
        assert word in text, word
    picture(page, "units-list")
    page.goto("/units/import?kind=vehicle")
    page.fill("#id_table", "Code\tName\tArea\tType\tSeats\nCAR-1\t沪B1\tnowhere\tbus\t40")
    page.click("button[name=step][value=look]")
    expect(page.locator("main")).to_contain_text("A known area")
    picture(page, "units-import")
