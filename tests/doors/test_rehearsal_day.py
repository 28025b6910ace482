"""A rehearsal on the real door and the real ledger: every entry is kept, and verify finds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bulou.config.connections import Urls
from bulou.field.actions import offer_enrolment
from bulou.ledger import journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places.actions import load_town
from bulou.rehearsal.rehearse import NotEnrolled, rehearse
from bulou.rehearsal.scenario import Scenario, load, on_day_of, read_prevalence
from bulou.rehearsal.script import write
from bulou.rehearsal.staff import devices
from bulou.rehearsal.town import Town, areas_rows, make_town
from bulou.rounds.actions import open_round
from tests.doors.field_door import Door

EXAMPLE = Path(__file__).parents[2] / "examples" / "xuhui-2022"
DISTRICT = area_id(104)
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
CAMPAIGN = 1


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(EXAMPLE, 1500, seed=6)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return on_day_of(replace(load("one-round"), infected=0.01, invalid=0.01, mistyped=0.01, moved_within=0.004), NOW)


@pytest.fixture(scope="module")
def opened(shared: Urls, town: Town, scenario: Scenario) -> Town:
    """Return the town, settled in the database and owed a round."""
    load_town(
        areas_rows(town),
        town.households.to_dict(as_series=False),
        town.persons.drop("id_number").to_dict(as_series=False),
        scenario.start - DAY,
        "synthetic",
    )
    desk, _ = journals.enrol("command", "desk", (span(DISTRICT),), scenario.start - DAY, scenario.start + 3 * DAY)
    with scoped(EVERYWHERE):
        round_ = open_round(CAMPAIGN, "drill", DISTRICT, desk, scenario.start, NOW)
    assert round_.owed == 1500
    return town


def offered(town: Town, scenario: Scenario) -> list[dict[str, Any]]:
    end = NOW + 2 * DAY
    with scoped(EVERYWHERE):
        return [
            {
                "name": plan.name,
                "token": offer_enrolment(plan.name, plan.kind, tuple(map(span, plan.areas)), end, "command", NOW),
            }
            for plan in devices(town, scenario)
        ]


def test_a_day_is_kept_whole_and_its_books_balance(door: Door, opened: Town, scenario: Scenario) -> None:
    day = write(opened, scenario, read_prevalence(EXAMPLE, 104), seed=3)
    told = rehearse(door.url, opened, scenario, offered(opened, scenario), script=day, connections=4)
    assert told["kept"] + told["repeated"] == told["acknowledged"] == told["entries"]
    assert (told["refused"], told["conflicting"], told["stopped"]) == ({}, 0, {})
    assert told["campaign"] == CAMPAIGN and told["digest"] == day.digest()
    ((open_, done, excused),) = door.rows(
        "SELECT sum(open)::int, sum(done)::int, sum(excused)::int FROM ledger_counter WHERE campaign = 1 AND kind = 1"
    )
    counts = day.counts()
    assert open_ + done + excused == 1500 + counts["person.found"]
    assert excused == counts["duty.excused"] and done > 0.93 * 1500
    assert verify("owner") == []


def test_a_token_is_used_once(door: Door, opened: Town, scenario: Scenario) -> None:
    calm = replace(scenario, repeated_uploads=0.0)
    tokens = offered(opened, calm)
    tokens[1] = {**tokens[1], "token": tokens[0]["token"]}
    with pytest.raises(NotEnrolled, match="410"):
        rehearse(door.url, opened, calm, tokens, seed=4, connections=1)
