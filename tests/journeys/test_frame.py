"""Every page of the desk: usable by everybody (axe), light and dark, both languages, on a desk and on a tablet.

With BULOU_SCREENSHOTS every page is looked at in all eight ways, and its pictures go to data/frame.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page, expect

from bulou.ledger import intake, journals
from bulou.ledger.areas import span
from bulou.ledger.effects import Entry
from tests import desk_round
from tests.house.tree import ROOT
from tests.journeys.test_board import CHINESE, browser, morning, served, sign_in  # noqa: F401  fixtures

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "data" / "frame" if os.environ.get("BULOU_SCREENSHOTS") else None
#: Not a page, or no page to look at.
OTHER = {"sign-in", "healthz", "metrics", "sign-out", "set_language", "home", "now-list"}
#: Each language, look and width once; English is the longer one, so it takes the narrow page.
WAYS = [("zh-hans", "light", 1440), ("en", "dark", 820)]
if PICTURES:
    WAYS = [(lang, look, width) for lang in ("zh-hans", "en") for look in ("light", "dark") for width in (1440, 820)]

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def addresses(
    known: dict[str, int], resolver: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield (url name, address) of each page whose ids are known."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(known, pattern, address)
        elif (
            isinstance(pattern, URLPattern)
            and pattern.name not in OTHER
            and set(pattern.pattern.converters) <= {*known}
        ):
            for name in pattern.pattern.converters:
                address = address.replace(f"<int:{name}>", str(known[name]))
            if "." not in address and pattern.name:
                yield pattern.name, f"/{address}"


@pytest.fixture
def looking(browser: Browser, served, morning: desk_round.Morning, request) -> Iterator[tuple[Page, list[str]]]:  # noqa: F811
    language, look, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, base_url=served.url)
    cookies = {"bulou_language": language, "bulou_theme": look}
    context.add_cookies([{"name": name, "value": value, "url": served.url} for name, value in cookies.items()])
    page, said = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page, said
    context.close()


def picture(page: Page, name: str, **how: bool) -> None:
    if PICTURES:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", **how)


def judge(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page."""
    language, width = page.locator("html").get_attribute("lang"), page.viewport_size["width"]
    look = page.locator("html").get_attribute("data-bs-theme")
    picture(page, f"{name}-{width}-{language[:2]}-{look}", full_page=True)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
    wrong = [
        f"{name}: {one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if too_wide > 0:
        wrong.append(f"{name}: {too_wide} px too wide")
    if language == "en" and (left := CHINESE.search(page.locator("nav.rail, h1").all_inner_texts()[0])):
        wrong.append(f"{name}: not in English: {left.group()}")
    return wrong


@pytest.mark.parametrize("looking", WAYS, indirect=True, ids=lambda way: "-".join(map(str, way)))
def test_every_page_is_for_everybody(looking: tuple[Page, list[str]], morning: desk_round.Morning) -> None:  # noqa: F811
    page, said = looking
    page.goto("/")
    wrong = judge(page, "sign-in")
    sign_in(page, "district")
    building = morning.missed_building()
    known = {"campaign": 1, "area": morning.district, "person": morning.homes[building][0]}
    looked = set()
    for name, address in [
        *addresses(known),
        ("building", f"/rounds/1/areas/{building}"),
        ("doors-of-a-building", f"/rounds/1/areas/{building}/doors"),
    ]:
        answer = page.request.get(address)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"] or name in looked:
            continue
        page.goto(address)
        wrong += judge(page, name)
        looked.add(name)
    assert {"now", "board", "missed", "waits", "map", "person", "devices", "settings", "parts"} <= looked
    assert wrong == [] and said == []
    page.goto("/nothing")
    assert judge(page, "no-such-page") == []


@pytest.mark.parametrize("looking", [("zh-hans", "light", 390)], indirect=True, ids=["390"])
def test_a_phone_can_use_it(looking: tuple[Page, list[str]], morning: desk_round.Morning) -> None:  # noqa: F811
    page, _ = looking
    sign_in(page, "district")
    known = {"campaign": 1, "area": morning.district}
    wrong = judge(page, "home")
    page.emulate_media(media="print")
    picture(page, "paper", full_page=True)
    page.emulate_media(media="screen")
    for name, address in addresses(known):
        answer = page.request.get(address)
        if answer.status == 200 and "text/html" in answer.headers["content-type"] and name != "doors":
            page.goto(address)
            wrong += judge(page, name)
    assert wrong == []


@pytest.mark.parametrize("looking", [("zh-hans", "auto", 1440)], indirect=True, ids=["keys"])
def test_keys_and_look(looking: tuple[Page, list[str]], morning: desk_round.Morning) -> None:  # noqa: F811
    page, _ = looking
    sign_in(page, "district")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    picture(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/now")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-bs-theme", "dark")  # auto follows the system
    page.locator("[data-theme-next]").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings")


@pytest.mark.parametrize("looking", [("zh-hans", "light", 1440)], indirect=True, ids=["live"])
def test_the_list_does_not_move_under_the_finger(looking: tuple[Page, list[str]], morning: desk_round.Morning) -> None:  # noqa: F811
    """A new matter waits behind a button while a row is ticked; the tick outlives the exchange."""
    page, _ = looking
    sign_in(page, "street")
    page.goto("/now")
    news = page.locator("[data-news-of='now-list']")
    first = page.locator("#now-list tbody tr").first
    if first.count():
        first.locator("input").check()
        ticked = first.locator("input").get_attribute("value")
    else:
        page.hover("#now-list .age")
        ticked = None
    rows = page.locator("#now-list tbody tr")
    before = rows.count()
    now = datetime.now(UTC)
    area = morning.missed_building()
    phone, _key = journals.enrol("8 号手机", "phone", (span(area),), morning.opened_at, now + timedelta(days=1))
    body = {"campaign": 1, "persons": morning.homes[area][:1]}
    intake.post([Entry(phone, 4, "swab.called", morning.opened_at, area, body)], now - timedelta(hours=3))
    page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
    expect(news).to_have_text("有1条新内容，点此显示")
    picture(page, "news")
    assert rows.count() == before
    news.click()
    expect(page.locator("#now-list")).to_contain_text("8 号手机")
    expect(news).to_be_hidden()
    if ticked:
        expect(page.locator(f"#now-list input[value='{ticked}']")).to_be_checked()
