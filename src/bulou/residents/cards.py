"""Door cards: made, found by their code, ended. What is stored of a code is a keyed digest."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from bulou.ledger.areas import SHIFTS, level, span
from bulou.ledger.statements import statements
from bulou.residents import rules
from bulou.ui.figures import rows

SQL = statements(__package__, "residents")
#: Cards that are printed at once: a compound.
MOST = 600
REPRINTED = "printed anew"


@dataclass(frozen=True, slots=True)
class Home:
    """A household's door. ``carded``: when the card was made that hangs there."""

    id: int
    area: int
    stairwell: str
    door: str
    carded: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """The household that a card opens, and its building."""

    household: int
    area: int
    digest: bytes


def digest(code: str) -> bytes:
    """Return what is stored of a code: without the key, fifty bits cannot be tried out on a stolen table."""
    return salted_hmac("bulou.residents.card", code, algorithm="sha256").digest()


def homes(area: int) -> list[Home]:
    """Return the doors of an area, one more than ``MOST`` where there are too many. Runs within the caller's scope."""
    lo, hi = span(area)
    return [Home(*row) for row in rows(SQL["homes"], lo=lo, hi=hi, most=MOST + 1)]


def counts(area: int) -> list[tuple[int, int, int]]:
    """Return (node, doors, doors with a card) for what lies directly below an area."""
    lo, hi = span(area)
    shift = SHIFTS[min(level(area), len(SHIFTS) - 1)]
    return rows(SQL["counts"], lo=lo, hi=hi, shift=shift)


def make(doors: Sequence[Home], by: str, now: datetime) -> dict[int, str]:
    """Hang new cards at doors; those that hung there end. Return the codes, which are nowhere else."""
    made = {home.id: rules.code(secrets.randbits(50)) for home in doors}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL["end"], {"homes": list(made), "now": now, "by": by, "reason": REPRINTED})
        cursor.execute(
            SQL["hang"], {
                "homes": list(made), "areas": [home.area for home in doors],
                "digests": [digest(code) for code in made.values()], "now": now, "by": by,
            },
        )  # fmt: skip
    return made


def end(households: Iterable[int], reason: str, by: str, now: datetime) -> int:
    """Take cards out of use; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(SQL["end"], {"homes": [*households], "now": now, "by": by, "reason": reason})
        return cursor.rowcount


def find(code: str) -> Found | None:
    """Return the household of a code; the same work for codes that were never made and for those that ended."""
    key = digest(rules.read(code) or "-")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SQL["name_card"], {"digest": key.hex()})
        found = rows(SQL["found"], digest=key)
    return Found(*found[0], key) if found else None
