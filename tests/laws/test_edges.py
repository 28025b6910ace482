"""Ties, ends of windows and orders: the books are those of the set in every order, and a turned decision shows."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from bulou.ledger import intake, journals, rules
from bulou.ledger.areas import span
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, multirange, scoped
from bulou.ledger.vocabulary import Subject
from tests import cast, shelf
from tests.builders import Pen
from tests.laws.edges import FAULTS, LI, TELLINGS, TOLERATED, a_courier_names_the_giver

STREET = (span(cast.STREET),)


def damage(entries: list) -> list[str]:
    """Return what is wrong with the books, delivered in every order: one entry a batch, and all in one."""
    want = shelf.expected(entries)
    for order in itertools.permutations(entries):
        for batches in ([[entry] for entry in order], [list(order)]):
            if found := shelf.differences(want, shelf.deliver(batches)):
                return found
    return []


@pytest.fixture
def enrolled(database):
    shelf.enrol()


@pytest.mark.parametrize("telling", TELLINGS, ids=lambda telling: telling.__name__)
def test_every_order_gives_the_same_books(ledger, telling):
    assert damage(telling()) == []


@pytest.mark.parametrize(("fault", "telling"), FAULTS, ids=[fault.name for fault, _ in FAULTS])
def test_a_decision_that_is_turned_round_is_seen(enrolled, monkeypatch, fault, telling):
    fault.plant(monkeypatch)
    assert damage(telling())


# -- what both ways would get wrong alike, said in figures ----------------------------------------


def closed_last(entries: list) -> int:
    with shelf.undone():
        intake.post(entries, cast.minute(700))
        with scoped(EVERYWHERE), connection.cursor() as cursor:
            cursor.execute("SELECT closed_last FROM ledger_journal WHERE id = %s", [cast.AYI])
            return cursor.fetchone()[0]


def test_the_larger_of_two_last_numbers_closes(ledger):
    ayi = Pen(cast.AYI)
    ends = [ayi.closed(5, last=9), ayi.closed(6, last=3)]
    assert closed_last(ends) == closed_last(ends[::-1]) == 9


def test_the_earliest_time_at_a_stage_counts(ledger):
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    books = shelf.deliver([[ayi.found(0, LI)], [ayi.called(9, LI)], [lao.called(4, LI)]])
    (swab,) = (duty for key, duty in books.duties.items() if key.subject == LI)
    assert swab.stage_at == cast.minute(4)


def test_a_tie_goes_to_the_higher_journal_and_number(ledger):
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    offers = [ayi.found(0, LI), lao.offered(5, LI, to=cast.COURT), ayi.offered(5, LI, to=cast.NO_2)]
    (swab,) = shelf.deliver([offers]).duties.values()
    assert swab.offered_to == cast.COURT
    again = [ayi.offered(6, LI, to=cast.NO_2), ayi.offered(6, LI, to=cast.COURT)]
    (swab,) = shelf.deliver([offers, again]).duties.values()
    assert swab.offered_to == cast.COURT
    said = [Pen(cast.LAO).standing(5, LI, "symptoms", "no"), Pen(cast.AYI).standing(5, LI, "symptoms", "yes")]
    assert next(iter(shelf.deliver([said]).standings.values()))[0] == "no"


def test_a_box_leaves_whom_the_courier_names(ledger):
    box, phone = (int(Subject.BOX), cast.BOXES["B1"]), int(Subject.JOURNAL)
    holdings = shelf.deliver([a_courier_names_the_giver()]).holdings
    assert holdings[*box, int(Subject.COURIER), cast.VAN] == 1
    assert (*box, phone, cast.AYI) not in holdings, "the phone has handed it over"
    assert (*box, phone, cast.COURIER) not in holdings, "the courier's own journal never held it"


# -- ends of windows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "refused"),
    [(timedelta(0), False), (TOLERATED, False), (TOLERATED + timedelta(microseconds=1), True),
     (timedelta(days=10), True)],
)  # fmt: skip
def test_an_entry_may_be_dated_a_day_beyond_its_journal_and_no_longer(off, refused):
    facts = cast.JOURNALS[cast.AYI]
    for at in (facts.expires_at + off, facts.enrolled_at - off):
        entry = replace(Pen(cast.AYI).called(0, LI), at=at)
        if refused:
            with pytest.raises(Refused) as told:
                rules.expand(entry, facts)
            assert (told.value.code, told.value.field) == (105, "at")
        else:
            assert rules.expand(entry, facts).lines


# -- scopes and locks -----------------------------------------------------------------------------


def test_a_batch_gives_the_scope_back(enrolled):
    """Whoever posts within a transaction goes on with the scope that it had, and with none if it had none."""
    asked = "SELECT current_setting('bulou.scope', true)"
    with scoped(STREET), connection.cursor() as cursor:
        intake.post([Pen(cast.AYI).called(5, LI)], cast.minute(700))
        cursor.execute(asked)
        assert cursor.fetchone() == (multirange(STREET),)
    with transaction.atomic(), connection.cursor() as cursor:
        intake.post([Pen(cast.LAO).called(5, LI)], cast.minute(700))
        cursor.execute(asked)
        assert cursor.fetchone() == ("",)


def test_two_who_append_to_one_journal_write_two_numbers(enrolled):
    """Whoever comes second waits for the first one's number, and writes the next."""
    said = [("swab.called", cast.minute(5), cast.NO_1, {"campaign": cast.ROUND, "persons": [LI]})]
    later = [("swab.called", cast.minute(6), cast.NO_1, {"campaign": cast.ROUND, "persons": [LI]})]
    second: list = []
    pid: list[int] = []
    connected = threading.Event()

    def append() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid.append(cursor.fetchone()[0])
            connected.set()
            second.extend(journals.append(cast.AYI, later, cast.minute(900)))
        finally:
            connected.set()
            connections.close_all()

    thread = threading.Thread(target=append)
    with transaction.atomic():
        first = journals.append(cast.AYI, said, cast.minute(900))
        thread.start()
        connected.wait()
        while thread.is_alive() and not _waits(pid[0]):
            thread.join(0.01)
    thread.join()
    assert [(receipt.number, receipt.status) for receipt in (*first, *second)] == [(1, "kept"), (2, "kept")]


def _waits(pid: int) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [pid])
        row = cursor.fetchone()
    return row is not None and row[0] == "Lock"
