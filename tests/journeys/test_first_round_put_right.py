"""A round is prepared and changed, long work is looked at, a compound is to be split, phones come by the dozen."""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.desk.actions import add_user
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Area
from tests import desk_round
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_prepared_round_is_put_right_and_what_lies_around_it(page: Page, street: int, picture) -> None:
    add_user("zhihui", desk_round.PASSWORD, [ancestor(street, 1)], ["command"])
    with scoped(EVERYWHERE):
        compound = Area.objects.filter(level=4, id__gt=street, closed_at=None).order_by("id").first()
    assert compound
    enter(page, "zhihui")
    page.goto("/rounds/new")
    page.fill("#id_name", "第二轮核酸")
    page.get_by_role("button", name="下一步：检查").click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.fill("#id_name", "第二轮核酸（夜间）")
    page.select_option("#id_recovered", "single")
    picture(page, "round-edit")
    page.get_by_role("button", name="下一步：检查").click()
    expect(page.locator("main")).to_contain_text("准备后的修改")
    picture(page, "round-changed")
    page.goto("/rounds/1/scope")
    picture(page, "round-scope")
    page.goto("/jobs")
    expect(page.locator("main")).to_contain_text("还没有后台任务")
    page.goto("/roster/linkage")
    page.get_by_role("button", name="开始比对").click()
    page.wait_for_url("**/roster/linkage/*")
    page.goto("/jobs")
    expect(page.locator("main")).to_contain_text("名册比对")
    expect(page.locator("tbody")).to_contain_text("已完成", timeout=60_000)
    picture(page, "jobs")
    english(page)
    picture(page, "jobs")
    page.goto(f"/roster/tree/{compound.pk}/regroup")
    picture(page, "area-regroup")
    page.goto("/devices/enrol")
    picture(page, "device-enrol-many")
    page.goto("/devices")
    picture(page, "devices-glance")
