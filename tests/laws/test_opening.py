"""Laws 1 and 2 for openings: the frozen list may come before or after what is reported, or be void."""

from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger import openings, rules
from bulou.ledger.lines import Key, Line, Order
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import Act
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
    with openings.opening() as cursor:
        cursor.executemany("INSERT INTO opening VALUES (%s, %s)", list(HOMES.items()))
        round_ = openings.Campaign(cast.ROUND, "pcr", "第一轮", cast.STREET, "swab", {"scope": "residents-1"})
        openings.freeze(cursor, round_, cast.COMMAND, AT, AT)
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
