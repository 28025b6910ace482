"""A volunteer's evening without a network: doors in the order of the walk, words by one tap, calls, a test at home, a
text for the chat group that names nobody.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import ancestor, found_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Person
from bulou.places.vocabulary import need_bits
from tests import desk_round
from tests.journeys.phones import doors, enrol, entries, phone
from tests.journeys.test_board import CHINESE, browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")


def words(area: int) -> dict[int, tuple[int, int, str | None]]:
    """Return person -> (outcome, mark, reason) of the swabs of an area."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, outcome, mark, reason FROM ledger_duty WHERE kind = 1 AND area BETWEEN %s AND %s",
            span(area),
        )
        return {subject: rest for subject, *rest in cursor.fetchall()}


@pytest.fixture(scope="module")
def neighbourhood(morning: desk_round.Morning) -> int:
    """A neighbourhood with somebody in danger, and somebody who tested positive."""
    building, now = morning.missed_building(), datetime.now(UTC)
    neighbourhood = ancestor(building, 3)
    there = doors(neighbourhood)
    tube = {"campaign": 1, "tube": label(320_001), "mode": "single", "persons": [there[0].persons[0][0]]}
    morning.say(
        [
            ("tube.sealed", now, building, tube),
            ("tube.resulted", now, building, {"campaign": 1, "results": [{"tube": tube["tube"], "value": "positive"}]}),
        ],
        now,
    )
    with scoped(EVERYWHERE):
        Person.objects.filter(pk=there[-1].persons[0][0]).update(needs=need_bits(["dialysis"]))
    return neighbourhood


def test_an_evening_without_a_network(
    browser: Browser,
    served: supervisor.Running,
    neighbourhood: int,
) -> None:
    an_evening_without_a_network(browser, served, neighbourhood, "zh")


def an_evening_without_a_network(browser: Browser, served: supervisor.Running, neighbourhood: int, lang: str) -> None:
    """On a phone in this language; texts are given in Chinese."""
    away, refuses, hospital, guest, *_, danger = doors(neighbourhood)
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, neighbourhood, "volunteer", "王芳", lang=lang)
        mine.ready()
        mine.context.set_offline(True)

        # Danger first; who must not be approached comes last, without a name.
        rows = page.locator(".door")
        expect(rows.first).to_contain_text(danger.persons[0][1])
        expect(rows.last).to_contain_text(mine.t("请勿靠近，专班上门"))
        assert away.persons[0][1] not in page.locator("main").inner_text()
        mine.picture("doors")
        wrong = mine.wrong()

        page.locator(".door", has_text=refuses.persons[0][1]).click()
        # Nobody is chosen for a word about a person; what is true of a door needs no name.
        expect(page.locator(".sheet [aria-pressed=true]")).to_have_count(0)
        for word in ("拒绝采样", "已故", "已搬离"):
            expect(page.get_by_role("button", name=mine.t(word), exact=True)).to_be_disabled()
        expect(page.get_by_role("button", name=mine.t("无人应门"))).to_be_enabled()
        mine.tap(refuses.persons[0][1])
        mine.picture("door")
        wrong += mine.wrong()
        mine.tap("拒绝采样")
        mine.panel("warn", refuses.persons[0][1])
        page.locator(".door", has_text=hospital.persons[0][1]).click()
        mine.tap(hospital.persons[0][1])
        mine.tap("住院")
        expect(page.locator(".sheet .big")).to_have_text(hospital.persons[0][1])
        wrong += mine.wrong()
        mine.tap("家人说")
        mine.panel("good", "住院")
        mine.tap("撤销")
        page.locator(".door", has_text=hospital.persons[0][1]).click()
        mine.tap("外出，稍后回")
        mine.tap("明早八点")
        mine.panel("warn", "外出，稍后回")

        # One stairwell at a time.
        mine.tap("通知", exact=True)
        mine.picture("calls")
        wrong += mine.wrong()
        page.locator(".door:not([disabled])").first.click()
        mine.panel("good", "已通知")

        # A test at home; nobody asks at the door that must not be approached.
        mine.tap("抗原")
        page.get_by_label(mine.t("扫码，或输姓名室号")).fill(away.persons[0][1])
        page.locator(".people button").first.click()
        mine.panel("bad", "请勿靠近")
        mine.scan(f"bulou:p/{guest.persons[0][0]}")
        wrong += mine.wrong()
        mine.tap("阴性")
        mine.panel("good", "阴性")

        mine.tap("新增")
        page.get_by_label(mine.t("姓名"), exact=True).fill("沈客")
        page.get_by_label(mine.t("室号"), exact=True).fill(guest.door)
        mine.tap("登记", exact=True)
        mine.panel("good", "沈客")

        # What is copied for the group names nobody and no door.
        mine.tap("群通知")
        text = page.locator(".copy pre").inner_text()
        assert [name for one in doors(neighbourhood) for _, name in one.persons if name in text] == []
        assert [one.door for one in doors(neighbourhood) if one.door in text] == []
        assert mine.t("请按通知下楼，戴好口罩，前后隔开两米。") in text and "阳" not in text and "positive" not in text
        mine.tap("复制")
        expect(page.locator(".copy button")).to_have_text(mine.t("已复制"))
        mine.picture("chat")
        wrong += mine.wrong()

        mine.figure("confirmed", 1)
        mine.context.set_offline(False)
        mine.figure("confirmed", 8)
        kinds = [kind for _n, kind, refused in entries(mine.journal) if not refused]
        assert kinds == [
            "device.reported", "duty.refused", "duty.excused", "entry.voided", "duty.deferred", "swab.called",
            "antigen.reported", "person.found",
        ]  # fmt: skip
        told = words(neighbourhood)
        assert told[refuses.persons[0][0]] == [0, 2, "refuses"]
        assert told[hospital.persons[0][0]] == [0, 1, "away"]
        assert told[found_id(mine.journal, 8)] == [0, 0, None]
        assert "\n".join(wrong) == ""


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("role", ["sampler", "volunteer"])
def test_every_tab_in_english(
    browser: Browser,
    served: supervisor.Running,
    neighbourhood: int,
    role: str,
    look: str,
) -> None:
    with phone(browser, served, color_scheme=look) as mine:
        enrol(mine, served, neighbourhood, role, "Gate 1", lang="en")
        wrong = []
        tabs = mine.page.locator("nav button").all_inner_texts()
        assert len(tabs) == {"sampler": 3, "volunteer": 6}[role]
        for tab in tabs:
            mine.tap(tab, exact=True)
            expect(mine.page.locator("nav [aria-current]")).to_have_text(tab)
            if look == "light" and tab in ("Tubes", "Doors"):
                mine.picture(tab.lower())
            wrong += mine.wrong()
            plain = mine.page.locator(
                "nav, .status, h2, main > .task > p, .choices, .sheet button, .field > span"
            ).all_inner_texts()
            wrong += [one for one in plain if CHINESE.search(one)]
        mine.page.locator(".status").click()
        wrong += mine.wrong()
        assert "\n".join(wrong) == ""
