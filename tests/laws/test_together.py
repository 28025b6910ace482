"""Law 1 under concurrency: batches that meet, and connections that break, leave the books of the set."""

import random
import threading
from datetime import datetime

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from hypothesis import Phase, find, settings

from bulou.ledger import intake
from tests import cast, shelf
from tests.builders import Pen, rivals
from tests.laws import tellings

LI, MEI, DING = (cast.PERSONS[name].id for name in ("li", "mei", "ding"))
T1, T2, B1 = cast.TUBES["T1"], cast.TUBES["T2"], cast.BOXES["B1"]


def patiently(batch, received_at: datetime) -> int:
    """Post as the door does: once more after a deadlock. Return how often it was needed."""
    for attempt in range(5):
        try:
            intake.post(batch, received_at)
            return attempt
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                raise
    raise AssertionError("five deadlocks in a row")


class Poster(threading.Thread):
    """Posts its batches on a connection of its own."""

    def __init__(self, batches):
        super().__init__()
        self.batches, self.error, self.backend = batches, None, None
        self.connected = threading.Event()

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.connected.set()
            for batch in self.batches:
                patiently(batch, cast.minute(900))
        except Exception as error:
            self.error = error
        finally:
            self.connected.set()
            connections.close_all()


def _waits_or_ends(poster: Poster) -> None:
    """Return once the poster waits for a lock or has done its work."""
    while poster.is_alive():
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [poster.backend])
            row = cursor.fetchone()
        if row and row[0] == "Lock":
            return
        poster.join(0.01)


def meetings() -> dict[str, tuple[list, list, list, list]]:
    """Return (what was there before, a batch, the batch that meets it, what the first still adds), by what happens."""
    ayi, lao, desk, lab = Pen(cast.AYI), Pen(cast.LAO), Pen(cast.DESK), Pen(cast.LABORATORY)
    found = [ayi.found(0, LI), ayi.found(0, MEI)]
    sealed, boxed = ayi.sealed(5, T1, LI, MEI), lao.boxed(9, B1, T1)
    received, result = lab.box_received(60, B1), lab.resulted(90, T1="positive")
    void = desk.voided(95, cast.AYI, sealed.number)
    again = desk.sealed(120, T2, LI, mode="single", retest_of=T1)
    first, rival = rivals(Pen(cast.LAO, next=50).called(3, DING), Pen(cast.LAO).called(3, MEI))
    return {
        "sealed meets its result": (found, [sealed], [result], []),
        "sealed meets its void": (found, [sealed], [void], []),
        "result meets the sealing's void": ([*found, sealed], [result], [void], []),
        "boxed meets received": ([*found, sealed], [boxed], [received], []),
        "boxed meets sealed": (found, [boxed], [sealed], []),
        "a call meets a result": ([*found, sealed], [lao.called(91, LI)], [result], []),
        "a retest meets the positive pool": ([*found, sealed], [again], [result], []),
        "a retest meets the pool's void": ([*found, sealed, result], [again], [void], []),
        "a row that is taken away meets a new word on it": ([first], [rival], [desk.called(4, DING)], []),
        # A word that changes nothing locks its row without writing it: only then does the second batch look up its rows
        # before it waits.
        "a row that is taken away while somebody waits before it": (
            [*found, ayi.refused(3, LI), first], [lao.refused(4, LI)], [desk.refused(5, LI, DING)], [rival]),
    }  # fmt: skip


def meet(name: str, turned: bool) -> list[str]:
    """Let one batch come while another is taken in but not yet committed; return what is wrong with the books then."""
    before, one, other, late = meetings()[name]
    if turned and not late:
        one, other = other, one
    intake.post(before, cast.minute(800))
    poster = Poster([other])
    with transaction.atomic():
        intake.post(one, cast.minute(801))
        poster.start()
        poster.connected.wait()
        _waits_or_ends(poster)
        intake.post(late, cast.minute(802))
    poster.join()
    broken = [] if poster.error is None else [repr(poster.error)]
    return broken + shelf.differences(shelf.expected([*before, *one, *other, *late]), shelf.read())


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("name", meetings())
def test_two_batches_that_meet(ledger_of_its_own, name, turned):
    assert meet(name, turned) == []


@pytest.fixture
def ledger_of_its_own(database):
    shelf.enrol()


def _busy_telling(seed: int):
    """Return some large generated telling."""
    return find(
        tellings.tellings(most=40), lambda telling: len(telling.entries) > 15,
        settings=settings(max_examples=1000, phases=[Phase.generate], database=None), random=random.Random(seed),
    ).entries  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_four_doors_at_once(ledger_of_its_own, seed):
    """Four threads post the same entries, each in its own order and batches."""
    entries, posters = _busy_telling(seed), []
    for n in range(4):
        order = list(entries)
        random.Random(10 * seed + n).shuffle(order)
        posters.append(Poster([order[i : i + 5] for i in range(0, len(order), 5)]))
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()
    assert [poster.error for poster in posters] == [None] * 4
    assert shelf.differences(shelf.expected(entries), shelf.read()) == []


def test_a_connection_that_breaks_in_the_middle_leaves_nothing_behind(ledger_of_its_own):
    """The batch is wholly there or not at all; sent again, the books are those of the set."""
    ayi = Pen(cast.AYI)
    entries = [ayi.found(0, LI), ayi.sealed(5, T1, LI)]
    with pytest.raises(DatabaseError), transaction.atomic():
        intake.post(entries, cast.minute(9))
        with connection.cursor() as cursor, connections["owner"].cursor() as killer:
            cursor.execute("SELECT pg_backend_pid()")
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [cursor.fetchone()[0]])
            cursor.execute("SELECT 1")
    connection.close()
    assert shelf.differences(shelf.Shelf(), shelf.read()) == []
    intake.post(entries, cast.minute(10))
    assert shelf.differences(shelf.expected(entries), shelf.read()) == []
