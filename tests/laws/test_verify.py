"""Verify: a ledger with some of everything is clean, and whatever is changed by hand is found and named."""

import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import Phase, find, settings

from bulou.ledger import campaigns, intake, journals
from bulou.ledger.areas import area_id, found_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.verify import verify
from tests import cast, shelf
from tests.laws import tellings

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
    with campaigns.opening() as cursor:
        homes = [(n, EAST if n <= 20 else WEST if n <= 30 else SOUTH) for n in range(1, 41)]
        cursor.executemany("INSERT INTO opening VALUES (%s, %s)", homes)
        campaign = campaigns.Campaign(ROUND, "pcr", "round", DISTRICT, "swab", {})
        campaigns.freeze(cursor, campaign, town.desk, START, START)
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
    t.tell(
        t.south,
        45,
        "duty.accepted",
        SOUTH,
        campaign=ROUND,
        duty="swab",
        subjects=[30],
        offer_journal=t.desk,
        offer_number=offer,
    )
    t.word(t.desk, 46, "offered", 35, to_area=WEST)
    # Stock, standings, an entry nobody can use, two contents under one number, an ending.
    t.tell(t.desk, 5, "stock.moved", good=GLOVES, quantity=40, from_kind=7, from_id=DEPOT, to_kind=10, to_id=TEAM)
    t.tell(t.desk, 6, "stock.moved", good=GLOVES, quantity=15, from_kind=10, from_id=TEAM, to_kind=12, to_id=0)
    for minute, level in ((7, "lockdown"), (8, "control")):
        level_ = {"name": "zone.level", "value": level, "reason": "day 14"}
        t.tell(t.desk, minute, "standing.set", subject_kind=5, subject=EAST, **level_)
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


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_told_by_whomever_the_books_are_clean(database, seed):
    """Three ways to the same books: the intake's, the plain fold's, and these statements."""
    shelf.enrol()
    telling = find(
        tellings.tellings(most=60), lambda telling: len(telling.entries) > 30,
        settings=settings(max_examples=2000, phases=[Phase.generate], database=None), random=random.Random(seed),
    )  # fmt: skip
    for batch in telling.batches:
        intake.post(batch, cast.minute(900))
    assert [difference.en for difference in verify()] == []


#: (what is done to the database as its owner, the difference that must name it, part of its key). Names in braces are
#: journals and subjects of the scenario.
TAMPERINGS = {
    "an entry's raw": (
        "UPDATE ledger_entry SET raw = convert_to(replace(convert_from(raw, 'UTF8'), '甲', '丙'), 'UTF8')"
        " WHERE journal = {east} AND number = 2",
        "entry.digest", {"number": 2},
    ),
    "an entry's raw and its digest": (
        "WITH r AS (SELECT convert_to(replace(convert_from(raw, 'UTF8'), '500', '501'), 'UTF8') AS raw"
        " FROM ledger_entry WHERE journal = {east} AND number = 3) UPDATE ledger_entry AS e SET raw = r.raw,"
        " digest = substring(sha256(r.raw) FOR 16) FROM r WHERE journal = {east} AND number = 3",
        "line.subject", {"number": 3},
    ),
    "an entry's digest": (
        "UPDATE ledger_entry SET digest = substring(sha256('x') FOR 16) WHERE journal = {lab} AND number = 1",
        "entry.digest", {"number": 1},
    ),
    "an entry's time": (
        "UPDATE ledger_entry SET at = at + interval '1 minute' WHERE journal = {lab} AND number = 1",
        "entry.at", {"number": 1},
    ),
    "an entry's kind": (
        "UPDATE ledger_entry SET kind = 'tube.received' WHERE journal = {lab} AND number = 1",
        "entry.kind", {"number": 1},
    ),
    "an entry's area": (
        "UPDATE ledger_entry SET area = {west} WHERE journal = {lab} AND number = 1", "entry.area", {"number": 1},
    ),
    "an entry's refusal": (
        "UPDATE ledger_entry SET refusal = NULL WHERE kind = 'nonsense'", "entry.refusal", {},
    ),
    "an entry refused afterwards": (
        "UPDATE ledger_entry SET refusal = 103 WHERE journal = {lab} AND number = 1", "unfounded", {"table": "line"},
    ),
    "an entry's flags": (
        "UPDATE ledger_entry SET flags = '{{}}' WHERE flags @> '{{variant}}'", "entry.flags", {},
    ),
    "a refused entry's flags": (
        "UPDATE ledger_entry SET flags = '{{clock}}' WHERE kind = 'nonsense'", "entry.flags", {},
    ),
    "an entry deleted": (
        "DELETE FROM ledger_entry WHERE journal = {east} AND number = 1", "unfounded", {"number": 1, "table": "line"},
    ),
    "a variant's content": ("UPDATE ledger_variant SET raw = raw || '\\x20'::bytea", "variant.digest", {}),
    "a variant that should count": (
        "UPDATE ledger_variant SET digest = '\\x00'::bytea", "variant.order", {},
    ),
    "a line's subject": (
        "UPDATE ledger_line SET subject = 39 WHERE journal = {east} AND number = 1 AND line = 3",
        "line.subject", {"number": 1, "line": 3},
    ),
    "a line's time": (
        "UPDATE ledger_line SET at = at - interval '1 hour' WHERE journal = {east} AND number = 1 AND line = 3",
        "line.at", {"number": 1, "line": 3},
    ),
    "a line deleted": (
        "DELETE FROM ledger_line WHERE journal = {east} AND number = 1 AND line = 14",
        "line", {"number": 1, "line": 14},
    ),
    "a line added": (
        "INSERT INTO ledger_line (journal, number, line, act, at, campaign, kind, subject, occasion, area, stage,"
        " frozen, again, authority, unheard) SELECT journal, number, 15, act, at, campaign, kind, 40, occasion, area,"
        " stage, frozen, again, authority, unheard"
        " FROM ledger_line WHERE journal = {east} AND number = 1 AND line = 0",
        "line", {"number": 1, "line": 15},
    ),
    "a frozen line deleted": (
        "DELETE FROM ledger_line WHERE journal = {desk} AND number = 1 AND line = 39",
        "frozen_list.count", {"number": 1},
    ),
    "a frozen line of another person": (
        "UPDATE ledger_line SET subject = 41 WHERE journal = {desk} AND number = 1 AND line = 39",
        "frozen_list.checksum", {"number": 1},
    ),
    "a movement": (
        "UPDATE ledger_movement SET quantity = 41 WHERE quantity = 40", "movement.quantity", {"line": 0},
    ),
    "a statement": (
        "UPDATE ledger_statement SET value = 'precaution' WHERE value = 'control'", "statement.value", {"line": 0},
    ),
    "a void removed": (
        "DELETE FROM ledger_void WHERE journal = {south}", "void", {"journal": "{south}"},
    ),
    "a void added": (
        "INSERT INTO ledger_void VALUES ({east}, 1, {desk}, 2)", "void", {"journal": "{east}", "number": 1},
    ),
    "a duty's stage": (
        "UPDATE ledger_duty SET stage = 3 WHERE kind = 1 AND subject = 13", "duty.stage", {"kind": 1, "subject": 13},
    ),
    "a duty's outcome": (
        "UPDATE ledger_duty SET outcome = 2 WHERE kind = 1 AND subject = 40", "duty.outcome", {"subject": 40},
    ),
    "a duty's area": (
        "UPDATE ledger_duty SET area = {west} WHERE kind = 1 AND subject = 40", "duty.area", {"subject": 40},
    ),
    "a duty's reason": (
        "UPDATE ledger_duty SET reason = 'deceased' WHERE kind = 1 AND subject = 27", "duty.reason", {"subject": 27},
    ),
    "a duty's date": (
        "UPDATE ledger_duty SET until = until + interval '1 day' WHERE subject = 25", "duty.until", {"subject": 25},
    ),
    "a withdrawn duty": (
        "UPDATE ledger_duty SET withdrawn = false WHERE kind = 5 AND subject = 23", "duty.withdrawn", {"subject": 23},
    ),
    "a duty deleted": (
        "DELETE FROM ledger_duty WHERE kind = 1 AND subject = 40", "duty", {"kind": 1, "subject": 40},
    ),
    "a disposition deleted": (
        "DELETE FROM ledger_duty WHERE kind = 5 AND subject = 12", "duty", {"kind": 5, "subject": 12},
    ),
    "a duty added": (
        "INSERT INTO ledger_duty (campaign, kind, subject, occasion, area, origin, frozen, stage, outcome, mark, takes,"
        " withdrawn, unheard, moved, disputed, returns)"
        " VALUES (7, 1, 4711, 0, {west}, {west}, false, 0, 0, 0, 0, false, 0, false, 0, 0)",
        "duty", {"subject": 4711},
    ),
    "a counter": (
        "UPDATE ledger_counter SET done = done + 1, open = open - 1 WHERE kind = 1 AND area = {west}",
        "counter.done", {"kind": 1, "area": WEST},
    ),
    "a counter out of balance": (
        "UPDATE ledger_counter SET added = added + 1 WHERE kind = 1 AND area = {west}",
        "balance", {"kind": 1, "area": DISTRICT},
    ),
    "a counter deleted": (
        "DELETE FROM ledger_counter WHERE kind = 5", "counter.open", {"kind": 5},
    ),
    "a transfer": ("UPDATE ledger_transfer SET n = 2", "transfer", {"origin": WEST, "area": SOUTH}),
    "a transfer deleted": ("DELETE FROM ledger_transfer", "balance", {"area": SOUTH, "level": 5}),
    "a holding": (
        "UPDATE ledger_holding SET quantity = quantity + 1 WHERE item_kind = 11 AND holder_kind = 10",
        "holding", {"item_kind": 11, "holder": TEAM},
    ),
    "a holding lost": (
        "DELETE FROM ledger_holding WHERE item_kind = 11 AND holder_kind = 10", "conservation", {"item": GLOVES},
    ),
    "a standing": (
        "UPDATE ledger_standing SET value = 'lockdown' WHERE name = 'zone.level'", "standing.value", {"subject": EAST},
    ),
    "a standing lost": ("DELETE FROM ledger_standing WHERE subject = 12", "standing", {"name": "infection"}),
    "a journal's highest": (
        "UPDATE ledger_journal SET highest = highest + 1 WHERE id = {van}", "journal.highest", {"journal": "{van}"},
    ),
    "a journal's upto": (
        "UPDATE ledger_journal SET upto = highest WHERE id = {south}", "journal.upto", {"journal": "{south}"},
    ),
    "a journal's end": (
        "UPDATE ledger_journal SET closed_last = NULL WHERE id = {east}", "journal.closed_last", {"journal": "{east}"},
    ),
    "a campaign's frozen count": ("UPDATE ledger_campaign SET frozen = 39", "campaign", {"campaign": ROUND}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_is_changed_by_hand_is_named(database, owner_url, name):
    statement, what, where = TAMPERINGS[name]
    town = scenario()
    names = {j: getattr(town, j) for j in ("desk", "east", "south", "van", "lab")} | {"west": WEST}
    with psycopg.connect(owner_url) as owner:
        assert owner.execute(statement.format(**names)).rowcount > 0
    key = {k: names[v.strip("{}")] if isinstance(v, str) and v[0] == "{" else v for k, v in where.items()}
    found = verify()
    assert any(d.what == what and key.items() <= d.key.items() for d in found), [d.en for d in found]
    assert all(d.recorded != d.expected and d.zh and d.en for d in found)
    if what.startswith("duty"):  # named once, by the comparison of the whole book
        assert not any(d.what.startswith("fold") for d in found)


def test_a_pass_leaves_nothing_behind_and_repeats_itself(database, owner_url):
    scenario()
    told = []
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("UPDATE ledger_duty SET stage = 1 WHERE stage = 0")
        first = verify(progress=lambda text, share: told.append(share))
        assert first
        assert first == verify()
        assert owner.execute("SELECT count(*) FROM ledger_duty WHERE stage = 0").fetchone() == (0,)
        assert owner.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'verify%'").fetchone() == (0,)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_many_entries_are_sampled_and_the_ledgers_own_kinds_read_in_full(database, owner_url, monkeypatch):
    monkeypatch.setattr("bulou.ledger.verify_entries.FEW", 5)
    scenario()
    assert verify(sample=0) == [] == verify(sample=1, seed=3)
    with psycopg.connect(owner_url) as owner:
        owner.execute("DELETE FROM ledger_void")
        owner.execute("UPDATE ledger_line SET subject = 39 WHERE kind = 1 AND act = 2 AND subject = 3")
        owner.execute("UPDATE ledger_entry SET refusal = 103 WHERE kind = 'nonsense'")
    found = {d.what for d in verify(sample=0)}
    assert {"void", "duty.stage", "entry.refusal"} <= found and "line.subject" not in found
