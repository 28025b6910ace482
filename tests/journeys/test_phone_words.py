"""Wrong words are taken back; lost samples are taken again; who must not be approached is not named."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.phones import Door, Phone, called, doors, enrol, phone
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
labels = count(470_001)


@pytest.fixture(scope="module")
def area(morning: desk_round.Morning) -> int:
    here = ancestor(morning.missed_building(), 3)
    for one in morning.homes:
        if ancestor(one, 3) == here:
            called(morning, one)
    return here


@pytest.fixture(scope="module")
def homes(area: int) -> Iterator[Door]:
    """Doors that no other test takes, with two people at least; the last one is left to ``single``."""
    return iter([one for one in doors(area) if len(one.persons) > 1][:-1])


@pytest.fixture(scope="module")
def single(area: int) -> Iterator[tuple[int, str]]:
    """One person at a time, whom no other test takes."""
    together = [one for one in doors(area) if len(one.persons) > 1]
    return iter([*together[-1].persons, *(one.persons[0] for one in doors(area) if len(one.persons) == 1)])


def swab(person: int) -> tuple[int, int, str | None]:
    """Return (outcome, stage, reason) of somebody's swab."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT outcome, stage, reason FROM ledger_duty WHERE kind = 1 AND subject = %s", [person])
        return cursor.fetchone()


def building_of(person: int) -> int:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT area FROM places_person WHERE id = %s", [person])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_word_is_taken_back(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, area: int, homes: Iterator[Door],
    lang: str,
) -> None:  # fmt: skip
    """One's own from the list of what was said, or where the person stands there; another's by opening it again."""
    home = next(homes)
    (grandpa, name), (other, other_name) = home.persons[:2]
    now = datetime.now(UTC)
    word = {"campaign": 1, "duty": "swab", "subjects": [other], "reason": "deceased", "evidence": "名册"}
    morning.say([("duty.excused", now, building_of(other), word)], now)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, area, "volunteer", f"撤回 {lang}", lang=lang)
        mine.ready()
        mine.scan(f"bulou:p/{grandpa}")
        expect(page.locator(".sheet [aria-pressed=true]")).to_contain_text(name)
        mine.tap("已故")
        mine.tap("邻居说")
        mine.panel("good", name)
        mine.figure("confirmed", 2)
        assert swab(grandpa)[0] == 2
        # The undo of the moment is gone; the list is not.
        mine.tap("关闭")
        mine.tap("我上报的，可撤回")
        row = page.locator(".words li", has_text=name)
        expect(row).to_contain_text(mine.t("已故"))
        wrong = mine.wrong()
        mine.picture("said")
        row.get_by_role("button").click()
        row.get_by_role("button", name=mine.t("不撤")).click()
        row.get_by_role("button").click()
        row.get_by_role("button", name=mine.t("确定撤回")).click()
        mine.panel("warn", "已撤回")
        expect(page.locator(".words li", has_text=name)).to_have_count(0)
        mine.figure("confirmed", 3)
        assert swab(grandpa) == (0, 1, None)
        mine.tap("返回", exact=True)
        # The neighbour on whom somebody else gave the word stands there in person.
        mine.scan(f"bulou:p/{other}")
        mine.panel("warn", "已因故未检")
        wrong += mine.wrong()
        mine.tap("人在这里，重新列为应检")
        mine.panel("good", other_name)
        mine.figure("confirmed", 4)
        assert swab(other) == (0, 1, None)
        assert "\n".join(wrong) == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_said_of_a_whole_door_stands_there(
    browser: Browser, served: supervisor.Running, area: int, homes: Iterator[Door], lang: str
) -> None:
    home = next(homes)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, area, "volunteer", f"全户 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(f"bulou:h/{home.id}")
        expect(page.locator(".outcomes button", has_text=mine.t("无人应门"))).to_contain_text(
            mine.t(f"全户 {len(home.persons)} 人")
        )
        mine.tap("无人应门")
        for _, name in home.persons:
            mine.panel("warn", name)
        mine.scan(f"bulou:h/{home.id}")
        expect(page.locator(".sheet .words li")).to_have_count(1)
        expect(page.locator(".sheet .words li")).to_contain_text(mine.t("无人应门"))
        wrong = mine.wrong()
        mine.picture("door-said")
        assert [one["body"]["subjects"] for one in mine.kept()[1:]] == [[person for person, _ in home.persons]]
        assert "\n".join(wrong) == ""


def test_a_label_on_two_tubes_and_a_tube_that_broke(
    browser: Browser, served: supervisor.Running, area: int, homes: Iterator[Door]
) -> None:
    """Both phones are told of their own, and sample their people again."""
    home, tube = next(homes), label(next(labels))
    first, second = home.persons[:2]
    with phone(browser, served) as one, phone(browser, served) as other:
        for mine, (person, name), more in ((one, first, "一"), (other, second, "二")):
            enrol(mine, served, area, "sampler", f"重号 {more}")
            mine.ready()
            mine.context.set_offline(True)
            mine.scan(tube)
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", name)
            mine.tap("封管", exact=True)
            mine.panel("good", str(tube))
        for mine in (one, other):
            mine.context.set_offline(False)
            mine.figure("confirmed", 2)
        for mine, (person, name) in ((one, first), (other, second)):
            mine.page.locator(".status").click()
            mine.tap("更新任务名单")
            expect(mine.page.locator(".notice.bad")).to_contain_text(f"管号 {tube} 的标签在两支管上")
            expect(mine.page.locator(".notice.bad")).to_contain_text(name)
            mine.tap("返回", exact=True)
            assert mine.wrong() == []
            mine.picture("lost")
            mine.scan(label(next(labels)))
            mine.page.get_by_label("扫码，或输姓名室号").fill(name)
            expect(mine.page.locator(".people .lost", has_text=name)).to_contain_text("需重采")
            mine.page.get_by_label("扫码，或输姓名室号").fill("")
            mine.scan(f"bulou:p/{person}")
            mine.panel("good", f"1/10 {name}")
            mine.tap("封管", exact=True)
            expect(mine.page.locator("main")).not_to_contain_text(name)
            mine.figure("confirmed", 3)
        # Nothing is left to be told of that label. And one of the new tubes breaks on the way to the box.
        one.page.locator(".status").click()
        one.tap("更新任务名单")
        expect(one.page.locator(".notice")).to_have_count(0)
        one.tap("返回", exact=True)
        one.tap("已封的管")
        one.page.locator(".sheet .choices button").first.click()
        one.tap("管破损")
        one.panel("warn", "管破损")
        one.figure("confirmed", 4)
        one.tap("返回", exact=True)
        one.scan(label(next(labels)))
        one.scan(f"bulou:p/{first[0]}")
        one.panel("good", f"1/10 {first[1]}")


def test_who_must_not_be_approached_is_not_named_where_she_is_looked_for(
    browser: Browser, served: supervisor.Running, morning: desk_round.Morning, area: int,
    single: Iterator[tuple[int, str]],
) -> None:  # fmt: skip
    person, name = next(single)
    now, tube, where = datetime.now(UTC), label(next(labels)), building_of(person)
    body = {"campaign": 1, "tube": tube, "mode": "single", "persons": [person]}
    result = {"campaign": 1, "results": [{"tube": tube, "value": "positive"}]}
    morning.say([("tube.sealed", now, where, body), ("tube.resulted", now, where, result)], now)
    for role, open_ in (("volunteer", "敲门"), ("sampler", "采样")):
        with phone(browser, served) as mine:
            enrol(mine, served, area, role, f"勿近 {role}")
            mine.ready()
            mine.tap(open_, exact=True)
            if role == "sampler":
                mine.scan(label(next(labels)))
            mine.page.get_by_label("扫码，或输姓名室号").fill(name)
            hit = mine.page.locator(".people .away").first
            expect(hit).to_contain_text("请勿靠近，专班上门")
            assert name not in mine.page.locator("main").inner_text()
            assert mine.wrong() == []
            mine.picture(f"away-{role}")
            hit.click()
            mine.panel("bad", "请勿靠近")
            expect(mine.page.locator(".sheet")).to_have_count(0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_browser_that_may_evict_says_so_once(
    browser: Browser, served: supervisor.Running, area: int, lang: str
) -> None:
    said = {"zh": "添加到主屏幕", "en": "home screen"}[lang]
    with phone(browser, served, lasting=False) as mine:
        enrol(mine, served, area, "sampler", f"存储 {lang}", lang=lang)
        expect(mine.page.locator(".notice.warn")).to_contain_text(said)
        wrong = mine.wrong()
        mine.picture("evict")
        mine.tap("知道了")
        expect(mine.page.locator(".notice")).to_have_count(0)
        mine.page.reload()
        expect(mine.page.locator("nav button").first).to_be_visible()
        expect(mine.page.locator(".notice")).to_have_count(0)
        mine.page.locator(".status").click()
        expect(mine.page.locator("dl")).to_contain_text(mine.t("没有：空间不足时浏览器可能清除"))
        wrong += mine.wrong()
        assert "\n".join(wrong) == ""


def test_a_tube_that_an_earlier_enrolment_left_is_sealed_as_its_own(
    browser: Browser, served: supervisor.Running, area: int, single: Iterator[tuple[int, str]]
) -> None:
    """The app was killed in the midst of the new enrolment: the tube lies with the old one."""
    person, _name = next(single)
    with phone(browser, served) as mine:
        enrol(mine, served, area, "sampler", "旧班")
        before, tube = mine.journal, label(next(labels))
        held = {"label": tube, "mode": "pooled", "size": 10, "zone": None, "area": building_of(person), "campaign": 1,
                "persons": [{"id": person, "name": "", "area": area, "household": None, "retest": None}]}  # fmt: skip
        mine.page.goto("about:blank")
        enrol(mine, served, area, "sampler", "新班")
        _put(mine, before, "tube", held)
        mine.page.reload()
        card = mine.page.locator(".inhand")
        expect(card).to_contain_text("上一班“旧班”留下")
        assert mine.wrong() == []
        card.get_by_role("button", name="封管").click()
        mine.panel("good", str(tube))
        expect(card).to_have_count(0)
        expect(mine.page.locator(".notice")).to_have_count(0)
    assert swab(person)[:2] == (0, 2)


def _put(mine: Phone, journal: int, key: str, value: object) -> None:
    mine.page.evaluate(
        """([name, key, value]) => new Promise((done) => {
          indexedDB.open(name).onsuccess = (event) => {
            const tx = event.target.result.transaction('state', 'readwrite');
            tx.objectStore('state').put(value, key);
            tx.oncomplete = () => { event.target.result.close(); done(); };
          };
        })""",
        [f"bulou-{journal}", key, value],
    )
