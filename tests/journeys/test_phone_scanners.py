"""Scanners as they are: prefixes, full width, stutter, codes run together, an Enter that presses nothing.

And fingers that tap twice.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.phones import Phone, called, doors, enrol, entries, phone
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
labels = count(460_001)


@pytest.fixture(scope="module")
def area(morning: desk_round.Morning) -> int:
    here = ancestor(morning.missed_building(), 3)
    for one in morning.homes:
        if ancestor(one, 3) == here:
            called(morning, one)
    return here


@pytest.fixture(scope="module")
def people(area: int) -> Iterator[tuple[int, str]]:
    """People whom no other test takes."""
    return iter([person for one in doors(area) for person in one.persons])


def holds(mine: Phone, n: int) -> None:
    """Expect so many people in the tube in hand."""
    expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", str(n))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_scanners_add_is_taken_away_or_told(
    browser: Browser, served: supervisor.Running, area: int, people: Iterator[tuple[int, str]], lang: str
) -> None:
    tube, other = label(next(labels)), label(next(labels))
    one, two, three = next(people), next(people), next(people)
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", f"扫描枪 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        wrong = []
        # A sticker with a bare number is neither; one that happens to pass the check digit is asked about.
        for sticker in ("7", "1001"):
            mine.scan(sticker)
            mine.panel("bad", f"“{sticker}”只是一个数字，不是管码，也不是人员码。")
        wrong += mine.wrong()
        mine.picture("bare-number")
        mine.scan("1008")
        mine.panel("warn", "1008")
        expect(mine.page.locator("[data-count]")).to_have_count(0)
        # Two labels run together would pass as one long one.
        mine.scan(f"]C1{tube}")
        mine.panel("good", str(tube))
        mine.tap("放回空管")
        mine.scan(f"{tube}\r\n{other}".replace("\r\n", "]C1"))
        mine.panel("bad", f"{tube} + {other}")
        wrong += mine.wrong()
        mine.scan(f"{tube}{tube}", end=("Tab",))
        mine.panel("good", str(tube))
        holds(mine, 0)

        # People: full width, capitals, prefixes, separators as chords; the stutter after a good one is not heard.
        mine.scan(f"ｂｕｌｏｕ：ｐ／{one[0]}")
        mine.panel("good", f"1/10 {one[1]}")
        mine.scan(f"BULOU:P/{two[0]}")
        mine.panel("good", f"2/10 {two[1]}")
        mine.scan(f"]Q3bulou:p/{three[0]}", end=("Enter", "Enter"))
        mine.panel("good", f"3/10 {three[1]}")
        for _ in range(3):
            mine.scan(f"]Q3bulou:p/{three[0]}")
        mine.panel("good", f"3/10 {three[1]}")
        mine.scan(f"bulou:p/{one[0]}bulou:p/{two[0]}")
        mine.panel("bad", f"bulou:p/{one[0]} + bulou:p/{two[0]}")
        holds(mine, 3)
        assert "\n".join(wrong) == ""


def test_a_scan_is_never_a_search(
    browser: Browser, served: supervisor.Running, area: int, people: Iterator[tuple[int, str]]
) -> None:
    """A sticker with a room's number, a name on a badge: nobody is taken for it, also where only one would fit."""
    there = doors(area)
    alone = next(one for one in there if len(one.persons) == 1)
    name = alone.persons[0][1]
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, area, "sampler", "不搜索")
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(label(next(labels)))
        for scanned in (alone.door, name, name[:2]):
            mine.scan(scanned)
            expect(page.locator(".panel.bad")).to_be_visible()
            holds(mine, 0)
        # Typed, with Enter: the answers wait for a tap, and name compound and building.
        field = page.get_by_label("扫码，或输姓名室号")
        field.fill(name)
        page.keyboard.press("Enter")
        hit = page.locator(".people button", has_text=name).first
        expect(hit).to_contain_text(re.compile(r"(小区|弄).*号楼.*单元"))
        expect(field).to_have_value(name)
        holds(mine, 0)
        mine.picture("search")
        hit.click()
        holds(mine, 1)
        mine.tap("封管", exact=True)
        mine.panel("good", "已封管")
        # Who was sampled is told where he is looked for.
        mine.scan(label(next(labels)))
        field.fill(name)
        expect(page.locator(".people .sampled", has_text=name)).to_contain_text("本轮已采")
        assert mine.wrong() == []
        mine.picture("search-sampled")


def test_a_scanners_enter_presses_nothing(
    browser: Browser, served: supervisor.Running, area: int, people: Iterator[tuple[int, str]]
) -> None:
    """The button that was tapped last, a slow scanner, a code with a space, a form, a list to choose from."""
    one, two, three = next(people), next(people), next(people)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, area, "sampler", "回车")
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(label(next(labels)))
        mine.scan(f"bulou:p/{one[0]}")
        holds(mine, 1)
        seal = page.get_by_role("button", name="封管", exact=True)
        for gap in (0.01, 0.2):
            seal.focus()
            mine.scan(f"bulou:p/{two[0]}", gap=gap)
            seal.focus()
            mine.scan("A B 7", gap=gap)
            expect(page.locator(".tube")).to_be_visible()
        holds(mine, 2)
        mine.tap("撤销")
        holds(mine, 1)
        mine.scan(f"bulou:p/{three[0]}")
        holds(mine, 2)
        mine.tap("现场登记")
        page.get_by_label("姓名", exact=True).focus()
        mine.scan("700013 X", gap=0.2)  # slow: it stands in the field, and nobody is registered by that
        expect(page.get_by_label("姓名", exact=True)).to_have_value("700013 X")
        page.locator("select").focus()
        where = page.locator("select").input_value()
        mine.scan("300099")
        expect(page.locator("select")).to_have_value(where)
        assert [one["kind"] for one in mine.kept()] == ["device.reported"]
        mine.tap("返回", exact=True)
        holds(mine, 2)
        # Whoever works with keys can still press.
        seal.focus()
        page.keyboard.press("Enter")
        mine.panel("good", "已封管")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_resident_of_elsewhere_is_taken_by_her_number(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, area: int, lang: str
) -> None:
    """Her code is scanned at this table: she is sampled under her own id, wherever she owes it."""
    elsewhere = next(one for one in morning.homes if ancestor(one, 2) == ancestor(area, 2) and ancestor(one, 3) != area)
    person, name = [one for home in doors(elsewhere) for one in home.persons][0 if lang == "zh" else -1]
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", f"外来 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(label(next(labels)))
        mine.scan(f"bulou:p/{person}")
        mine.panel("warn", "不在本机名单")
        holds(mine, 0)
        wrong = mine.wrong()
        mine.picture("outside")
        mine.tap("按这个编号采样")
        holds(mine, 1)
        mine.tap("封管", exact=True)
        mine.panel("good", "已封管")
        mine.context.set_offline(False)
        mine.figure("confirmed", 2)
        assert name not in mine.page.content()
        assert mine.kept()[-1]["body"]["persons"] == [person]
        said = [kind for _, kind, refused in entries(mine.journal) if not refused]
        assert said == ["device.reported", "tube.sealed"]
        assert "\n".join(wrong) == ""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT area, stage, takes FROM ledger_duty WHERE kind = 1 AND subject = %s", [person])
        assert [(area, takes) for area, stage, takes in cursor.fetchall() if stage >= 2] == [(elsewhere, 1)]


def test_two_taps_are_one_act(
    browser: Browser, served: supervisor.Running, area: int, people: Iterator[tuple[int, str]]
) -> None:
    """On a phone that is six times slower than this machine."""
    one, two = next(people), next(people)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, area, "sampler", "双击")
        mine.ready()
        mine.context.set_offline(True)
        mine.keys.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        mine.scan(label(next(labels)))
        mine.scan(f"bulou:p/{one[0]}")
        holds(mine, 1)
        mine.scan(f"bulou:p/{two[0]}")
        holds(mine, 2)
        page.get_by_role("button", name="撤销").dblclick()
        holds(mine, 1)
        page.get_by_role("button", name="封管", exact=True).dblclick()
        mine.panel("good", "已封管")
        expect(page.locator("h2")).to_have_text("新的采样管")
        mine.tap("装箱")
        mine.scan(label(next(labels)))
        page.get_by_role("button", name=re.compile("^封箱")).dblclick()
        mine.panel("good", "已装箱")
        mine.tap("新增", exact=True)
        page.get_by_label("姓名", exact=True).fill("沈客")
        page.get_by_role("button", name="登记", exact=True).dblclick()
        mine.panel("good", "沈客")
        mine.tap("通知", exact=True)
        page.locator(".door:not([disabled])").first.dblclick()
        mine.panel("good", "已通知")
        mine.figure("kept", 5)
        assert [one["kind"] for one in mine.kept()][1:] == ["tube.sealed", "tube.boxed", "person.found", "swab.called"]
