"""An inspector goes by a checklist with a telephone, what is wrong becomes a finding, the report is signed: zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
ANSWERED = (
    "gate_checked", "no_crowding", "nobody_missed", "protection", "parcels", "vulnerable", "requests", "disinfection",
    "waste",
)  # fmt: skip


def photo() -> bytes:
    image = Image.new("RGB", (1200, 900), "#9db4c0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 350, 500, 900), fill="#253237")
    draw.rectangle((520, 600, 1150, 640), fill="#c0392b")
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def test_an_inspection_becomes_findings_and_a_signed_report(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    page.goto("/inspections")
    expect(page.locator("main")).to_contain_text("没有待做的检查。")
    picture(page, "inspections-none")
    page.get_by_role("link", name="安排检查").click()
    page.select_option("[name=f_manner]", "spontaneous")
    page.select_option("[name=f_checklist]", "compound")
    page.fill("[name=f_inspectors]", "区督查一组")
    expect(page.locator("[name=f_segment]")).to_be_hidden()
    picture(page, "inspection-new")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/do")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("[name=f_what_gate_staffed]")).to_be_hidden()
    page.select_option("[name=f_gate_staffed]", "no")
    page.fill("[name=f_what_gate_staffed]", "东门夜间无人值守")
    page.set_input_files("[name=photo_gate_staffed]", [
        {"name": "gate.jpg", "mimeType": "image/jpeg", "buffer": photo()},
        {"name": "note.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"},
    ])  # fmt: skip
    page.get_by_role("button", name="暂存").click()
    expect(page.locator("main")).to_contain_text("“note.jpg”没有收：不是照片")
    expect(page.locator("[name=f_what_gate_staffed]")).to_have_value("东门夜间无人值守")
    for name in ANSWERED:
        page.select_option(f"[name=f_{name}]", "yes")
    picture(page, "inspection-do")
    page.get_by_role("button", name="完成检查").click()
    expect(page.locator("main")).to_contain_text("登记了1个问题")
    picture(page, "inspection-sheet")
    sheet = page.url
    page.get_by_role("link", name="东门夜间无人值守").click()
    expect(page.locator(".photos img")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("重大隐患")
    picture(page, "inspection-finding")
    english(page)
    picture(page, "inspection-finding-en")
    page.goto(f"{sheet}/report")
    expect(page.locator("main")).to_contain_text("Name and post of who signs")
    page.context.add_cookies([{"name": "bulou_language", "value": "zh-hans", "url": page.evaluate("location.origin")}])
    page.reload()
    assert "发现问题1个，其中重大隐患1个" in page.locator("textarea").input_value()
    picture(page, "inspection-report")
    page.fill("[name=name]", "督查组组长")
    page.get_by_role("button", name="签发").click()
    expect(page.locator("main")).to_contain_text("报告已签发，不能再改。")
    picture(page, "inspection-signed")
    page.goto("/checklists")
    page.get_by_role("link", name="封控小区检查表").click()
    picture(page, "checklist")
    english(page)
    text = page.locator("main").inner_text().lower()
    for word in ("version 1", "plan an inspection", "each entrance is staffed", "a finding"):
        assert word in text, word
    picture(page, "checklist-en")
