"""The entries of one round's day, made as fast as the intake takes them: tubes sealed, received, resulted; the closing.

Tubes follow the city-wide round of 4 April 2022: 25.67 million samples in 2.43 million tubes by the published state of
5 April 08:00 (25,665,000 and 2,427,000), 10.56 persons a tube; here nine tubes hold 95 neighbours (``SIZES``). Not a
benchmark by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import common

#: Persons in tubes of nine: 95 persons, 10.56 a tube.
SIZES = (10, 11, 11, 10, 11, 11, 10, 11, 10)
BEFORE = (0, *accumulate(SIZES))
BATCH = 200
LABORATORY, GOT, TOLD = 7, timedelta(hours=6), timedelta(hours=9)
#: One tube in so many is abnormal, as in the city-wide round of 9 April 2022: 25,996 of about 2.4 million.
ABNORMAL = 93


def tubes(people: int) -> int:
    """Return how many tubes so many persons fill; the last one may hold fewer."""
    nines, rest = divmod(people, BEFORE[-1])
    return nines * len(SIZES) + bisect_right(BEFORE, rest - 1) if rest else nines * len(SIZES)


def slice_of(tube: int, people: int) -> tuple[int, int]:
    """Return the places in the town of a tube's first person and of the one after its last."""
    nines, i = divmod(tube, len(SIZES))
    low = nines * BEFORE[-1] + BEFORE[i]
    return low, min(low + SIZES[i], people)


def label_of(campaign: int, tube: int) -> int:
    """Return the label printed on a tube."""
    from bulou.ledger.check_digit import label

    return label(campaign * 10**8 + tube)


def sealed_tube(round_: common.Round, tube: int) -> tuple[int, dict[str, Any]]:
    """Return where a tube is sealed, and the body that says so."""
    first, after = slice_of(tube, round_.people)
    persons = list(range(round_.first + first, round_.first + after))
    number = label_of(round_.campaign, tube)
    return common.building_of(first), {
        "campaign": round_.campaign, "tube": number, "mode": "pooled", "persons": persons,
    }  # fmt: skip


def sealed_at(n: int) -> datetime:
    """Return when the n-th tube of a journal is sealed."""
    return common.OPENED + timedelta(hours=1, milliseconds=10 * n)


def sealed(round_: common.Round, journal: int, which: range, start: int) -> Iterator[list[Any]]:
    """Yield batches of sealed tubes; a journal's numbers go on from ``start``."""
    from bulou.ledger.effects import Entry

    for low in range(0, len(which), BATCH):
        batch = []
        for i, tube in enumerate(which[low : low + BATCH]):
            area, body = sealed_tube(round_, tube)
            batch.append(Entry(journal, start + low + i, "tube.sealed", sealed_at(tube), area, body))
        yield batch


def received(round_: common.Round, journal: int, which: range, start: int) -> Iterator[list[Any]]:
    """Yield batches of tubes received by the laboratory."""
    from bulou.ledger.effects import Entry

    at = common.OPENED + GOT
    for low in range(0, len(which), BATCH):
        yield [
            Entry(
                journal, start + low + i, "tube.received", at + timedelta(milliseconds=10 * tube),
                common.whole(round_.people),
                {"campaign": round_.campaign, "tube": label_of(round_.campaign, tube), "laboratory": LABORATORY,
                 "giver": journal},
            )
            for i, tube in enumerate(which[low : low + BATCH])
        ]  # fmt: skip


def resulted(round_: common.Round, journal: int, which: range, start: int) -> Iterator[list[Any]]:
    """Yield batches of one result file each, of ``BATCH`` tubes."""
    from bulou.ledger.effects import Entry

    at = common.OPENED + TOLD
    for low in range(0, len(which), BATCH):
        results = [
            {"tube": label_of(round_.campaign, tube), "value": "negative" if tube % ABNORMAL else "positive"}
            for tube in which[low : low + BATCH]
        ]
        body = {"campaign": round_.campaign, "results": results}
        when = at + timedelta(milliseconds=10 * which[low])
        yield [Entry(journal, start + low // BATCH, "tube.resulted", when, common.whole(round_.people), body)]
