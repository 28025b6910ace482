"""A closed household's dialysis and what the hotline passes on: recorded, previewed, written; two widths, zh and en."""

# ruff: noqa: F811  the fixtures come from the journey of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Area, Household
from bulou.relief.treatments import following
from tests.journeys.phones import doors
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
HEAD = "工单编号\t来电人\t来电号码\t诉求地址\t诉求类别\t诉求内容"


def test_a_calendar_is_recorded_and_a_hotline_file_is_entered(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    home = doors(street)[0]
    page.get_by_role("link", name="定期治疗", exact=True).click()
    page.get_by_role("link", name="登记定期治疗").first.click()
    page.fill("#id_q", home.persons[0][1])
    page.keyboard.press("Enter")
    page.locator("tbody a.btn").first.click()
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        page.check(f"[name=f_weekdays][value={day}]")
    page.select_option("[name=f_at]", "07:30")
    page.fill("[name=f_hospital]", "区中心医院")
    page.fill("[name=f_last_day]", "2099-12-31")
    page.fill("[name=f_ordered_by]", "肾内科王医生")
    page.check("[name=f_helps][value=vehicle]")
    picture(page, "treatment-new")
    page.click("button[name=step][value=form]")
    page.click("button[name=step][value=sure]")
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    assert following.follow(clock.now()) >= 3
    page.goto("/work/therapy")
    expect(page.locator("main")).to_contain_text("还没有")
    picture(page, "treatments")
    with scoped(EVERYWHERE):
        one = Household.objects.filter(area__gte=street, closed_at=None).order_by("area", "id").first()
        names = {area.id: area.name for area in Area.objects.filter(id__in=[ancestor(one.area, 4), one.area])}
    address = f"{names[ancestor(one.area, 4)]}{names[one.area]}{one.stairwell}单元{one.door}室"
    rows = [
        "G1\t张三\t\t无名小区1号102室\t配药\t降压药只剩两天", f"G2\t李四\t\t{address}\t噪音\t楼上太吵",
        f"G3\t王五\t\t{address}\t\t奶粉吃完了", f"G4\t王五\t\t{address}\t婴儿用品\t又来电：奶粉还没到",
    ]  # fmt: skip
    page.goto("/work/request/import")
    picture(page, "hotline-form")
    page.fill("[name=table]", "\n".join((HEAD, *rows)))
    page.click("button[name=step][value=look]")
    expect(page.locator("main")).to_contain_text("将录入2条，其中合并1条；编号已录过0行；待选择0行；不能录入2行")
    picture(page, "hotline-looked")
    page.click("button[name=step][value=sure]")
    expect(page.get_by_role("status").filter(has_text="已录入2条")).to_be_visible()
    picture(page, "hotline-done")
    english(page)
    page.goto("/work/request/import")
    page.fill("[name=table]", "\n".join((HEAD, *rows)))
    page.click("button[name=step][value=look]")
    expect(page.locator("main")).to_contain_text("entered before by number: 2")
    picture(page, "hotline-looked")
    page.goto("/work/therapy")
    picture(page, "treatments")


def test_medicines_are_put_on_a_run(page: Page, street: int, picture) -> None:
    enter(page, "jiedao")
    for home, items in zip(doors(street), ("氨氯地平 5mg 2盒\n二甲双胍 0.5g 1盒", "氨氯地平 5mg 1盒"), strict=False):
        page.goto(f"/work/medicine/new?subject=P{home.persons[0][0]}")
        page.fill("[name=f_items]", items)
        page.select_option("[name=f_prescription]", "missing")
        page.click("button[name=step][value=form]")
        page.click("button[name=step][value=sure]")
        expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    page.goto("/work/medicine")
    picture(page, "medicines")
    page.get_by_role("link", name="代配的趟次").click()
    expect(page.locator("main")).to_contain_text("2人等着配药")
    page.fill("[name=f_buyer]", "志愿者小周")
    page.fill("[name=f_pharmacy]", "社区医院")
    picture(page, "medicine-runs")
    page.get_by_role("button", name="编成一趟").click()
    expect(page.locator("main")).to_contain_text("3 盒")
    picture(page, "medicine-run")
    english(page)
    picture(page, "medicine-run")
    page.goto("/medicine-runs")
    picture(page, "medicine-runs")
