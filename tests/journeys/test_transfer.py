"""The transfer desk at work: a dozen positive results, danger first, one person taken to a bed, several told at once.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from bulou.command.worklist.models import Owner
from bulou.desk.actions import add_user
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.test_board import CHINESE, IMAGES, browser, page, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: Minutes since each positive result.
WAITS = (12, 25, 50, 95, 130, 160, 210, 75, 33, 240, 18, 64)


@pytest.fixture(scope="module")
def morning(served) -> desk_round.Morning:  # noqa: F811
    return desk_round.begin(800, datetime.now(UTC))


@pytest.fixture(scope="module")
def positives(morning: desk_round.Morning) -> list[int]:
    """Single tubes with positive results, over the last hours; the third person is on dialysis."""
    now = datetime.now(UTC)
    street = morning.slow_street
    homes = [(p, area) for area, people in morning.homes.items() if ancestor(area, 2) == street for p in people]
    chosen = homes[:: max(1, len(homes) // len(WAITS))][: len(WAITS)]
    said: list[desk_round.Said] = []
    for (person, area), waited in zip(chosen, WAITS, strict=True):
        tube, at = label(next(morning.tubes)), now - timedelta(minutes=waited)
        body = {"campaign": 1, "tube": tube, "mode": "single", "persons": [person]}
        said.append(("tube.sealed", at - timedelta(hours=2), area, body))
        results = [{"tube": tube, "value": "positive"}]
        said.append(("tube.resulted", at, area, {"campaign": 1, "results": results}))
    morning.say(said, now)
    people = [person for person, _area in chosen]
    with scoped(EVERYWHERE):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE places_person SET needs = 2 WHERE id = %s", [people[2]])
            cursor.execute("UPDATE places_person SET phone = '021-5555' || id WHERE id = ANY (%s)", [people])
        Owner.objects.create(area=street, desk="area", name="陆主任", telephone="021-55550100")
    add_user("zhuanyun", desk_round.PASSWORD, [street], ["transfer"])
    return people


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


def enter(page: Page) -> None:  # noqa: F811
    page.goto("/now")
    page.fill("#id_username", "zhuanyun")
    page.fill("#id_password", desk_round.PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/now")


def act(page: Page, name: str, **filled: str) -> None:  # noqa: F811
    """Press the button of an act on the sheet, fill in its form and send it; confirm where it asks."""
    page.click(f"main button[name=act][value={name}]")
    for field, value in filled.items():
        where = page.locator(f"[name=f_{field}]")
        where.select_option(value) if where.evaluate("e => e.tagName") == "SELECT" else where.fill(value)
    page.click("button[name=step][value=form]")
    page.wait_for_load_state()
    if page.locator("button[name=step][value=sure]").count():
        page.click("button[name=step][value=sure]")


def test_from_result_to_bed(page: Page, positives: list[int], picture) -> None:  # noqa: F811
    enter(page)
    expect(page.locator("#now-list tbody a.btn").first).to_have_text("告知结果")
    picture(page, "transfer-now")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/work/disposition")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("透析")
    picture(page, "transfer-list")
    first.locator("th a").click()
    page.wait_for_url(f"**/{positives[2]}/0")
    expect(page.locator("button[value=collected]")).to_be_disabled()
    picture(page, "transfer-sheet-open")
    act(page, "told", by="张敏", note="每周二四六透析，要带药")
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()

    # The name of the facility is asked for only where there is one.
    page.click("main button[name=act][value=placed]")
    page.select_option("[name=f_destination]", "home")
    expect(page.locator("[name=f_facility]")).to_be_hidden()
    page.select_option("[name=f_destination]", "hospital")
    expect(page.locator("[name=f_facility]")).to_be_visible()
    picture(page, "transfer-form")
    page.click("button[name=step][value=form]")
    expect(page.locator(".bad-text")).to_have_text("请填写。")
    page.fill("[name=f_facility]", "市六医院透析中心")
    page.click("button[name=step][value=form]")
    act(page, "collected", vehicle="沪A·D1205")
    page.click("main button[name=act][value=admitted]")
    page.fill("[name=f_bed]", "7 病区 12 床")
    page.click("button[name=step][value=form]")
    expect(page.locator(".alert-warning")).to_contain_text("收治后这项应转即办结")
    picture(page, "transfer-confirm")
    page.click("button[name=step][value=sure]")
    expect(page.locator(".timeline")).to_contain_text("7 病区 12 床")
    picture(page, "transfer-sheet")
    with scoped(EVERYWHERE):
        assert Duty.objects.get(kind=5, subject=positives[2]).outcome == 1

    # Undone, and the bed is open again.
    page.get_by_role("button", name="撤销").first.click()
    expect(page.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    expect(page.locator("button[value=admitted]")).to_be_enabled()
    act(page, "admitted", bed="7 病区 12 床")

    # Three at once from the list.
    page.goto("/work/disposition?stage=open")
    for n in range(3):
        page.locator("tbody input[name=row]").nth(n).check()
    picture(page, "transfer-ticked")
    page.click(".act-bar button[value=told]")
    page.fill("[name=f_by]", "张敏")
    page.click("button[name=step][value=form]")
    expect(page.locator("button[name=step][value=sure]")).to_contain_text("共 3 条")
    page.click("button[name=step][value=sure]")
    expect(page.get_by_role("status").filter(has_text="3 条")).to_be_visible()
    page.set_viewport_size({"width": 820, "height": 1100})
    picture(page, "transfer-list")


def test_on_a_phone_in_english(page: Page, positives: list[int], picture) -> None:  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page)
    page.goto("/work/disposition")
    page.click("button[name=language][value=en]")
    expect(page.locator("h1")).to_contain_text("Transfers")
    picture(page, "transfer-list")
    page.locator("tbody th a").last.click()  # the first one goes to hospital in the other journey
    page.wait_for_url(re.compile(r"/work/disposition/1/\d+/0$"))
    picture(page, "transfer-sheet")
    act(page, "refused", reason="contested", evidence="says that the sample was not theirs")
    expect(page.locator(".facts")).to_contain_text("Contests the result")
    page.click("main button[name=act][value=reopened]")
    picture(page, "transfer-form")
    words = page.locator("main").inner_text()
    assert not CHINESE.search(
        re.sub(
            r"\S*(号楼|村|街道|镇|小区|弄|居委会?|花园|公寓|坊|里)\S*|^[\u3400-\u9fff]{2,4}(?=\s|$)",
            "",
            words,
            flags=re.M,
        )
    ), words
