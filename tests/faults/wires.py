"""Raw connections to a door, which a test may cut where it likes. Help of the tests of this folder."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.faults.load import PATIENCE, Phone


def connected(url: str) -> socket.socket:
    """Open a connection to the door of this address."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=PATIENCE)


def request(phone: Phone, numbers: Sequence[int]) -> bytes:
    """Return the bytes with which a phone hands these entries in."""
    content = phone.content(numbers)
    head = f"POST /field/journal HTTP/1.1\r\nhost: door\r\nauthorization: Bearer {phone.key}\r\n"
    return f"{head}content-length: {len(content)}\r\n\r\n".encode() + content


def cut(line: socket.socket, dice: random.Random) -> None:
    """Hang up in order, or vanish."""
    if dice.random() < 0.5:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no farewell
    line.close()
