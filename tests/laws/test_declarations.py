"""Laws 1 and 2 for whatever is declared: random kinds, and random entries in their words."""

from __future__ import annotations

import random

import pytest
from django.db import connections, transaction
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from bulou.ledger import install, intake
from bulou.ledger.verify import verify
from bulou.ledger.vocabulary import CarrierRule, DutyKind, FollowUpRule, Registry, Stage, Subject
from tests import cast, shelf
from tests.laws import declared, tellings


@pytest.fixture(scope="module")
def declaring(clone):
    with clone() as urls:
        shelf.enrol(journals=declared.JOURNALS.values())
        yield urls


def declare(registry: Registry) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        install.fill_lookup(cursor, registry)


@given(data=st.data())
def test_the_books_are_the_fold_whatever_is_declared(declaring, data):
    registry = data.draw(declared.registries())
    entries = data.draw(declared.entry_sets(registry))
    telling = data.draw(tellings.deliveries(entries))
    declare(registry)
    got = shelf.deliver(telling.batches, telling.crashes, registry=registry)
    assert shelf.differences(shelf.expected(entries, declared.JOURNALS, registry=registry), got) == []


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 12))])
def test_verify_recomputes_whatever_is_declared(database, seed):
    shelf.enrol(journals=declared.JOURNALS.values())

    @st.composite
    def worlds(draw):
        registry = draw(declared.registries())
        return registry, draw(declared.entry_sets(registry, most=60))

    registry, entries = find(
        worlds(), lambda world: len(world[1]) > 30,
        settings=settings(max_examples=2000, phases=[Phase.generate], database=None), random=random.Random(seed),
    )  # fmt: skip
    declare(registry)
    intake.post(entries, cast.minute(900), registry=registry)
    assert [difference.en for difference in verify(registry=registry)] == []


def kind(code: int, name: str, **rest) -> DutyKind:
    return DutyKind(code, name, Subject.PERSON, name, name, (Stage("open", "", ""), Stage("done", "", "")), 1, **rest)


def test_kinds_that_lean_on_each_other_in_a_circle_are_refused():
    registry = Registry()
    registry.add(duties=(kind(1, "one"), kind(2, "two")))
    registry.add(carriages=(CarrierRule("one", 1, "two", 1),))
    with pytest.raises(ValueError, match="circle"):
        registry.add(consequences=(FollowUpRule("two", 1, (), (), "", "one", per_carrier=False),))


def test_carriers_stand_below_what_they_carry_and_causes_below_what_follows():
    registry = Registry()
    registry.add(
        duties=(kind(1, "box"), kind(2, "tube"), kind(3, "swab"), kind(4, "retest")),
        carriages=(CarrierRule("box", 1, "tube", 1), CarrierRule("tube", 1, "swab", 1)),
        consequences=(FollowUpRule("tube", 1, (), (2,), "swab", "retest", per_carrier=True),),
    )
    assert registry.tiers == {1: 0, 2: 1, 3: 2, 4: 3}
