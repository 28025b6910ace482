"""The list on a real database: what is on it, who may act, and that an act is an entry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bulou.ledger import clock
from bulou.ledger.models import Entry
from bulou.ledger.scope import EVERYWHERE, scoped
from tests import cast
from tests.desk_street import PASSWORD

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def street(settled):
    """A street official, signed in; one person of the street is on dialysis."""
    from django.db import connection
    from django.test import Client

    client = Client()
    person = cast.PERSONS[next(iter(cast.PERSONS))]
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("UPDATE places_person SET needs = 2 WHERE id = %s RETURNING area", [person.id])
        area = cursor.fetchone()[0]
    assert client.login(username="street", password=PASSWORD)
    return client, person.id, area


def test_a_person_on_dialysis_without_a_swab_comes_first_and_can_be_set_aside(street) -> None:
    client, person, area = street
    row = f"danger.swab.{cast.ROUND}.{person}.0:{area}"
    assert row in client.get("/now").content.decode()
    assert row in client.get("/now/list?class=danger").content.decode()
    client.post("/now/act", {"act": "snooze", "row": [row], "why": "家属陪同中", "hours": "2"})
    assert row not in client.get("/now").content.decode()
    with scoped(EVERYWHERE):
        said = Entry.objects.get(kind="standing.set")
    assert (said.refusal, said.area) == (None, area)


def test_an_act_without_reason_or_outside_the_scope_writes_nothing(street) -> None:
    client, person, area = street
    outside = f"danger.swab.{cast.ROUND}.{person}.0:{cast.area_id(104, 8, 1, 1, 1)}"
    inside = f"danger.swab.{cast.ROUND}.{person}.0:{area}"
    client.post("/now/act", {"act": "snooze", "row": [outside], "why": "x", "hours": "2"})
    client.post("/now/act", {"act": "snooze", "row": [inside], "why": "", "hours": "2"})
    client.post("/now/act", {"act": "excuse", "row": [inside], "reason": "in_hospital"})
    client.post("/now/act", {"act": "call", "row": ["nonsense"]})
    with scoped(EVERYWHERE):
        assert not Entry.objects.exclude(kind="round.opened").exists()


def test_the_list_takes_a_fixed_number_of_statements(street, queries) -> None:
    from bulou.command.worklist.reads import matters

    with scoped(EVERYWHERE), queries(26):
        matters(EVERYWHERE, clock.now() + timedelta(hours=1))
