"""Has requests follow the calendars of regular treatments: each journey is owed some days ahead, once.

Written by the house itself, whatever the level of the zone. Done again it writes nothing; after days in which nobody
looked it opens what was not opened meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.relief.requests import PROGRAMME as REQUESTS
from bulou.relief.requests import REQUEST
from bulou.relief.treatments import days, reads
from bulou.relief.treatments.kind import PROGRAMME
from bulou.ui.figures import rows

#: Entries at most at a time.
BATCH = 2000


def follow(now: datetime) -> int:
    """Write what follows from calendars; return how many entries it took.

    Raises:
        RuntimeError: the ledger refused one of them; the next look tries again.
    """
    with scoped(EVERYWHERE), transaction.atomic():
        rows(reads.SQL["alone"])
        known = reads.calendars()
        wanted = days.journeys(known, now, reads.zone())
        asked = [one.asked for one in reads.planned(now)]
        said = days.writings(wanted, asked, now, REQUESTS.id, REQUEST.name)
        today = now.astimezone(reads.zone()).date()
        said += [
            ("therapy.ended", now, one.area,
             {"campaign": PROGRAMME.id, "subjects": [one.person], "occasion": one.occasion, "reason": "到期"})
            for one in known if one.over(today) and one.area is not None
        ]  # fmt: skip
        if not said:
            return 0
        receipts = journals.append(journals.of_house(reads.JOURNAL), said[:BATCH], now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise RuntimeError("the ledger did not take what follows from calendars of treatments")
        return len(receipts)
