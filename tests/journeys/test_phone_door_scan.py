"""A volunteer scans residents' codes and cards: she lands at the person's door, or hears what to do; without a network.

With BULOU_SCREENSHOTS set, the pictures of the manual are taken anew.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.areas import found_id
from bulou.ledger.check_digit import label
from tests import desk_round
from tests.journeys.phones import Door, Phone, doors, enrol, phone
from tests.journeys.test_board import CHROMIUM, FLAGS, browser, morning, served  # noqa: F401  fixtures
from tests.journeys.test_phone_lines import film
from tests.journeys.test_phone_volunteer import neighbourhood  # noqa: F401  fixture

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: Of nobody, as in the journeys of codes.
NUMBER = "99010119500101007X"
NOBODY = 2**41 + 7


@pytest.fixture(scope="module")
def homes(morning: desk_round.Morning, neighbourhood: int) -> list[Door]:
    """Homes of two and more that owe something; of the last one is sampled, of the one before all are."""
    there = [one for one in doors(neighbourhood)[1:-1] if len(one.persons) > 1]
    *_, done, partly = there
    now = datetime.now(UTC)
    for n, persons in enumerate(([person for person, _ in done.persons], [partly.persons[0][0]])):
        tube = {"campaign": 1, "tube": label(410_001 + n), "mode": "pooled", "persons": persons}
        morning.say([("tube.sealed", now, morning.missed_building(), tube)], now)
    return there


def chosen(mine: Phone) -> list[str]:
    """Return who is chosen at the door that is open."""
    return mine.page.locator(".sheet [aria-pressed=true]").all_inner_texts()


def at(mine: Phone, home: Door) -> None:
    expect(mine.page.locator(".sheet h2")).to_contain_text(home.door)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_code_leads_to_the_door(
    browser: Browser, served: supervisor.Running, neighbourhood: int, homes: list[Door], lang: str
) -> None:
    first, second, *_, done, partly = homes
    away = doors(neighbourhood)[0]
    with phone(browser, served) as mine:
        page, wrong = mine.page, []
        enrol(mine, served, neighbourhood, "volunteer", f"扫码 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        rows = page.locator(".door")
        before = rows.count()

        # A person's code: that person alone is chosen. The next card is heard there too: a household's names nobody.
        mine.scan(f"bulou:p/{first.persons[1][0]}")
        at(mine, first)
        assert [first.persons[1][1] in one for one in chosen(mine)] == [True]
        wrong += mine.wrong()
        mine.scan(f"bulou:h/{second.id}")
        at(mine, second)
        assert chosen(mine) == []

        # Sampled already: said, and the door is opened where others are left.
        mine.scan(f"bulou:p/{partly.persons[0][0]}")
        mine.panel("good", "本轮已采")
        at(mine, partly)
        assert partly.persons[0][1] not in "".join(chosen(mine))
        mine.scan(f"bulou:p/{done.persons[0][0]}")
        mine.panel("good", "本轮已采")
        expect(page.locator(".panel")).to_contain_text(done.persons[0][1])
        expect(rows).to_have_count(before)
        mine.scan(f"bulou:h/{done.id}")
        mine.panel("good", "这一户都好了")

        # Not to be approached: nobody is named.
        mine.scan(f"bulou:p/{away.persons[0][0]}")
        mine.panel("bad", "请勿靠近，专班上门")
        assert away.persons[0][1] not in page.locator("main").inner_text()

        # Not on this phone: seen also by whoever scans at the end of the list.
        rows.last.scroll_into_view_if_needed()
        mine.scan(f"bulou:p/{NOBODY}")
        mine.panel("bad", "不在名单")
        expect(page.locator(".panel")).to_contain_text(
            {"zh": "请他找自己楼的志愿者", "en": "that building's volunteer"}[lang]
        )
        expect(page.locator(".panel strong")).to_be_in_viewport(ratio=1)
        mine.picture("door-scan")
        wrong += mine.wrong()
        mine.scan(f"bulou:h/{NOBODY}")
        mine.panel("bad", "不在名单")
        mine.scan(NUMBER)
        mine.panel("warn", "证件号")
        mine.scan(label(410_009))
        mine.panel("bad", "码不对")

        # By hand: the list becomes those who fit, and a word that fits nobody offers the register.
        field = page.get_by_label(mine.t("扫码，或输姓名室号"))
        field.fill(first.persons[0][1])
        expect(rows).to_have_count(0)
        wrong += mine.wrong()
        page.locator(".people button", has_text=first.door).first.click()
        at(mine, first)
        mine.tap("返回", exact=True)
        field.fill("Nobody")
        page.keyboard.press("Enter")
        expect(page.locator(".panel.bad")).to_contain_text("Nobody")
        mine.tap("现场登记", exact=True)
        page.get_by_label(mine.t("姓名"), exact=True).fill("沈客")
        page.get_by_label(mine.t("室号"), exact=True).fill("9999")
        mine.tap("登记", exact=True)
        mine.panel("good", "沈客")
        expect(page.locator(".sheet [aria-pressed=true]")).to_have_text(re.compile("沈客"))
        mine.figure("kept", 2)
        mine.tap("返回", exact=True)
        mine.scan(f"bulou:p/{found_id(mine.journal, 2)}")
        expect(page.locator(".sheet [aria-pressed=true]")).to_have_text(re.compile("沈客"))
        assert NUMBER not in str(mine.kept())
        assert "\n".join(wrong) == ""


def test_the_camera_leads_to_the_door(
    browser: Browser, served: supervisor.Running, neighbourhood: int, homes: list[Door], tmp_path: Path
) -> None:
    """A film of a resident's code before the lens."""
    person, name = homes[0].persons[0]
    film(tmp_path / "card.y4m", f"bulou:p/{person}")
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    seen = f"--use-file-for-fake-video-capture={tmp_path / 'card.y4m'}"
    filming = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags, seen])
    with phone(filming, served) as mine:
        enrol(mine, served, neighbourhood, "volunteer", "扫码相机")
        mine.ready()
        mine.context.set_offline(True)
        mine.tap("扫码", exact=True)
        at(mine, homes[0])
        assert [name in one for one in chosen(mine)] == [True]
        # Back at the list the camera is on, and the card that is still before it does not lead away again.
        mine.tap("返回", exact=True)
        mine.page.wait_for_function("() => document.querySelector('video')?.currentTime > 1")
        expect(mine.page.locator(".sheet")).to_have_count(0)
        mine.picture("door-camera")
        mine.tap("关相机")
        mine.tap("扫码", exact=True)
        at(mine, homes[0])
    filming.close()
