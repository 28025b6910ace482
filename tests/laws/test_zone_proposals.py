"""A proposal is a function of the facts and the version alone; what is decided folds the same in any order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bulou.ledger import fold
from bulou.ledger.effects import Entry
from bulou.ledger.fold import Report
from bulou.zones.entries import PROGRAMME_ID
from bulou.zones.rules import LEVELS, VERSIONS, Facts, milder, propose, replay
from bulou.zones.vocabulary import REVIEW, STANDING
from tests import cast

START = date(2022, 4, 11)
days = st.integers(-20, 40).map(lambda n: START + timedelta(days=n))
levels = st.sampled_from(("", *LEVELS, "lifted"))
facts = st.builds(
    Facts, day=days, positives=st.lists(days, max_size=8), level=levels, came_from=levels,
    clean_round=st.none() | days, assessed=st.booleans(),
)  # fmt: skip
versions = st.sampled_from(VERSIONS)


@given(facts, versions, st.randoms(use_true_random=False))
def test_the_order_of_positives_and_what_comes_later_say_nothing(known: Facts, version, dice: random.Random) -> None:
    told = propose(known, version)
    mixed = [*known.positives, known.day + timedelta(days=1), known.day + timedelta(days=9)]
    dice.shuffle(mixed)
    assert propose(replace(known, positives=mixed), version) == told


@given(facts, versions)
def test_another_positive_never_loosens(known: Facts, version) -> None:
    told = propose(known, version)
    worse = propose(replace(known, positives=[*known.positives, known.day]), version)
    assert not milder(worse.level, told.level)


@given(facts, versions)
def test_what_is_said_to_be_missing_is_missing(known: Facts, version) -> None:
    told = propose(known, version)
    if told.missing and known.level == told.level:
        full = replace(
            known, day=known.day + timedelta(days=60), clean_round=known.day + timedelta(days=60), assessed=True
        )
        assert milder(propose(full, version).level, told.level) or not told.towards
    if told.earliest and told.last:
        assert told.earliest > told.last


@given(st.lists(days, max_size=6), st.integers(0, 30))
def test_the_walk_day_by_day_ends_in_a_level_and_without_positives_in_precaution(found: list[date], n: int) -> None:
    until = START + timedelta(days=n)
    level = replay(found, until, START).level
    assert level in LEVELS
    if all(one > until or (START - one).days >= 14 for one in found):
        assert level == "precaution"


def decided(n: int, minute: float, level: str, review: float) -> Entry:
    body = {"level": level, "basis": "other", "reason": "x"}
    if level != "lifted":
        body["review"] = cast.minute(minute + review).isoformat()
    return Entry(cast.WRITERS["desk"], n, "zone.decided", cast.minute(minute), cast.ESTATE, body)


@st.composite
def told(draw) -> list[Entry]:
    out: list[Entry] = []
    for n in range(1, draw(st.integers(1, 7)) + 1):
        if n > 1 and draw(st.integers(0, 3)) == 0:
            body = {"journal": cast.WRITERS["desk"], "number": draw(st.integers(1, n - 1)), "reason": "x"}
            out.append(Entry(cast.WRITERS["desk"], n, "entry.voided", cast.minute(n), cast.ESTATE, body))
        else:
            out.append(decided(n, n, draw(st.sampled_from((*LEVELS, "lifted"))), draw(st.integers(10, 900))))
    return out


@settings(max_examples=60)
@given(told(), st.randoms(use_true_random=False))
def test_decisions_fold_the_same_in_any_order_and_a_level_is_never_without_a_review(
    entries: list[Entry], dice: random.Random
) -> None:
    mixed = entries + entries[: len(entries) // 2]
    dice.shuffle(mixed)
    books = [fold.fold([Report.of(one) for one in order], cast.JOURNALS) for order in (entries, mixed)]
    assert books[0].duties == books[1].duties and books[0].standings == books[1].standings
    held = books[0].standings.get((5, cast.ESTATE, STANDING))
    duty = books[0].duties.get((PROGRAMME_ID, REVIEW.code, cast.ESTATE, 0))
    if held is not None and held[0] != "lifted":
        assert duty is not None and duty.outcome == 0 and duty.due_at is not None
