"""An administrator makes a key for another system, copies it, and revokes it: three widths, zh and en.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.desk.actions import add_user
from bulou.desk.api import rules
from tests import desk_round
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_key_is_made_shown_once_used_and_revoked(page: Page, street: int, picture) -> None:
    add_user("zhanghao", desk_round.PASSWORD, [street], ["administrator"])
    page.goto("/settings/keys")
    page.fill("#id_username", "zhanghao")
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/settings/keys")
    expect(page.locator("main")).to_contain_text("对接系统的名称")
    page.fill("#name", "市热线平台")
    page.select_option("#area", str(street))
    for ability in ("board", "people", "decide"):
        page.check(f"input[name=ability][value={ability}]")
    page.fill("#why", "热线工单回传")
    page.get_by_role("button", name="生成密钥").click()
    key = page.locator("#new-key").inner_text()
    assert key.startswith(rules.PREFIX)
    picture(page, "api-key-new")
    answer = page.request.get("/api/kinds", headers={"Authorization": f"Bearer {key}"})
    assert answer.ok and "request" in {one["name"] for one in answer.json()}
    page.goto("/settings/keys")
    assert key not in page.content()
    picture(page, "api-keys")
    english(page)
    expect(page.locator("main")).to_contain_text("Name of the other system")
    picture(page, "api-keys")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.get_by_role("status").filter(has_text="revoked at once")).to_be_visible()
    assert page.request.get("/api/kinds", headers={"Authorization": f"Bearer {key}"}).status == 401
