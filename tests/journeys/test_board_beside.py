"""A leader opens the board an hour into the second round: behind the plan or not, better than yesterday or not, and how
many are held by antigen tests; on a wide screen, a tablet and paper.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journey of the board
from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.rounds.actions import open_round
from tests import desk_round
from tests.journeys.test_board import CHROMIUM, IMAGES, browser, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def district(served: supervisor.Running) -> int:
    """The number of a district in its second round: half of the planned time has gone, some streets are before it."""
    now = datetime.now(UTC)
    morning = desk_round.begin(2500, now)
    morning.first_wave(now)
    begun = now - timedelta(hours=2)
    open_round(2, "第二轮区域核酸筛查", morning.district, morning.journal, begun, begun, until=now + timedelta(hours=2))
    said: list[desk_round.Said] = []
    streets = sorted({ancestor(area, 2) for area in morning.homes})
    for n, (area, people) in enumerate(morning.homes.items()):
        at = begun + timedelta(minutes=10 + n % 100)
        if n % 10 < 2 + streets.index(ancestor(area, 2)) % 7:
            for i in range(0, len(people), 10):
                body = {"campaign": 2, "mode": "pooled", "persons": people[i : i + 10]}
                tube = label(500_000 + n * 50 + i // 10)
                said.append(("tube.sealed", at, area, body | {"tube": tube}))
                if n % 3 == 0:
                    results = [{"tube": tube, "value": "negative"}]
                    said.append(("tube.resulted", now, area, {"campaign": 2, "results": results}))
        elif n % 5 == 4:
            said.append(("swab.called", at, area, {"campaign": 2, "persons": people}))
        said += [
            ("antigen.reported", at, area, {"person": person, "value": "positive" if person == 77 else "negative"})
            for person in people if person % 4
        ]  # fmt: skip
    morning.say(said, now)
    return morning.district


@pytest.fixture
def page(browser: Browser, served: supervisor.Running) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=served.url)
    page, said = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


def test_the_board_stands_beside_plan_round_before_and_antigen(page: Page, district: int, tmp_path: Path) -> None:
    images = IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path
    page.goto("/")
    page.fill("#id_username", "district")
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/areas/*")
    page.goto(f"/rounds/2/areas/{district}")
    # The dear figures arrive by themselves, without a reload.
    page.evaluate("window.same = true")
    expect(page.locator('[data-key="beside-before"]')).to_contain_text("第一轮区域核酸筛查")
    expect(page.locator('[data-key="beside-antigen"]')).to_contain_text("抗原阳性1人")
    assert page.evaluate("window.same")
    expect(page.locator('[data-key="beside-plan"]')).to_contain_text("还差")
    for language in ("zh", "en"):
        page.locator(f"button[value={'zh-hans' if language == 'zh' else 'en'}]").click()
        for width, height in ((1440, 900), (820, 1180), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"/rounds/2/areas/{district}")
            expect(page.locator('[data-key="beside-antigen"]')).to_be_visible()
            for cell in page.locator(".beside dd:not(.name)").all():
                assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), cell.inner_text()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            folder = images if width > 390 else tmp_path
            page.screenshot(path=folder / f"beside-{width}-{language}.png", full_page=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 760, "height": 1080})
    expect(page.locator(".beside")).to_be_visible()
    page.screenshot(path=tmp_path / "beside-print.png", full_page=True)
