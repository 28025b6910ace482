"""A volunteer answers what a household asked for and writes a new request down at a door, without a network; a driver
brings whom he was given to the hospital. In Chinese and in English.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor, found_id
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.relief.requests import PROGRAMME
from bulou.ui.room import works
from tests import desk_round
from tests.journeys.phones import Phone, doors, enrol, entries, phone
from tests.journeys.test_board import browser, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture(scope="module")
def town(served) -> desk_round.Morning:
    return desk_round.begin(1500, datetime.now(UTC))


def declared(mine: Phone, zh: str) -> str:
    """Return a word that a room declares in the language of the phone."""
    if mine.lang == "zh":
        return zh
    for work in works().values():
        fields = [field for step in work.steps for field in step.fields]
        choices = [choice for field in fields for choice in field.choices]
        for one in (*filter(None, [work.calls]), *work.acts, *work.steps, *fields, *choices, *work.duty.stages):
            if one.zh == zh:
                return one.en
    raise KeyError(zh)


def press(mine: Phone, zh: str) -> None:
    mine.page.get_by_role("button", name=declared(mine, zh), exact=True).first.click()


def fill(mine: Phone, zh: str, text: str) -> None:
    mine.page.get_by_label(declared(mine, zh)).fill(text)


def duty(kind: int, subject: int, occasion: int = 0) -> tuple[Any, ...]:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT stage, outcome FROM ledger_duty WHERE kind = %s AND subject = %s AND (%s = 0 OR occasion = %s)",
            [kind, subject, occasion, occasion],
        )
        return cursor.fetchone()


@LANGUAGES
def test_requests_at_doors_without_a_network(
    browser: Browser, served: supervisor.Running, town: desk_round.Morning, lang: str
) -> None:
    neighbourhoods = sorted({ancestor(area, 3) for area in town.homes}, key=lambda area: len(doors(area)))
    here = neighbourhoods[-1 if lang == "zh" else -2]
    asks, other, *_ = doors(here)
    building = next(area for area, people in town.homes.items() if asks.persons[0][0] in people)
    now = datetime.now(UTC)
    town.say(
        [
            (
                "request.opened", now, building, {
                    "campaign": PROGRAMME.id, "subjects": [asks.id], "need": need, "what": what, "asker": "王阿姨",
                    "channel": "telephone",
                },
            )
            for need, what in (("food", "大米一袋"), ("dialysis", "明天八点透析"))
        ],
        now,
    )  # fmt: skip
    wrong: list[str] = []
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, here, "volunteer", "王芳", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.tap("待办", exact=True)
        rows = page.locator(".door.owed")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("明天八点透析")  # danger first
        mine.picture("duties")
        wrong += mine.wrong()
        rows.first.click()
        expect(page.locator(".sheet")).to_contain_text("王阿姨")
        mine.picture("duty")
        wrong += mine.wrong()
        press(mine, "登记答复")
        expect(page.get_by_role("button", name=mine.t("保存"), exact=True)).to_be_disabled()
        press(mine, "已解决")
        fill(mine, "怎么解决的", "已约好车辆")
        mine.picture("duty-form")
        wrong += mine.wrong()
        mine.tap("保存", exact=True)
        mine.panel("good", declared(mine, "登记答复") if lang == "en" else "登记答复")
        rows.first.click()
        # Whoever answered does not close it himself.
        expect(page.get_by_role("button", name=declared(mine, "本人确认办结"))).to_be_disabled()
        mine.tap("返回", exact=True)
        # The other is solved with the asker's word: it is done and disappears, and comes back when it is taken back.
        rows.last.click()
        press(mine, "受理")
        fill(mine, "由谁办理", "王芳")
        mine.tap("保存", exact=True)
        rows.last.click()
        press(mine, "本人确认办结")
        fill(mine, "谁确认的", "王阿姨")
        mine.tap("保存", exact=True)
        mine.tap("确认登记")
        expect(rows).to_have_count(1)
        mine.tap("撤销")
        expect(rows).to_have_count(2)
        mine.tap("我办过的，可撤回")
        wrong += mine.wrong()
        mine.tap("返回", exact=True)

        # At a door: everything that is owed there, and a new request.
        mine.tap("敲门", exact=True)
        page.locator(".door", has_text=other.persons[0][1]).first.click()
        page.locator(".sheet").get_by_role("button", name=declared(mine, "登记求助")).click()
        press(mine, "配药")
        fill(mine, "具体要什么", "二甲双胍两盒")
        fill(mine, "求助人", "李叔")
        wrong += mine.wrong()
        mine.tap("保存", exact=True)
        mine.panel("good", "已登记")
        expect(page.locator(".door.owed")).to_contain_text("二甲双胍两盒")
        mine.picture("door-duties")
        journal = mine.journal
        mine.context.set_offline(False)
        expect(page.locator(".status.calm")).to_be_visible()
        kept = entries(journal)
        assert [kind for _n, kind, _refused in kept if kind.startswith("request.")] == [
            "request.answered", "request.accepted", "request.confirmed", "request.opened",
        ] and not any(refused for _n, _kind, refused in kept)  # fmt: skip
        opened = next(n for n, kind, _ in kept if kind == "request.opened")
        assert duty(31, other.id, found_id(journal, opened)) == (0, 0)
        with scoped(EVERYWHERE), connection.cursor() as cursor:
            cursor.execute("SELECT stage FROM ledger_duty WHERE kind = 31 AND subject = %s ORDER BY 1", [asks.id])
            assert cursor.fetchall() == [(1,), (3,)]
    assert wrong == []


@LANGUAGES
def test_a_driver_brings_whom_he_was_given(
    browser: Browser, served: supervisor.Running, town: desk_round.Morning, lang: str
) -> None:
    building = sorted(town.homes)[-1 if lang == "zh" else -2]
    person, now = town.homes[building][0], datetime.now(UTC)
    tube = label(410_001 if lang == "zh" else 410_002)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, town.district, "driver", "沪A12345", lang=lang)
        expect(page.locator("main")).to_contain_text(mine.t("现在没有要办的。"))
        mine.ready()
        body = {"campaign": 1, "tube": tube, "mode": "single", "persons": [person]}
        key = {"campaign": 1, "subjects": [person], "occasion": 0}
        results = {"campaign": 1, "results": [{"tube": tube, "value": "positive"}]}
        placed = key | {"destination": "hospital", "facility": "市六医院"}
        given = key | {"duty": "disposition", "to_kind": 6, "to": mine.journal}
        kinds = [("tube.sealed", body), ("tube.resulted", results), ("transfer.placed", placed), ("duty.given", given)]
        town.say([(kind, now, building, told) for kind, told in kinds], now)
        page.locator("header button").first.click()
        mine.tap("更新任务名单")
        expect(page.locator("header button").first).to_be_visible()
        mine.tap("待办", exact=True)
        row = page.locator(".door.owed")
        expect(row).to_contain_text(mine.t("交给本机"))
        mine.context.set_offline(True)
        row.click()
        expect(page.locator(".sheet")).to_contain_text("市六医院")
        press(mine, "登记上车")
        fill(mine, "车牌号", "沪A12345")
        mine.tap("保存", exact=True)
        mine.picture("driver")
        row.click()
        press(mine, "登记收治")
        fill(mine, "床位", "3-112")
        mine.tap("保存", exact=True)
        expect(page.locator(".sheet")).to_contain_text(
            "收治后这项应转即办结" if lang == "zh" else "Admission ends the duty"
        )
        mine.tap("确认登记")
        expect(row).to_have_count(0)
        assert mine.wrong() == []
        mine.context.set_offline(False)
        expect(page.locator(".status.calm")).to_be_visible()
        assert duty(5, person) == (4, 1)
