"""A contradiction is solved, and every act of the list is done, by keyboard alone.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from bulou.ledger.models import Entry, Journal
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.test_board import browser, morning, page, served, sign_in  # noqa: F401  fixtures
from tests.journeys.test_night import looks  # noqa: F401  fixture

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: What has the focus: what a form would send with it, or where it leads; and whether the reader sees that it has it.
SAID = "const said = e => e.name && `${e.name}=${e.type === 'checkbox' || e.tagName === 'BUTTON' ? e.value : ''}`; "
FOCUS = (
    """() => {"""
    + SAID
    + """
  const at = document.activeElement, style = getComputedStyle(at)
  const seen = style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none'
  return [said(at) || at.getAttribute('href') || '', seen]
}"""
)


def tab_to(page: Page, wanted: str) -> None:  # noqa: F811
    """Press Tab until what is wanted has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)[0] == wanted:
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


@pytest.fixture
def official(page: Page, morning: desk_round.Morning) -> Page:  # noqa: F811
    sign_in(page, "district")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/now")
    return page


def test_every_act_is_reached_by_tab_and_seen_to_have_the_focus(official: Page) -> None:
    acts = official.evaluate(
        "() => {" + SAID + "return [...document.querySelectorAll('main button[name], main input[name=row], "
        "main select[name], main input[name=why], main input[name=hours]')].map(said) }"
    )
    assert len(acts) > 15 and {"act=defer", "act=snooze", "why="} <= set(acts)
    reached, unseen = set(), set()
    for _ in range(len(acts) * 2 + 60):
        official.keyboard.press("Tab")
        name, seen = official.evaluate(FOCUS)
        reached.add(name)
        if not seen and name in acts:
            unseen.add(name)
    assert set(acts) <= reached
    assert unseen == set()


def test_a_contradiction_is_solved_without_a_mouse(official: Page, looks) -> None:  # noqa: F811
    official.goto("/now?class=conflict")
    address = official.locator("#now-list tbody a[href*='/now/of/conflict.']").first.get_attribute("href")
    assert address
    tab_to(official, address)
    official.keyboard.press("Enter")
    official.wait_for_url("**/now/of/*")
    looks(official, "conflict")
    expect(official.locator(".advice")).to_contain_text("怎么办")

    # Why first, then the report that is wrong.
    tab_to(official, "why=")
    official.keyboard.type("电话核对：登错了")
    void = official.locator("button[name=void]").first.get_attribute("value")
    official.locator("h1").evaluate("h => { h.tabIndex = -1; h.focus() }")
    tab_to(official, f"void={void}")
    official.keyboard.press("Enter")
    expect(official.locator(".alert-warning")).to_contain_text("作废后不能恢复")
    tab_to(official, "sure=1")
    official.keyboard.press("Enter")
    expect(official.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    expect(official.locator("main")).to_contain_text("已作废")
    with scoped(EVERYWHERE):
        journal = Journal.objects.get(name="district", kind="desk")
        assert Entry.objects.filter(journal=journal.id).latest("number").kind == "entry.voided"

    # Several at once: ticked, given a reason, set aside.
    official.goto("/now")
    ticked = [official.locator("#now-list input[name=row]").nth(n).get_attribute("value") for n in range(2)]
    for value in ticked:
        tab_to(official, f"row={value}")
        official.keyboard.press("Space")
    tab_to(official, "why=")
    official.keyboard.type("已电话通知")
    tab_to(official, "act=snooze")
    official.keyboard.press("Enter")
    expect(official.locator("h1")).to_contain_text("2条")
    looks(official, "confirm")
    tab_to(official, "back=1")
    official.keyboard.press("Enter")
    official.wait_for_selector("#now-list")
    for value in ticked:
        expect(official.locator(f"#now-list input[value='{value}']")).to_be_checked()
    tab_to(official, "act=snooze")
    official.keyboard.press("Enter")
    expect(official.locator("h1")).to_contain_text("2条")
    tab_to(official, "sure=1")
    official.keyboard.press("Enter")
    expect(official.get_by_role("status").filter(has_text="已登记2条")).to_be_visible()
    for value in ticked:
        expect(official.locator(f"#now-list input[value='{value}']")).to_have_count(0)

    for width in (1440, 820):
        official.set_viewport_size({"width": width, "height": 900})
        for language in ("en", "zh-hans"):
            official.goto(address)
            official.click(f"button[value={language}]")
            expect(official.locator("html")).to_have_attribute("lang", language)
            looks(official, "conflict-after")
