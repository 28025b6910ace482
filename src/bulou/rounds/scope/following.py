"""Finds sealed tubes that are not as their round's rule says: too full, or shared by who should have one of her own.

Such a tube is kept like any other. What is found is derived from its entry, under that entry's own number, so that a
look done again finds nothing new.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db import connection

from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds.calls.reads import zone_levels
from bulou.rounds.calls.rules import LEVELS
from bulou.rounds.scope.rules import HOUSEHOLD, LOCKDOWN, misfilled, pool_size, read
from bulou.ui.figures import rows

SQL = statements(__package__, "misfilled")
#: A transaction may be seen so long after the time of receipt that it bears.
OVERLAP = timedelta(minutes=5)


def follow(now: datetime, since: datetime | None) -> tuple[int, datetime]:
    """Look through the tubes received since a time; return how many are not by the rule, and from when to look next.

    Parameters:
        since: None looks through all tubes of open rounds.
    """
    with scoped(EVERYWHERE):
        found = rows(SQL["filled"], since=since, swab=REGISTRY.duties["swab"].code)
        levels = zone_levels(sorted({row[4] for row in found}), now)
        kept = []
        for campaign, tube, journal, number, area, at, heard, people, singles, homes, told in found:
            rules = json.loads(told or "{}")
            sealed = read(rules).sealed == HOUSEHOLD and levels[area] == LEVELS.index(LOCKDOWN)
            one = misfilled(people, singles, homes, pool_size(rules), sealed)
            if one:
                kept.append((campaign, tube, area, journal, number, at, heard, one.over, one.singles, one.homes))
        if kept:
            with connection.cursor() as cursor:
                cursor.executemany(SQL["found"], kept)
    return len(kept), now - OVERLAP
