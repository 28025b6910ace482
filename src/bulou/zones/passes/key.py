"""The key that signs passes: Ed25519 (RFC 8032), in the data folder, readable by its owner alone.

It signs passes and nothing else, so that a printed code proves nothing about the ledger's seal, and it stays out of
backups as the other keys do. Its public half goes out with the pack of every gate phone.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bulou.places.identity import write_private

log = logging.getLogger(__name__)
FILE = "pass-key.pem"
#: Separates these signatures from any other use of a key.
PURPOSE = b"bulou-pass-1\n"


@dataclass(frozen=True, slots=True)
class PassKey:
    """The key pair. ``id``: two bytes that name it in a code; ``raw``: its public half, 32 bytes in base64."""

    id: bytes
    raw: str
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> PassKey:
        """Return the pair of a private key."""
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cls(hashlib.sha256(public).digest()[:2], base64.b64encode(public).decode(), private)

    @classmethod
    def open(cls, data: Path | str) -> PassKey:
        """Read the key of a data folder, or make it.

        Raises:
            PermissionError: others than the owner may read the file.
            ValueError: the file holds no such key.
        """
        file = Path(data) / FILE
        if not file.exists():
            made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_private(file, made.decode(), replace=False)
        if file.stat().st_mode & 0o077:
            raise PermissionError(f"{FILE} may be read by others: set its mode to 600")
        key = load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{FILE} is no Ed25519 key")
        return cls.of(key)

    def sign(self, content: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(PURPOSE + content)


@cache
def _of(data: str) -> PassKey | None:
    try:
        return PassKey.open(data)
    except (OSError, ValueError) as error:
        log.error("no key for passes: %s", type(error).__name__)
        return None


def pass_key() -> PassKey | None:
    """Return the key pair of BULOU_DATA; None where there is no such folder, or others may read the key."""
    data = os.environ.get("BULOU_DATA", "")
    return _of(data) if data else None
