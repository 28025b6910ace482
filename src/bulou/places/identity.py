"""Identity numbers: kept as keyed digests and a masked tail, never as they are (law 6).

The digest is BLAKE2b with a secret key (RFC 7693, section 2.9), 16 bytes long. Without the key nobody can try out the
few numbers that fit a name and a year. The keys lie in one file of the data folder, readable by its owner alone, and
stay out of backups: whoever holds a copy of the database and not this file cannot link it to identity numbers. Keep
the file elsewhere, because lists that come in later can be linked only with it.

After ``rotate`` new digests use the new key. Older keys stay to recognise people; a person met again gets a digest
under the new key. A key that no row uses any more may be taken out of the file.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from bulou.places.documents import Document

FILE = "identity-keys.json"
DIGEST_BYTES = 16
_PURPOSE = b"bulou-identity"  # separates these digests from any other use of a key
_CARRIED = b"bulou-carried"
_CHECK_BYTES = 6


@dataclass(frozen=True)
class Keyring:
    """The keys by version; ``current`` is the one for new digests. Never printed."""

    current: int
    keys: dict[int, bytes]

    def __repr__(self) -> str:
        return f"Keyring(current={self.current}, versions={sorted(self.keys)})"

    @classmethod
    def open(cls, data: Path | str) -> Keyring:
        """Read the keys of a data folder, or make the first one.

        Raises:
            PermissionError: others than the owner may read the file.
        """
        file = Path(data) / FILE
        if not file.exists():
            first = {"current": 1, "keys": {"1": secrets.token_hex(32)}}
            write_private(file, json.dumps(first), replace=False)
        if file.stat().st_mode & 0o077:
            raise PermissionError(f"{FILE} may be read by others: set its mode to 600")
        content = json.loads(file.read_text())
        return cls(content["current"], {int(version): bytes.fromhex(key) for version, key in content["keys"].items()})

    @classmethod
    def rotate(cls, data: Path | str) -> Keyring:
        """Add a key to the folder's file and make it the current one."""
        ring = cls.open(data)
        keys = {**ring.keys, max(ring.keys) + 1: secrets.token_bytes(32)}
        stored = {"current": max(keys), "keys": {str(version): key.hex() for version, key in keys.items()}}
        write_private(Path(data) / FILE, json.dumps(stored), replace=True)
        return cls.open(data)

    def digest(self, number: str, version: int | None = None) -> bytes:
        """Return the digest of a cleaned identity number under the current key, or another version's."""
        key = self.keys[self.current if version is None else version]
        return blake2b(number.encode(), digest_size=DIGEST_BYTES, key=key, person=_PURPOSE).digest()

    def carried(self, number: str, year: int | None, sex: int) -> str:
        """Return what a rejects file says instead of a number: stars, its tail and a code that this installation knows.

        The code holds the digest under the current key, the year of birth and the sex, and a check of all that: a list
        can be mended and come in again without the number.
        """
        said = self.digest(number) + (year or 0).to_bytes(2, "big") + sex.to_bytes(1, "big")
        code = base64.b32encode(said + self._check(said, tail(number), self.current)).decode().rstrip("=")
        return f"{masked(number)} [K{self.current}:{code}]"

    def uncarried(self, text: str, ends: str) -> tuple[int, bytes, int | None, int] | None:
        """Return (key version, digest, year of birth, sex) of a code; None when it is not one that was given out.

        Parameters:
            ends: the tail that stands before the code.
        """
        version, _, code = text.partition(":")
        try:
            said = base64.b32decode(code + "=" * (-len(code) % 8))
            key = int(version.removeprefix("K"))
        except ValueError:
            return None
        if key not in self.keys or len(said) != DIGEST_BYTES + 3 + _CHECK_BYTES:
            return None
        said, check = said[:-_CHECK_BYTES], said[-_CHECK_BYTES:]
        if not hmac.compare_digest(check, self._check(said, ends, key)):
            return None
        year = int.from_bytes(said[DIGEST_BYTES : DIGEST_BYTES + 2], "big")
        return key, said[:DIGEST_BYTES], year or None, said[-1]

    def reveal(self, document: Document) -> Document | None:
        """Return a document with what its code carries; None for a code that was not given out here."""
        found = self.uncarried(document.code, document.number)
        return replace(document, sex=found[3], carried=found[:3]) if found else None

    def _check(self, said: bytes, ends: str, version: int) -> bytes:
        made = blake2b(said + ends.encode(), digest_size=_CHECK_BYTES, key=self.keys[version], person=_CARRIED)
        return made.digest()

    @property
    def older(self) -> list[int]:
        """Versions other than the current one."""
        return [version for version in self.keys if version != self.current]


def tail(number: str) -> str:
    """Return what may be shown of a number: its last four characters, by which staff and residents confirm it."""
    return number[-4:]


def masked(number: str) -> str:
    """Return a number as screens show it: stars, then the tail."""
    return "*" * max(0, len(number) - 4) + tail(number)


def write_private(file: Path, content: str, replace: bool) -> None:
    """Write a file that its owner alone may read, whole or not at all. Without ``replace`` the first one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(file)
        else:
            # Two processes may start at once: the first to link wins, the other takes over its keys.
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
