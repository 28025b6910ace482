"""Has self-tests follow what was reported: a report does the duty, a positive one is owed a recheck at once.

Written by the house itself, so that it makes no difference whether a test was reported on the resident's page, a phone
or the desk. Done again it writes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bulou.ledger import journals
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.statements import statements
from bulou.rounds.antigen import STANDING
from bulou.rounds.self_test.kind import PROGRAMME, RECHECK, SELF_TEST
from bulou.ui.figures import rows

SQL = statements(__package__, "self_test")
#: The journal of the house in which it is written, and how many entries at most at a time.
JOURNAL, BATCH = "self-tests", 2000


def follow(now: datetime) -> int:
    """Write what follows from reports; return how many entries it took.

    Raises:
        RuntimeError: the ledger refused one of them; the next look tries again.
    """
    with scoped(EVERYWHERE):
        said: list[tuple[str, datetime, int, dict[str, Any]]] = [
            ("recheck.asked", now, area, {"campaign": PROGRAMME.id, "subjects": [person], "why": "抗原自测阳性"})
            for person, area, _since in rows(
                SQL["positive"], name=STANDING, campaign=PROGRAMME.id, kind=RECHECK.code, now=now, limit=BATCH
            )
        ]
        if rows(SQL["running"], kind=SELF_TEST.code)[0][0]:
            said += [
                ("self_test.noted", since, area, {"campaign": campaign, "subjects": [person], "value": value})
                for campaign, area, person, value, since in rows(
                    SQL["reported"], name=STANDING, kind=SELF_TEST.code, limit=BATCH
                )
            ]
        if not said:
            return 0
        receipts = journals.append(journals.of_house(JOURNAL), said, now)
        if any(receipt.status != "kept" for receipt in receipts):
            raise RuntimeError("the ledger did not take what follows from self-tests")
        return len(said)
