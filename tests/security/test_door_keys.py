"""Keys and tokens: stored hashed, one look-up by hash, gone within five seconds; who guesses has to wait."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bulou.field import bearer
from bulou.field.actions import offer_enrolment
from bulou.field.batcher import WORKERS
from bulou.field.throttle import SECONDS, WRONG, Throttle
from bulou.ledger import journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import scoped
from tests.doors.field_door import HOME, STREET, Device, Door, running

METRICS_KEY = "a-key-of-the-operator-0123456789"


def test_no_table_holds_a_key_or_a_token(door: Door, phone: Device) -> None:
    """Every table's every row as text: the hash is there, the key is not."""
    with scoped((span(STREET),)):
        token = offer_enrolment("x", "phone", (span(STREET),), datetime(2099, 1, 1, tzinfo=UTC), "w", datetime.now(UTC))
    hashes = [journals.hashed(secret).hex() for secret in (phone.key, token)]
    found = set()
    with psycopg.connect(door.owner) as owner:
        tables = owner.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                               " AND relkind = 'r'").fetchall()  # fmt: skip
        for (table,) in tables:
            rows = str(owner.execute(f"SELECT t::text FROM {table} t").fetchall())
            assert phone.key not in rows and token not in rows, table
            found |= {value for value in hashes if value in rows}
    assert found == set(hashes)


def test_keys_are_random_enough() -> None:
    """A plain SHA-256 is right for 256 random bits, and for nothing that a person chose."""
    assert len(secrets.token_urlsafe(32)) == 43 and len(journals.hashed("x")) == 32


def test_a_revocation_takes_effect_within_five_seconds(door: Door, second_door: Door, phone: Device) -> None:
    for through in (door, second_door):  # both remember the key as good
        assert phone.raw(b'{"entries":[]}', through).status_code == 200
    with psycopg.connect(door.owner, autocommit=True) as owner:
        owner.execute("UPDATE ledger_journal SET revoked_at = %s WHERE id = %s", [datetime.now(UTC), phone.id])
    began = time.monotonic()
    for through in (door, second_door):
        while (answer := phone.raw(b'{"entries":[]}', through)).status_code == 200:
            assert time.monotonic() - began < 5, "the revoked key still works"
        assert (answer.status_code, answer.json()["code"]) == (403, 402)
        assert through.get("/field/pack", headers=phone.headers).json()["code"] == 402
    assert time.monotonic() - began < 5
    assert bearer.REMEMBERED < 5


@pytest.mark.parametrize("header", ["", "Bearer", "Basic {key}", "{key}", "Bearer {key}x", "Bearer x{key}"])
def test_a_key_counts_whole_or_not_at_all(header: str, door: Door, phone: Device) -> None:
    answer = door.get("/field/pack", headers={"authorization": header.format(key=phone.key)})
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["phone", "laboratory", "courier"])
def test_each_entry_is_held_to_the_devices_area(kind: str, enrol: Callable[..., Device]) -> None:
    """One request, several areas: each entry is judged by itself, and what is refused names nothing of the other."""
    device = enrol(kind)
    entry = device.said("journal.closed", {"last": 99}) if kind == "courier" else device.said("entry.voided", {
        "journal": device.id, "number": 2**20, "reason": "x"})  # fmt: skip
    told = device.post(*[
        entry | {"n": n, "area": area}
        for n, area in enumerate((HOME, STREET, area_id(1, 2), area_id(2), area_id(1), 0, HOME + 1), 1)
    ])  # fmt: skip
    codes = [row["code"] for row in told["entries"]]
    nowhere = 106 if kind == "courier" else 107  # closing a journal may be said of the whole tree, by whom it is given
    assert codes == [None, None, 106, 106, 106, nowhere, None]


def test_a_phone_voids_nothing_of_another(phone: Device, laboratory: Device) -> None:
    told = phone.post(phone.said("entry.voided", {"journal": laboratory.id, "number": 1, "reason": "x"}))
    assert told["entries"][0]["code"] == 113


def test_who_guesses_tokens_has_to_wait(start_door, shared) -> None:
    with start_door(shared) as door:
        for _ in range(WRONG):
            assert door.client.post("/field/enrol", json={"token": secrets.token_urlsafe(32)}).status_code == 410
        answer = door.client.post("/field/enrol", json={"token": secrets.token_urlsafe(32)})
        assert (answer.status_code, answer.json()["code"]) == (429, 429) and answer.headers["retry-after"]


def test_the_wait_ends() -> None:
    now = [0.0]
    throttle = Throttle(most=2, clock=lambda: now[0])
    for _ in range(2):
        assert not throttle.blocked("a")
        throttle.wrong("a")
    assert throttle.blocked("a") and not throttle.blocked("b")
    now[0] = SECONDS + 1
    assert not throttle.blocked("a")
    throttle.wrong("a")
    assert not throttle.blocked("a")


def test_the_wait_does_not_grow_with_the_tries() -> None:
    """A window is counted from its first wrong try: somebody who goes on trying is let in when it ends."""
    now = [0.0]
    throttle = Throttle(most=2, clock=lambda: now[0])
    for second in (0.0, SECONDS / 2, SECONDS - 1):
        now[0] = second
        throttle.wrong("a")
    assert throttle.blocked("a")
    now[0] = float(SECONDS)
    assert not throttle.blocked("a")


def test_metrics_are_for_the_holder_of_the_key(shared, tmp_path, door: Door, phone: Device) -> None:
    assert door.get("/metrics").status_code == 404, "without a key in the settings there is no such page"
    with running(shared, str(tmp_path), BULOU_METRICS_KEY=METRICS_KEY) as measured:
        phone.post(phone.said("swab.called", {"campaign": 1, "persons": [7]}), through=measured)
        phone.post(phone.said("swab.called", {"campaign": 1, "persons": []}), through=measured)
        measured.get("/persons/7")
        for wrong in ("", "Bearer x", f"Basic {METRICS_KEY}", f"Bearer {METRICS_KEY}x", "Bearer 键"):
            headers = {"authorization": wrong.encode()}
            assert measured.get("/metrics", headers=headers).status_code == 404
        told = measured.get("/metrics", headers={"authorization": f"Bearer {METRICS_KEY}"}).text
    for line in (
        'bulou_door_requests_total{route="/field/journal",status="200"} 2.0',
        'bulou_door_requests_total{route="desk",status="404"} 1.0',
        'bulou_door_entries_total{status="kept"} 1.0',
        'bulou_door_entries_total{status="refused"} 1.0',
        'bulou_door_refusals_total{code="103"} 1.0',
        "bulou_door_batch_entries_count 2.0",
        "bulou_door_queue_entries 0.0",
        "bulou_door_queue_age_seconds 0.0",
        f'bulou_door_database_threads{{threads="post"}} {WORKERS}.0',
    ):
        assert line in told, line
    assert "persons" not in told
    assert 'bulou_door_request_seconds_bucket{le="0.005",route="/field/journal"}' in told


def test_answers_carry_the_doors_headers(start_door, shared, door: Door) -> None:
    plain = door.get("/healthz").headers
    assert plain["x-content-type-options"] == "nosniff" and "strict-transport-security" not in plain
    assert "set-cookie" not in plain and len(plain["x-request-id"]) == 16
    with start_door(shared, BULOU_PUBLIC_URL="https://bulou.example") as secure:
        for path in ("/healthz", "/field/pack", "/field/nothing"):
            assert secure.get(path).headers["strict-transport-security"] == "max-age=31536000"


def test_a_token_ends_in_a_day(door: Door) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    with scoped((span(STREET),)):
        token = offer_enrolment("x", "phone", (span(STREET),), datetime(2099, 1, 1, tzinfo=UTC), "w", long_ago)
    assert door.client.post("/field/enrol", json={"token": token}).status_code == 410
