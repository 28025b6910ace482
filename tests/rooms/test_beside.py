"""The board's comparisons: with the plan, with the round before at the same time, with the antigen tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import Client

from bulou.command.pages import clock
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds import comparison as beside
from bulou.rounds import progress as pace
from bulou.rounds.actions import open_round
from bulou.ui import figures as reads
from bulou.ui.live import background_cache as kept
from bulou.ui.live import fragments as live
from tests import desk_round

SWAB = REGISTRY.duties["swab"]
NOW = datetime(2022, 4, 4, 4, tzinfo=UTC)
BEGUN = NOW - timedelta(hours=1)
#: A quarter of the planned time has gone.
END = BEGUN + timedelta(hours=4)


@pytest.fixture(scope="module")
def morning(clone) -> Iterator[desk_round.Morning]:
    """A round four hours old, and the next one: an hour old, with four hours to go by, a sixth sampled; four people
    reported an antigen test, two of them were sampled as well, one is positive.
    """
    with clone():
        morning = desk_round.begin(1200, NOW)
        morning.first_wave(NOW)
        open_round(2, "第二轮", morning.district, morning.journal, BEGUN, BEGUN, until=END)
        at = BEGUN + timedelta(minutes=30)
        said: list[desk_round.Said] = []
        for n, (area, people) in enumerate(morning.homes.items()):
            if n % 6 == 0:
                body = {"campaign": 2, "tube": label(500_000 + n), "mode": "pooled", "persons": people[:20]}
                said.append(("tube.sealed", at, area, body))
        area = max(morning.homes, key=lambda home: (len(morning.homes[home]), home))
        people = morning.homes[area]
        body = {"campaign": 2, "tube": label(600_000), "mode": "pooled", "persons": people[:2]}
        said = [one for one in said if one[2] != area] + [("tube.sealed", at, area, body)]
        said += [
            ("antigen.reported", at, area, {"person": person, "value": value})
            for person, value in zip(people[:4], ("negative", "negative", "negative", "positive"), strict=True)
        ]
        morning.say(said, NOW)
        with scoped(EVERYWHERE):
            yield morning


@pytest.fixture
def browser(morning: desk_round.Morning, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    browser = Client()
    browser.force_login(User.objects.get(username="district"))
    return browser


def told(morning: desk_round.Morning, campaign: int, area: int | None = None) -> tuple[beside.Beside, pace.Pace]:
    """What the board says, and what the page of the forecast says."""
    known, area = reads.campaigns(EVERYWHERE), area or morning.district
    current = next(one for one in known if one.id == campaign)
    total = reads.board(campaign, area, SWAB).total
    return beside.beside(current, known, total, area, NOW, EVERYWHERE), pace.pace(current, known, area, SWAB, NOW)


def test_the_board_says_what_the_forecast_says(morning: desk_round.Morning) -> None:
    for area in (morning.district, morning.slow_street):
        board, forecast = told(morning, 2, area)
        assert board.planned == forecast.planned and board.before == forecast.before and board.before
        assert (board.antigen or pace.Antigen(0, 0, 0)) == forecast.antigen
        assert board.elapsed_s == forecast.elapsed_s == 3600


def test_a_quarter_of_the_time_is_a_quarter_of_the_people(morning: desk_round.Morning) -> None:
    board, _ = told(morning, 2)
    total, plan = reads.board(2, morning.district, SWAB).total, board.planned
    assert plan and (plan.end, plan.share, plan.due) == (END, 250, total.present // 4)
    assert 0 < total.covered < plan.due and plan.short == plan.due - total.covered == -plan.ahead
    assert plan.points == total.coverage - 250 and plan.mark == "25.0"


def test_after_the_planned_end_all_are_due(morning: desk_round.Morning) -> None:
    current = next(one for one in reads.campaigns(EVERYWHERE) if one.id == 2)
    total = reads.board(2, morning.district, SWAB).total
    for late in (END, END + timedelta(days=9)):
        plan = pace.planned(current, total, late)
        assert plan and (plan.share, plan.due, plan.mark) == (1000, total.present, "100.0")
    early = pace.planned(current, total, BEGUN - timedelta(hours=1))
    assert early and early.due == 0 and early.short == 0


def test_antigen_tests_of_the_sampled_are_both_and_of_the_others_either(morning: desk_round.Morning) -> None:
    board, _ = told(morning, 2)
    total = reads.board(2, morning.district, SWAB).total
    assert board.antigen == pace.Antigen(alone=2, both=2, positive=1)
    assert board.joint == 1000 * (total.covered + 2) // total.present and board.twice == 1000 * 2 // total.present


def test_what_is_not_there_is_said(morning: desk_round.Morning) -> None:
    board, _ = told(morning, 1)
    assert board.planned is None and board.before is None and board.first and not board.unfinished


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            "按计划应已采25.0%|还差|当时|开始后1小时0分|第一轮区域核酸筛查|只做抗原、未采样2人|抗原阳性1人",
        ),
        ("en", "Planned by now: 25.0%|short|Then |Antigen only: 2|Antigen positive: 1"),
    ],
)
def test_the_board_shows_all_three(morning: desk_round.Morning, browser: Client, language: str, words: str) -> None:
    browser.cookies["bulou_language"] = language
    page = browser.get(f"/rounds/2/areas/{morning.district}").content.decode()
    for one in words.split("|"):
        assert one in page
    assert "--mark: 25.0%" in page and page.count('data-key="beside-') == 3
    first = browser.get(f"/rounds/1/areas/{morning.district}").content.decode()
    assert "--mark" not in first and "beside-plan" in first
    building = browser.get(f"/rounds/2/areas/{morning.missed_building()}").content.decode()
    assert "beside-" not in building


def test_the_part_stays_the_same_within_the_minute(
    morning: desk_round.Morning, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, part = f"/rounds/2/areas/{morning.district}", {"X-Bulou-Part": "live"}
    tag = browser.get(address, headers=part).headers["ETag"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=59))
    assert browser.get(address, headers={**part, "If-None-Match": tag}).status_code == 304
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=5))
    later = browser.get(address, headers={**part, "If-None-Match": tag})
    assert later.status_code == 200 and "按计划应已采27" in later.content.decode()


def test_no_page_waits_for_a_dear_figure(
    morning: desk_round.Morning, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT", held := kept.BackgroundCache())
    monkeypatch.setattr(live, "SHARED", live.Shared())
    address = f"/rounds/2/areas/{morning.district}"
    before = browser.get(address, headers={"X-Bulou-Part": "live"}).content.decode()
    assert "正在读取" in before and "还差" in before and "beside-antigen" not in before
    assert all(one.tick is None for one in live.SHARED._kept.values()), "a still ledger must not hold it"
    held.settle()
    live.forget()
    after = browser.get(address).content.decode()
    assert "正在读取" not in after and "只做抗原、未采样2人" in after and "· 开始后1小时0分" in after


def test_a_kept_figure_is_read_again_after_its_time(morning: desk_round.Morning) -> None:
    at, read = [0.0], iter(range(9))
    held = kept.BackgroundCache(lambda: at[0])

    def ask(ranges=EVERYWHERE, key="one"):
        return held.get(key, ranges, 60.0, lambda: next(read))

    assert ask() is None and ask() is None
    held.settle()
    assert ask() == 0, "asked for twice, read once"
    at[0] = 60.0
    assert ask() == 0, "the old one until the new one is there"
    held.settle()
    assert ask() == 1 and ask(ranges=((1, 2),)) is None and ask(key="other") is None


@pytest.mark.parametrize("error", [DatabaseError, ZeroDivisionError])
def test_a_figure_that_cannot_be_read_is_tried_again(morning: desk_round.Morning, error: type[Exception]) -> None:
    at, fails = [0.0], [True]
    held = kept.BackgroundCache(lambda: at[0])

    def read() -> int:
        if fails[0]:
            raise error
        return 7

    assert held.get("one", ((1, 2),), 3600.0, read) is None
    held.settle()
    fails[0], at[0] = False, kept.AGAIN
    assert held.get("one", ((1, 2),), 3600.0, read) is None
    held.settle()
    assert held.get("one", ((1, 2),), 3600.0, read) == 7


def test_figures_are_few(morning: desk_round.Morning) -> None:
    held = kept.BackgroundCache()
    for n in range(kept.MOST + 5):
        held.get(n, EVERYWHERE, 1.0, lambda: 0)
    assert len(held._figures) == kept.MOST


def test_the_last_round_is_the_latest_that_held_the_area() -> None:
    def round_(id_: int, hours: int, area: int = 1 << 43, kind: str = "pcr") -> reads.Campaign:
        return reads.Campaign(id_, kind, str(id_), area, BEGUN + timedelta(hours=hours), None)

    now, area = round_(9, 0), 1 << 43
    others = [round_(1, -9), round_(2, -5), round_(3, -2, 2 << 43), round_(4, -1, kind="antigen"), round_(5, 3), now]
    last = pace.last_round(now, others, area)
    assert last and last.id == 2 and pace.last_round(others[0], others, area) is None


def test_words_of_a_difference() -> None:
    from bulou.ui.templatetags.page import points

    assert [points(n) for n in (32, -4, 0, None)] == ["+3.2", "−0.4", "±0", "–"]
    assert not re.search("-", points(-120))
