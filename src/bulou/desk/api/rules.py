"""What a key may do and how often. Pure: the time is passed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bulou.ledger.areas import span

#: What a key begins with, so that one that was left in a file is recognised; bytes of chance that follow.
PREFIX, BYTES = "bulou_", 32
#: Characters of a key that are shown again.
SHOWN = len(PREFIX) + 6
#: How long a key lasts unless somebody says otherwise, and the longest that may be said.
LASTS, LONGEST = timedelta(days=90), timedelta(days=366)
#: Requests of one key within ``SECONDS``, and wrong keys of one address.
SECONDS, MOST, WRONG = 60, 600, 30
#: Keys and addresses that are counted at a time.
COUNTED = 20_000
#: Never of a key: people who sign in do that.
NEVER = frozenset({
    "users", "audit", "settings", "glass", "jobs", "devices", "export", "export-names", "import", "official", "void",
})  # fmt: skip


def digest(key: str) -> bytes:
    """Return what is kept of a key. It has 256 bits of chance, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(key.encode()).digest()


def bearer(header: str) -> str:
    """Return the key of an Authorization header, "" where it has none."""
    scheme, _space, key = header.partition(" ")
    key = key.strip()
    return key if scheme.lower() == "bearer" and key.startswith(PREFIX) and len(key) < 200 and key.isascii() else ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a key may do: abilities in the whole of one area."""

    area: int
    abilities: frozenset[str]

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The ids of the area and of what lies below it."""
        return (span(self.area),)

    def may(self, need: str, area: int) -> bool:
        """Tell whether the key has an ability, or all of several, in the whole of an area."""
        (low, high), (first, last) = span(self.area), span(area)
        asked = need.split()
        return bool(asked) and self.abilities.issuperset(asked) and low <= first and last <= high

    def has(self, need: str) -> bool:
        """Tell whether the key has an ability, or all of several, at all."""
        return self.may(need, self.area)


def lasts(until: datetime, revoked: datetime | None, now: datetime) -> bool:
    """Tell whether a key counts: it ends at ``until``, and at once when it is revoked."""
    return revoked is None and now < until


def is_end(until: datetime, now: datetime) -> bool:
    """Tell whether a key may be given until then."""
    return now < until <= now + LONGEST


def offered(asked: Iterable[str], held: Iterable[frozenset[str]]) -> list[str]:
    """Return the abilities that a key can be given, by name: asked for by some endpoint, held by a role that the giver
    may give.
    """
    known = frozenset[str]().union(*held)
    return sorted(set(asked) & known - NEVER)


@dataclass
class Windows:
    """Counts by name in windows of ``SECONDS``. Of one process; several have as many windows.

    Used from several threads without a lock: a count that two of them raise at once may be one short, which does no
    harm.
    """

    most: int
    counts: dict[object, tuple[float, int]] = field(default_factory=dict)

    def wait(self, name: object, now: float) -> int:
        """Count one; return the seconds to wait where it is one too many, else 0. ``now``: seconds of any clock."""
        until, count = self.counts.get(name, (0.0, 0))
        if until <= now:
            until, count = now + SECONDS, 0
        if len(self.counts) >= COUNTED:
            self.counts = {key: held for key, held in self.counts.items() if held[0] > now}
        self.counts[name] = (until, count + 1)
        return max(1, round(until - now)) if count >= self.most else 0

    def left(self, name: object, now: float) -> bool:
        """Tell whether another one would be let through; nothing is counted."""
        until, count = self.counts.get(name, (0.0, 0))
        return until <= now or count < self.most
