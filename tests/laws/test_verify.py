"""Verify: a ledger with some of everything is clean, and whatever is changed by hand is found and named."""

import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bulou.ledger import intake, journals, openings
from bulou.ledger.areas import area_id, found_id, span
from bulou.ledger.labels import label
from bulou.ledger.lines import Entry
from bulou.ledger.verify import verify

START = datetime(2022, 4, 4, 6, tzinfo=UTC)
DISTRICT = area_id(104)
EAST, WEST, SOUTH = area_id(104, 1, 1, 1, 1), area_id(104, 1, 1, 1, 2), area_id(104, 2, 1, 1, 1)
ROUND = 7
POOL, OPEN_POOL, FAMILY, ALONE, RIGHTED, GONE, AGAIN, FIRST, STRANGE = (label(1000 + i) for i in range(9))
BOX = label(2000)
GLOVES, DEPOT, TEAM = 5, 3, 4


class Town:
    """Five journals, and what they report; `tell` numbers and dates it."""

    def __init__(self):
        until = START + timedelta(days=3)
        self.desk, self.east, self.south, self.van, self.lab = (
            journals.enrol(kind, kind, (span(DISTRICT),), START, until)[0]
            for kind in ("desk", "phone", "phone", "courier", "laboratory")
        )
        self.entries: list[Entry] = []
        self.last: dict[int, int] = {}

    def tell(self, journal: int, minute: int, kind: str, area: int = EAST, /, slot: int | None = None, **body) -> int:
        number = slot
        if number is None:
            number = self.last[journal] = self.last.get(journal, 0) + 1
        self.entries.append(Entry(journal, number, kind, START + timedelta(minutes=minute), area, body))
        return number

    def word(self, journal: int, minute: int, kind: str, *subjects: int, duty: str = "swab", **rest) -> int:
        return self.tell(journal, minute, f"duty.{kind}", campaign=ROUND, duty=duty, subjects=list(subjects), **rest)

    def tube(self, journal: int, minute: int, tube: int, mode: str, *persons: int, **rest) -> int:
        return self.tell(
            journal, minute, "tube.sealed", campaign=ROUND, tube=tube, mode=mode, persons=list(persons), **rest
        )

    def result(self, minute: int, **values: int) -> int:
        rows = [{"tube": tube, "value": value} for value, tube in values.items()]
        return self.tell(self.lab, minute, "tube.resulted", campaign=ROUND, results=rows)


def scenario(seed: int = 1) -> Town:
    """A round over 40 people in three buildings, with tubes, boxes, corrections, refusals and late arrivals."""
    town = Town()
    with openings.opening() as cursor:
        homes = [(n, EAST if n <= 20 else WEST if n <= 30 else SOUTH) for n in range(1, 41)]
        cursor.executemany("INSERT INTO opening VALUES (%s, %s)", homes)
        campaign = openings.Campaign(ROUND, "pcr", "round", DISTRICT, "swab", {})
        openings.freeze(cursor, campaign, town.desk, START, START)
    town.last[town.desk] = 1
    t = town
    # Called, sampled in a pool, boxed, carried, negative.
    t.tell(t.east, 1, "swab.called", campaign=ROUND, persons=list(range(1, 16)))
    t.tell(t.east, 2, "person.found", campaign=ROUND, name="甲")
    t.tell(t.east, 2, "person.found", WEST, campaign=ROUND, person=500, name="乙")
    t.tube(t.east, 10, POOL, "pooled", *range(1, 9), found_id(t.east, 2))
    # A positive pool: one member is negative on retest, one positive and owed a disposition, the others wait.
    t.tube(t.east, 12, OPEN_POOL, "pooled", 11, 12, 13)
    t.tell(t.east, 15, "tube.boxed", campaign=ROUND, box=BOX, tubes=[POOL, OPEN_POOL])
    t.tell(t.van, 20, "box.handed", campaign=ROUND, box=BOX, courier=t.van, giver=t.east)
    t.tell(t.lab, 50, "box.received", campaign=ROUND, box=BOX, courier=t.van, laboratory=t.lab, tubes_counted=2)
    t.result(90, negative=POOL, positive=OPEN_POOL)
    t.tube(t.east, 120, AGAIN, "single", 12, retest_of=OPEN_POOL)
    t.result(200, positive=AGAIN)
    # Invalid; positive and corrected; positive and voided; a result before its sample; a person on no list.
    t.tube(t.east, 30, FAMILY, "household", 21, 22)
    t.tell(t.lab, 60, "tube.received", WEST, campaign=ROUND, tube=FAMILY, laboratory=t.lab, giver=t.east)
    t.result(95, invalid=FAMILY)
    t.tube(t.east, 31, RIGHTED, "single", 23)
    t.result(96, positive=RIGHTED)
    t.result(97, negative=RIGHTED)
    t.tube(t.east, 32, GONE, "single", 24)
    wrong = t.result(98, positive=GONE)
    t.tell(t.lab, 99, "entry.voided", journal=t.lab, number=wrong, reason="another tube")
    t.tube(t.south, 33, ALONE, "single", 31)
    t.result(100, positive=ALONE)
    t.tube(t.south, 34, STRANGE, "pooled", 32, 990)
    mistaken = t.tube(t.south, 35, FIRST, "pooled", 33, 34)
    t.tell(t.south, 36, "entry.voided", SOUTH, journal=t.south, number=mistaken, reason="not sealed")
    # Words; the excused person who came after all; a hand-over accepted, one waiting.
    t.word(t.east, 40, "deferred", 25, reason="away", until=(START + timedelta(hours=9)).isoformat())
    t.word(t.east, 41, "refused", 26, 29, reason="refuses")
    t.word(t.desk, 42, "excused", 27, 8, 9, reason="in_hospital", evidence="ward list")
    t.word(t.desk, 3, "excused", 11, reason="moved_out", evidence="neighbours")
    t.word(t.east, 43, "reopened", 29, reason="came round")
    offer = t.word(t.desk, 44, "offered", 30, 28, to_area=SOUTH)
    t.tell(t.south, 45, "duty.accepted", SOUTH, campaign=ROUND, duty="swab", subjects=[30], offer_journal=t.desk, offer_number=offer)
    t.word(t.desk, 46, "offered", 35, to_area=WEST)
    # Stock, standings, an entry nobody can use, two contents under one number, an ending.
    t.tell(t.desk, 5, "stock.moved", good=GLOVES, quantity=40, from_kind=7, from_id=DEPOT, to_kind=10, to_id=TEAM)
    t.tell(t.desk, 6, "stock.moved", good=GLOVES, quantity=15, from_kind=10, from_id=TEAM, to_kind=12, to_id=0)
    t.tell(t.desk, 7, "standing.set", subject_kind=5, subject=EAST, name="zone", value="sealed", reason="cases")
    t.tell(t.desk, 8, "standing.set", subject_kind=5, subject=EAST, name="zone", value="open", reason="14 days")
    t.tell(t.south, 50, "nonsense", SOUTH)
    n = t.tell(t.east, 51, "swab.called", campaign=ROUND, persons=[16])
    t.tell(t.east, 51, "swab.called", slot=n, campaign=ROUND, persons=[17])
    t.tell(t.south, 60, "swab.called", SOUTH, slot=t.last[t.south] + 3, campaign=ROUND, persons=[36])
    t.tell(t.east, 300, "journal.closed", last=t.last[t.east] + 1)
    order = random.Random(seed)
    order.shuffle(t.entries)
    for i in range(0, len(t.entries), 7):
        intake.post(t.entries[i : i + 7], START + timedelta(days=1))
    return town


@pytest.mark.parametrize("seed", range(4))
def test_a_ledger_with_some_of_everything_is_clean(database, seed):
    scenario(seed)
    assert verify() == []
