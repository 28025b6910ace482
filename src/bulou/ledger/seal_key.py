"""The key that signs seals: Ed25519 (RFC 8032), in the data folder, readable by its owner alone.

It stays out of backups, as the other keys do: whoever had a backup and the key could write another history and sign it.
A folder without one makes its own; the chain of seals goes on, and says so by the key that each seal names.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

FILE = "seal-key.pem"
_PURPOSE = b"bulou-seal-1\n"  # separates these signatures from any other use of a key


@dataclass(frozen=True)
class Signer:
    """The private key. Never printed."""

    key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"Signer({self.public})"

    @classmethod
    def open(cls, data: Path | str) -> Signer:
        """Read the key of a data folder, or make it.

        Raises:
            PermissionError: others than the owner may read the file.
            ValueError: the file holds no such key.
        """
        file = Path(data) / FILE
        if not file.exists():
            _write_first(file, Ed25519PrivateKey.generate())
        if file.stat().st_mode & 0o077:
            raise PermissionError(f"{FILE} may be read by others: set its mode to 600")
        key = load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{FILE} is no Ed25519 key")
        return cls(key)

    @property
    def public(self) -> str:
        """The public key in hexadecimal digits."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, statement: bytes) -> str:
        """Return the signature of a statement in hexadecimal digits."""
        return self.key.sign(_PURPOSE + statement).hex()


def is_signed(public: str, statement: bytes, signature: str) -> bool:
    """Tell whether a signature is of this key and statement."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), _PURPOSE + statement)
    except (ValueError, InvalidSignature):
        return False
    return True


def _write_first(file: Path, key: Ed25519PrivateKey) -> None:
    """Write the key whole or not at all; of two at once the first stays."""
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
