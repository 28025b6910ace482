"""Letters twice as large, as somebody sets them who forgot the glasses: everything is there, below each other."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.check_digit import label
from tests import desk_round
from tests.journeys.phones import Phone, called, doors, enrol, phone
from tests.journeys.test_board import CHROMIUM, FLAGS, browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: Whatever stands beyond the screen's edge, or is wider than its place.
CUT = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || one.closest('.unseen')) return false;
  const wide = one.scrollWidth > one.clientWidth + 1 && one.clientWidth && getComputedStyle(one).display !== 'inline';
  return box.left < -1 || box.right > innerWidth + 1 || (wide && !(one instanceof HTMLInputElement));
}).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 60)}`)"""


@pytest.fixture(scope="module")
def large(browser: Browser) -> Iterator[Browser]:
    """A browser whose letters are set to 200 %."""
    settings = "--blink-settings=defaultFontSize=32,defaultFixedFontSize=32"
    made = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, settings])
    yield made
    made.close()


@pytest.fixture(scope="module")
def building(morning: desk_round.Morning) -> int:
    building = morning.missed_building()
    called(morning, building)
    return building


def cut(mine: Phone, name: str) -> list[str]:
    """Return what is not whole on the screen as it is."""
    mine.picture(f"letters-{name}")
    wide = mine.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{name}: {one}" for one in (mine.page.evaluate(CUT) + ([f"{wide} px too wide"] if wide > 0 else []))]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("role", ["sampler", "volunteer"])
def test_letters_twice_as_large(
    large: Browser, served: supervisor.Running, building: int, lang: str, role: str
) -> None:
    homes = doors(building)
    (person, name), *_ = homes[0].persons
    with phone(large, served) as mine:
        page = mine.page
        enrol(mine, served, building, role, f"大字 {role} {lang}", lang=lang)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "36px"
        wrong = []
        if role == "sampler":
            wrong += cut(mine, "tubes")
            mine.scan(label(360_001 + (lang == "en")))
            mine.scan("bulou:p/77")
            mine.panel("warn", "不在本机名单")
            wrong += cut(mine, "outside")
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", name)
            wrong += cut(mine, "fill")
            mine.scan(f"bulou:p/{person}")
            page.get_by_label(mine.t("扫码，或输姓名室号")).fill(homes[0].door)
            expect(page.locator(".people button").first).to_be_visible()
            wrong += cut(mine, "search")
            page.get_by_label(mine.t("扫码，或输姓名室号")).fill("")
            mine.tap("取出 " + name if lang == "zh" else f"Take {name} out")
            mine.tap("放回空管")
        else:
            wrong += cut(mine, "doors")
            page.locator(".door:not(.away)").first.click()
            wrong += cut(mine, "door")
            mine.tap("无人应门")
            wrong += cut(mine, "said")
            mine.tap("我上报的，可撤回")
            wrong += cut(mine, "words")
            mine.tap("返回", exact=True)
        for tab in page.locator("nav button").all_inner_texts():
            mine.tap(tab, exact=True)
            wrong += cut(mine, tab)
        page.locator(".status").click()
        wrong += cut(mine, "device")
        mine.tap("结束本班")
        wrong += cut(mine, "closing")
        # What is below the others can be reached and pressed.
        mine.tap("返回", exact=True)
        mine.tap("登记新的一班")
        wrong += cut(mine, "enrol")
        assert "\n".join(wrong) == ""
