"""Who is whose second record: the register is a function of the set of entries, and nobody is lost or counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger import intake
from bulou.ledger.effects import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.models import Person
from tests import cast
from tests.builders import Pen

NEVER = cast.minute(0)
PEOPLE = sorted(person.id for person in cast.PERSONS.values())[:5]


@pytest.fixture(scope="module")
def street(settled_clone) -> Iterator[None]:
    with settled_clone():
        yield


@st.composite
def told(draw: st.DrawFn) -> list[Entry]:
    """Merges, their undoing, answers at doors and voids, by a desk and a phone, at times that may be the same."""
    desk, phone = Pen(cast.DESK, cast.STREET), Pen(cast.LAO, cast.STREET)
    people = st.sampled_from(PEOPLE)
    for _ in range(draw(st.integers(1, 9))):
        at = draw(st.integers(1, 5))
        one, other = draw(people), draw(people)
        act = draw(st.sampled_from(("merged", "merged", "parted", "asked", "same", "same", "here", "moved", "void")))
        if act == "merged" and one != other:
            desk.write("person.merged", at, persons=[one], into=[other], reason="test")
        elif act == "parted":
            desk.write("person.parted", at, persons=[one], reason="test")
        elif act == "asked" and one != other:
            desk.write("visit.asked", at, campaign=cast.ROUND, subjects=[one], question="pair", other=other, why="test")
        elif act == "same" and one != other:
            phone.write("visit.answered", at, campaign=cast.ROUND, subjects=[one], answer="same", same_as=other)
        elif act in ("here", "moved"):
            phone.write("visit.answered", at, campaign=cast.ROUND, subjects=[one], answer=act)
        elif act == "void" and desk.next > 1:
            desk.voided(at, desk.journal, draw(st.integers(1, desk.next - 1)))
    return desk.written + phone.written


def expected(entries: list[Entry]) -> dict[int, int | None]:
    """The plain meaning: a desk's latest word, else what was found at a door whose visit asked about these two."""
    void = {(e.body["journal"], e.body["number"]) for e in entries if e.kind == "entry.voided"}
    # A void is never voided.
    void -= {(e.journal, e.number) for e in entries if e.kind == "entry.voided"}
    merged: dict[int, tuple[int, datetime]] = {}
    found: dict[int, tuple[int, datetime]] = {}
    may_be: dict[int, int] = {}
    for e in sorted(entries, key=lambda e: (e.at, e.journal, e.number)):
        if (e.journal, e.number) in void or e.kind == "entry.voided":
            continue
        body = e.body
        if e.kind == "visit.asked":
            may_be[body["subjects"][0]] = body["other"]
        elif e.kind == "visit.answered" and body["answer"] == "same":
            found[body["subjects"][0]] = body["same_as"], e.at
        elif e.kind == "visit.answered":
            merged[body["subjects"][0]] = found[body["subjects"][0]] = 0, e.at
        elif e.kind == "person.merged":
            merged[body["persons"][0]] = body["into"][0], e.at
        else:
            merged[body["persons"][0]] = found[body["persons"][0]] = 0, e.at
    said: dict[int, int] = {}
    for person in PEOPLE:
        (into, since), (other, at) = merged.get(person, (0, NEVER)), found.get(person, (0, NEVER))
        asked = other and (may_be.get(person) == other or may_be.get(other) == person)
        said[person] = into or (other if asked and since < at else 0)
    out: dict[int, int | None] = {}
    for person in PEOPLE:
        way = [person]
        while (on := said.get(way[-1], 0)) and on not in way:
            way.append(on)
        root = min(way[way.index(on) :]) if on else way[-1]
        out[person] = root if root != person else None
    return out


def register(batches: list[list[Entry]]) -> dict[int, int | None]:
    """What the register says once these batches are in; nothing stays."""
    with transaction.atomic():
        for batch in batches:
            intake.post(batch, cast.minute(600))
        with scoped(EVERYWHERE):
            rows = dict(Person.objects.filter(id__in=PEOPLE).values_list("id", "merged_into_id"))
        transaction.set_rollback(True)
    return rows


@given(told(), st.data())
def test_the_register_follows_whatever_comes_in_whatever_order(street, entries, data):
    want = expected(entries)
    order = data.draw(st.permutations(entries))
    cut = data.draw(st.integers(0, len(order)))
    # Repeated, in two batches or one by one.
    assert register([order[:cut], order[cut:], entries[:1]]) == want
    assert register([[entry] for entry in reversed(order)]) == want


@given(told())
def test_nobody_is_lost_and_nobody_stands_for_herself_twice(street, entries):
    rows = register([entries])
    assert rows.keys() == set(PEOPLE)
    alone = {person for person, into in rows.items() if into is None}
    assert alone and all(into in alone for into in rows.values() if into is not None)
