"""How often an address or a card may try: counted in the database, so that every process counts the same."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from bulou.residents.cards import SQL
from bulou.residents.rules import LIMITS, window
from bulou.ui.figures import rows

#: Windows older than this are forgotten; no history of addresses is kept.
KEPT = timedelta(hours=3)


def who(text: str | bytes) -> bytes:
    """Return what is kept of an address or card: a keyed digest."""
    raw = text.encode() if isinstance(text, str) else text
    return hashlib.blake2b(raw, key=settings.SECRET_KEY.encode()[:64], digest_size=16).digest()


def reached(what: str, by: str | bytes, now: datetime) -> bool:
    """Tell whether another try must wait."""
    limit = LIMITS[what]
    found = rows(SQL["tried"], what=what, who=who(by), since=window(now, limit))
    return bool(found) and found[0][0] >= limit.most


def count(what: str, by: str | bytes, now: datetime) -> bool:
    """Count a try; tell whether it is one too many."""
    limit = LIMITS[what]
    with connection.cursor() as cursor:
        cursor.execute(SQL["try"], {"what": what, "who": who(by), "since": window(now, limit)})
        before = cursor.fetchone()[0]
        if before == 0:
            cursor.execute(SQL["forget"], {"before": now - KEPT})
    return before >= limit.most
