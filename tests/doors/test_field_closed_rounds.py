"""A round's end takes nothing from a device that people still need: second swabs, whom to keep away from, tubes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bulou.field import openapi
from bulou.ledger import campaigns, journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions as places
from bulou.rounds.actions import close_round, open_round
from bulou.rounds.vocabulary import CLOSING_REASONS
from tests.doors.field_door import NOW, Device, Door, enrolled

STREET, HOUSE = area_id(1, 1), area_id(1, 1, 1, 1, 1)
FIRST, SECOND = 9_001, 9_002
WANG, LI, ZHAO, SUN = 1, 2, 3, 4
POOL, SINGLE, LATE = label(70_001), label(70_002), label(70_003)


@pytest.fixture(scope="module")
def closed(door: Door) -> int:
    """A pool of two is abnormal, one single tube is positive, one tube has no result, one person has no swab; then the
    round is closed and the next one opened. Returns the desk's journal.
    """
    at = NOW - timedelta(hours=5)
    named = {
        area_id(1): "试验区",
        STREET: "梅溪镇",
        area_id(1, 1, 1): "一居委",
        area_id(1, 1, 1, 1): "新村",
        HOUSE: "1号楼",
    }
    places.load_town(
        [{"id": id_, "name": name} for id_, name in named.items()],
        {"id": [1], "area": [HOUSE], "stairwell": [1], "floor": [1], "door": ["101"]},
        {"id": [WANG, LI, ZHAO, SUN], "household": [1] * 4, "name": ["王试安", "李试平", "赵试远", "孙试新"],
         "birth_year": [1980] * 4, "phone": [None] * 4, "needs": [[]] * 4},
        at,
        "名册",
    )  # fmt: skip
    desk, _ = journals.enrol("desk", "desk", (span(0),), at - timedelta(hours=1), NOW + timedelta(days=90))
    open_round(FIRST, "第一轮", STREET, desk, at, at)
    later = at + timedelta(minutes=30)

    def sealed(tube: int, mode: str, *people: int) -> tuple[str, Any, int, dict[str, Any]]:
        return "tube.sealed", later, HOUSE, {"campaign": FIRST, "tube": tube, "mode": mode, "persons": [*people]}

    results = [{"tube": POOL, "value": "positive"}, {"tube": SINGLE, "value": "positive"}]
    journals.append(desk, [
        sealed(POOL, "pooled", WANG, LI), sealed(SINGLE, "single", ZHAO),
        ("tube.resulted", later + timedelta(hours=1), HOUSE, {"campaign": FIRST, "results": results}),
    ], NOW)  # fmt: skip
    with scoped(EVERYWHERE):
        n = sum(campaigns.open_duties(FIRST).values())
    ended = at + timedelta(hours=3)
    close_round(FIRST, STREET, desk, ended, ended, {next(iter(CLOSING_REASONS)): n})
    open_round(SECOND, "第二轮", STREET, desk, ended, ended)
    return desk


def packs(door: Door, device: Device) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both forms of a device's pack."""
    whole = door.get("/field/pack", headers=device.headers)
    parts = door.client.post("/field/pack", json={"have": {}}, headers=device.headers)
    msgspec.json.decode(whole.content, type=openapi.Pack)
    msgspec.json.decode(parts.content, type=openapi.LeavesPack)
    return whole.json(), parts.json()


def owed(parts: dict[str, Any]) -> dict[int, set[tuple[int, str]]]:
    return {
        person["id"]: {(duty["campaign"], duty["kind"]) for duty in person["duties"] if duty["outcome"] == 0}
        for leaf in parts["leaves"] for person in leaf["persons"]
    }  # fmt: skip


def test_second_swabs_of_a_closed_round_are_in_the_pack_and_can_be_taken(door: Door, closed: int) -> None:
    phone = enrolled(door, "phone", ranges=(span(HOUSE),))
    whole, parts = packs(door, phone)
    for pack in (whole, parts):
        assert [(row["id"], row["closed_at"] is not None) for row in pack["campaigns"]] == [
            (SECOND, False),
            (FIRST, True),
        ]
    old = {(row["subject"], row["kind"], row["occasion"]) for row in whole["duties"] if row["campaign"] == FIRST}
    assert (WANG, "retest", POOL) in old and (LI, "retest", POOL) in old
    assert not any(kind == "swab" for _person, kind, _occasion in old), "an untaken swab is the next round's"
    by_person = owed(parts)
    assert (FIRST, "retest") in by_person[WANG] and (FIRST, "swab") not in by_person[SUN]
    away = {person["id"] for leaf in parts["leaves"] for person in leaf["persons"] if person["keep_away"]}
    assert {WANG, LI, ZHAO} <= away and SUN not in away, "who waits under it is kept away from"
    body = {"campaign": FIRST, "tube": LATE, "mode": "single", "persons": [WANG], "retest_of": POOL}
    entry = phone.said("tube.sealed", body) | {"area": HOUSE}
    assert phone.post(entry)["entries"][0]["status"] == "kept"
    again, _parts = packs(door, phone)
    (stage,) = [row["stage"] for row in again["duties"] if (row["subject"], row["kind"]) == (WANG, "retest")]
    assert stage == 2


def test_couriers_and_laboratories_keep_the_round_of_what_they_carry(door: Door, closed: int) -> None:
    for kind in ("courier", "laboratory"):
        whole, _parts = packs(door, enrolled(door, kind))
        assert [row["id"] for row in whole["campaigns"]] == [SECOND, FIRST]
        assert whole["duties"] == []


def test_a_round_under_which_nobody_waits_is_over(door: Door, closed: int) -> None:
    """Another street's phone never sees it; and of a quiet round nothing is left."""
    elsewhere = enrolled(door, "phone", ranges=(span(area_id(1, 1, 2)),))
    whole, _parts = packs(door, elsewhere)
    assert [row["id"] for row in whole["campaigns"]] == [SECOND]
