"""The script of a rehearsal: repeatable, conserving people, and made of entries that the ledger takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bulou.ledger import rules
from bulou.ledger.areas import ancestor, span
from bulou.ledger.check_digit import is_label
from bulou.ledger.effects import Entry, Key, Line, Order
from bulou.ledger.fold import fold
from bulou.ledger.intake import Report
from bulou.ledger.vocabulary import Act, Outcome
from bulou.rehearsal import wire
from bulou.rehearsal.people import Fate
from bulou.rehearsal.scenario import Scenario, calm, check, load, names, on_day_of, read_prevalence
from bulou.rehearsal.script import Script, write
from bulou.rehearsal.staff import COMPOUND, devices, people_by_building
from bulou.rehearsal.town import Town, make_town
from bulou.rounds.entries import RETEST, SWAB, TUBE

EXAMPLE = Path(__file__).parents[2] / "examples" / "xuhui-2022"
DAY = timedelta(days=1)
CAMPAIGN = 3


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(EXAMPLE, 4000, seed=2)


@pytest.fixture(scope="module")
def prevalence() -> dict[int, float]:
    return read_prevalence(EXAMPLE, 104)


@pytest.fixture(scope="module")
def busy() -> Scenario:
    return replace(load("one-round"), infected=0.01, invalid=0.02, mistyped=0.02, left_behind=0.01, moved_within=0.005)


@pytest.fixture(scope="module")
def script(town: Town, busy: Scenario, prevalence: dict[int, float]) -> Script:
    return write(town, busy, prevalence, seed=9)


def of_kind(script: Script, kind: str):
    for plan, items in zip(script.devices, script.entries, strict=True):
        for item in items:
            if item.kind == kind:
                yield plan, item


def voided(script: Script) -> set[tuple[str, int]]:
    return {(item.body["journal"], item.body["number"]) for _, item in of_kind(script, "entry.voided")}


def first_samples(script: Script) -> Counter[tuple[str, int] | int]:
    """Return how many tubes each person is in, retests and voided tubes apart."""
    gone, tubes = voided(script), Counter()
    for plan, item in of_kind(script, "tube.sealed"):
        if "retest_of" not in item.body and (plan.name, item.number) not in gone:
            tubes.update(who if who >= 0 else (plan.name, -who) for who in item.body["persons"])
    return tubes


def test_the_same_seed_writes_the_same_day(town, busy, prevalence, script):
    again = write(make_town(EXAMPLE, 4000, seed=2), busy, prevalence, seed=9)
    assert again.digest() == script.digest()
    assert write(town, busy, prevalence, seed=10).digest() != script.digest()


def test_the_date_does_not_change_the_digest(town, busy, prevalence, script):
    other = on_day_of(busy, datetime.fromisoformat("2030-01-01T23:30:00+00:00"))
    assert other.start.isoformat() == "2030-01-02T06:00:00+08:00"
    assert write(town, other, prevalence, seed=9).digest() == script.digest()


def test_numbers_follow_time_and_the_last_entry_closes_the_journal(script):
    for plan, items in zip(script.devices, script.entries, strict=True):
        assert [item.number for item in items] == list(range(1, len(items) + 1))
        assert all(a.at <= b.at and a.sent <= b.sent for a, b in pairwise(items)), plan.name
        assert items[-1].kind == "journal.closed" and items[-1].body == {"last": len(items)}


def test_nobody_is_in_two_first_tubes_unless_it_is_planted(town, busy, prevalence, script):
    tubes = first_samples(write(town, calm(busy), prevalence, seed=9))
    assert max(tubes.values()) == 1
    often = replace(busy, sampled_twice=0.05)
    twice = [n for n in first_samples(write(town, often, prevalence, seed=9)).values() if n > 1]
    assert set(twice) == {2} and 0.03 < len(twice) / len(town.persons) < 0.07


def test_everybody_is_sampled_or_has_a_reason(town, script):
    tubes, fates = first_samples(script), script.people.fate
    taken = {item.body["subjects"][0] for _, item in of_kind(script, "duty.accepted")}  # nine of ten who stay elsewhere
    comes = {Fate.COMES, Fate.BACK, Fate.PERSUADED, Fate.VISITED}
    for person, fate in enumerate(fates):
        assert (person in tubes) == (fate in comes or person in taken), (person, fate)
    called = Counter(who for _, item in of_kind(script, "swab.called") for who in item.body["persons"])
    assert set(called) == set(np.flatnonzero(fates != Fate.NEVER_CALLED)) and set(called.values()) == {1}
    found = {(plan.name, item.number) for plan, item in of_kind(script, "person.found")}
    assert found == {who for who in tubes if isinstance(who, tuple)}
    said = Counter(item.kind for kind in ("duty.refused", "duty.excused") for _, item in of_kind(script, kind))
    assert said["duty.excused"] == np.count_nonzero(fates == Fate.EXCUSED) > 0
    assert said["duty.refused"] == np.count_nonzero((fates == Fate.REFUSES) | (fates == Fate.PERSUADED)) > 0


def test_calls_are_of_one_building_and_at_most_thirty(town, script):
    for _, item in of_kind(script, "swab.called"):
        assert len(item.body["persons"]) <= 30
        assert {int(script.people.building[who]) for who in item.body["persons"]} == {item.area}


def test_every_tube_is_boxed_received_and_resulted_once(script):
    gone = voided(script)
    sealed = [item.body for plan, item in of_kind(script, "tube.sealed") if (plan.name, item.number) not in gone]
    resulted = Counter(row["tube"] for _, item in of_kind(script, "tube.resulted") for row in item.body["results"])
    boxed = Counter(tube for _, item in of_kind(script, "tube.boxed") for tube in item.body["tubes"])
    assert {body["tube"] for body in sealed} == set(resulted) == set(boxed)
    assert set(resulted.values()) == {1}
    assert sum(n > 1 for n in boxed.values()) >= 1, "one tube is in two boxes"
    for kind in ("box.handed", "box.received"):
        assert sum(1 for _ in of_kind(script, kind)) == sum(1 for _ in of_kind(script, "tube.boxed"))
    assert max(len(body["persons"]) for body in sealed) == 10


def test_a_tube_is_positive_when_somebody_in_it_is_infected(script):
    infected = script.people.infected
    members = {item.body["tube"]: item.body for _, item in of_kind(script, "tube.sealed")}
    values = {row["tube"]: row["value"] for _, item in of_kind(script, "tube.resulted") for row in item.body["results"]}
    abnormal = set()
    for tube, value in values.items():
        sick = any(who >= 0 and infected[who] for who in members[tube]["persons"])
        assert value == "invalid" or (value == "positive") == sick
        if value != "negative" and "retest_of" not in members[tube]:
            abnormal.add(tube)
    again = [body for body in members.values() if "retest_of" in body]
    assert {body["retest_of"] for body in again} == abnormal != set()
    assert all(body["mode"] == "single" and len(body["persons"]) == 1 for body in again)


def test_the_infected_live_where_positives_were_published(town, busy, prevalence):
    people = write(town, replace(busy, infected=0.05, infected_evenly=0.0), prevalence, seed=9).people
    homes = {ancestor(int(building), COMPOUND) for building in people.building[people.infected]}
    assert np.count_nonzero(people.infected) == 200
    assert homes <= set(prevalence)
    even = write(town, replace(busy, infected=0.05), {}, seed=9).people
    assert {ancestor(int(building), COMPOUND) for building in even.building[even.infected]} - set(prevalence)


def test_offline_phones_send_later_and_the_others_at_once(script):
    windows = {device: (since, until) for device, since, until in script.offline}
    assert windows and all(script.devices[device].kind == "phone" for device in windows)
    for device, items in enumerate(script.entries):
        for item in items:
            since, until = windows.get(device, (0, 0))
            assert item.sent == (int(until) if since <= item.at < until else item.at)


def test_devices_share_out_the_town(town, busy):
    phones = [plan for plan in devices(town, replace(busy, people_a_phone=40)) if plan.kind == "phone"]
    assert len({plan.name for plan in phones}) == len(phones)
    for building, _ in people_by_building(town):
        above = {ancestor(building, depth) for depth in range(1, 6)}
        assert sum(not above.isdisjoint(plan.areas) for plan in phones) == 1
    big = make_town(EXAMPLE, 300_000, seed=2)
    at, people = np.array(people_by_building(big)).T
    for plan in devices(big, replace(busy, people_a_phone=1500)):
        if plan.kind == "phone":
            bounds = [span(area) for area in plan.areas]
            assert (
                sum(people[np.searchsorted(at, lo) : np.searchsorted(at, hi, "right")].sum() for lo, hi in bounds)
                <= 1500
            )


@pytest.mark.parametrize("split", [5000, 60])
def test_the_ledger_takes_every_entry_and_its_books_say_what_happened(town, busy, prevalence, split):
    day = write(town, replace(busy, people_a_phone=split), prevalence, seed=9)
    told = wire.Names(
        busy.start, CAMPAIGN, range(1, len(town.persons) + 1), range(1, len(town.households) + 1),
        {plan.name: number for number, plan in enumerate(day.devices, 1000)},
    )  # fmt: skip
    facts = {
        told.journals[plan.name]: rules.JournalFacts(
            told.journals[plan.name], plan.kind, tuple(span(area) for area in plan.areas), busy.start, busy.start + DAY
        )
        for plan in day.devices
    }
    reports = []
    for plan, items, offset in zip(day.devices, day.entries, day.offsets_ms, strict=True):
        for item in items:
            row = wire.entry(told, plan.name, item, offset)
            at = datetime.fromisoformat(row["at"])
            entry = Entry(
                told.journals[plan.name], row["n"], row["kind"], at, row["area"], row["body"], row["offset_ms"]
            )
            assert all(map(is_label, [*entry.body.get("tubes", []), entry.body.get("tube", 18)]))
            reports.append(Report.of(entry))
    owed = [
        (
            Order(busy.start - DAY, 1, 1, person),
            Line(Act.OWE, Key(CAMPAIGN, SWAB, person + 1), int(building), frozen=True),
        )
        for person, building in enumerate(day.people.building)
    ]
    books = fold(reports, facts, owed)
    assert not books.refused

    outcomes = Counter(duty.outcome for key, duty in books.duties.items() if key.kind == SWAB)
    sampled = first_samples(day)
    assert not outcomes[Outcome.NOT_OWED]
    assert outcomes[Outcome.EXCUSED] == np.count_nonzero(day.people.fate == Fate.EXCUSED)
    assert sum(outcomes.values()) == len(town.persons) + sum(isinstance(who, tuple) for who in sampled)
    missed = [key for key, duty in books.duties.items() if key.kind in (SWAB, RETEST) and duty.outcome == Outcome.OPEN]
    unsampled = len(town.persons) - sum(isinstance(who, int) for who in sampled) - outcomes[Outcome.EXCUSED]
    assert unsampled <= sum(key.kind == SWAB for key in missed) < 0.05 * len(town.persons)
    tubes = Counter(duty.outcome for key, duty in books.duties.items() if key.kind == TUBE)
    assert tubes[Outcome.NOT_OWED] == len(voided(day)) > 0 and not tubes[Outcome.OPEN]


def test_scenarios_that_come_along_are_read():
    assert {"one-round", "calm", "bad-network", "surge"} <= set(names())
    for name in names():
        scenario = load(name)
        assert scenario.name == name and scenario.zh and scenario.en
    with pytest.raises(FileNotFoundError, match="one-round"):
        load("no-such")


def test_a_scenario_with_a_mistake_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('absent = 0.1\nabsend = 0.2\nzh = "我"\n', "utf-8")
    with pytest.raises(ValueError, match="absend"):
        load(path)
    with pytest.raises(ValueError, match="share"):
        load("calm", refuse=1.5)
    with pytest.raises(ValueError, match="stay away"):
        check(replace(Scenario(), absent=0.9, excused=0.2))
    with pytest.raises(ValueError, match="zone"):
        check(replace(Scenario(), start=datetime(2022, 4, 4)))  # noqa: DTZ001
