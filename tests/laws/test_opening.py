"""Laws 1 and 2 for openings: the frozen list may come before or after what is reported, or be void."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger import campaigns, intake, rules
from bulou.ledger.effects import Key, Line, Order
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Act, Outcome
from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings

#: In the middle of what the tellings tell: a find may come before it.
AT = cast.minute(6)
SWAB = 1
HOMES = {person: cast.HOMES[person] for person in tellings.P}
BULK = tuple(
    (Order(AT, cast.COMMAND, 1, line), Line(Act.OWE, Key(cast.ROUND, SWAB, person), area, frozen=True))
    for line, (area, person) in enumerate(sorted((area, person) for person, area in HOMES.items()))
)


def open_round() -> None:
    """Open the round over the four people of the tellings, as command does."""
    with campaigns.opening() as cursor:
        cursor.executemany("INSERT INTO opening VALUES (%s, %s)", list(HOMES.items()))
        round_ = campaigns.Campaign(cast.ROUND, "pcr", "第一轮", cast.STREET, "swab", {"scope": "residents-1"})
        campaigns.freeze(cursor, round_, cast.COMMAND, AT, AT)
        # Several openings within one test transaction; in service each transaction has one.
        cursor.execute("DROP TABLE opening")


def the_entry(ledger):
    """Return the entry that the opening writes."""
    from django.db import connections

    with shelf.undone():
        open_round()
        with scoped(EVERYWHERE), connections["default"].cursor() as cursor:
            cursor.execute("SELECT raw FROM ledger_entry WHERE journal = %s AND number = 1", [cast.COMMAND])
            return rules.decode(cast.COMMAND, 1, bytes(cursor.fetchone()[0]))


@given(data=st.data())
def test_an_opening_may_come_before_between_and_after_what_it_owes(ledger, data):
    entries = data.draw(tellings.entry_sets(most=12))
    if data.draw(st.booleans()):
        withdrawn = Pen(cast.DESK, cast.STREET, next=100).voided(5, cast.COMMAND, 1)
        entries = [*entries, withdrawn]
    telling = data.draw(tellings.deliveries(entries))
    batches = list(telling.batches)
    batches.insert(data.draw(st.integers(0, len(batches))), open_round)
    got = shelf.deliver(batches, telling.crashes)
    want = shelf.expected([*entries, the_entry(ledger)], bulk=BULK)
    assert shelf.differences(want, got) == []


#: A second desk of the street; command itself writes the opening as its next number, so it says nothing before.
CHIEF = replace(cast.JOURNALS[cast.DESK], id=1_020)


def _chief_withdraws() -> None:
    shelf.enrol(journals=[CHIEF])
    intake.post([Pen(CHIEF.id, cast.STREET).voided(6, cast.COMMAND, 1)], cast.minute(700))


def _books_of_a_withdrawn_opening(order: list[str]) -> shelf.Shelf:
    said = {
        "desk": [Pen(cast.DESK, cast.STREET).voided(5, cast.COMMAND, 1)],
        "chief": _chief_withdraws,
        "opening": open_round,
    }
    return shelf.deliver([said[name] for name in order])


@pytest.mark.parametrize("order", list(itertools.permutations(("desk", "chief", "opening"))), ids="-".join)
def test_two_voices_withdraw_an_opening_whenever_they_come(ledger, order):
    """Nobody owes anything by an opening that two desks have withdrawn, also where they did so before it came."""
    books = _books_of_a_withdrawn_opening(list(order))
    assert books.void == {(cast.COMMAND, 1): True}
    assert {duty.outcome for duty in books.duties.values()} <= {int(Outcome.NOT_OWED)}
    assert not books.counters
    assert shelf.differences(_books_of_a_withdrawn_opening(["opening", "desk", "chief"]), books) == []


@pytest.mark.parametrize("before", [True, False], ids=["before it came", "after it came"])
def test_one_voice_does_not(ledger, before):
    void = [Pen(cast.DESK, cast.STREET).voided(5, cast.COMMAND, 1)]
    books = shelf.deliver([void, open_round] if before else [open_round, void])
    assert not books.void
    assert {duty.outcome for duty in books.duties.values()} == {int(Outcome.OPEN)}
