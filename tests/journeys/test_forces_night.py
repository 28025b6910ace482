"""A street calls people up at night, is refused a shift for want of rest and gives it to another, and allocates a day.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
NAMES = ("陈建国", "王丽", "李秀英", "赵磊", "孙婷", "周强")


def test_a_call_up_a_refused_shift_and_an_allocation(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/forces")
    expect(page.locator("main")).to_contain_text("还没有登记人员。")
    page.goto("/forces/import")
    head = "姓名\t电话\t身份\t技能"
    rows = [
        f"{name}\t1380000010{n}\t{'志愿者' if n % 2 else '医疗队员'}\t核酸采样、扫码登记、防护服穿脱培训:2099-12-31"
        for n, name in enumerate(NAMES)
    ]
    page.fill("#id_table", "\n".join([head, *rows, "钱进\t12\t国王\t飞行"]))
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main")).to_contain_text("没有“飞行”这项技能")
    picture(page, "forces-import")
    page.fill("#id_table", "\n".join([head, *rows]))
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="录入6人").click()
    expect(page.get_by_role("status").filter(has_text="已录入6人")).to_be_visible()
    picture(page, "forces-list")

    page.goto("/forces/call-ups")
    page.get_by_role("link", name="发起集结").click()
    page.fill("#id_place", "文化中心门口")
    tonight = timezone.localtime() + timedelta(hours=3)
    page.fill("#id_at", tonight.strftime("%Y-%m-%dT%H:%M"))
    page.select_option("#id_skill", "sampling")
    page.fill("#id_wanted", "2")
    page.fill("#id_reserve", "1")
    page.get_by_role("button", name="发起").click()
    expect(page.locator("tbody tr")).to_have_count(6)
    for name, said in (("陈建国", "能到"), ("王丽", "不能到"), ("李秀英", "能到"), ("赵磊", "能到")):
        page.locator("tbody tr").filter(has_text=name).get_by_role("button", name=said, exact=True).click()
    expect(page.locator("tbody tr").filter(has_text="赵磊")).to_contain_text("后备")
    page.locator("tbody tr").filter(has_text="陈建国").get_by_role("button", name="已到场").click()
    picture(page, "call-up")

    first = timezone.localdate() + timedelta(days=3)
    for name, day, shift in (("陈建国", first, "evening"), ("陈建国", first + timedelta(days=1), "morning")):
        page.goto(f"/forces/shifts/new?area={street}&day={day.isoformat()}&shift={shift}&skill=sampling")
        page.select_option("#id_member", label=name)
        page.locator("form.card").get_by_role("button", name="排班", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("休息不足")
    picture(page, "shift-refused")
    page.get_by_role("button", name="王丽").click()
    expect(page.get_by_role("status").filter(has_text="已排班：王丽")).to_be_visible()
    picture(page, "shifts")

    page.goto(f"/forces/allocation?area={street}")
    page.goto(f"/forces/allocation?area={street}&day={(first + timedelta(days=1)).isoformat()}")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("status").filter(has_text="已开始计算")).to_be_visible()
    page.get_by_role("link", name="查看方案").click()
    expect(page.get_by_role("status").filter(has_text="已算出方案")).to_be_visible()
    picture(page, "allocation")
    page.get_by_role("button", name="公布方案").click()
    expect(page.get_by_role("status").filter(has_text="已公布")).to_be_visible()
    english(page)
    expect(page.locator("main")).to_contain_text("Share of work")
    picture(page, "allocation")
    for url, name, words in (
        ("/forces", "forces-list", "People"), ("/forces/call-ups/1", "call-up", "Reserve"),
        ("/forces/shifts", "shifts", "Shifts"),
    ):  # fmt: skip
        page.goto(url)
        expect(page.locator("main")).to_contain_text(words)
        picture(page, name)
