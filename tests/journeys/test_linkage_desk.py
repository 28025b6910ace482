"""A roster officer matches two lists, sends somebody to a door, and writes down what was found; in Chinese and English.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import csv
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.areas import ancestor
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import imports
from bulou.places.documents import check_character
from bulou.places.models import Area, Person
from tests import desk_round
from tests.journeys.test_board import CHINESE, IMAGES, browser, page, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
TITLES = ["姓名", "证件号码", "手机", "室号"]
NAMES = ("沈试敏", "陆试满", "许试远", "顾试华", "钱试新", "孙试平")


def number(serial: int) -> str:
    start = f"31990419880506{serial:03}"
    return start + check_character(start)


@pytest.fixture(scope="module")
def morning(served, tmp_path_factory) -> desk_round.Morning:  # noqa: F811
    """A street with a round, and one building of which two offices have sent lists."""
    morning = desk_round.begin(800, datetime.now(UTC))
    building = next(one for one in morning.homes if ancestor(one, 2) == morning.slow_street)
    folder, named = tmp_path_factory.mktemp("lists"), Area.objects.get(id=building).name
    police = [[name, number(at), f"1390000300{at}", f"9{at}1"] for at, name in enumerate(NAMES)]
    owner = [
        ["沈试敏", "", "13900003000", "971"], ["陆试满", "", "13900003001", "911"], ["许试亮", "", "", "921"],
        ["周试来", "", "13900003009", "981"],
    ]  # fmt: skip
    for source, rows in (("派出所", police), ("物业", owner)):
        file = folder / f"{source}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([[*TITLES, "楼号"], *([*row, named] for row in rows)])
        done = imports.import_persons(file, folder, datetime.now(UTC), source=source, within=ancestor(building, 4))
        assert done.rejected == 0, done.as_json()
    return morning


@pytest.fixture
def picture(tmp_path: Path):
    """Takes a picture of the whole page; nothing may stick out of it."""
    folder = IMAGES if os.environ.get("BULOU_SCREENSHOTS") else tmp_path

    def take(page: Page, name: str) -> None:  # noqa: F811
        language = page.locator("html").get_attribute("lang") or ""
        width = (page.viewport_size or {})["width"]
        page.screenshot(path=folder / f"{name}-{width}-{language[:2]}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    return take


def test_two_lists_become_one_register(page: Page, picture) -> None:  # noqa: F811
    page.goto("/roster/linkage")
    page.fill("#id_username", "street")
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.goto("/roster")
    page.get_by_role("link", name="名册比对").click()
    expect(page.locator("main")).to_contain_text("派出所")
    page.fill("#id_most", "50")
    picture(page, "linkage")
    page.get_by_role("button", name="开始比对").click()
    expect(page.get_by_role("link", name="去看上门核实")).to_be_visible()
    expect(page.locator("main")).to_contain_text("姓名、电话相同")
    picture(page, "linkage-done")

    page.get_by_role("link", name="去看上门核实").click()
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("两条记录可能是同一人")
    picture(page, "visits")
    first.locator("th a").click()
    with scoped(EVERYWHERE):
        far, near = (Person.objects.get(name=name).id for name in ("许试远", "许试亮"))
    person = int(page.url.split("/")[-2])
    page.click("main button[name=act][value=answered]")
    page.select_option("[name=f_answer]", "same")
    page.fill("[name=f_same_as]", f"P{far + near - person}")
    picture(page, "visit-form")
    page.click("button[name=step][value=form]")
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    with scoped(EVERYWHERE):
        assert Person.objects.get(id=person).merged_into_id == far + near - person
    picture(page, "visit-sheet")

    page.goto(f"/people/{far + near - person}")
    expect(page.locator("main")).to_contain_text("已合并的另一条记录")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/roster/linkage")
    picture(page, "linkage")

    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_contain_text("Match lists")
    picture(page, "linkage")
    page.locator("tbody a[href*='/roster/linkage/']").first.click()
    expect(page.locator("main")).to_contain_text("Name and telephone")
    picture(page, "linkage-done")
    assert not CHINESE.search(page.locator("main .stats").inner_text())
