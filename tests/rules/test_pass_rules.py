"""How a pass stands at a moment, and what its code holds: the same bytes for the desk and for the phones."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.areas import found_id
from bulou.zones.passes import code, rules
from bulou.zones.passes.key import PassKey
from bulou.zones.passes.rules import Facts
from bulou.zones.passes.vocabulary import SORTS
from tests import cast
from tests.house.tree import ROOT

NOW = datetime(2022, 4, 4, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
GRANTED = Facts("decided", "granted", NOW - HOUR, NOW + 8 * HOUR, 1, 0)
SHARED = ROOT / "phone" / "tests" / "passes.json"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts("asked", ""), "asked"),
        (Facts("contested", "turned_down"), "contested"),
        (Facts("decided", "turned_down"), "turned_down"),
        (Facts("decided", "revoked", NOW, NOW + HOUR), "revoked"),
        (Facts("decided", "ended", NOW, NOW + HOUR), "ended"),
        (GRANTED, "valid"),
        (Facts("decided", "granted", NOW - HOUR, NOW + HOUR), "ending"),
        (Facts("decided", "granted", NOW - HOUR, NOW), "over"),
        (Facts("decided", "granted", NOW, NOW + 8 * HOUR), "valid"),
        (Facts("decided", "granted", NOW + HOUR, NOW + 8 * HOUR), "early"),
        (Facts("decided", "granted", NOW - HOUR, NOW + 8 * HOUR, 1, 1), "used"),
        (Facts("decided", "granted", NOW - HOUR, NOW + 8 * HOUR, 0, 99), "valid"),
        (Facts("decided", "granted", NOW - HOUR, None), "over"),
    ],
)
def test_a_pass_stands_as_decided_and_ends_by_itself(facts: Facts, state: str) -> None:
    assert rules.state(facts, NOW) == state


@given(
    st.integers(-100, 100), st.integers(1, 200), st.integers(0, 5), st.integers(0, 9), st.integers(-300, 300)
)  # fmt: skip
def test_nobody_goes_out_before_the_beginning_at_or_after_the_end_or_more_often_than_allowed(
    starts: int, lasts: int, uses: int, out: int, at: int
) -> None:
    begin, moment = NOW + starts * HOUR, NOW + at * HOUR
    end = begin + lasts * HOUR
    good = rules.holds(rules.state(Facts("decided", "granted", begin, end, uses, out), moment))
    assert good == (begin <= moment < end and (uses == 0 or out < uses))


def test_how_often_and_how_long_unless_somebody_says_otherwise() -> None:
    assert (rules.uses_of("medical", None), rules.uses_of("supply", None), rules.uses_of("medical", 0)) == (1, 0, 0)
    assert rules.end_of("work", NOW) == NOW + timedelta(days=14)
    assert rules.uses_of("unheard of", None) == 1 and rules.end_of("", NOW) == NOW + 12 * HOUR
    assert all(0 < sort.minutes <= 480 and sort.hours > 0 for sort in SORTS)


IDS = st.integers(1, 2**53 - 1)
TIMES = st.integers(1_600_000_000, 2**32 - 1).map(lambda second: datetime.fromtimestamp(second, UTC))
CONTENTS = st.builds(
    code.Content, st.binary(min_size=2, max_size=2), IDS, IDS, IDS, TIMES, TIMES, TIMES,
    st.integers(0, 255), st.integers(0, 255), st.text("ABCXYZ", max_size=4),
)  # fmt: skip


@given(CONTENTS, st.binary(min_size=64, max_size=64))
def test_what_is_written_is_read_back_by_whichever_letters(content: code.Content, signature: bytes) -> None:
    text = code.text_of(code.content_of(content), signature)
    assert code.parts_of(text.lower() + " ") == (code.content_of(content), signature)
    assert code.read(code.content_of(content)) == content
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/"), "letters of the smallest QR code"


@pytest.mark.parametrize("text", ["", "bulou:p/501", "BULOU:G/", "BULOU:G/A", "BULOU:G/1111", "BULOU:G/" + "A" * 176])
def test_what_is_no_pass_is_told_as_such(text: str) -> None:
    with pytest.raises(code.Unreadable):
        code.parts_of(text)


def test_a_changed_code_has_a_wrong_signature() -> None:
    key = PassKey.of(Ed25519PrivateKey.generate())
    said = code.content_of(SAMPLE)
    assert key.sign(said) != key.sign(said[:-1] + b"\x01")


SEED = bytes(range(32))
SAMPLE = code.Content(
    PassKey.of(Ed25519PrivateKey.from_private_bytes(SEED)).id, 47, found_id(1_003, 12), cast.ESTATE, NOW, NOW,
    NOW + 12 * HOUR, 0, 1, "HYK",
)  # fmt: skip


def test_the_phones_read_what_the_desk_prints() -> None:
    """The file is what phone/tests holds its reader to: the same key, content and text."""
    key = PassKey.of(Ed25519PrivateKey.from_private_bytes(SEED))
    content = code.content_of(SAMPLE)
    made = {
        "text": code.text_of(content, key.sign(content)), "key": {"id": key.id.hex(), "raw": key.raw},
        "content": {
            "key": key.id.hex(), "household": 47, "occasion": SAMPLE.occasion, "area": cast.ESTATE,
            "issued": int(NOW.timestamp()) * 1000, "starts": int(NOW.timestamp()) * 1000,
            "ends": int(SAMPLE.ends.timestamp()) * 1000, "sort": 0, "uses": 1, "initials": "HYK",
        },
        "number": code.number_of(SAMPLE.occasion),
    }  # fmt: skip
    assert json.loads(SHARED.read_text("utf-8")) == made, json.dumps(made, indent=1)
    assert len(base64.b64decode(key.raw)) == 32
