"""Journals: enrolment, keys, the next number, and what is missing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connections, transaction

from bulou.ledger import intake, prepared, sql_arrays
from bulou.ledger.areas import JOURNAL_BITS
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, Ranges, multirange
from bulou.ledger.statements import statements

SQL = statements(__package__, "intake")
OWN = statements(__package__, "journals")
INCARNATION = (
    "SELECT name || '-' || to_hex((extract(epoch FROM pg_postmaster_start_time()) * 1e6)::bigint)"
    " FROM ledger_incarnation ORDER BY since DESC LIMIT 1"
)


#: From when to when the journals of the house itself are valid: an exercise plays in the past.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal as the doors know it."""

    id: int
    name: str
    kind: str
    ranges: Ranges
    enrolled_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def hashed(key: str) -> bytes:
    """Return what is stored of a bearer key. Keys are 256 random bits, so that a plain hash cannot be reversed."""
    return hashlib.sha256(key.encode()).digest()


def enrol(
    name: str,
    kind: str,
    ranges: Ranges,
    enrolled_at: datetime,
    expires_at: datetime,
    using: str = "default",
    actor: int = 0,
    unit: tuple[int, int] | None = None,
) -> tuple[int, str]:
    """Open a journal; return its id and its bearer key, which is shown here and nowhere again.

    ``actor`` and ``unit`` are those of ``rules.JournalFacts``; like the rest they are fixed from here on.
    """
    key = secrets.token_urlsafe(32)
    while True:
        journal = secrets.randbelow(2**JOURNAL_BITS - 1) + 1
        try:
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                cursor.execute(
                    OWN["enrol"],
                    {
                        "journal": journal, "name": name, "kind": kind, "ranges": multirange(ranges),
                        "enrolled_at": enrolled_at, "expires_at": expires_at, "key_hash": hashed(key),
                        "actor": actor or None, "unit_kind": unit and unit[0], "unit": unit and unit[1],
                    },
                )  # fmt: skip
            return journal, key
        except IntegrityError:
            continue


def of_house(name: str, using: str = "default") -> int:
    """Return the journal in which the installation itself writes what follows from its registers, by its purpose.

    It answers for every area and never ends; no device has its key.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger_journal of_house'))")
        cursor.execute("SELECT id FROM ledger_journal WHERE kind = 'system' AND name = %s ORDER BY id LIMIT 1", [name])
        row = cursor.fetchone()
        return row[0] if row else enrol(name, "system", EVERYWHERE, ALWAYS[0], ALWAYS[1], using)[0]


def authenticate(key: str, using: str = "default") -> Journal | None:
    """Return the journal that a bearer key belongs to, revoked and expired ones as well."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT id, name, kind, ranges::text, enrolled_at, expires_at, revoked_at FROM ledger_journal"
            " WHERE key_hash = %s",
            [hashed(key)],
        )
        row = cursor.fetchone()
    return Journal(row[0], row[1], row[2], sql_arrays.parse_ranges(row[3]), *row[4:]) if row else None


def revoke(journal: int, at: datetime, using: str = "default") -> None:
    """Take a device out of service; what it reported stays."""
    revoke_all([journal], at, using)


def revoke_all(journals: Sequence[int], at: datetime, using: str = "default") -> list[int]:
    """End the journals that hold; return which. What they reported stays."""
    return _changed("revoke", journals, at, using)


def reinstate(journals: Sequence[int], at: datetime, using: str = "default") -> list[int]:
    """Let journals that were ended and have not run out hold again; return which."""
    return _changed("reinstate", journals, at, using)


def _changed(name: str, journals: Sequence[int], at: datetime, using: str) -> list[int]:
    with connections[using].cursor() as cursor:
        cursor.execute(OWN[name], {"journals": list(journals), "at": at})
        return [journal for (journal,) in cursor.fetchall()]


def append(
    journal: int,
    said: Iterable[tuple[str, datetime, int, dict[str, Any]]],
    received_at: datetime,
    using: str = "default",
) -> list[intake.Receipt]:
    """Write (kind, at, area, body) as the journal's next numbers, and post them.

    Raises:
        KeyError: no such journal.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT highest FROM ledger_journal WHERE id = %s FOR UPDATE", [journal])
        row = cursor.fetchone()
        if row is None:
            raise KeyError(journal)
        entries = [
            Entry(journal, number, kind, at, area, body)
            for number, (kind, at, area, body) in enumerate(said, row[0] + 1)
        ]
        return intake.post(entries, received_at, using)


def standing_of(journals: Sequence[int], using: str = "default") -> dict[int, tuple[int, list[tuple[int, int]]]]:
    """Return for each journal (upto, missing ranges): which of its numbers the ledger holds."""
    out: dict[int, tuple[int, list[tuple[int, int]]]] = {journal: (0, []) for journal in journals}
    for journal, upto, lo, hi in prepared.asked(using, SQL["standing"], {"ids": sql_arrays.array(out)}).fetchall():
        gaps = out[journal][1]
        if lo is not None:
            gaps.append((lo, hi))
        out[journal] = (upto, gaps)
    return out


def incarnation(using: str = "default") -> str:
    """Return the ledger's own name and the life it is in.

    A life begins whenever the database server starts. A copy that is restored from a backup knows nothing of what was
    acknowledged after it was made, and nobody has to remember to say so: its server was started.
    """
    return prepared.asked(using, INCARNATION, {}).fetchall()[0][0]


def told(journals: Sequence[int], using: str = "default") -> tuple[str, dict[int, tuple[int, list[tuple[int, int]]]]]:
    """Return what every answer tells, asked in one go: ``incarnation`` and ``standing_of``."""
    name = prepared.asked(using, INCARNATION, {})
    standing = standing_of(journals, using)
    return name.fetchall()[0][0], standing
