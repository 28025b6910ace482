"""A card is printed for a door; the household asks for help on its page, is answered, and says that it is solved.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from django.test.utils import override_settings
from playwright.sync_api import Page, expect

from bulou.config.data_folder import Folder
from bulou.config.supervisor import Running
from bulou.ledger import clock
from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Household
from bulou.residents import cards
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_work_desk import doors, enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_from_the_card_to_the_word_that_it_is_solved(page: Page, served: Running, street: int, picture) -> None:
    home = doors(street)[0].id
    with scoped(EVERYWHERE):
        area = Household.objects.get(pk=home).area
    enter(page, "jiedao")
    page.goto(f"/doors/cards?area={ancestor(area, 4)}")
    expect(page.locator("main")).to_contain_text("门牌码")
    picture(page, "door-cards")
    with page.expect_download() as waiting:
        page.locator(f"tr[data-key=home-{home}]").get_by_role("button", name="印制").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
    page.context.clear_cookies()
    secret = Folder(served.children["desk"].log.parent).secrets()["django"]  # digests are keyed by the server's
    with override_settings(SECRET_KEY=secret), scoped(EVERYWHERE):
        code = cards.make([one for one in cards.homes(area) if one.id == home], "street", clock.now())[home]
    page.goto("/h/")
    page.fill("#code", f"{code[:5].lower()} {code[5:].lower()}")
    page.get_by_role("button", name="打开").click()
    expect(page.locator("main")).to_contain_text("下一步")
    picture(page, "resident-home")
    page.select_option("#need", "medicine")
    page.fill("#what", "氨氯地平一盒，今晚七点前")
    page.fill("#asker", "王女士")
    page.get_by_role("button", name="提交求助").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")
    expect(page.locator("#requests")).to_contain_text("配药")
    enter(page, "suqiu")
    page.goto("/work/request")
    page.locator("tbody tr").filter(has_text="氨氯地平").locator("a").first.click()
    page.get_by_role("button", name="登记答复").first.click()
    page.select_option("[name=f_result]", "helped")
    page.fill("[name=f_note]", "志愿者已送到门口")
    page.click("button[name=step][value=form]")
    page.context.clear_cookies()
    page.goto(f"/h/{code}?lang=en")
    expect(page.locator("#requests")).to_contain_text("Answered")
    picture(page, "resident-answered")
    page.get_by_role("button", name="Received, it is solved").click()
    expect(page.get_by_role("status")).to_contain_text("Closed")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
