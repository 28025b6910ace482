"""A duty officer at the district's desk: signs in, watches a round fill, finds a missed person, reads it in English.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bulou.config import supervisor
from tests import desk_round

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
CHINESE = re.compile(r"[\u3400-\u9fff]")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")


@pytest.fixture(scope="module")
def served(tmp_path_factory, installed) -> Iterator[supervisor.Running]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own loop runs in this thread, so Django takes our plain calls for calls from a coroutine.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with supervisor.running(installed(tmp_path_factory.mktemp("board") / "data")) as server:
            yield server


@pytest.fixture(scope="module")
def morning(served: supervisor.Running) -> desk_round.Morning:
    now = datetime.now(UTC)
    morning = desk_round.begin(2500, now)
    morning.first_wave(now)
    return morning


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, served: supervisor.Running, morning: desk_round.Morning) -> Iterator[Page]:
    """A wide page; whatever it loads comes from this installation, and its console stays empty."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=served.url)
    page, asked, said = context.new_page(), [], []
    page.set_default_timeout(15_000)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    home = urlsplit(served.url).netloc
    assert {urlsplit(url).netloc for url in asked} == {home}
    assert said == []
    context.close()


@pytest.fixture
def picture(tmp_path: Path):
    """Takes a picture in the reader's language and at the page's width."""
    folder = IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        language = page.locator("html").get_attribute("lang")
        file = folder / f"{name}-{page.viewport_size['width']}-{language[:2]}.png"
        page.screenshot(path=file, full_page=name != "missed")
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, f"{file.name} is {too_wide} px too wide"

    return take


def sign_in(page: Page, user: str) -> None:
    page.goto("/")
    page.fill("#id_username", user)
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/areas/*")


def test_watch_a_round_fill_and_find_who_is_missed(page: Page, morning: desk_round.Morning, picture) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    picture(page, "sign-in")
    page.fill("#id_username", "district")
    page.fill("#id_password", "wrong")
    page.click("button.primary")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码有误")
    sign_in(page, "district")
    expect(page.locator(".verdict")).to_contain_text("账平")

    # The slow street moves on while the page stays open: no reload, and the reader's place is kept.
    row = f'[data-key="{morning.slow_street}-share"]'
    expect(page.locator(row)).to_have_text("0%")
    page.evaluate("window.same = true; scrollTo(0, 120)")
    missed = morning.second_wave(datetime.now(UTC))
    expect(page.locator(row)).not_to_have_text("0%")
    assert page.evaluate("window.same === true && scrollY === 120")
    page.evaluate("scrollTo(0, 0)")
    picture(page, "board")

    # Down the tree to the building, and to the person who cannot come down.
    building = morning.missed_building()
    for depth in range(2, 6):
        node = desk_round.ancestor(building, depth)
        page.click(f'.board a[href$="/areas/{node}"]')
    expect(page.locator(f'.is-missed a[href$="/persons/{missed}"]')).to_be_visible()
    picture(page, "building")
    page.click(f'a[href$="/persons/{missed}"]')
    expect(page.locator(".is-missed")).to_contain_text("待上门采样")
    expect(page.locator(".timeline")).to_contain_text("通知下楼")
    picture(page, "person")

    # The same in English; only names stay as they are written.
    page.click("button[value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".is-missed")).to_contain_text("team to visit")
    words = page.locator("nav.tabs").inner_text() + page.locator("main h2").first.inner_text()
    assert not CHINESE.search(words)
    picture(page, "person")


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_and_speaks_both_languages(
    page: Page, morning: desk_round.Morning, picture, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900 if width > 390 else 844})
    sign_in(page, "district")
    board = page.url
    for language in ("en", "zh-hans"):
        page.click(f"button[value={language}]")
        for name in ("missed", "waits", "map"):
            page.goto(f"{board}/{name}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator(".empty")).to_have_count(0)
            picture(page, name)
        page.goto(board)
        picture(page, "board")


def test_a_street_sees_itself_alone(page: Page, morning: desk_round.Morning) -> None:
    sign_in(page, "street")
    assert page.url.endswith(f"/areas/{morning.slow_street}")
    answer = page.request.get(page.url.replace(str(morning.slow_street), str(morning.district)))
    assert answer.status == 404 and "不在您负责的区域内" in answer.text()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in")
    assert page.goto("/").url.endswith("/sign-in?next=/")
