"""A street official at night: signs in, sees what is most urgent, decides the first ten, and the list is shorter.

With BULOU_SCREENSHOTS set, the pictures of the tutorial are taken anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from bulou.command.worklist import reads
from bulou.command.worklist.models import Owner
from bulou.desk.actions import add_user
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, span
from bulou.ledger.models import Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.test_board import CHINESE, IMAGES, browser, morning, page, served, sign_in  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: What is done with a class of matters: the act, and what is filled in.
DECIDED = {
    "danger": ("defer", {"reason": "team_needed"}),
    "overdue": ("snooze", {"why": "已电话催送，车在路上"}),
    "soon": ("snooze", {"why": "已电话提醒"}),
    "conflict": ("close", {"why": "已与采样点核对管号"}),
    "silent": ("close", {"why": "手机已收回"}),
}


@pytest.fixture
def looks(tmp_path: Path):
    """Takes a picture of what is on the screen; nothing may stick out of it."""
    folder = IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path

    def take(page: Page, name: str) -> None:  # noqa: F811
        language = page.locator("html").get_attribute("lang")
        width = page.viewport_size["width"]
        shown = {"x": 0, "y": 0, "width": width, "height": 620 if width > 1000 else 900}
        page.screenshot(path=folder / f"{name}-{width}-{language[:2]}.png", clip=shown)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    return take


def busiest(morning: desk_round.Morning) -> int:  # noqa: F811
    """Return the street where most waits for a decision: where few came yet, a dozen are on dialysis or pregnant."""
    people = [p for area, home in morning.homes.items() if ancestor(area, 2) == morning.slow_street for p in home]
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        for needs, some in ((2, people[:8]), (8, people[8:12])):
            cursor.execute("UPDATE places_person SET needs = %s WHERE id = ANY (%s)", [needs, some])
    with scoped(EVERYWHERE):
        waiting = {
            street: sum(reads.matters((span(street),), clock.now()).counts.values())
            for street in {ancestor(area, 2) for area in morning.homes}
        }
    street = max(waiting, key=lambda one: waiting[one])
    assert waiting[street] >= 10, waiting
    return street


def act(page: Page, name: str, filled: dict[str, str]) -> None:  # noqa: F811
    for field, value in filled.items():
        place = page.locator(f".act-bar [name={field}]")
        (place.select_option if field == "reason" else place.fill)(value)
    page.locator(f".act-bar button[value={name}]").click()
    page.wait_for_url("**/now**")
    sure = page.locator("button[name=sure]")
    expect(sure.or_(page.get_by_role("status").filter(has_text="已登记")).first).to_be_visible()
    if sure.count():  # several at once are read back first
        sure.click()
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()


def test_the_ten_most_urgent_are_decided(page: Page, morning: desk_round.Morning, looks) -> None:  # noqa: F811
    street, name = busiest(morning), "official"
    add_user(name, desk_round.PASSWORD, [street])
    with scoped(EVERYWHERE):
        Owner.objects.create(area=street, name="李值班", telephone="021-0000 0001", deputy="陈副班")
    sign_in(page, name)
    page.locator("nav.rail a[data-go-key=n]").click()
    page.wait_for_url("**/now")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator(".decisions li")).to_have_count(5)
    looks(page, "now")

    rows = page.locator("#now-list tbody tr")
    before = rows.count()
    values = [rows.nth(i).locator("input").get_attribute("value") for i in range(10)]
    # One by its own button: who sees to it is seen by everybody.
    rows.nth(0).get_by_role("button", name="我来处理").click()
    expect(page.locator("#now-list tbody tr").first).to_contain_text(f"{name}已接手")

    # The others together, a class at a time.
    for class_ in dict.fromkeys(value.partition(".")[0] for value in values):
        for value in values:
            if value.startswith(class_ + "."):
                page.locator(f"#now-list input[value='{value}']").check()
        if class_ == values[0].partition(".")[0]:
            looks(page, "now-ticked")
        act(page, *DECIDED[class_])
    left = page.locator("#now-list tbody tr")
    for value in values:
        expect(page.locator(f"#now-list input[value='{value}']")).to_have_count(0)
    assert left.count() < before or before >= 40
    looks(page, "now-done")

    # All of it is in the ledger, in the official's own journal.
    with scoped(EVERYWHERE):
        journal = Journal.objects.get(name=name, kind="desk")
        assert Entry.objects.filter(journal=journal.id, refusal=None).count() == 11

    for width in (1440, 820):
        page.set_viewport_size({"width": width, "height": 900})
        for language, owners in (("en", "Owner"), ("zh-hans", "责任人")):
            page.goto("/now")
            page.click(f"button[value={language}]")
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert language != "en" or not CHINESE.search(page.locator(".act-bar").inner_text().partition("\n")[0])
            looks(page, "now-after")
            page.goto("/now/owners")
            expect(page.locator("h1")).to_have_text(owners)
            looks(page, "owners")
            page.goto("/devices")
            looks(page, "devices")
    expect(page.locator("dl.facts")).to_contain_text("没有积压")
