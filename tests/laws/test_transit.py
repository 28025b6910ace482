"""Law 3: nothing is lost in transit: gaps are visible, endings are told, a restored ledger gets everything again."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bulou.config import connections as config_connections
from bulou.ledger import intake, journals
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast, shelf
from tests.builders import Pen
from tests.laws import tellings


@given(numbers=st.lists(st.integers(1, 30), min_size=1), last=st.none() | st.integers(1, 35), data=st.data())
def test_what_is_missing_is_told_exactly(ledger, numbers, last, data):
    """The gaps are the numbers below the highest (or the closing entry's last) that the ledger does not hold."""
    entries = [Pen(cast.AYI, next=number).called(1, 501) for number in numbers]
    if last is not None:
        entries.append(Pen(cast.AYI, next=max(numbers) + 1).closed(9, last))
    telling = data.draw(tellings.deliveries(entries))
    with shelf.undone():
        for batch in telling.batches:
            intake.post(batch, cast.minute(99))
        with scoped(EVERYWHERE):
            upto, gaps = journals.standing_of([cast.AYI])[cast.AYI]
    held = {entry.number for entry in entries}
    missing = set(range(1, max(*held, last or 0, 1) + 1)) - held
    assert {n for lo, hi in gaps for n in range(lo, hi + 1)} == missing
    assert set(range(1, upto + 1)) <= held
    assert upto + 1 not in held


def test_a_wiped_phone_stays_unclosed(ledger):
    """A journal without its ending differs from one that ended: someone has to ask for the phone."""
    ayi, lao = Pen(cast.AYI), Pen(cast.LAO)
    books = shelf.deliver([[ayi.called(0, 501), ayi.closed(9)], [lao.called(0, 502)]])
    assert books.journals == {cast.AYI: (2, 2, 2, 2), cast.LAO: (1, 1, 1, None)}


def test_an_ending_that_is_voided_is_no_ending(ledger):
    ayi = Pen(cast.AYI)
    first = [ayi.called(0, 501), ayi.closed(5), ayi.voided(6, cast.AYI, 2)]
    assert shelf.deliver([first]).journals[cast.AYI] == (3, 3, 3, None)
    assert shelf.deliver([first[2:], first[:2]]).journals[cast.AYI] == (3, 3, 3, None)


def test_a_refused_entry_is_held_like_any_other(ledger):
    """No poison: the number counts as received, so that the phone goes on."""
    ayi = Pen(cast.AYI)
    batch = [ayi.called(0, 501), ayi.write("nonsense", 1), ayi.called(2, 501, 501), ayi.called(3, 502)]
    with shelf.undone():
        receipts = intake.post(batch, cast.minute(9))
        assert [(r.status, r.code) for r in receipts] == [
            ("kept", None),
            ("refused", 101),
            ("refused", 109),
            ("kept", None),
        ]
        assert [r.status for r in intake.post(batch, cast.minute(10))] == ["repeated"] * 4
        with scoped(EVERYWHERE):
            assert journals.standing_of([cast.AYI])[cast.AYI] == (4, [])


# -- restored from an older backup ---------------------------------------------------------------


def a_morning() -> list[list[Entry]]:
    """Return a morning in six batches: two phones, the courier, the laboratory and the desk."""
    ayi, lao, desk = Pen(cast.AYI), Pen(cast.LAO, cast.BRIDGE), Pen(cast.DESK)
    van, lab = Pen(cast.COURIER), Pen(cast.LABORATORY)
    gui, li, mei, ding = (cast.PERSONS[name].id for name in ("gui", "li", "mei", "ding"))
    t1, t2, box = cast.TUBES["T1"], cast.TUBES["T2"], cast.BOXES["B1"]
    offer = lao.found(0, ding), lao.offered(3, ding, to=cast.NO_1)
    return [
        [ayi.found(0, gui), ayi.found(0, li), ayi.found(0, mei), *offer],
        [ayi.sealed(5, t1, li, mei), ayi.refused(6, gui), desk.accepted(8, ding, offer=offer[1], area=cast.NO_1)],
        [ayi.boxed(10, box, t1), van.handed(15, box, giver=cast.AYI), lab.resulted(90, T1="positive")],
        [lab.box_received(60, box), ayi.sealed(120, t2, li, mode="single", retest_of=t1), ayi.voided(121, cast.AYI, 5)],
        [lab.resulted(180, T2="positive"), desk.standing(200, li, "infection", "negative")],
        [ayi.closed(300), lao.closed(301)],
    ]


@pytest.mark.parametrize("kept", range(6))
def test_a_restored_ledger_gets_everything_again(cluster, clone, kept):
    """A copy of the database at some moment becomes the ledger under a new name; phones send what they still hold."""
    batches = a_morning()
    everything = [entry for batch in batches for entry in batch]
    with clone() as urls:
        shelf.enrol()
        for batch in batches[:kept]:
            intake.post(batch, cast.minute(500))
        name = _database(urls)
        config_connections.bind(urls)  # closes our connections: a database in use cannot be copied
        with _copy(cluster, name, urls) as copy:
            for batch in batches[kept:]:
                intake.post(batch, cast.minute(501))
            whole, before = shelf.read(), journals.incarnation()
            config_connections.bind(copy)
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "INSERT INTO ledger_incarnation VALUES ('restored', %s)", [datetime(2100, 1, 1, tzinfo=UTC)]
                )
            assert journals.incarnation() != before
            receipts = intake.post(reversed(everything), cast.minute(900))
            assert {receipt.status for receipt in receipts} <= {"kept", "repeated"}
            assert shelf.differences(whole, shelf.read()) == []
            assert shelf.differences(shelf.expected(everything), whole) == []
            config_connections.bind(urls)


def _database(urls: config_connections.Urls) -> str:
    return conninfo_to_dict(urls.application)["dbname"]


@contextmanager
def _copy(cluster, name: str, urls: config_connections.Urls):
    copy = f"{name}_backup"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(copy), sql.Identifier(name)
    )
    with cluster.connect() as connection:
        connection.execute(make)
    try:
        yield config_connections.Urls(
            urls.application.replace(f"/{name}?", f"/{copy}?"), urls.owner.replace(f"/{name}?", f"/{copy}?")
        )
    finally:
        with cluster.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))
