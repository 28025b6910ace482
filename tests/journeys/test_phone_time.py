"""Clocks that are wrong, and clocks that are set while there is no network: times are stored right all the same."""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import desk_round
from tests.journeys.phones import SKEWED, Door, Phone, called, doors, enrol, phone, reopen
from tests.journeys.test_board import browser, morning, served  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
labels = count(440_001)
DAYS = timedelta(days=3)


@pytest.fixture(scope="module")
def building(morning: desk_round.Morning) -> int:
    building = morning.missed_building()
    called(morning, building)
    return building


@pytest.fixture(scope="module")
def homes(building: int) -> list[Door]:
    return [one for one in doors(building) if len(one.persons) > 1]


def stored(journal: int) -> list[tuple[str, float, int | None, list[str], int | None]]:
    """Return (kind, seconds ago, refusal, flags, noticed jump in hours) of what the server holds of a journal."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.kind, e.at, e.refusal, e.flags, j.jump_ms FROM ledger_entry AS e"
            " LEFT JOIN field_jump AS j USING (journal, number) WHERE e.journal = %s ORDER BY e.number",
            [journal],
        )
        now = datetime.now(UTC)
        return [
            (kind, (now - at).total_seconds(), refusal, flags, jump and round(jump / 3_600_000))
            for kind, at, refusal, flags, jump in cursor.fetchall()
        ]


def fill(mine: Phone, *people: tuple[int, str]) -> int:
    """Open a tube and put people into it."""
    tube = label(next(labels))
    mine.scan(tube)
    mine.panel("good", str(tube))
    for person, name in people:
        mine.scan(f"bulou:p/{person}")
        mine.panel("good", name)
    return tube


@pytest.mark.parametrize(("hours", "lang"), [(8, "zh"), (-5, "en"), (13, "en")])
def test_a_wrong_clock_keeps_the_list_and_stores_the_right_time(
    browser: Browser, served: supervisor.Running, building: int, homes: list[Door], hours: int, lang: str
) -> None:
    """The last one is past the end of the shift by the phone's clock."""
    with phone(browser, served) as mine:
        mine.context.add_init_script(SKEWED)
        mine.page.goto("/field/app/")
        mine.clock(timedelta(hours=hours))
        enrol(mine, served, building, "volunteer", f"钟差 {hours}", lang=lang)
        mine.ready()
        reopen(mine)
        mine.context.set_offline(True)
        mine.page.locator(".door:not(.away)", has_text=homes[0].persons[0][1]).click()
        mine.tap("外出，稍后回")
        mine.tap("两小时后")
        mine.panel("warn", "外出，稍后回")
        expect(mine.page.locator(".notice")).to_have_count(0)
        assert mine.leaves() == 1
        until = next(one["body"]["until"] for one in mine.kept() if one["kind"] == "duty.deferred")
        wait = datetime.fromisoformat(until) - datetime.now(UTC)
        assert timedelta(hours=1.9) < wait < timedelta(hours=2.1)
        mine.context.set_offline(False)
        mine.figure("confirmed", 2)
        told = stored(mine.journal)
        assert [(kind, refusal, flags) for kind, _, refusal, flags, _ in told] == [
            ("device.reported", None, ["clock"]), ("duty.deferred", None, ["clock"]),
        ]  # fmt: skip
        assert all(-2 < ago < 120 for _, ago, *_ in told)


@pytest.mark.parametrize(("way", "lang"), [(1, "zh"), (-1, "en")])
def test_a_clock_that_is_set_by_days_in_the_hand(
    browser: Browser, served: supervisor.Running, building: int, homes: list[Door], way: int, lang: str
) -> None:
    """Seen within seconds, told, and taken out of the times at once; the list and the tube in hand stay."""
    first, second = homes[1].persons[:2] if way > 0 else homes[2].persons[:2]
    with phone(browser, served) as mine:
        mine.context.add_init_script(SKEWED)
        enrol(mine, served, building, "sampler", f"拨钟 {way}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        tube = fill(mine, first)
        mine.clock(DAYS * way)
        expect(mine.page.locator(".notice.warn")).to_contain_text({"zh": "被调快了 3 天", "en": "back by 3 days"}[lang])
        wrong = mine.wrong()
        mine.picture("clock")
        mine.scan(f"bulou:p/{second[0]}")
        mine.panel("good", second[1])
        mine.tap("封管")
        mine.panel("good", str(tube))
        mine.context.set_offline(False)
        mine.figure("confirmed", 2)
        expect(mine.page.locator(".notice")).to_have_count(0)
        kind, ago, refusal, flags, jump = stored(mine.journal)[-1]
        assert (kind, refusal, flags, jump) == ("tube.sealed", None, ["clock"], 72 * way)
        assert -2 < ago < 120
        assert "\n".join(wrong) == ""


def test_a_clock_that_is_set_by_days_while_the_phone_is_off(
    browser: Browser, served: supervisor.Running, building: int, homes: list[Door]
) -> None:
    """It may have lain in a drawer: the list goes, the tube stays and is sealed; the network tells the right time."""
    with phone(browser, served) as mine:
        mine.context.add_init_script(SKEWED)
        enrol(mine, served, building, "sampler", "关机拨钟")
        mine.ready()
        mine.context.set_offline(True)
        tube = fill(mine, *homes[3].persons[:2])
        mine.clock(DAYS)
        reopen(mine)
        expect(mine.page.locator(".notice.bad")).to_contain_text("到期")
        assert mine.leaves() == 0
        card = mine.page.locator(".inhand")
        expect(card).to_contain_text(f"管号 {tube} · 2 人")
        assert homes[3].persons[0][1] not in mine.page.content()
        wrong = mine.wrong()
        mine.picture("inhand")
        card.get_by_role("button", name="封管").click()
        mine.panel("good", "已封管")
        expect(card).to_have_count(0)
        mine.context.set_offline(False)
        mine.figure("confirmed", 2)
        expect(mine.page.locator(".notice")).to_have_count(0)
        kind, ago, refusal, _, jump = stored(mine.journal)[-1]
        assert (kind, refusal, jump) == ("tube.sealed", None, 72)
        assert -2 < ago < 120
        mine.scan(label(next(labels)))
        mine.panel("good", "已开管")
        assert mine.leaves() == 1
        assert "\n".join(wrong) == ""
