"""What a phone carries of declared kinds: forms by role, open duties of its areas, of a secret kind what was given."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bulou.config.connections import Urls
from bulou.field import actions, openapi
from bulou.ledger import journals
from bulou.ledger.areas import span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.verify import verify
from bulou.places import units
from bulou.places.units import Unit
from bulou.relief.medicines import PROGRAMME as MEDICINES
from bulou.relief.requests import PROGRAMME
from bulou.ui.room import unit_kinds
from bulou.zones.passes.vocabulary import PROGRAMME as PASSES
from tests import cast
from tests import desk_street as street
from tests.builders import Pen
from tests.doors.field_door import NOW, Device, Door
from tests.doors.test_field_leaves import asked

HE_HOME, LI_HOME, LI = 47, 42, cast.PERSONS["li"].id


@pytest.fixture(scope="module")
def shared(settled_clone) -> Any:
    """Plum Creek, in which the round is open."""
    with settled_clone() as urls:
        yield urls


@pytest.fixture(scope="module")
def say(door: Door) -> Callable[..., int]:
    """Writes an entry of the district's desk; returns its number."""
    desk, _ = journals.enrol("desk", "desk", EVERYWHERE, cast.DAWN, NOW.replace(year=NOW.year + 1))

    def say(kind: str, area: int, **body: Any) -> int:
        (receipt,) = journals.append(desk, [(kind, NOW, area, body)], NOW)
        assert receipt.status == "kept", receipt
        return receipt.number

    return say


def phone(door: Door, role: str, area: int, unit: int = 0) -> Device:
    """A phone of a role in an area, for a unit if any, enrolled as by the desk's code."""
    at = NOW - timedelta(hours=1)
    with scoped(EVERYWHERE):
        token = actions.offer_enrolment(
            role, "phone", (span(area),), NOW + timedelta(hours=12), "desk", at, role=role, unit=unit
        )  # fmt: skip
    done = actions.enrol(token, at)
    return Device(door, done.journal, done.key)


def fetched(door: Door, device: Device) -> dict[str, Any]:
    reply = asked(door, device)
    assert reply.status_code == 200, reply.text
    msgspec.json.decode(reply.content, type=openapi.LeavesPack)
    return reply.json()


def post(device: Device, kind: str, area: int, **body: Any) -> dict:
    """Post an entry of a phone; it must be kept."""
    entry = device.said(kind, body) | {"area": area}
    reply = device.raw(json.dumps({"incarnation": None, "entries": [entry]}).encode())
    assert reply.status_code == 200 and reply.json()["entries"][0]["status"] == "kept", reply.text
    return entry


@pytest.fixture(scope="module")
def request_of_he(say: Callable[..., int]) -> int:
    say(
        "request.opened", cast.NO_2, campaign=PROGRAMME.id, subjects=[HE_HOME], need="dialysis",
        what="明天八点透析", asker="何平", channel="door",
    )  # fmt: skip
    return HE_HOME


def test_a_role_carries_the_forms_that_a_phone_can_ask(door: Door) -> None:
    pack = fetched(door, phone(door, "volunteer", cast.ESTATE))
    kinds = [work["kind"] for work in pack["works"]]
    assert [kind for kind in kinds if kind in ("request", "parcel", "visit")] == ["request", "parcel", "visit"]
    assert {"revisit", "self_test"} <= set(kinds)
    work = next(work for work in pack["works"] if work["kind"] == "request")
    assert (work["kind"], work["subject"], work["campaign"]) == ("request", "household", PROGRAMME.id)
    assert [act["name"] for act in work["acts"]] == [
        "accepted", "started", "answered", "confirmed", "deferred", "refused",
    ]  # fmt: skip
    assert work["opening"]["within"]["dialysis"] == 120
    refused = next(act for act in work["acts"] if act["name"] == "refused")
    assert [choice["name"] for choice in refused["fields"][0]["choices"]] == ["nobody_in", "turned_down"]
    assert "duties" in pack["tasks"]
    of_a_sampler = fetched(door, phone(door, "sampler", cast.ESTATE))["works"]
    assert [work["kind"] for work in of_a_sampler] == ["recheck"], "a positive self-test is sampled again by a sampler"


def what_is_open_in_the_phones_areas_comes_with_it_and_nothing_of_elsewhere(door: Door) -> None:
    (one,) = fetched(door, phone(door, "deliverer", cast.ESTATE))["owed"]
    assert (one["subject"], one["variant"], one["door"], one["given"]) == (HE_HOME, "dialysis", "201", False)
    assert one["said"]["what"] == "明天八点透析" and one["household"] == HE_HOME
    assert fetched(door, phone(door, "deliverer", cast.NO_1))["owed"] == []
    of_an_inspector = fetched(door, phone(door, "inspector", cast.ESTATE))["owed"]
    assert {owed["kind"] for owed in of_an_inspector} <= {"finding"}, "and nothing of a kind that it does not carry"


def test_what_is_open_comes_with_the_phone_and_what_it_did_is_its_own(door: Door, request_of_he: int) -> None:
    what_is_open_in_the_phones_areas_comes_with_it_and_nothing_of_elsewhere(door)
    device = phone(door, "deliverer", cast.NO_2)
    (one,) = fetched(door, device)["owed"]
    key = {"campaign": one["campaign"], "subjects": [HE_HOME], "occasion": one["occasion"]}
    post(device, "request.answered", cast.NO_2, **key, result="helped", note="已送到医院")
    (one,) = fetched(door, device)["owed"]
    assert (one["stage"], one["mine"]) == (3, [3])
    post(device, "request.confirmed", cast.NO_2, **key, confirmed_by="何平")
    assert fetched(door, device)["owed"], "who answered does not close it: the line is kept and does not count"
    post(phone(door, "volunteer", cast.NO_2), "request.confirmed", cast.NO_2, **key, confirmed_by="何平")
    assert fetched(door, device)["owed"] == []


def test_a_driver_has_what_was_given_to_him_and_nobody_else(door: Door, say: Callable[..., int], shared: Urls) -> None:
    pen, lab = Pen(cast.LAO), Pen(cast.LABORATORY)
    street.post(pen.sealed(10, cast.TUBES["T1"], LI, mode="single", area=cast.NO_1))
    street.post(lab.resulted(60, T1="positive"))
    driver, other = phone(door, "driver", cast.DISTRICT), phone(door, "driver", cast.DISTRICT)
    pack = fetched(door, driver)
    assert (pack["owed"], pack["leaves"]) == ([], []), "no list of people, and nothing that was not given"
    key = {"campaign": cast.ROUND, "subjects": [LI], "occasion": 0}
    say("transfer.placed", cast.NO_1, **key, destination="hospital", facility="市六医院")
    say("duty.given", cast.NO_1, **key, duty="disposition", to_kind=6, to=driver.id)
    (one,) = fetched(door, driver)["owed"]
    assert (one["name"], one["given"], one["said"]["facility"]) == ("李建国", True, "市六医院")
    assert fetched(door, other)["owed"] == []
    assert fetched(door, phone(door, "volunteer", cast.NO_1))["owed"] == [], "a diagnosis is told to nobody else"
    post(driver, "transfer.collected", cast.NO_1, **key, vehicle="沪A12345")
    post(driver, "transfer.admitted", cast.NO_1, **key, bed="3-112")
    assert fetched(door, driver)["owed"] == []
    with scoped(EVERYWHERE):
        rows = door.rows("SELECT stage, outcome FROM ledger_duty WHERE kind = 5 AND subject = %s", LI)
    assert rows == [(4, 1)]
    assert verify("owner") == []


def test_a_trip_that_is_given_to_a_vehicle_reaches_its_drivers_phone(door: Door, say: Callable[..., int]) -> None:
    """Stops in the order of their times, with the facility's name; the phone of another vehicle has none of it."""
    pen, lab = Pen(cast.LAO, next=900), Pen(cast.LABORATORY, next=900)
    mei = cast.PERSONS["mei"].id
    street.post(pen.sealed(20, cast.TUBES["T2"], mei, mode="single", area=cast.NO_1))
    street.post(lab.resulted(70, T2="positive"))
    kinds = unit_kinds()
    with scoped(EVERYWHERE):
        car, other, site = units.add(
            [
                Unit(0, kinds["vehicle"].code, cast.STREET, "沪A12345", attributes={"type": "van", "seats": 5}),
                Unit(0, kinds["vehicle"].code, cast.STREET, "沪B67890", attributes={"type": "van", "seats": 5}),
                Unit(0, kinds["facility"].code, cast.STREET, "国展方舟",
                     attributes={"purpose": "isolation", "beds": 8}),
            ],
            "x", cast.DAWN,
        )  # fmt: skip
    driver, beside = phone(door, "driver", cast.DISTRICT, car), phone(door, "driver", cast.DISTRICT, other)
    key = {"campaign": cast.ROUND, "subjects": [mei], "occasion": 0}
    say("transfer.placed", cast.NO_1, **key, destination="facility", site=site, apart="medical")
    due = (NOW + timedelta(minutes=40)).isoformat()
    say("duty.given", cast.NO_1, **key, duty="disposition", to_kind=13, to=car, due=due)
    (one,) = fetched(door, driver)["owed"]
    assert (one["name"], one["given"], one["said"]["site"]) == ("陈美华", True, "国展方舟")
    assert one["due_at"] and fetched(door, beside)["owed"] == []
    work = next(work for work in fetched(door, driver)["works"] if work["kind"] == "disposition")
    collected = next(act for act in work["acts"] if act["name"] == "collected")
    names = {field["name"]: [choice["zh"] for choice in field["choices"]] for field in collected["fields"]}
    assert names["car"] == ["沪A12345", "沪B67890"] and "vehicle" not in names, "chosen from the register"
    post(driver, "transfer.collected", cast.DISTRICT, **key, car=car)
    post(driver, "transfer.admitted", cast.DISTRICT, **key, bed="3-112")
    assert fetched(door, driver)["owed"] == []
    with scoped(EVERYWHERE):
        rows = door.rows("SELECT stage, outcome FROM ledger_duty WHERE kind = 5 AND subject = %s", mei)
    assert rows == [(4, 1)], "his word counts although no place is his"


def test_an_inspector_opens_a_finding_under_the_id_that_the_phone_gives_it(door: Door) -> None:
    device = phone(door, "inspector", cast.STREET)
    pack = fetched(door, device)
    assert pack["leaves"] == [] and cast.ESTATE in [area["id"] for area in pack["areas"]]
    work = next(work for work in pack["works"] if work["kind"] == "finding")
    body = {"topic": "gate", "severity": "grave", "what": "东门无人", "owner": "居委会"}
    entry = post(
        device, work["opening"]["step"], cast.ESTATE, campaign=work["campaign"], subjects=[cast.ESTATE], **body
    )
    (one,) = fetched(door, device)["owed"]
    assert one["occasion"] == 2**52 + device.id * 2**24 + entry["n"] and one["variant"] == "grave"


def test_a_revisit_is_answered_from_another_neighbourhood(door: Door, shared: Urls) -> None:
    """Given to a volunteer next door: she has name and door, and her word counts although the place is not hers."""
    visitor, at_home = phone(door, "volunteer", cast.LOWER), phone(door, "volunteer", cast.UPPER)
    house, at = journals.of_house("test"), NOW - timedelta(minutes=5)
    key = {"campaign": 1_000_051, "subjects": [LI], "occasion": cast.ROUND}
    said = [
        ("revisit.drawn", at, cast.NO_1, key | {"record": "sampled"}),
        ("duty.given", at, cast.NO_1, key | {"duty": "revisit", "to_kind": 6, "to": visitor.id}),
    ]
    with scoped(EVERYWHERE):
        assert {receipt.status for receipt in journals.append(house, said, NOW)} == {"kept"}
    pack = fetched(door, visitor)
    (one,) = (row for row in pack["owed"] if row["kind"] == "revisit")
    assert (one["name"], one["door"], one["given"], one["variant"]) == ("李建国", "102", True, "sampled")
    assert cast.NO_1 in {area["id"] for area in pack["areas"]}, "the place has a name on this phone"
    assert not [row for row in fetched(door, at_home)["owed"] if row["kind"] == "revisit"]
    work = next(work for work in pack["works"] if work["kind"] == "revisit")
    assert [act["name"] for act in work["acts"]] == ["confirmed", "wrong", "deferred"] and work["opening"] is None
    post(visitor, "revisit.wrong", cast.LOWER, **key, found="not_sampled", what="没下楼")
    (one,) = (row for row in fetched(door, visitor)["owed"] if row["kind"] == "revisit")
    assert one["stage"] == 1
    assert [d.en for d in verify("default")] == []


def test_a_gate_carries_the_passes_of_its_areas_and_no_name(
    door: Door, say: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    number = say(
        "pass.asked", cast.NO_2, campaign=PASSES.id, subjects=[HE_HOME], sort="medical", who="何永康", why="透析"
    )  # fmt: skip
    device = phone(door, "gate", cast.ESTATE)
    assert fetched(door, device)["gate"]["passes"] == [], "what is only asked for is no pass"
    with scoped(EVERYWHERE):
        ((occasion,),) = door.rows("SELECT occasion FROM ledger_duty WHERE kind = 22 AND subject = %s", HE_HOME)
    assert occasion & (2**24 - 1) == number
    key = {"campaign": PASSES.id, "subjects": [HE_HOME], "occasion": occasion}
    ends = (NOW + timedelta(hours=8)).isoformat()
    say("pass.decided", cast.NO_2, **key, result="granted", reason="凭预约单", ends=ends)
    pack = fetched(door, device)
    (one,) = pack["gate"]["passes"]
    assert (one["occasion"], one["initials"], one["uses"], one["out"]) == (occasion, "HYK", 1, 0)
    assert "何永康" not in json.dumps(pack, ensure_ascii=False) and "透析" not in json.dumps(pack["gate"])
    assert pack["gate"]["key"]["raw"] and pack["leaves"] == []
    assert fetched(door, phone(door, "gate", cast.BRIDGE))["gate"]["passes"] == []
    assert fetched(door, phone(door, "volunteer", cast.ESTATE))["gate"] is None
    post(device, "pass.passed", cast.ESTATE, **key, way="out")
    (one,) = fetched(door, device)["gate"]["passes"]
    assert (one["out"], one["outside"]) == (1, True)
    post(device, "gate.turned_away", cast.ESTATE, why="forged", occasion=0)
    say("pass.revoked", cast.NO_2, **key, how="revoked", reason="密接")
    assert occasion in fetched(door, device)["gate"]["revoked"]
    opening = next(work for work in pack["works"] if work["kind"] == "letout")["opening"]
    post(device, opening["step"], cast.ESTATE, campaign=PASSES.id, subjects=[cast.ESTATE], cause="childbirth")
    assert [owed["variant"] for owed in fetched(door, device)["owed"]] == ["childbirth"]
    assert verify("owner") == []


def test_a_bag_of_medicine_stands_on_the_phone_that_it_was_given_to_alone(
    door: Door, say: Callable[..., int], shared: Urls
) -> None:
    key = {"campaign": MEDICINES.id, "subjects": [LI], "occasion": 77}
    say("medicine.opened", cast.NO_1, **key, items="氨氯地平 5mg 2盒", prescription="paper")
    say("medicine.on_run", cast.NO_1, **key, run="1", buyer="小周", pharmacy="社区医院")
    say("medicine.bought", cast.NO_1, **key)
    device, other = phone(door, "deliverer", cast.NO_1), phone(door, "deliverer", cast.NO_1)
    assert fetched(door, device)["owed"] == []
    say("duty.given", cast.NO_1, **key, duty="medicine", to_kind=6, to=device.id)
    (one,) = fetched(door, device)["owed"]
    assert (one["kind"], one["name"], one["door"], one["said"]["items"]) == (
        "medicine", "李建国", "102", "氨氯地平 5mg 2盒"
    )  # fmt: skip
    assert fetched(door, other)["owed"] == [], "what somebody takes is nobody else's business"
    post(device, "medicine.handed_over", cast.NO_1, **key, outcome="family", received_by="陈美华")
    assert fetched(door, device)["owed"] == []
    with scoped(EVERYWHERE):
        rows = door.rows("SELECT stage, outcome, value FROM ledger_duty WHERE kind = 37 AND subject = %s", LI)
    assert rows == [(3, 1, 2)]
