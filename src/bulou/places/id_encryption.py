"""Identity numbers that phones send sealed, for this installation alone to open (RSA-OAEP, SHA-256: RFC 8017, 7.1).

The private half lies in the data folder beside the identity keys, readable by its owner alone; the public half goes out
with each work pack. What was opened becomes a keyed digest and a masked tail at once, and is kept nowhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bulou.places.documents import read_document
from bulou.places.identity import write_private

log = logging.getLogger(__name__)
FILE = "card-key.pem"
BITS = 3072
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class Unreadable(ValueError):
    """What was sealed cannot be opened, or is no identity number; its text says which."""


@dataclass(frozen=True, slots=True)
class CardKey:
    """The key pair. ``id`` names it, ``spki`` is its public half in base64."""

    id: str
    spki: str
    _private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def open(cls, data: Path | str) -> CardKey:
        """Read the key pair of a data folder, or make it.

        Raises:
            PermissionError: others than the owner may read the file.
        """
        file = Path(data) / FILE
        if not file.exists():
            made = rsa.generate_private_key(65537, BITS).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write_private(file, made.decode(), replace=False)
        if file.stat().st_mode & 0o077:
            raise PermissionError(f"{FILE} may be read by others: set its mode to 600")
        private = serialization.load_pem_private_key(file.read_bytes(), None)
        assert isinstance(private, rsa.RSAPrivateKey)
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(hashlib.sha256(public).hexdigest()[:16], base64.b64encode(public).decode(), private)

    def number(self, key: str, data: str) -> str:
        """Return the identity number that was sealed, cleaned.

        Raises:
            Unreadable: sealed for another key or damaged ("sealed"), or its check digit is wrong ("digit").
        """
        try:
            if key != self.id:
                raise ValueError(key)
            text = self._private.decrypt(base64.b64decode(data, validate=True), _OAEP).decode()
        except (ValueError, binascii.Error):
            raise Unreadable("sealed") from None
        document, _ = read_document(text, datetime.now(UTC).date())
        if document is None or document.code:
            raise Unreadable("digit")
        return document.number


@cache
def _of(data: str) -> CardKey | None:
    try:
        return CardKey.open(data)
    except OSError as error:
        log.error("no key for identity numbers: %s", type(error).__name__)
        return None


def card_key() -> CardKey | None:
    """Return the key pair of BULOU_DATA; None where there is no such folder, or others may read the key."""
    data = os.environ.get("BULOU_DATA", "")
    return _of(data) if data else None
