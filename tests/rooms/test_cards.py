"""Identity numbers that phones send sealed: a digest and a tail on record, the number itself nowhere."""

from __future__ import annotations

import base64
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from django.db import connection

from bulou.ledger.areas import area_id, found_id
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions
from bulou.places.id_encryption import CardKey, card_key
from bulou.places.identity import Keyring
from bulou.places.models import Person
from bulou.places.rules import check_character

AT = datetime(2022, 4, 3, 8, 0, tzinfo=UTC)
HOUSE = area_id(1, 1, 1, 1, 1)
NUMBER = "11010519491231002X"
OTHER = "11010519800923001" + check_character("11010519800923001")

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CardKey:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    key = card_key()
    assert key is not None
    return key


def sealed(key: CardKey, number: str, name: str | None = None) -> dict[str, str]:
    """Seal a number as a phone does, with nothing but what the pack gives."""
    public: Any = serialization.load_der_public_key(base64.b64decode(key.spki))
    data = public.encrypt(number.encode(), padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    return {"key": name or key.id, "data": base64.b64encode(data).decode()}


def found(n: int, card: dict[str, str] | None) -> Entry:
    return Entry(7, n, "person.found", AT, HOUSE, {"campaign": 1, "name": "赵试新"} | ({"card": card} if card else {}))


def kept(n: int) -> Person:
    with scoped(EVERYWHERE):
        return Person.objects.get(pk=found_id(7, n))


def test_a_sealed_number_becomes_a_digest_and_a_tail(
    key: CardKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert actions.register_found([found(1, sealed(key, " 11010519491231002x"))], AT).new == 1
    ring = Keyring.open(tmp_path)
    person = kept(1)
    assert (bytes(person.id_digest), person.key_version) == (ring.digest(NUMBER), 1)
    assert (person.id_tail, person.card) == ("002X", None)
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM places_person p")
        assert NUMBER not in str(cursor.fetchall()) + caplog.text
    assert (tmp_path / "card-key.pem").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in repr(key)


@pytest.mark.parametrize(("number", "name", "why"), [
    ("110105194912310021", None, "digit"), ("no number", None, "digit"), ("", None, "digit"),
    (NUMBER, "other", "sealed"),
])  # fmt: skip
def test_what_cannot_be_read_is_flagged_and_the_person_registered(
    key: CardKey, number: str, name: str | None, why: str
) -> None:
    assert actions.register_found([found(1, sealed(key, number, name))], AT).new == 1
    person = kept(1)
    assert (person.name, person.card, person.id_digest, person.id_tail) == ("赵试新", why, None, None)


@pytest.mark.parametrize("data", ["", "x", "AAAA", "!"])
def test_damaged_contents_are_flagged(key: CardKey, data: str) -> None:
    actions.register_found([found(1, {"key": key.id, "data": data})], AT)
    assert kept(1).card == "sealed"


def test_a_number_of_somebody_on_record_stays_with_him(key: CardKey, tmp_path: Path) -> None:
    """Also when his digest was made under an older key, and among people found together."""
    actions.register_found([found(1, sealed(key, NUMBER))], AT)
    Keyring.rotate(tmp_path)
    together = [found(2, sealed(key, NUMBER)), found(3, sealed(key, OTHER)), found(4, sealed(key, OTHER))]
    assert actions.register_found(together, AT).new == 3
    assert [(kept(n).card, kept(n).id_tail) for n in (1, 2, 3, 4)] == [
        (None, "002X"), ("taken", None), (None, OTHER[-4:]), ("taken", None),
    ]  # fmt: skip
    assert kept(3).key_version == 2


def test_without_a_key_the_person_is_registered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one = CardKey.open(tmp_path / "a")
    monkeypatch.delenv("BULOU_DATA")
    assert card_key() is None
    actions.register_found([found(1, sealed(one, NUMBER)), found(2, None)], AT)
    assert (kept(1).card, kept(2).card) == ("sealed", None)
    assert CardKey.open(tmp_path / "a").id == one.id
    (tmp_path / "a" / "card-key.pem").chmod(0o644)
    with pytest.raises(PermissionError):
        CardKey.open(tmp_path / "a")
