"""Identity numbers where none belong: told from other digits, and taken out of what is shown again. Pure.

On the desk also a number whose check digit is wrong is one, where it has the place and the day of birth: a slip of the
finger leaves somebody's data as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bulou.places import rules
from bulou.places.rules import plain

#: Digits as people group them, as many as an identity number has; the middle of a longer row of digits may be one.
_ROW = re.compile(r"[0-9](?:[ -]?[0-9]){13,}[ -]?[0-9Xx]?")
_SEP = "[ -]?"
_MEANT = re.compile(
    rf"(?<![0-9])[1-9](?:{_SEP}\d){{5}}{_SEP}(?:1{_SEP}[89]|2{_SEP}0)(?:{_SEP}\d){{2}}{_SEP}"
    rf"(?:0{_SEP}[1-9]|1{_SEP}[0-2]){_SEP}(?:0{_SEP}[1-9]|[12]{_SEP}\d|3{_SEP}[01])(?:{_SEP}\d){{3}}{_SEP}[\dXx](?![0-9])"
)
#: What stands in a text in place of a number.
GONE = "****"


def holds_identity(text: str) -> bool:
    """Tell whether a text has an identity number anywhere in it, a right one or one with a wrong check digit."""
    return rules.holds_identity(text) or bool(_MEANT.search(plain(text)))


def tails(text: str) -> str:
    """Return a text with each identity number cut to its four last characters, for a search; others as they are."""
    return _replaced(text, lambda row: re.sub(r"[ -]", "", row)[-4:])


def without(text: str) -> str:
    """Return a text with each identity number taken out, to be shown again; others as they are."""
    return _replaced(text, lambda _row: GONE)


def _replaced(text: str, by: Callable[[str], str]) -> str:
    if not holds_identity(text):
        return text
    text = _ROW.sub(lambda row: by(row[0]) if holds_identity(row[0]) else row[0], plain(text))
    return GONE if holds_identity(text) else text
