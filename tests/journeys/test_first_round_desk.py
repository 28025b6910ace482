"""The first morning: from an empty installation through areas and a roster to an open board, on the desk alone.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bulou.config import supervisor
from bulou.desk.actions import add_user
from bulou.ledger.areas import area_id
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import reads

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PASSWORD = "first-morning-at-dawn"
#: What the tutorial gives to its reader.
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "first-round"
PEOPLE = 40
BUILDING = area_id(7, 1, 1, 1, 1)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium")


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
        page.evaluate("scrollTo(0, 0)")  # the bar at the top sticks to what is seen
        page.screenshot(path=folder / f"{name}-{width}-{language[:2]}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"

    return take


def enrolled_and_sampling(page: Page, picture, press) -> int:
    """Enrol a sampler's phone on the desk; it calls everybody and seals four tubes. Return how many are in them."""
    page.goto(f"/devices/enrol?under={BUILDING}")
    page.fill("#id_name", "1号楼采样点")
    page.locator("input[name=what][value=one]").check()
    page.locator("input[name=role][value=sampler]").check()
    page.select_option("#id_kind", "phone")
    page.locator(f"input[name=area][value='{BUILDING}']").check()
    picture(page, "first-phone")
    press("下一步：核对", "Next: check")
    press("确认，生成登记码", "Confirm and create code")
    token = page.locator("main code").inner_text().split("#enrol=")[1]
    device = page.request.post("/field/enrol", data={"token": token}).json()
    with scoped(EVERYWHERE):
        people = [one["id"] for one in reads.persons(EVERYWHERE)]
    at = datetime.now(UTC).isoformat()
    bodies = [("swab.called", {"campaign": 1, "persons": people})] + [
        ("tube.sealed", {"campaign": 1, "tube": label(81_000 + n), "mode": "pooled", "persons": people[n : n + 10]})
        for n in range(0, PEOPLE, 10)
    ]
    entries = [
        {"n": n, "kind": kind, "at": at, "area": BUILDING, "body": body} for n, (kind, body) in enumerate(bodies, 1)
    ]
    answer = page.request.post(
        "/field/journal", data={"entries": entries}, headers={"Authorization": f"Bearer {device['key']}"}
    )
    assert answer.ok, answer.text()
    return sum(len(body["persons"]) for kind, body in bodies if kind == "tube.sealed")


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
    page.set_input_files("#id_file", EXAMPLES / "areas.csv")
    press("上传并核对", "Upload and check")
    picture(page, "first-areas")
    press("导入6个区域", "Load 6 areas")

    page.goto("/roster")
    page.set_input_files("#id_file", EXAMPLES / "residents.csv")
    page.fill("#id_source", "派出所")
    page.select_option("#id_source_kind", "police")
    press("上传并核对", "Upload and check")
    expect(page.locator("main")).to_contain_text("试*")
    picture(page, "first-look")
    press("开始导入", "Start the import")
    expect(page.get_by_role("link", name=re.compile("Download the 1" if english else "下载退回的1行"))).to_be_visible()
    expect(page.locator(".stats")).to_contain_text(str(PEOPLE))
    picture(page, "first-imported")

    page.goto("/rounds/new")
    page.select_option("#id_kind", "self_test")
    expect(page.locator("#id_pool_size")).to_be_hidden()
    page.select_option("#id_kind", "pcr")
    page.fill("#id_name", "第一轮核酸")
    page.select_option("#id_pool_size", "10")
    page.select_option("#id_sealed", "household")
    picture(page, "first-round")
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

    sampled = enrolled_and_sampling(page, picture, press)
    assert sampled == PEOPLE
    page.goto(f"/rounds/1/areas/{area_id(7)}")
    expect(page.locator("main")).to_contain_text("100")
    picture(page, "first-sampled")

    page.goto("/rounds")
    press("结束本轮", "Close the round", "link")
    for reason in page.locator("select[name^=reason_]").all():
        reason.select_option("order_of_command")
    page.check("input[name=sure]")
    picture(page, "first-close")
    press("确认结束本轮", "Close this round")
    expect(page).to_have_url(re.compile(r"/rounds/1/summary$"))
    picture(page, "first-summary")
