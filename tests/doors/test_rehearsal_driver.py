"""The driver against a real HTTP server: everything arrives once, whatever the batches, the faults and the ids."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bulou.ledger.areas import FOUND_BASE, NUMBER_BITS, ancestor
from bulou.rehearsal import wire
from bulou.rehearsal.records import Item
from bulou.rehearsal.rehearse import NotEnrolled, rehearse
from bulou.rehearsal.roster import RosterDiffers
from bulou.rehearsal.scenario import Scenario, load, read_prevalence
from bulou.rehearsal.script import Script, entry_digest, set_digest, write
from bulou.rehearsal.town import Town, make_town

EXAMPLE = Path(__file__).parents[2] / "examples" / "xuhui-2022"
HERE = Path(__file__).parent
#: The town's ids and the server's are unlike.
PERSON, HOUSEHOLD = 7_000_000, 3_000_000
CAMPAIGN = 12
START = load("one-round").start.timestamp()


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(EXAMPLE, 2_000, seed=4)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Return a day on which everything happens in a town of 2,000."""
    return replace(
        load("one-round"), infected=0.02, invalid=0.03, mistyped=0.03, found=0.03, moved_within=0.01, offline=0.4
    )


@pytest.fixture(scope="module")
def script(town: Town, scenario: Scenario) -> Script:
    return write(town, scenario, read_prevalence(EXAMPLE, 104), seed=5)


@pytest.fixture(scope="module")
def packs(town: Town, script: Script) -> dict[str, Any]:
    """Return the work pack of each device, with the server's ids."""
    return {
        plan.name: {
            "campaigns": [{"id": CAMPAIGN, "kind": "pcr"}],
            "households": [
                {"id": HOUSEHOLD + id_, "area": area, "stairwell": str(stairwell), "floor": floor, "door": door}
                for id_, area, stairwell, floor, door in town.households.iter_rows()
                if any(ancestor(area, depth) in plan.areas for depth in range(1, 6))
            ],
            "persons": [
                {"id": PERSON + id_, "household": HOUSEHOLD + household, "name": name}
                for id_, household, name in town.persons.select("id", "household", "name").iter_rows()
            ]
            if plan.kind == "phone"
            else [],
        }
        for plan in script.devices
    }


@pytest.fixture
def tokens(script: Script) -> list[dict[str, str]]:
    return [{"name": plan.name, "token": plan.name} for plan in script.devices]


@pytest.fixture
def serve(tmp_path: Path, packs: dict[str, Any]) -> Callable[..., Any]:
    """Starts the small server."""
    path = tmp_path / "packs.json"
    path.write_text(json.dumps(packs), encoding="utf-8")

    @contextmanager
    def start(**environment: object) -> Iterator[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in environment.items()}
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "rehearsal_server:app"], cwd=HERE, env=os.environ | {"PACKS": str(path)} | told
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _await(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(30)

    return start


def _await(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
            return
        except httpx.TransportError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.02)  # until the port is bound there is nothing to wait on


def told(url: str) -> dict[str, Any]:
    return httpx.get(f"{url}/told", trust_env=False, timeout=60).json()


def digest_of(held: dict[str, Any]) -> str:
    """Return the digest of what the server holds, by its own account: ids turned back into the town's names."""
    names = {journal: name for name, journal in held["journals"].items()}
    roll = CAMPAIGN * wire.ROLL

    def person(id_: int) -> int:
        return -(id_ & (1 << NUMBER_BITS) - 1) if id_ >= FOUND_BASE else id_ - PERSON - 1

    def tube(label: int) -> int:
        return label // 10 - roll

    back = {
        "persons": lambda ids: [person(id_) for id_ in ids],
        "subjects": lambda ids: [person(id_) for id_ in ids],
        "until": lambda at: int(datetime.fromisoformat(at).timestamp() - START),
        "household": lambda id_: id_ - HOUSEHOLD - 1,
        "tube": tube,
        "retest_of": tube,
        "tubes": lambda labels: [tube(label) for label in labels],
        "box": lambda label: tube(label) - wire.FIRST_BOX,
        "results": lambda rows: [{**row, "tube": tube(row["tube"])} for row in rows],
        "journal": names.get,
        "giver": names.get,
        "offer_journal": names.get,
    }
    digests = []
    for journal, entries in held["held"].items():
        for entry in entries.values():
            campaign = entry["body"].pop("campaign", None)
            assert campaign == (None if entry["kind"] in wire.WITHOUT_CAMPAIGN else CAMPAIGN)
            body = {key: back[key](value) if key in back else value for key, value in entry["body"].items()}
            at = int(datetime.fromisoformat(entry["at"]).timestamp() - START)
            item = Item(at, entry["kind"], entry["area"], body, entry["n"])
            digests.append(entry_digest(names[int(journal)], item, entry["offset_ms"]))
    return set_digest(digests)


def play(url: str, town: Town, scenario: Scenario, tokens: list, script: Script, **how: Any) -> dict[str, Any]:
    return rehearse(url, town, scenario, tokens, script=script, **how)


@pytest.mark.parametrize(("batch", "connections", "first"), [(200, 8, 1), (3, 2, 90_000)])
def test_the_same_entries_arrive_whatever_the_batches_and_journal_numbers(
    serve, town, scenario, tokens, script, batch, connections, first
):
    with serve(FIRST_JOURNAL=first) as url:
        summary = play(url, town, scenario, tokens, script, batch=batch, connections=connections)
        there = told(url)
    assert summary["digest"] == script.digest() == digest_of(there)
    assert summary["kept"] + summary["repeated"] == summary["entries"] == sum(map(len, script.entries))
    assert summary["repeated"] > 0, "uploads whose answer was lost are sent again"
    assert there["seen"]["largest"] <= batch
    assert not summary["stopped"] and not summary["refused"] and not summary["conflicting"]


def test_a_busy_server_is_tried_again(serve, town, scenario, tokens, script):
    with serve(FAULTS=[503, 429, 503, 502, 429]) as url:
        summary = play(url, town, scenario, tokens, script)
        assert digest_of(told(url)) == script.digest() == summary["digest"]
    assert summary["tries_again"] == 5


def test_a_restored_server_gets_everything_again(serve, town, scenario, tokens, script):
    calm = replace(scenario, repeated_uploads=0.0)
    with serve(FORGET=sum(map(len, script.entries)) // 2) as url:
        summary = play(url, town, calm, tokens, script)
        there = told(url)
    assert there["seen"]["incarnation"] == 1
    assert summary["digest"] == script.digest() == digest_of(there)
    assert summary["kept"] == summary["entries"] < len(there["order"])


def test_a_request_that_is_too_large_is_halved(serve, town, scenario, tokens, script):
    with serve(LIMIT=7) as url:
        summary = play(url, town, scenario, tokens, script, batch=100)
        assert digest_of(told(url)) == script.digest()
    assert not summary["stopped"]


def test_a_device_that_is_refused_stops_and_is_named(serve, town, scenario, tokens, script):
    with serve(FAULTS=[403]) as url:
        summary = play(url, town, scenario, tokens, script)
    (name,) = summary["stopped"]
    assert name in {plan.name for plan in script.devices}
    assert 0 < summary["acknowledged"] < summary["entries"]


def test_the_day_passes_in_order_and_at_its_speed(serve, town, scenario, tokens, script):
    with serve() as url:
        summary = play(url, town, replace(scenario, repeated_uploads=0.0), tokens, script, minutes=0.1)
        order = told(url)["order"]
    assert 5 < summary["seconds"] < 40
    offline = {script.devices[device].name for device, *_ in script.offline}
    times = [at for at, name, _ in order if name not in offline]
    third = len(times) // 3
    assert max(times[:third]) < min(times[-third:])


def test_an_offline_phone_sends_its_hours_afterwards(serve, town, scenario, tokens, script):
    with serve() as url:
        play(url, town, replace(scenario, repeated_uploads=0.0), tokens, script)
        order = told(url)["order"]
    windows = {script.devices[device].name: window for device, *window in script.offline}
    assert windows
    clock, late = {}, 0
    for at, name, _ in order:
        moment = datetime.fromisoformat(at).timestamp() - START
        if name in windows and windows[name][0] <= moment < windows[name][1]:
            # By then some device that is online has told of the time at which the phone came back.
            others = [seen for other, seen in clock.items() if other not in windows]
            late += max(others, default=0) > windows[name][1] - 2 * 3600
        clock[name] = max(clock.get(name, 0), moment)
    assert late > 0


def test_another_roster_is_named_before_anything_is_sent(serve, scenario, tokens, script):
    other = make_town(EXAMPLE, 2_000, seed=5)
    with serve() as url, pytest.raises(RosterDiffers, match="of 2000 people"):
        play(url, other, scenario, tokens, script)


def test_a_device_without_a_token_is_named(serve, town, scenario, tokens, script):
    with serve() as url:
        with pytest.raises(NotEnrolled, match="1 devices have no token"):
            play(url, town, scenario, tokens[1:], script)
        with pytest.raises(NotEnrolled, match="refused"):
            play(url, town, scenario, [{**tokens[0], "token": "x"}, *tokens[1:]], script)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores the signal, and so would the rehearsal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_rehearsal_reports_what_it_did(serve, town, scenario, tokens, script, interruptible):
    def stop(progress) -> None:
        if progress.acknowledged:
            signal.raise_signal(signal.SIGINT)

    with serve() as url:
        summary = play(url, town, scenario, tokens, script, minutes=60, show=stop)
        count = sum(len(held) for held in told(url)["held"].values())
    assert summary["interrupted"]
    assert 0 < summary["acknowledged"] <= count < summary["entries"]
