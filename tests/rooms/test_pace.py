"""The forecast of a round's finish from what the ledger holds, its plan, and the round before in the same area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds import progress as pace
from bulou.rounds.actions import open_round
from bulou.ui import figures as reads
from tests import desk_round

SWAB = REGISTRY.duties["swab"]
NOW = datetime(2022, 4, 4, 4, tzinfo=UTC)
QUERIES = 22


@pytest.fixture(scope="module")
def morning(clone) -> Iterator[desk_round.Morning]:
    """A round four hours old, and one that opened an hour ago with two people sampled."""
    with clone():
        morning = desk_round.begin(1500, NOW)
        morning.first_wave(NOW)
        begun = NOW - timedelta(hours=1)
        open_round(2, "第二轮", morning.district, morning.journal, begun, begun)
        area = max(morning.homes, key=lambda home: len(morning.homes[home]))
        for campaign, tube, at in ((2, 7, begun + timedelta(minutes=5)), (2, 8, NOW + timedelta(hours=1))):
            sealed = {"campaign": campaign, "tube": label(tube), "mode": "pooled"}
            morning.say(
                [("tube.sealed", at, area, sealed | {"persons": morning.homes[area][tube - 7 : tube - 5]})], NOW
            )
        with scoped(EVERYWHERE):
            yield morning


def read(morning: desk_round.Morning, campaign: int, now: datetime = NOW) -> pace.Pace:
    known = reads.campaigns(EVERYWHERE)
    return pace.pace(next(c for c in known if c.id == campaign), known, morning.district, SWAB, now)


def test_every_sample_is_in_the_hours(morning: desk_round.Morning) -> None:
    told = read(morning, 1)
    assert sum(n for _, n in told.hourly) == told.total.covered > 300
    assert told.forecast and NOW < told.forecast.early <= told.forecast.likely <= told.forecast.late
    assert (told.plan, told.before, told.verdict) == (None, None, "")


def test_too_little_is_no_forecast_and_the_round_before_is_taken_at_the_same_time(morning: desk_round.Morning) -> None:
    told = read(morning, 2)
    assert told.forecast is None and sum(n for _, n in told.hourly) == 2
    first = read(morning, 1, NOW - timedelta(hours=3))
    assert told.before and told.before.name == "第一轮区域核酸筛查"
    assert told.before.coverage == 1000 * sum(n for _, n in first.hourly) // read(morning, 1).total.present


@pytest.mark.parametrize(("hours", "verdict"), [(1000, "in_time"), (0, "late")])
def test_the_plan_is_in_the_rounds_rules(morning: desk_round.Morning, hours: int, verdict: str) -> None:
    end = NOW + timedelta(hours=hours)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_campaign SET rules = jsonb_build_object('until', %s::text) WHERE id = 1", [end.isoformat()]
        )
        told = read(morning, 1)
        transaction.set_rollback(True)  # the other tests read a round without a plan
    assert (told.plan, told.verdict) == (end, verdict)


def test_people_out_of_scope_are_counted_apart(morning: desk_round.Morning) -> None:
    told = read(morning, 1)
    assert told.out_of_scope == reads.rows("SELECT count(*) FROM places_person")[0][0] - told.total.owed


def test_an_antigen_test_joins_the_coverage_and_closes_no_swab(morning: desk_round.Morning) -> None:
    area = morning.missed_building()
    people, before = morning.homes[area], read(morning, 1)
    at = NOW - timedelta(minutes=30)
    values = ("positive", "negative", "invalid")
    morning.say([
        ("antigen.reported", at, area, {"person": person, "value": value})
        for person, value in zip(people[:3], values, strict=True)
    ], NOW)  # fmt: skip
    told = read(morning, 1)
    assert told.antigen == pace.Antigen(alone=2, both=0, positive=1)
    assert told.total.covered == before.total.covered and told.joint
    assert told.joint == 1000 * (told.total.covered + 2) // told.total.present
    morning.say([("antigen.reported", NOW, area, {"person": people[0], "value": "negative"})], NOW)
    assert read(morning, 1).antigen.positive == 0
    assert read(morning, 2).antigen.alone == 2  # the tests were taken after it opened as well


def test_the_page_says_what_it_does_not_know(morning: desk_round.Morning) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="district"))
    for language, sentence in (("zh-hans", "暂时不能预测"), ("en", "No forecast yet")):
        browser.cookies["bulou_language"] = language
        for area in (morning.district, morning.slow_street):
            with CaptureQueriesContext(connection) as ran:
                answer = browser.get(f"/rounds/2/areas/{area}/pace")
            assert answer.status_code == 200 and sentence in answer.content.decode()
            assert len(ran) <= QUERIES, [query["sql"] for query in ran]
