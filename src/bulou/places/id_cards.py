"""From sealed identity numbers to keyed digests and tails, for people who were found; the number goes no further."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from bulou.places.id_encryption import Unreadable, card_key
from bulou.places.identity import Keyring, tail

NOTHING: dict[str, Any] = {"id_digest": None, "id_tail": None, "card": None}


class Cards:
    """Reads the cards of one batch, and keeps by which digests, older keys included, their holders may be known."""

    def __init__(self) -> None:
        self._keys: Keyring | None = None
        self._known: list[tuple[int, bytes, int]] = []

    def read(self, person: int, card: Mapping[str, str] | None) -> dict[str, Any]:
        """Return a person's ``id_digest``, ``id_tail`` and, where the number gave none, ``card``: why."""
        if card is None:
            return NOTHING
        key = card_key()
        if key is None:
            return NOTHING | {"card": "sealed"}
        try:
            number = key.number(card["key"], card["data"])
        except Unreadable as error:
            return NOTHING | {"card": str(error)}
        if self._keys is None:
            self._keys = Keyring.open(os.environ["BULOU_DATA"])
        self._known += [(person, self._keys.digest(number, version), version) for version in self._keys.keys]
        return {"id_digest": self._keys.digest(number), "id_tail": tail(number), "card": None}

    @property
    def columns(self) -> dict[str, Any]:
        """Return the columns by which a number is found on record: person, digest, version; and the current version."""
        return {
            "card_id": [row[0] for row in self._known],
            "card_digest": [row[1] for row in self._known],
            "card_version": [row[2] for row in self._known],
            "key_version": self._keys.current if self._keys else None,
        }
