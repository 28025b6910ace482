"""The work pack by buildings: what is unchanged is not sent again, who must be kept away from is told without why."""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from bulou.config.connections import Urls
from bulou.field import actions, leaves, openapi
from bulou.ledger import journals
from bulou.ledger.areas import FOUND_BASE, area_id, found_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.journals import Journal, authenticate
from bulou.ledger.scope import scoped
from bulou.places import actions as places
from bulou.rounds.actions import open_round
from bulou.rounds.paper.actions import print_sheets
from tests.doors.field_door import NOW, Device, Door, enrolled
from tests.house.tree import ROOT

STREET, ESTATE = area_id(1, 1), area_id(1, 1, 1, 1)
HOUSE_1, HOUSE_2, OTHER = area_id(1, 1, 1, 1, 1), area_id(1, 1, 1, 1, 2), area_id(1, 1, 1, 2, 1)
ROUND = 9_001
WANG, BABY, LI, ZHAO = 1, 2, 3, 4


@pytest.fixture(scope="module")
def town(door: Door) -> Callable[..., None]:
    """Three buildings, four people, one open round; returns how the desk says something of the street."""
    at = NOW - timedelta(hours=2)
    named = {area_id(1): "试验区", STREET: "梅溪镇", area_id(1, 1, 1): "一居委", ESTATE: "梅溪新村", HOUSE_1: "1号楼",
             HOUSE_2: "2号楼", area_id(1, 1, 1, 2): "梅溪公寓", OTHER: "3号楼"}  # fmt: skip
    places.load_town(
        [{"id": id_, "name": name} for id_, name in named.items()],
        {"id": [1, 2, 3], "area": [HOUSE_1, HOUSE_2, OTHER], "stairwell": [1, 1, 1], "floor": [1, 2, 3],
         "door": ["101", "201", "301"]},
        {"id": [WANG, BABY, LI, ZHAO], "household": [1, 1, 2, 3], "name": ['王"试\\安', "王试宝", "李试平", "赵试远"],
         "birth_year": [1980, 2019, 1940, 1990], "phone": ["00012345678", None, None, None],
         "needs": [[], ["dialysis"], ["bedridden"], []]},
        at,
        "名册",
    )  # fmt: skip
    desk, _ = journals.enrol("desk", "desk", (span(0),), at - timedelta(hours=1), NOW + timedelta(days=1))
    open_round(ROUND, "第一轮", STREET, desk, at, at)

    def say(kind: str, area: int, minute: int = 0, **body: Any) -> None:
        (receipt,) = journals.append(desk, [(kind, NOW + timedelta(minutes=minute), area, body)], NOW)
        assert receipt.status == "kept", receipt

    return say


def asked(door: Door, device: Device, have: dict[str, str] | None = None, **headers: str) -> httpx.Response:
    return door.client.post("/field/pack", json={"have": have or {}}, headers=device.headers | headers)


def fetched(door: Door, device: Device, have: dict[str, str] | None = None) -> dict[str, Any]:
    reply = asked(door, device, have)
    assert reply.status_code == 200, reply.text
    msgspec.json.decode(reply.content, type=openapi.LeavesPack)
    return reply.json()


def persons(pack: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {person["id"]: person for leaf in pack["leaves"] for person in leaf["persons"]}


def digests(pack: dict[str, Any]) -> dict[str, str]:
    return {str(leaf["area"]): leaf["digest"] for leaf in pack["leaves"]}


@pytest.fixture
def phone(door: Door, town: Callable[..., None]) -> Device:
    return enrolled(door, "phone", ranges=(span(ESTATE),))


def test_a_pack_holds_the_buildings_of_the_device_and_no_other(door: Door, phone: Device) -> None:
    pack = fetched(door, phone)
    assert [leaf["area"] for leaf in pack["leaves"]] == [HOUSE_1, HOUSE_2]
    assert [(d["id"], d["door"]) for d in pack["leaves"][0]["households"]] == [(1, "101")]
    known = [person for id_, person in persons(pack).items() if id_ < FOUND_BASE]
    assert {p["id"]: p["name"] for p in known} == {WANG: '王"试\\安', BABY: "王试宝", LI: "李试平"}
    assert [p["team_needed"] for p in known] == [False, False, True]
    assert [p["watch"] for p in known] == [False, True, False]
    assert [c["id"] for c in pack["campaigns"]] == [ROUND]
    assert {a["name"] for a in pack["areas"]} == {"试验区", "梅溪镇", "一居委", "梅溪新村", "1号楼", "2号楼"}
    assert (pack["role"], pack["tasks"]) == ("sampler", ["tubes", "calls", "found"])


def test_what_the_device_has_is_not_sent_again(door: Door, phone: Device, town: Callable[..., None]) -> None:
    have = digests(fetched(door, phone))
    again = fetched(door, phone, have | {str(OTHER): "0" * 32})
    assert (again["leaves"], again["gone"]) == ([], [OTHER])
    town("duty.deferred", HOUSE_2, campaign=ROUND, duty="swab", subjects=[LI], reason="away",
         until=(NOW + timedelta(hours=3)).isoformat())  # fmt: skip
    changed = fetched(door, phone, have)
    assert [leaf["area"] for leaf in changed["leaves"]] == [HOUSE_2]
    (duty,) = persons(changed)[LI]["duties"]
    assert (duty["mark"], duty["reason"], duty["outcome"]) == (1, "away", 0)
    assert changed["leaves"][0]["digest"] != have[str(HOUSE_2)]


def test_who_was_sampled_is_still_told(door: Door, phone: Device) -> None:
    phone.campaign = ROUND
    phone.post(phone.sealed(label(81_001), [WANG]) | {"area": HOUSE_1})
    (duty,) = persons(fetched(door, phone))[WANG]["duties"]
    assert (duty["kind"], duty["stage"], duty["outcome"]) == ("swab", 2, 0)
    lab = enrolled(door, "laboratory")
    result = {"campaign": ROUND, "results": [{"tube": label(81_001), "value": "negative"}]}
    assert lab.post(lab.said("tube.resulted", result) | {"area": STREET})["entries"][0]["status"] == "kept"
    (duty,) = persons(fetched(door, phone))[WANG]["duties"]
    assert (duty["stage"], duty["outcome"]) == (5, 1)


def test_in_how_many_tubes_somebody_is_is_told(door: Door, phone: Device) -> None:
    """So that of two phones that did not know of each other the later one hears of it."""
    phone.campaign = ROUND
    phone.post(phone.sealed(label(81_011), [BABY]) | {"area": HOUSE_1})
    other = enrolled(door, "phone", ranges=(span(ESTATE),))
    other.campaign = ROUND
    have = digests(fetched(door, phone))
    entry = other.sealed(label(81_012), [BABY]) | {"area": HOUSE_1}
    assert other.post(entry)["entries"][0]["status"] == "kept"
    (duty,) = persons(fetched(door, phone, have))[BABY]["duties"]
    assert (duty["stage"], duty["takes"]) == (2, 2)
    other.post(other.said("entry.voided", {"journal": other.id, "number": entry["n"], "reason": "x"}))
    (duty,) = persons(fetched(door, phone))[BABY]["duties"]
    assert duty["takes"] == 1


def lost(door: Door, device: Device) -> list[tuple[int, str, list[int]]]:
    return [(one["tube"], one["why"], one["persons"]) for one in fetched(door, device)["lost"]]


def test_a_tube_that_broke_and_a_label_on_two_tubes_are_told(door: Door, phone: Device) -> None:
    """Of the label to both phones that sealed it, wherever; a void of one of the two settles it."""
    broken, twice = label(81_021), label(81_022)
    away = enrolled(door, "phone", ranges=(span(OTHER),))
    phone.campaign = away.campaign = ROUND
    first = phone.sealed(twice, [WANG, BABY]) | {"area": HOUSE_1}
    phone.post(first)
    assert lost(door, phone) == []
    again = away.sealed(twice, [ZHAO]) | {"area": OTHER}
    away.post(again, away.sealed(broken, [ZHAO]) | {"area": OTHER})
    assert lost(door, phone) == [(twice, "twice", [WANG, BABY])]
    assert lost(door, away) == [(twice, "twice", [ZHAO])]
    assert lost(door, enrolled(door, "phone", ranges=(span(HOUSE_2),))) == []
    body = {"campaign": ROUND, "duty": "tube", "subjects": [broken], "reason": "destroyed", "evidence": "摔破"}
    reply = away.post(away.said("duty.excused", body) | {"area": OTHER})
    assert reply["entries"][0]["status"] == "kept", reply
    assert lost(door, away) == [(broken, "broken", [ZHAO]), (twice, "twice", [ZHAO])]
    void = {"journal": phone.id, "number": first["n"], "reason": "x"}
    phone.post(phone.said("entry.voided", void) | {"area": HOUSE_1})
    assert (lost(door, phone), lost(door, away)) == ([], [(broken, "broken", [ZHAO])])


def test_the_lines_of_sheets_of_paper_are_told(door: Door, phone: Device) -> None:
    with scoped((span(ESTATE),)):
        printed, kept = print_sheets(HOUSE_2, NOW, "王组长", ROUND)
    assert [sheet.number for sheet in printed] == [label(kept[0].journal)]
    told = {leaf["area"]: leaf["sheets"] for leaf in fetched(door, phone)["leaves"]}
    assert told == {HOUSE_1: [], HOUSE_2: [{"journal": kept[0].journal, "persons": kept[0].persons}]}
    assert LI in kept[0].persons


#: What a form offers to choose from says nothing about anybody.
FORMS = ("reasons", "refusals", "works")


def test_who_is_positive_is_kept_away_from_and_no_diagnosis_is_sent(door: Door, phone: Device) -> None:
    device = enrolled(door, "phone", ranges=(span(area_id(1, 1, 1, 2)),))
    assert not persons(fetched(door, device))[ZHAO]["keep_away"]
    device.campaign = ROUND
    body = {"campaign": ROUND, "tube": label(81_002), "mode": "single", "persons": [ZHAO]}
    device.post(device.said("tube.sealed", body) | {"area": OTHER})
    lab = enrolled(door, "laboratory")
    result = {"campaign": ROUND, "results": [{"tube": label(81_002), "value": "positive"}]}
    lab.post(lab.said("tube.resulted", result) | {"area": STREET})
    assert door.rows("SELECT count(*) FROM ledger_duty WHERE kind = 5 AND subject = %s AND outcome = 0", ZHAO) == [(1,)]
    reply = asked(door, device)
    assert persons(reply.json())[ZHAO]["keep_away"]
    old = door.get("/field/pack", headers=device.headers)
    for told in (reply.json(), old.json()):
        said = json.dumps({name: told[name] for name in told if name not in FORMS})
        for word in ("disposition", "infection", "positive", "dialysis", "birth", "00012345678", "1980"):
            assert word not in said


def test_zones_and_symptoms_come_from_standings(door: Door, phone: Device, town: Callable[..., None]) -> None:
    """The compound's level holds for its buildings, unless one has its own; an end makes it pass."""
    town("standing.set", STREET, 1, subject_kind=5, subject=STREET, name="zone.level", value="precaution", reason="令")
    town("standing.set", HOUSE_1, 2, subject_kind=5, subject=HOUSE_1, name="zone.level", value="lockdown", reason="令")
    town("standing.set", HOUSE_2, 3, subject_kind=1, subject=LI, name="symptoms", value="yes", reason="门口")
    town("antigen.reported", HOUSE_1, 4, person=BABY, value="positive")
    pack = fetched(door, phone)
    assert {leaf["area"]: leaf["zone"] for leaf in pack["leaves"]} == {HOUSE_1: "lockdown", HOUSE_2: "precaution"}
    assert {zone["name"] for zone in pack["zones"]} >= {"lockdown", "precaution"}
    assert {id_ for id_, p in persons(pack).items() if p["symptoms"]} == {LI, BABY}
    past = (NOW - timedelta(minutes=1)).isoformat()
    town(
        "standing.set",
        HOUSE_1,
        5,
        subject_kind=5,
        subject=HOUSE_1,
        name="zone.level",
        value="lockdown",
        until=past,
        reason="解",
    )
    assert fetched(door, phone)["leaves"][0]["zone"] == "precaution"


def test_who_is_owed_here_and_lives_elsewhere_comes_without_a_name(
    door: Door, phone: Device, town: Callable[..., None]
) -> None:
    town("person.found", HOUSE_2, campaign=ROUND + 1, person=ZHAO, name="赵试远")
    desk, _ = journals.enrol("desk", "desk", (span(0),), NOW - timedelta(hours=3), NOW + timedelta(days=1))
    open_round(ROUND + 1, "补", area_id(1, 7), desk, NOW, NOW)
    device = enrolled(door, "phone", ranges=(span(HOUSE_2), span(area_id(1, 7))))
    guest = persons(fetched(door, device))[ZHAO]
    assert (guest["name"], guest["household"], len(guest["duties"])) == ("", None, 1)


@pytest.mark.parametrize("kind", ["courier", "laboratory"])
def test_a_courier_learns_of_nobody(door: Door, town: Callable[..., None], kind: str) -> None:
    pack = fetched(door, enrolled(door, kind, ranges=(span(STREET),)), {str(HOUSE_1): "0"})
    assert (pack["leaves"], pack["areas"], pack["gone"]) == ([], [], [HOUSE_1])
    assert (pack["role"], pack["tasks"]) == (kind, [])


def test_a_pack_is_compressed_where_that_is_asked_for(door: Door, phone: Device) -> None:
    with door.client.stream(
        "POST", "/field/pack", json={}, headers=phone.headers | {"accept-encoding": "gzip"}
    ) as reply:
        squeezed = b"".join(reply.iter_raw())
    assert reply.headers["content-encoding"] == "gzip"
    plain = asked(door, phone, **{"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(squeezed) < len(plain.content)
    assert msgspec.json.decode(gzip.decompress(squeezed))["leaves"] == plain.json()["leaves"]


@pytest.mark.parametrize("content", [b"[]", b'{"have":[]}', b'{"have":{"x":"1"}}', b'{"have":{"1":1}}', b"\xff"])
def test_a_bad_question_is_refused(door: Door, phone: Device, content: bytes) -> None:
    reply = door.client.post("/field/pack", content=content, headers=phone.headers)
    assert (reply.status_code, reply.json()["code"]) == (422, 422)


def test_the_number_of_statements_does_not_grow(db: None, queries: Callable[..., Any]) -> None:
    """However many ranges, buildings and people."""

    def build(n: int, at: int) -> Journal:
        areas = [area_id(1, 1, 1, at + i, j) for i in range(n) for j in range(1, n + 1)]
        nodes = {a for area in areas for a in (area_id(1), STREET, area_id(1, 1, 1), area & ~0xFFF, area)}
        ids = [at * 1000 + i for i in range(len(areas))]
        ones = [1] * len(ids)
        places.load_town(
            [{"id": a, "name": f"N{a}"} for a in nodes],
            {"id": ids, "area": areas, "stairwell": ones, "floor": ones, "door": ["101"] * len(ids)},
            {"id": ids, "household": ids, "name": ["某试人"] * len(ids), "birth_year": [1980] * len(ids),
             "phone": [None] * len(ids), "needs": [[]] * len(ids)},
            NOW, "名册",
        )  # fmt: skip
        ranges = tuple(span(area_id(1, 1, 1, at + i)) for i in range(n))
        _, key = journals.enrol("门口", "phone", ranges, NOW, NOW + timedelta(hours=8))
        journal = authenticate(key)
        assert journal
        return journal

    for journal, leaf in ((build(1, 1), 1), (build(5, 2), 25)):
        with queries(23):
            assert len(leaves.pack(journal, {})["leaves"]) == leaf


def test_enrolment_says_role_and_name(door: Door, town: Callable[..., None]) -> None:
    with scoped((span(ESTATE),)):
        until = NOW + timedelta(hours=8)
        token = actions.offer_enrolment("门口", "phone", (span(ESTATE),), until, "王组长", NOW, role="volunteer")
    told = door.client.post("/field/enrol", json={"token": token, "name": "不用"}).json()
    assert (told["role"], told["name"]) == ("volunteer", "门口")
    device = Device(door, told["journal"], told["key"])
    pack = fetched(door, device)
    assert (pack["role"], pack["name"]) == ("volunteer", "门口")
    assert pack["tasks"] == ["doors", "duties", "calls", "antigen", "found", "chat"]


def test_a_found_persons_sealed_number_reaches_the_register_as_a_tail(door: Door, phone: Device) -> None:
    """As a phone does it: with the key of the pack, through the door."""
    given = fetched(door, phone)["card_key"]
    public: Any = load_der_public_key(base64.b64decode(given["spki"]))
    data = public.encrypt(b"11010519491231002X", padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    body = {"campaign": ROUND, "name": "孙试新", "card": {"key": given["id"], "data": base64.b64encode(data).decode()}}
    entry = phone.said("person.found", body) | {"area": HOUSE_1}
    assert phone.post(entry)["entries"][0]["status"] == "kept"
    row = door.rows("SELECT id_tail, card FROM places_person WHERE id = %s", found_id(phone.id, entry["n"]))
    assert row == [("002X", None)]
    assert "002X" not in json.dumps(fetched(door, phone))


def test_the_installations_codes_are_in_the_pack(shared: Urls, start_door: Callable[..., Any]) -> None:
    with start_door(shared, BULOU_CODES=str(ROOT / "examples" / "codes.toml")) as door:
        codes = fetched(door, enrolled(door, "courier"))["codes"]
    assert [code["name"] for code in codes] == ["estate-card", "maker-tube", "id-card-text"]
