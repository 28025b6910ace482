"""The sample is a function of its seed, nobody re-visits his own, and the interval keeps about its level."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bulou.rounds.coverage_check.rules import (
    EXCUSED,
    SAMPLED,
    Answers,
    Door,
    Phone,
    Stratum,
    allotted,
    combined,
    drawn,
    may_visit,
    sample_size,
    true_coverage,
    wilson,
)
from bulou.rounds.coverage_check.rules import given as given_to

people = st.sets(st.integers(1, 2**40), max_size=60)


@given(st.integers(1, 999_999), people, st.integers(0, 70), st.randoms())
def test_the_sample_is_a_function_of_the_seed(seed: int, there: set[int], n: int, dice: random.Random) -> None:
    shuffled = sorted(there)
    dice.shuffle(shuffled)
    found = drawn(seed, shuffled, n)
    assert found == drawn(seed, there, n)
    assert len(set(found)) == len(found) == min(n, len(there)) and set(found) <= there


areas = st.integers(1, 6)
phones = st.builds(
    Phone, st.integers(1, 9), st.lists(areas.map(lambda n: (n << 22, (n + 1 << 22) - 1)), max_size=3).map(tuple),
    st.booleans(),
)  # fmt: skip
doors = st.builds(
    lambda person, area, house, did: Door(
        person, area << 22 | house << 12, (area << 22, (area + 1 << 22) - 1), frozenset(did)
    ),
    st.integers(1, 10**6), areas, st.integers(1, 3), st.sets(st.integers(1, 9), max_size=4),
)  # fmt: skip


@given(
    st.lists(doors, max_size=30, unique_by=lambda door: door.person),
    st.lists(phones, max_size=6, unique_by=lambda phone: phone.journal), st.integers(1, 999),
)  # fmt: skip
def test_nobody_revisits_his_own_and_nobody_is_left_who_could_be_seen(
    there: list[Door], walkers: list[Phone], seed: int
) -> None:
    to = given_to(there, walkers, seed)
    by_journal = {phone.journal: phone for phone in walkers}
    for door in there:
        if door.person in to:
            assert to[door.person] not in door.did
            assert may_visit(by_journal[to[door.person]], door)
        else:
            assert not any(may_visit(phone, door) for phone in walkers)
    assert to == given_to(there[::-1], walkers[::-1], seed), "the order of the lists says nothing"


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 5000))
def test_an_interval_holds_its_estimate_and_stays_between_nothing_and_all(size: int, n: int, right: int) -> None:
    n = min(n, size)
    share = wilson(min(right, n), n, size)
    assert 0 <= share.low <= share.estimate <= share.high <= 1


@given(
    st.lists(st.builds(Stratum, areas, st.sampled_from([SAMPLED, EXCUSED]), st.integers(1, 10**5)), min_size=1,
             unique_by=lambda one: (one.area, one.kind)),
    st.integers(5, 200),
)  # fmt: skip
def test_no_stratum_is_without_anybody_and_none_has_more_than_there_are(strata: list[Stratum], width: int) -> None:
    parts = allotted(strata, width / 1000)
    assert all(1 <= parts[one] <= one.size for one in strata)
    assert sum(parts.values()) >= sample_size(sum(one.size for one in strata), width / 1000)


#: Simulated districts: (people, true share of records that hold) of strata of sampled and of excused records.
TOWNS = (
    ([(4000, 0.97), (3000, 0.95), (1500, 0.88)], [(120, 0.9), (80, 0.6), (40, 0.8)]),
    ([(20000, 0.995), (9000, 0.98)], [(300, 0.95), (250, 0.7)]),
    ([(900, 0.8), (700, 0.9), (500, 1.0), (300, 0.6)], [(60, 0.5)]),
)
RUNS = 300


def test_the_interval_holds_the_truth_at_about_its_level() -> None:
    """95 of 100 by design. These 900 simulated checks hold the truth in 93 of 100: strata of five people are coarse."""
    dice, held = random.Random(20220404), 0
    for sampled, excused in TOWNS:
        for _ in range(RUNS):
            truth = {
                Stratum(n, kind, size): dice_right
                for kind, rows in ((SAMPLED, sampled), (EXCUSED, excused))
                for n, (size, share) in enumerate(rows)
                for dice_right in [round(size * share)]
            }
            answers = []
            for one, n in allotted([*truth], 0.02).items():
                asked = dice.sample(range(one.size), n)
                right = sum(person < truth[one] for person in asked)
                answers.append(Answers(one.area, one.kind, one.size, right, n - right))
            counts = {kind: sum(one.size for one in truth if one.kind == kind) for kind in (SAMPLED, EXCUSED)}
            present = counts[SAMPLED] + 50
            found = true_coverage(
                combined(answers, SAMPLED), combined(answers, EXCUSED),
                {"present": present, "covered": counts[SAMPLED], "excused": counts[EXCUSED]},
            )  # fmt: skip
            right = {kind: sum(n for one, n in truth.items() if one.kind == kind) for kind in (SAMPLED, EXCUSED)}
            real = right[SAMPLED] / (present + counts[EXCUSED] - right[EXCUSED])
            assert found
            held += found.low <= real <= found.high
    assert 0.92 <= held / (RUNS * len(TOWNS)) <= 0.995
