"""A notice to a compound, to those not yet sampled: written by one, approved by another, read by one household; the
doors that it did not reach are given to be visited. Desk and resident's page, in both languages.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board and of declared kinds
from __future__ import annotations

import shutil

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from bulou.config.data_folder import Folder
from bulou.desk.actions import add_user
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, span
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Person
from bulou.residents import cards
from bulou.rounds.vocabulary import SAMPLED
from tests import desk_round
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures
from tests.journeys.test_units_desk import english
from tests.journeys.test_work_desk import enter, page, picture, street  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def test_a_notice_to_those_not_yet_sampled_and_the_doors_that_it_did_not_reach(
    page: Page, street: int, served, picture
) -> None:
    add_user("xuanchuan", desk_round.PASSWORD, [street], ["committee"])
    lo, hi = span(street)
    with scoped(EVERYWHERE):
        owed = Duty.objects.filter(kind=1, outcome=0, stage__lt=SAMPLED, area__range=(lo, hi))
        # Towards the end of a round a building has one such household or none: the compound with the most of them.
        by: dict[tuple[int, int], set[int]] = {}
        for area, campaign, person in owed.values_list("area", "campaign", "subject"):
            home = Person.objects.get(pk=person).household_id
            by.setdefault((ancestor(area, 4), campaign), set()).add(home)
        (compound, campaign), homes = max(by.items(), key=lambda row: len(row[1]))
        homes = sorted(homes)
        assert len(homes) > 1
    enter(page, "xuanchuan")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/notices")
    expect(page.locator("main")).to_contain_text("还没有通告。")
    page.goto(f"/notices/new?area={compound}")
    page.select_option("#id_term", f"{campaign}.1.not_yet")
    for name in ("sms", "slip", "poster", "loud"):
        page.check(f"[name=channel][value={name}]")
    page.fill("#id_title_zh", "还没采样的请在18点前下楼")
    page.fill("#id_title_en", "Please come down for your swab before 18:00")
    page.fill("#id_text_zh", "{place}：您家还有{due}，共{count}人。请带好身份证件。")
    page.fill("#id_text_en", "{place}: {due} for {count} of your household. Bring your identity documents.")
    page.fill("#id_public_zh", "{place}，402室的居民请下楼采样。")
    page.fill("#id_public_en", "{place}: whoever has not been sampled, please come down.")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("门牌“402室”")
    picture(page, "notice-refused")
    page.fill("#id_public_zh", "{place}还没采样的居民，请在18点前下楼。")
    page.get_by_role("button", name="算一算有多少户").click()
    expect(page.get_by_role("status").filter(has_text="发送范围现有")).to_contain_text(f"现有{len(homes)}户")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("button", name="批准")).to_be_disabled()
    sheet = page.url

    page.context.clear_cookies()
    enter(page, "jiedao")
    page.goto("/notices")
    expect(page.locator("main")).to_contain_text("等您批准")
    picture(page, "notices")
    page.goto(sheet)
    page.get_by_role("button", name="批准").click()
    expect(page.get_by_role("status").filter(has_text="已批准")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="现在发出").click()
    expect(page.get_by_role("status").filter(has_text="已发出")).to_contain_text(f"{len(homes)}户")
    expect(page.locator("main")).to_contain_text(f"没有送到{len(homes)}户")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="海报").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")

    secret = Folder(served.children["desk"].log.parent).secrets()["django"]  # digests are keyed by the server's
    with override_settings(SECRET_KEY=secret), scoped(EVERYWHERE):
        doors = [one for one in cards.homes(compound) if one.id in homes]
        code = cards.make(doors[:1], "street", clock.now())[doors[0].id]
    page.goto(f"/h/{code}")
    expect(page.locator("#notices")).to_contain_text("您家还有应检")
    picture(page, "resident-notice")
    page.get_by_role("button", name="我已知晓").click()
    expect(page.get_by_role("status")).to_contain_text("已知晓")
    page.goto(f"/h/{code}?lang=en")
    expect(page.locator("#notices")).to_contain_text("swab due for")
    picture(page, "resident-notice")

    page.goto(sheet)
    expect(page.locator("main")).to_contain_text(f"没有送到{len(homes) - 1}户")
    page.get_by_role("button", name="安排上门告知").click()
    expect(page.get_by_role("status").filter(has_text="已安排上门")).to_contain_text(f"{len(homes) - 1}户")
    picture(page, "notice")
    english(page)
    expect(page.locator("main")).to_contain_text("households were not reached")
    picture(page, "notice")
    page.goto("/work/notice_visit")
    expect(page.locator("tbody tr")).to_have_count(len(homes) - 1)
    picture(page, "notice-visits")
    page.goto("/notices/rumours")
    page.fill("#id_said", "明天要断水")
    page.fill("#id_heard_at", "业主群")
    page.get_by_role("button", name="Record a rumour").click()
    expect(page.locator("main")).to_contain_text("明天要断水")
    picture(page, "rumours")
    page.goto("/notices/new")
    picture(page, "notice-form")
