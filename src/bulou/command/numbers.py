"""Identity numbers where none belong: told from other digits, and taken out of what is shown again. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bulou.places.rules import holds_identity

#: Digits as people group them, as many as an identity number has; the middle of a longer row of digits may be one.
_ROW = re.compile(r"[0-9](?:[ -]?[0-9]){13,}[ -]?[0-9Xx]?")
#: What stands in a text in place of a number.
GONE = "****"


def tails(text: str) -> str:
    """Return a text with each identity number cut to its four last characters, for a search; others as they are."""
    return _replaced(text, lambda row: re.sub(r"[ -]", "", row)[-4:])


def without(text: str) -> str:
    """Return a text with each identity number taken out, to be shown again; others as they are."""
    return _replaced(text, lambda _row: GONE)


def _replaced(text: str, by: Callable[[str], str]) -> str:
    if not holds_identity(text):
        return text
    text = _ROW.sub(lambda row: by(row[0]) if holds_identity(row[0]) else row[0], unicodedata.normalize("NFKC", text))
    return GONE if holds_identity(text) else text


__all__ = ["GONE", "holds_identity", "tails", "without"]
