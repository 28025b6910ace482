"""The rehearsal plays every declared kind through the door: phones by their packs, desks in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bulou.config import exercise_works
from bulou.ledger.verify import verify
from bulou.rehearsal.duties import Play, fate, filled
from bulou.rehearsal.staff import DevicePlan
from bulou.ui.room import works
from tests import cast
from tests.doors.field_door import NOW, Door


@pytest.fixture(scope="module")
def shared(settled_clone) -> Any:
    """Plum Creek, in which the round is open."""
    with settled_clone() as urls:
        yield urls


def test_every_declared_kind_is_played_and_verify_is_clean(door: Door) -> None:
    phones = [DevicePlan("一居委", "phone", (cast.UPPER,)), DevicePlan("二居委", "phone", (cast.LOWER,))]
    done = exercise_works.play(
        door.url, phones, cast.DISTRICT, NOW - timedelta(hours=20), NOW, 2000, 7, lambda _text: None
    )
    assert done["refused"] == 0 and done["opened"] > 0 and done["desks"] > 0
    found = exercise_works.figures(NOW)
    assert {*works()} <= {*found}
    for name in ("parcel", "finding"):
        assert found[name]["owed"] and found[name]["done"], (name, found[name])
    for name in ("replenishment",):
        assert found[name]["owed"], (name, found[name])
    for one in found.values():
        assert one["owed"] == one["done"] + one["open"] + one["excused"] and one["late"] <= one["open"]
    assert found["parcel"]["owed"] == len(cast.HOUSEHOLDS) + 1  # and the one of the next street
    assert verify("owner") == []


def test_what_becomes_of_a_duty_follows_from_its_name_and_the_seed() -> None:
    play = Play(done_min=200, refused_share=0.2)
    told = [fate(f"1/parcel/{n}/0", play, NOW, 3) for n in range(2000)]
    assert told == [fate(f"1/parcel/{n}/0", play, NOW, 3) for n in range(2000)]
    assert told != [fate(f"1/parcel/{n}/0", play, NOW, 4) for n in range(2000)]
    refused = sum(one.word == "refused" for one in told)
    assert 300 < refused < 500 and all(NOW <= one.taken <= one.done for one in told)
    one = told[0]
    assert one.at(1, 4) == one.taken and one.at(4, 4) == one.done and one.at(1, 1) == one.done


def test_what_a_play_gives_is_meant_for_its_subject_and_its_hour() -> None:
    bare = {"required": True, "default": None, "least": None, "when": None, "choices": []}
    fields = [{"name": "bed", "type": "text"} | bare, {"name": "until", "type": "time"} | bare]
    said = filled(fields, {"bed": "B-{subject}", "until": "+336h"}, NOW, "1/stay/17/0")
    assert said == {"bed": "B-17", "until": (NOW + timedelta(days=14)).isoformat()}


def test_forms_are_filled_in_as_they_are_declared() -> None:
    def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
        bare = {"required": True, "default": None, "least": None, "when": None, "choices": []}
        return {"name": name, "type": kind} | bare | more

    fields = [
        field("where", "choice", choices=[{"name": "home"}]), field("bed", "text", when=["where", ["hospital"]]),
        field("n", "int", least=3), field("note", "text", required=False), field("kind", "text"),
    ]  # fmt: skip
    assert filled(fields, {"kind": ["a"]}, NOW, "x") == {"where": "home", "n": 3, "kind": "a"}
