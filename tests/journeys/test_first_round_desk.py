"""The first morning: from an empty installation through areas and a roster to an open board, on the desk alone.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bulou.config import supervisor
from bulou.desk.actions import add_user
from bulou.ledger.areas import area_id
from bulou.places.documents import check_character

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PASSWORD = "first-morning-at-dawn"
AREAS = (
    (area_id(7), "试区", "Trial District"), (area_id(7, 1), "试街道", "Trial Street"),
    (area_id(7, 1, 1), "试居委", "Trial Committee"), (area_id(7, 1, 1, 1), "试小区", "Trial Court"),
    (area_id(7, 1, 1, 1, 1), "1号楼", "No. 1"), (area_id(7, 2), "另街道", "Other Street"),
)  # fmt: skip
TITLES = ("姓名", "证件号码", "手机", "街道", "小区", "楼号", "室号")
PEOPLE = 40

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")


def number(serial: int) -> str:
    start = f"31990419880506{serial:03}"
    return start + check_character(start)


def file_of(rows: list[tuple], name: str) -> dict[str, object]:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return {"name": name, "mimeType": "text/csv", "buffer": out.getvalue().encode()}


def tree() -> dict[str, object]:
    return file_of([("id", "name", "name_en"), *AREAS], "areas.csv")


def roster() -> dict[str, object]:
    people = [
        (f"试{chr(0x4E00 + n)}", number(n), f"139000030{n:02}", "试街道", "试小区", "1号楼", f"{n // 4 + 1}01")
        for n in range(PEOPLE)
    ]
    return file_of([TITLES, *people, ("", "", "13900003999", "试街道", "试小区", "1号楼", "999")], "residents.csv")


@pytest.fixture(params=[("zh-CN", 1440, 900), ("en", 390, 844)], ids=["zh-1440", "en-390"])
def reader(request: pytest.FixtureRequest) -> tuple[str, int, int]:
    return request.param


@pytest.fixture
def served(tmp_path: Path, installed) -> Iterator[supervisor.Running]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own loop runs in this thread, so Django takes our plain calls for calls from a coroutine.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with supervisor.running(installed(tmp_path / "data")) as server:
            add_user("first", PASSWORD, [0], ["command", "administrator"])
            yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, served: supervisor.Running, reader: tuple[str, int, int]) -> Iterator[Page]:
    """A page of the reader's language and width whose console stays empty."""
    language, width, height = reader
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language, base_url=served.url)
    page, said = context.new_page(), []
    page.set_default_timeout(30_000)
    page.on("console", lambda message: said.append(message.text))
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


def test_from_an_empty_installation_to_an_open_board(page: Page, picture, reader) -> None:
    english = reader[0] == "en"

    def press(zh: str, en: str, role: str = "button") -> None:
        page.get_by_role(role, name=re.compile(en if english else zh)).first.click()

    page.goto("/sign-in")
    page.fill("input[name=username]", "first")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    if english:
        page.get_by_role("button", name="EN", exact=True).click()
    steps = page.locator("[data-key^=step-]")
    expect(steps).to_have_count(6)
    picture(page, "first-steps")

    press("导入区域表", "Load the area tree", "link")
    page.set_input_files("#id_file", tree())
    press("上传并核对", "Upload and check")
    picture(page, "first-areas")
    press("导入6个区域", "Load 6 areas")

    page.goto("/roster")
    page.set_input_files("#id_file", roster())
    page.fill("#id_source", "派出所")
    press("上传并核对", "Upload and check")
    expect(page.locator("main")).to_contain_text("试*")
    picture(page, "first-look")
    press("开始导入", "Start the import")
    expect(page.get_by_role("link", name=re.compile("Download the 1" if english else "下载退回的1行"))).to_be_visible()
    expect(page.locator(".stats")).to_contain_text(str(PEOPLE))
    picture(page, "first-imported")

    page.goto("/rounds/new")
    page.fill("#id_name", "第一轮核酸")
    press("下一步：检查", "Next: check")
    expect(page.locator("[data-key=check-people]")).to_contain_text(str(PEOPLE))
    picture(page, "first-check")
    press("开始本轮", "Open this round", "link")
    picture(page, "first-confirm")
    press("确认开始", "Open for")
    press("查看总览", "Open overview", "link")
    expect(page.locator("[data-key=balance]")).to_contain_text(str(PEOPLE))
    picture(page, "first-board")
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/rounds/1/areas/\d+$"))
    expect(page.locator("[data-key^=step-]")).to_have_count(0)

    page.goto("/rounds")
    press("结束本轮", "Close the round", "link")
    page.select_option("#id_reason_swab", "order_of_command")
    page.check("input[name=sure]")
    picture(page, "first-close")
    press("确认结束本轮", "Close this round")
    expect(page).to_have_url(re.compile(r"/rounds/1/summary$"))
    picture(page, "first-summary")
