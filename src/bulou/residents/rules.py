"""Codes of door cards, the second fact, and how many tries there are. Pure: randomness and time are parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Crockford's base 32: no I, L, O, U. Ten characters are 50 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
#: What people read or type for it.
_MISREAD = str.maketrans("ILO", "110", " -_")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of something by one address or card in a window of time."""

    most: int
    within: timedelta


#: By what is counted. A whole compound may share one address, so that only wrong codes count against it.
LIMITS = {
    "code": Limit(30, timedelta(minutes=15)),
    "looks": Limit(120, timedelta(minutes=15)),
    "fact": Limit(5, timedelta(hours=1)),
    "fact_address": Limit(30, timedelta(hours=1)),
    "asks": Limit(10, timedelta(hours=1)),
    "sign_up": Limit(20, timedelta(hours=1)),
    "sign_up_poster": Limit(300, timedelta(hours=1)),
}


def code(random: int) -> str:
    """Return the code of 50 random bits.

    Raises:
        ValueError: not 50 bits.
    """
    if not 0 <= random < 32**LENGTH:
        raise ValueError(f"{random} is not 50 bits")
    return "".join(ALPHABET[random >> 5 * place & 31] for place in reversed(range(LENGTH)))


def read(text: str) -> str:
    """Return a code as it was typed, in its one form; "" where it cannot be one."""
    if len(text) > 40:
        return ""
    plain = text.upper().translate(_MISREAD)
    return plain if len(plain) == LENGTH and all(letter in ALPHABET for letter in plain) else ""


def grouped(text: str) -> str:
    """Return a code as it is printed: two groups of five."""
    return f"{text[:5]}-{text[5:]}"


def window(now: datetime, limit: Limit) -> datetime:
    """Return when the window began that ``now`` lies in."""
    seconds = int(limit.within.total_seconds())
    return now - timedelta(seconds=int(now.timestamp()) % seconds, microseconds=now.microsecond)


def proves(birth_year: int | None, tails: tuple[str | None, ...], said_year: str, said_tail: str) -> bool:
    """Tell whether somebody knows the second fact of a person: the year of birth, and the last four of a telephone or
    of the identity number. Who has no year or no tail on the register cannot prove anything.
    """
    tail = "".join(said_tail.split()).upper()
    known = {end.strip().upper()[-4:] for end in tails if end and len(end.strip()) >= 4}
    year = said_year.strip()
    return birth_year is not None and year == str(birth_year) and len(tail) == 4 and tail in known


def one_of(proved: list[int]) -> int | None:
    """Return whom a second fact means: nobody where it would fit two of a household."""
    return proved[0] if len(proved) == 1 else None
