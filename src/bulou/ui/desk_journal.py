"""The journal through which somebody at the desk writes: one for each user and scope."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from bulou.ledger import journals
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements

SQL = statements(__package__, "desk_journal")
#: It ends with the year; the next act opens another.
LASTS = timedelta(days=365)


def writer(user: int, name: str, ranges: Ranges, now: datetime) -> int:
    """Return the journal through which a user's acts within a scope are written; the first act enrols it."""
    scope = multirange(ranges)
    with connection.cursor() as cursor:
        cursor.execute(SQL["writer"], {"user": user, "scope": scope, "now": now})
        row = cursor.fetchone()
        if row:
            return row[0]
        journal, _key = journals.enrol(name, "desk", ranges, now, now + LASTS)
        cursor.execute(
            SQL["keep_writer"], {"user": user, "scope": scope, "journal": journal, "expires": now + LASTS}
        )  # fmt: skip
    return journal
