"""POST /field/journal from devices that are unknown, revoked or expired: refused by number, and soon."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bulou.ledger import journals
from tests.doors.field_door import NOW, Device, Door


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer short", "Basic " + "x" * 43, "Bearer " + "x" * 43])
def test_an_unknown_device_is_refused(door: Door, header: str | None) -> None:
    headers = {"authorization": header} if header else {}
    reply = door.client.post("/field/journal", content=b'{"entries":[]}', headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, 401)
    assert set(reply.json()) == {"code", "zh", "en", "field", "expected", "next"}


def test_a_revoked_device_is_refused(door: Door, enrol: Callable[..., Device]) -> None:
    device = enrol("phone")
    door.rows("UPDATE ledger_journal SET revoked_at = now() WHERE id = %s RETURNING 1", device.id)
    reply = device.raw(b'{"entries":[]}')
    assert (reply.status_code, reply.json()["code"]) == (403, 402)


def test_a_revocation_takes_effect_within_five_seconds(door: Door, phone: Device) -> None:
    assert phone.post()["upto"] == 0  # the door knows the key now
    journals.revoke(phone.id, NOW)
    since = time.monotonic()
    while phone.raw(b'{"entries":[]}').status_code == 200:
        assert time.monotonic() - since < 5
    assert phone.raw(b'{"entries":[]}').json()["code"] == 402


def test_an_expired_device_may_hand_in_for_a_day_and_no_longer(enrol: Callable[..., Device]) -> None:
    now = datetime.now(UTC)
    late = enrol("phone", expires=now - timedelta(hours=23))
    assert late.raw(b'{"entries":[]}').status_code == 200
    gone = enrol("phone", expires=now - timedelta(hours=25))
    reply = gone.raw(b'{"entries":[]}')
    assert (reply.status_code, reply.json()["code"]) == (403, 403)
