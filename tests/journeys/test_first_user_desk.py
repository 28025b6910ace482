"""From `bulou serve` on an empty folder to areas of one's own: the first user is made in the browser, then the areas.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PASSWORD = "first-morning-at-dawn"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")


@pytest.fixture(params=[("zh-CN", 1440, 900), ("en", 390, 844)], ids=["zh-1440", "en-390"])
def reader(request: pytest.FixtureRequest) -> tuple[str, int, int]:
    return request.param


@pytest.fixture
def printed(tmp_path: Path, installed) -> Iterator[str]:
    """What `bulou serve` prints for the first user, while it runs."""
    folder = installed(tmp_path / "data")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
    command = [sys.executable, "-m", "bulou.config.command", "serve", "--data", folder, "--port", "0"]
    with subprocess.Popen(command, env=bare, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            lines = (re.search(r"http\S+/sign-in/first/\S+", line) for line in server.stdout)
            yield next(line[0] for line in lines if line)
        finally:
            server.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, reader: tuple[str, int, int]) -> Iterator[Page]:
    """A page of the reader's language and width without an error of a script."""
    language, width, height = reader
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    page, said = context.new_page(), []
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
    context.close()


@pytest.fixture
def picture(tmp_path: Path, reader: tuple[str, int, int]):
    """Takes a picture; a page is never wider than the screen."""
    folder = IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path
    language, width, _height = reader

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}-{width}-{language[:2]}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"

    return take


def test_from_an_empty_folder_to_areas_of_ones_own(page: Page, printed: str, picture, reader) -> None:
    english = reader[0] == "en"
    root = printed.partition("/sign-in")[0]

    def press(zh: str, en: str, role: str = "button") -> None:
        page.get_by_role(role, name=re.compile(en if english else zh)).first.click()

    def add(name: str) -> None:
        form = page.locator("form:has(input[name=act][value=add])")
        form.locator("[name=name]").fill(name)
        form.locator("button[type=submit]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)

    page.goto(printed)
    if english:
        page.get_by_role("button", name="EN", exact=True).click()
    page.fill("#id_name", "first")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD + "x")
    press("建立并去登录", "Make the user")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "first-user")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    press("建立并去登录", "Make the user")
    page.fill("#id_username", "first")
    page.fill("#id_password", PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-key^=step-]")).to_have_count(6)

    page.goto(f"{root}/settings")
    page.locator("main").get_by_role("link", name="Areas" if english else "区域目录").click()
    picture(page, "areas-none")
    for name in ("试区", "试街道", "试居委", "试小区", "1号楼"):
        add(name)
    press("试小区", "试小区", "link")
    add("2号楼")
    press("停用", "^Close")
    press("确认停用", "Close it")
    expect(page.get_by_role("status")).to_contain_text("2号楼")
    picture(page, "areas-closed")
    press("恢复", "Reopen")
    press("试小区", "试小区", "link")
    form = page.locator("form:has(input[value=rename])")
    form.locator("[name=name]").fill("试花园")
    form.locator("[name=name_en]").fill("Trial Garden")
    form.locator("button[type=submit]").click()
    page.fill("#id_others", "试路12弄\n试苑")
    page.locator("form:has(#id_others) button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trial Garden" if english else "试花园")
    expect(page.locator("main")).to_contain_text("试小区")
    picture(page, "areas-one")
    page.goto(f"{root}/roster/tree?q=12弄")
    expect(page.locator("[data-key^=area-]")).to_have_count(1)
    picture(page, "areas-found")

    other = page.context.browser.new_context()
    stranger = other.new_page()
    assert stranger.goto(printed).status == 404
    expect(stranger.get_by_role("alert")).to_be_visible()
    other.close()
