"""What the code of a pass holds, byte by byte: enough for a gate without a network, and no name. Pure.

``BULOU:G/`` and Base32 (RFC 4648, without padding): letters that every scanner types alike, and that make the smallest
QR code. The content is 46 bytes, big-endian; 64 bytes of signature follow. phone/src/roles/pass.ts reads the same, and
phone/tests/passes.json holds both to it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

PREFIX = "BULOU:G/"
VERSION = 1
SIZE, SIGNATURE = 46, 64
#: Letters of the holder's initials, as the guard compares them with an identity card.
INITIALS = 4


class Unreadable(ValueError):
    """Not the code of a pass."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is signed. ``area``: where it counts; ``sort``: place in the table; ``uses``: times out, 0 for no limit.

    ``key``: two bytes that name the key. Times are whole seconds, UTC.
    """

    key: bytes
    household: int
    occasion: int
    area: int
    issued: datetime
    starts: datetime
    ends: datetime
    sort: int
    uses: int
    initials: str


def content_of(one: Content) -> bytes:
    """Return what is signed.

    Raises:
        OverflowError: a number does not fit its place.
    """
    times = (int(at.timestamp()).to_bytes(4, "big") for at in (one.issued, one.starts, one.ends))
    letters = one.initials.encode("ascii", "ignore")[:INITIALS].ljust(5, b"\0")
    return b"".join((
        bytes((VERSION,)), one.key[:2].ljust(2, b"\0"),
        *(number.to_bytes(8, "big") for number in (one.household, one.occasion, one.area)),
        *times, bytes((one.sort, min(one.uses, 255))), letters,
    ))  # fmt: skip


def text_of(content: bytes, signature: bytes) -> str:
    """Return the text of the code."""
    return PREFIX + base64.b32encode(content + signature).decode().rstrip("=")


def parts_of(text: str) -> tuple[bytes, bytes]:
    """Return the content and the signature of a code; nothing is checked but its shape.

    Raises:
        Unreadable: it is no such code.
    """
    plain = text.strip().upper()
    if not plain.startswith(PREFIX):
        raise Unreadable(text)
    body = plain.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error:
        raise Unreadable(text) from None
    if len(raw) != SIZE + SIGNATURE or raw[0] != VERSION:
        raise Unreadable(text)
    return raw[:SIZE], raw[SIZE:]


def read(content: bytes) -> Content:
    """Return what a content says."""
    numbers = [int.from_bytes(content[at : at + 8], "big") for at in (3, 11, 19)]
    times = [datetime.fromtimestamp(int.from_bytes(content[at : at + 4], "big"), UTC) for at in (27, 31, 35)]
    initials = content[41:46].rstrip(b"\0").decode("ascii", "ignore")
    return Content(content[1:3], *numbers, *times, content[39], content[40], initials)


def number_of(occasion: int) -> str:
    """Return the number of a pass as it is printed and typed: journal and entry by which it was asked for."""
    rest = occasion & (2**52 - 1)
    return f"P{rest >> 24}-{rest & (2**24 - 1)}"
