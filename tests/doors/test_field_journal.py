"""POST /field/journal on a real door process and a real database: nothing is lost, each entry is told what happened."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone

import psycopg
import pytest

from bulou.config.connections import bind
from bulou.field import batcher as batches
from bulou.field.batcher import Batcher
from bulou.field.decode import Stray
from bulou.field.posting import Sent
from bulou.field.problems import Problem, response
from bulou.ledger.areas import area_id, found_id
from bulou.ledger.check_digit import label
from bulou.ledger.refusals import Refused
from tests.doors.field_door import NOW, Device, Door, enrolled, owed

ELSEWHERE = area_id(1, 1, 1, 2, 1)
TUBE, BOX, BOX2 = label(9_000_001), label(8_000_001), label(8_000_002)


def test_a_sealed_tube_is_kept_and_a_repetition_is_told(door: Door, phone: Device) -> None:
    entry = phone.sealed(TUBE, [1, 2])
    first, again = phone.post(entry), phone.post(entry)
    assert (first["upto"], first["missing"]) == (1, [])
    assert first["entries"] == [{"n": 1, "status": "kept", "code": None, "field": None, "flags": []}]
    assert again["entries"][0]["status"] == "repeated"
    assert first["incarnation"] == again["incarnation"] == door.get("/healthz").json()["incarnation"]


def test_a_gap_is_told(phone: Device) -> None:
    entries = [phone.sealed(label(9_100_000 + i), [i + 1]) for i in range(6)]
    reply = phone.post(entries[0], entries[3], entries[5])
    assert (reply["upto"], reply["missing"]) == (1, [[2, 3], [5, 5]])


REOPENED = {"campaign": 1, "duty": "swab", "subjects": [1], "reason": ""}
OLD_NUMBER = "110105491231002"
DEFERRED = {"campaign": 1, "duty": "swab", "subjects": [1], "reason": "away"}
BAD: list[tuple[str, dict, int]] = [
    ("unknown kind", {"kind": "tube.eaten"}, 101),
    ("later version", {"v": 2}, 101),
    ("kind missing", {"kind": ...}, 102),
    ("time missing", {"at": ...}, 102),
    ("field of the body missing", {"body": {"campaign": 1, "tube": TUBE, "persons": [1]}}, 102),
    ("kind is a number", {"kind": 7}, 103),
    ("body is a list", {"body": []}, 103),
    ("time is no time", {"at": "yesterday"}, 103),
    ("time without an offset", {"at": "2022-04-04T07:03:11"}, 103),
    ("unknown field", {"colour": "red"}, 103),
    ("NUL in a text", {"kind": "duty.reopened", "body": REOPENED | {"reason": "a\0b"}}, 103),
    ("NUL in a name of the body", {"kind": "duty.reopened", "body": REOPENED | {"a\0b": 1}}, 103),
    ("NUL in the kind", {"kind": "tube\0"}, 103),
    ("person is a text", {"body": {"campaign": 1, "tube": TUBE, "mode": "single", "persons": ["1"]}}, 103),
    ("mode unknown", {"body": {"campaign": 1, "tube": TUBE, "mode": "triple", "persons": [1]}}, 103),
    ("person too large", {"body": {"campaign": 1, "tube": TUBE, "mode": "single", "persons": [2**53]}}, 104),
    ("person below one", {"body": {"campaign": 1, "tube": TUBE, "mode": "single", "persons": [0]}}, 104),
    ("number of forty digits", {"body": {"campaign": 1, "tube": 10**40, "mode": "single", "persons": [1]}}, 104),
    ("area negative", {"area": -1}, 104),
    ("area too large", {"area": 2**64}, 104),
    ("in 1900", {"at": "1900-01-01T00:00:00Z"}, 105),
    ("an end before Christ", {"kind": "duty.deferred", "body": DEFERRED | {"until": "0001-01-01T00:00:00+23:00"}}, 103),
    ("an end without an offset", {"kind": "duty.deferred", "body": DEFERRED | {"until": "2022-04-05T00:00:00"}}, 103),
    ("an end that is missing", {"kind": "duty.deferred", "body": DEFERRED}, 102),
    ("a reason of no list", {"kind": "duty.deferred", "body": DEFERRED | {"reason": "rain"}}, 110),
    ("no evidence", {"kind": "duty.excused", "body": DEFERRED | {"reason": "moved_out"}}, 111),
    ("a floor in the sky", {"kind": "person.found", "body": {"campaign": 1, "name": "王", "floor": 10**6}}, 104),
    ("next year", {"at": (NOW + timedelta(days=365)).isoformat()}, 105),
    ("the first day of the calendar", {"at": "0001-01-01T00:00:00+23:00"}, 105),
    ("an area not its own", {"area": area_id(1, 2, 1, 1, 1)}, 106),
    ("not an area", {"area": 5}, 107),
    ("two in a single tube", {"body": {"campaign": 1, "tube": TUBE, "mode": "single", "persons": [1, 2]}}, 108),
    ("the same person twice", {"body": {"campaign": 1, "tube": TUBE, "mode": "pooled", "persons": [1, 1]}}, 109),
    ("check digit", {"body": {"campaign": 1, "tube": TUBE + 1, "mode": "single", "persons": [1]}}, 117),
    ("an identity number for a name", {"kind": "person.found", "body": {"campaign": 1, "name": OLD_NUMBER}}, 118),
    ("a kind of the laboratory", {"kind": "tube.resulted"}, 113),
    ("a name of 10,000 signs", {"kind": "person.found", "body": {"campaign": 1, "name": "王" * 10_000}}, 116),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_entry_is_refused_by_number_and_harms_no_other(phone: Device, change: dict, code: int) -> None:
    before, bad, after = (phone.sealed(label(9_200_000 + i), [i + 1]) for i in range(3))
    for name, value in change.items():
        bad.pop(name, None)
        if value is not ...:
            bad[name] = value
    reply = phone.post(before, bad, after)
    assert [(e["status"], e["code"]) for e in reply["entries"]] == [("kept", None), ("refused", code), ("kept", None)]
    assert (reply["upto"], reply["missing"]) == (3, [])
    again = phone.post(bad)
    assert [(e["status"], e["code"]) for e in again["entries"]] == [("repeated", code)]


@pytest.mark.parametrize("n", [0, -1, 2**24, 2**70, "1", None, 1.5, True, ...], ids=str)
def test_an_entry_without_a_usable_number_is_kept_beside(door: Door, phone: Device, n: object) -> None:
    good, bad = phone.sealed(TUBE, [1]), phone.sealed(TUBE, [2])
    bad.pop("n")
    if n is not ...:
        bad["n"] = n
    for _ in range(2):
        reply = phone.post(good, bad)
        assert (reply["entries"][1]["status"], reply["entries"][1]["code"]) == ("refused", 115)
        assert reply["upto"] == 1
    assert door.rows("SELECT count(*) FROM ledger_stray WHERE journal = %s", phone.id) == [(1,)]


@pytest.mark.parametrize("entry", [b"7", b'"x"', b"null", b"[]", b"{}"])
def test_what_is_no_entry_is_kept_beside(phone: Device, entry: bytes) -> None:
    reply = phone.raw(b'{"entries":[' + entry + b"," + json.dumps(phone.sealed(TUBE, [1])).encode() + b"]}").json()
    assert [e["code"] for e in reply["entries"]] == [115, None]


def test_invalid_utf8_harms_its_own_entry_only(phone: Device) -> None:
    first, broken, last = (json.dumps(phone.sealed(label(9_300_000 + i), [1])).encode() for i in range(3))
    broken = broken.replace(b"pooled", b"p\xff\xfeled")
    reply = phone.raw(b'{"entries":[' + b",".join([first, broken, last]) + b"]}").json()
    assert [(e["n"], e["status"], e["code"]) for e in reply["entries"]] == [
        (1, "kept", None), (2, "refused", 112), (3, "kept", None),
    ]  # fmt: skip
    assert reply["upto"] == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"entries":{}}',
        b'{"entries":[tru]}',
        b"\xff\xfe",
        b'{"entries":' + b"[" * 9_999,
    ],
)
def test_a_request_that_is_no_json_is_refused_whole(phone: Device, content: bytes) -> None:
    reply = phone.raw(content)
    assert (reply.status_code, reply.json()["code"]) == (422, 422)


def test_a_body_of_ten_megabytes_is_refused_and_nothing_taken(door: Door, phone: Device) -> None:
    entry = json.dumps(phone.sealed(TUBE, [1])).encode()
    reply = phone.raw(b'{"entries":[' + entry + b"]" + b" " * 10_000_000 + b"}")
    assert (reply.status_code, reply.json()["code"]) == (413, 413)
    assert reply.json()["next"]
    assert door.rows("SELECT held FROM ledger_journal WHERE id = %s", phone.id) == [(0,)]


def test_a_hundred_thousand_entries_are_refused_and_nothing_taken(door: Door, phone: Device) -> None:
    reply = phone.raw(b'{"entries":[' + b",".join([b'{"n":1}'] * 100_000) + b"]}")
    assert (reply.status_code, reply.json()["code"], reply.json()["field"]) == (413, 413, "entries")
    assert door.rows("SELECT held FROM ledger_journal WHERE id = %s", phone.id) == [(0,)]


def test_five_thousand_entries_are_taken(phone: Device) -> None:
    entries = [phone.said("swab.called", {"campaign": phone.campaign, "persons": [i + 1]}) for i in range(5_000)]
    reply = phone.post(*entries)
    assert (reply["upto"], {e["status"] for e in reply["entries"]}) == (5_000, {"kept"})


def test_people_count_as_well_as_entries(door: Door, phone: Device) -> None:
    """Each of these entries is a legal one; a thousand of them asked the ledger for a million lines."""
    entries = [
        phone.said("swab.called", {"campaign": phone.campaign, "persons": [*range(1, 1_001)]}) for _ in range(20)
    ]
    reply = phone.raw(json.dumps({"entries": entries}).encode())
    assert (reply.status_code, reply.json()["code"], reply.json()["field"]) == (413, 413, "entries")
    assert door.rows("SELECT held FROM ledger_journal WHERE id = %s", phone.id) == [(0,)]
    assert phone.post(*entries[:10])["upto"] == 10
    assert phone.post(*entries[10:])["upto"] == 20


def test_an_entry_is_never_too_heavy_by_itself(phone: Device) -> None:
    named = [{"journal": 1, "number": n} for n in range(1, 30_001)]
    reply = phone.post(phone.said("swab.called", {"campaign": phone.campaign, "persons": named}))
    assert (reply["entries"][0]["status"], reply["upto"]) == ("refused", 1)


def test_a_clock_days_off_is_kept_and_flagged(phone: Device) -> None:
    reply = phone.post(phone.sealed(TUBE, [1]) | {"offset_ms": -3 * 86_400_000})
    assert (reply["entries"][0]["status"], reply["entries"][0]["flags"]) == ("kept", ["clock"])


def test_two_writings_of_one_time_are_one_content(phone: Device) -> None:
    entry = phone.sealed(TUBE, [1])
    phone.post(entry | {"at": NOW.isoformat()})
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    assert phone.post(entry | {"at": there.isoformat()})["entries"][0]["status"] == "repeated"


def test_another_content_under_a_number_is_told(phone: Device) -> None:
    entry = phone.sealed(TUBE, [1])
    phone.post(entry)
    reply = phone.post(entry | {"at": (NOW + timedelta(minutes=1)).isoformat()})
    assert (reply["entries"][0]["status"], reply["entries"][0]["flags"]) == ("conflicting", ["variant"])


@pytest.mark.parametrize("turned", [False, True])
def test_two_contents_under_a_number_in_one_request_are_both_told(door: Door, phone: Device, turned: bool) -> None:
    entry = phone.said("person.found", {"name": "张小三", "campaign": phone.campaign})
    both = [entry, entry | {"at": (NOW + timedelta(minutes=1)).isoformat()}]
    reply = phone.post(*(reversed(both) if turned else both))
    assert [(e["status"], e["flags"]) for e in reply["entries"]] == [("conflicting", ["variant"])] * 2
    assert door.rows("SELECT count(*) FROM ledger_variant WHERE journal = %s", phone.id) == [(1,)]
    found = found_id(phone.id, entry["n"])
    assert door.rows("SELECT name FROM places_person WHERE id = %s", found) == [("张小三",)]


def test_a_tube_in_two_boxes_is_kept_and_shows(door: Door, phone: Device) -> None:
    boxed = [phone.said("tube.boxed", {"campaign": phone.campaign, "box": box, "tubes": [TUBE]}) for box in (BOX, BOX2)]
    reply = phone.post(phone.sealed(TUBE, [1]), *boxed)
    assert [e["status"] for e in reply["entries"]] == ["kept"] * 3
    assert owed(door, phone.campaign, "tube", TUBE)["takes"] == 2


def test_a_person_sampled_in_two_places_is_kept_and_shows(door: Door, phone: Device) -> None:
    there = phone.sealed(label(9_400_001), [77]) | {"area": ELSEWHERE}
    reply = phone.post(phone.sealed(TUBE, [77]), there)
    assert [e["status"] for e in reply["entries"]] == ["kept"] * 2
    assert owed(door, phone.campaign, "swab", 77)["takes"] == 2


def test_a_result_of_an_unknown_tube_is_kept_and_not_owed(door: Door, laboratory: Device) -> None:
    unknown = label(9_500_001)
    body = {"campaign": laboratory.campaign, "results": [{"tube": unknown, "value": "negative"}]}
    reply = laboratory.post(laboratory.said("tube.resulted", body))
    assert reply["entries"][0]["status"] == "kept"
    assert owed(door, laboratory.campaign, "tube", unknown)["outcome"] == 3


def test_a_formula_in_a_name_is_kept_as_text(door: Door, phone: Device) -> None:
    name = '=HYPERLINK("x";"y")'
    reply = phone.post(phone.said("person.found", {"campaign": phone.campaign, "name": name}))
    assert reply["entries"][0]["status"] == "kept"
    (raw,) = door.rows("SELECT raw FROM ledger_entry WHERE journal = %s", phone.id)[0]
    assert json.loads(bytes(raw))["body"]["name"] == name


def test_an_identity_number_in_a_name_is_refused_and_told_nowhere(door: Door, phone: Device) -> None:
    """The entry is kept as it came and counts nowhere; nobody is registered under the number."""
    number = "11010519491231002X"
    found = {"campaign": phone.campaign, "name": f"赵试新 {number}"}
    wrong = phone.said("person.found", found)
    reply = phone.raw(json.dumps({"entries": [wrong]}).encode())
    assert reply.json()["entries"] == [{"n": 1, "status": "refused", "code": 118, "field": "name", "flags": []}]
    assert number[:17] not in reply.text
    assert phone.post(wrong)["entries"][0] == reply.json()["entries"][0] | {"status": "repeated", "field": None}
    person = found_id(phone.id, 1)
    assert door.rows("SELECT count(*) FROM places_person WHERE id = %s", person) == [(0,)]
    assert door.rows("SELECT count(*) FROM ledger_line WHERE journal = %s", phone.id) == [(0,)]
    (raw,) = door.rows("SELECT raw FROM ledger_entry WHERE journal = %s", phone.id)[0]
    assert number in bytes(raw).decode(), "as docs/explanation/security.md says"
    assert phone.post(phone.said("person.found", found | {"name": "赵试新"}))["entries"][0]["status"] == "kept"


def test_an_entry_that_the_database_cannot_take_stands_alone(door: Door, phone: Device) -> None:
    """A check on the table plays the fault of a later version: one label that no statement can store."""
    poison = label(9_666_666)
    with psycopg.connect(door.owner, autocommit=True) as owner:
        owner.execute(f"ALTER TABLE ledger_line ADD CONSTRAINT poison CHECK (subject <> {poison}) NOT VALID")
        try:
            entries = [phone.sealed(poison if i == 4 else label(9_600_000 + i), [i + 1]) for i in range(9)]
            reply = phone.post(*entries)
        finally:
            owner.execute("ALTER TABLE ledger_line DROP CONSTRAINT poison")
    codes = [e["code"] for e in reply["entries"]]
    assert codes == [None] * 4 + [199] + [None] * 4
    assert reply["upto"] == 9
    assert [e["code"] for e in phone.post(entries[4])["entries"]] == [199]


def test_when_too_much_waits_the_next_is_asked_to_come_again() -> None:
    async def crowd() -> int:
        gatherer = Batcher(waiting=100)  # not started: whatever comes waits
        first = asyncio.create_task(gatherer.submit(Sent(1, [Stray(1, b"", Refused(115))] * 60, weight=60)))
        await asyncio.wait([first], timeout=0)
        with pytest.raises(Problem) as refused:
            await gatherer.submit(Sent(2, [Stray(2, b"", Refused(115))] * 60, weight=60))
        first.cancel()
        return refused.value.code

    code = asyncio.run(crowd())
    assert (code, int(response(Problem(code)).headers["retry-after"]) > 0) == (429, True)


def test_two_doors_at_once_agree(door: Door, second_door: Door, enrol: Callable[..., Device]) -> None:
    """Four devices speak of the same tubes through both doors, each request twice and at once."""
    devices = [enrol("phone") for _ in range(4)]
    replies: list[dict] = []

    def send(device: Device, through: Door) -> None:
        entries = [device.sealed(label(9_700_000 + i), [i + 1, i + 2], n=i + 1) for i in range(60)]
        for start in range(0, 60, 10):
            replies.append(device.post(*entries[start : start + 10], through=through))

    threads = [threading.Thread(target=send, args=(d, t)) for d in devices for t in (door, second_door)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(replies) == 4 * 2 * 6
    told = [e["status"] for reply in replies for e in reply["entries"]]
    assert (told.count("kept"), told.count("repeated")) == (240, 240)
    for device in devices:
        assert device.post()["upto"] == 60


def test_without_a_database_nothing_is_acknowledged(cut_off: tuple[Door, Device, Callable[..., None]]) -> None:
    door, device, cut = cut_off
    entry = device.sealed(TUBE, [1])
    assert device.post(entry, through=door)["upto"] == 1
    cut()
    reply = device.raw(json.dumps({"entries": [entry]}).encode(), through=door)
    assert (reply.status_code, reply.json()["code"]) == (503, 503)
    assert int(reply.headers["retry-after"]) > 0
    assert door.client.get("/healthz").status_code == 503


def test_a_connection_that_was_lost_meanwhile_costs_the_device_nothing(
    cut_off: tuple[Door, Device, Callable[..., None]],
) -> None:
    door, device, cut = cut_off
    assert device.post(device.sealed(TUBE, [1]), through=door)["upto"] == 1
    cut(for_good=False)
    reply = device.raw(json.dumps({"entries": [device.sealed(label(9_800_001), [2])]}).encode(), through=door)
    assert (reply.status_code, reply.json()["upto"]) == (200, 2)


def test_the_router_refuses_by_number(door: Door) -> None:
    wrong = door.client.get("/field/journal")
    assert (wrong.status_code, wrong.json()["code"]) == (405, 405)
    nowhere = door.client.get("/field/nowhere")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, 404)


@pytest.fixture
def cut_off(shared, clone, start_door) -> Iterator[tuple[Door, Device, Callable[..., None]]]:
    """A door of its own, a device, and a way to cut its connections to the database, for good or for now."""
    with clone() as urls, start_door(urls) as door:
        device = enrolled(door, "phone")
        name = urls.application.rsplit("/", 1)[-1].split("?")[0]

        def cut(for_good: bool = True) -> None:
            admin = urls.owner.replace(f"/{name}", "/postgres", 1)
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {not for_good}')
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

        yield door, device, cut
    bind(shared)  # Django goes back to the database of this file


def test_who_waits_too_long_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LOOK", 0.01)

    async def stuck() -> int:
        gatherer = Batcher(patience=0)
        gatherer.start()
        monkeypatch.setattr(gatherer.threads, "run", lambda *_: asyncio.Event().wait())
        with pytest.raises(Problem) as refused:
            await gatherer.submit(Sent(1, [Stray(1, b"", Refused(115))]))
        return refused.value.code

    assert asyncio.run(stuck()) == 503
