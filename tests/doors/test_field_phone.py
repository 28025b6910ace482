"""What phones ask of the door besides: the time, a word on their own clock, and who else writes under their number."""

from datetime import UTC, datetime, timedelta

import pytest

from bulou.field import actions
from bulou.ledger.areas import span
from bulou.ledger.check_digit import label
from bulou.ledger.scope import scoped
from tests.doors.field_door import NOW, STREET, Device, Door

DAY_MS = 24 * 3600_000


def jumps(door: Door, device: Device) -> list[tuple]:
    return door.rows("SELECT number, jump_ms FROM field_jump WHERE journal = %s ORDER BY number", device.id)


def told_now(text: str) -> bool:
    """Whether a text is the present time, give or take how long an answer takes."""
    return abs(datetime.fromisoformat(text) - datetime.now(UTC)) < timedelta(minutes=1)


def test_every_answer_says_what_time_it_is(phone: Device) -> None:
    """Also one to a request without entries, which a phone sends whose clock may have jumped."""
    assert told_now(phone.post(phone.sealed(label(9_400_001), [1]))["served_at"])
    asked = phone.post()
    assert told_now(asked["served_at"]) and (asked["entries"], asked["upto"]) == ([], 1)


def test_an_enrolment_says_what_time_it_is(door: Door) -> None:
    with scoped((span(STREET),)):
        until = NOW + timedelta(hours=8)
        token = actions.offer_enrolment("门口", "phone", (span(STREET),), until, "王组长", NOW)
    assert told_now(door.client.post("/field/enrol", json={"token": token}).json()["served_at"])


def test_a_jump_of_the_clock_is_kept_beside_its_entry_and_is_no_part_of_it(door: Door, phone: Device) -> None:
    entry = phone.sealed(label(9_400_011), [1])
    early = phone.sealed(label(9_400_012), [2]) | {"at": (NOW + timedelta(days=3)).isoformat(), "jump_ms": 3 * DAY_MS}
    reply = phone.post(entry | {"jump_ms": -2 * DAY_MS}, early)
    assert [(one["status"], one["code"]) for one in reply["entries"]] == [("kept", None), ("refused", 105)]
    assert jumps(door, phone) == [(1, -2 * DAY_MS), (2, 3 * DAY_MS)]
    again = phone.post(entry, early | {"jump_ms": 1})
    assert [one["status"] for one in again["entries"]] == ["repeated", "repeated"]
    assert jumps(door, phone) == [(1, -2 * DAY_MS), (2, 3 * DAY_MS)], "the first word stands"


@pytest.mark.parametrize(("jump", "code"), [(2**60, 104), ("1", 103), (0, None), (None, None)])
def test_a_jump_is_a_number_or_nothing(door: Door, phone: Device, jump: object, code: int | None) -> None:
    (told,) = phone.post(phone.sealed(label(9_400_021), [1]) | {"jump_ms": jump})["entries"]
    assert (told["code"], jumps(door, phone)) == (code, [])


def test_a_copied_phone_hears_of_numbers_that_it_never_gave(phone: Device) -> None:
    """Two phones of one key: the later one is told of a conflict, or of more numbers than it has."""
    mine, other = phone.sealed(label(9_400_031), [1], n=1), phone.sealed(label(9_400_032), [2], n=1)
    assert phone.post(mine)["entries"][0]["status"] == "kept"
    (told,) = phone.post(other)["entries"]
    assert (told["status"], told["flags"]) == ("conflicting", ["variant"])
    assert phone.post(mine)["entries"][0]["flags"] == ["variant"]
    assert phone.post(phone.sealed(label(9_400_033), [3], n=5))["missing"] == [[2, 4]]
