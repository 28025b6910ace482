"""Rules of volunteers' codes and answers. Pure: times and secrets are parameters."""

from __future__ import annotations

import hmac
from datetime import timedelta

#: House rules: a poster hangs for so long, and a key opens an own page for so long.
POSTER_LASTS, KEY_LASTS = timedelta(days=30), timedelta(days=60)
#: How many digits of the telephone are asked for before a page tells anything.
TAIL = 4


def digits(telephone: str) -> str:
    """Return a telephone number's digits alone."""
    return "".join(letter for letter in telephone if letter.isascii() and letter.isdecimal())


def same_tail(telephone: str, said: str) -> bool:
    """Tell whether somebody knows the last digits of a telephone number; a number that is too short proves nothing."""
    known, given = digits(telephone), digits(said)
    return len(known) > TAIL and len(given) == TAIL and hmac.compare_digest(known[-TAIL:], given)
