"""True coverage: the interval, the size of a sample, who is drawn, who may go, what is projected."""

from __future__ import annotations

import pytest

from bulou.rounds.coverage_check.rules import (
    EXCUSED,
    SAMPLED,
    Answers,
    Door,
    Phone,
    Share,
    Stratum,
    allotted,
    combined,
    drawn,
    given,
    may_visit,
    sample_size,
    true_coverage,
    wilson,
)


def test_the_interval_is_that_of_the_books() -> None:
    """81 of 263 in Newcombe's table of 1998: 0.2553 to 0.3662; 15 of 148: 0.0624 to 0.1605; 0 of 20: 0 to 0.1611."""
    for right, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        share = wilson(right, n)
        assert (round(share.low, 4), round(share.high, 4)) == (low, high)


def test_whoever_asks_everybody_knows() -> None:
    assert wilson(9, 10, 10) == Share(0.9, 0.9, 0.9)
    few, many = wilson(9, 10, 11), wilson(9, 10, 10_000)
    assert few.high - few.low < many.high - many.low


@pytest.mark.parametrize("asked", [(3, 2, 0), (0, 0, 0), (-1, 2, 0), (2, 5, 4)])
def test_counts_that_cannot_be_are_refused(asked: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="of"):
        wilson(*asked)


def test_a_narrower_interval_takes_more_people_and_never_more_than_there_are() -> None:
    sizes = [sample_size(100_000, width / 1000) for width in (100, 50, 20, 10, 5)]
    assert sizes == sorted(sizes) and 440 < sizes[2] < 470 and 1800 < sizes[3] < 1900
    assert sample_size(10, 0.02) <= 10 and sample_size(1, 0.001) == 1
    with pytest.raises(ValueError, match="half width"):
        sample_size(10, 0)


def test_each_stratum_has_its_share_and_a_small_one_a_few() -> None:
    big, small, tiny = Stratum(1, SAMPLED, 9000), Stratum(2, SAMPLED, 100), Stratum(2, EXCUSED, 3)
    parts = allotted([big, small, tiny, Stratum(3, EXCUSED, 0)], 0.02)
    assert parts[small] == 5 and parts[tiny] == 3 and parts[big] > 400 and len(parts) == 3


def test_the_seed_decides_and_the_order_of_the_list_does_not() -> None:
    people = list(range(500, 530))
    assert drawn(7, people, 5) == drawn(7, people[::-1], 5)
    assert drawn(7, people, 5) == drawn(7, people, 9)[:5] and drawn(7, people, 5) != drawn(8, people, 5)


def test_nobody_goes_where_his_team_is_or_where_he_reported() -> None:
    door = Door(1, 5 << 12, (5 << 12, (6 << 12) - 1), frozenset({21}))
    own, other = Phone(20, ((0, 9 << 12),)), Phone(22, ((7 << 12, 8 << 12),))
    assert [may_visit(one, door) for one in (own, other, Phone(21, ((7 << 12, 8 << 12),)))] == [False, True, False]
    assert may_visit(Phone(23, ((0, 9 << 12),), outsider=True), door)
    assert not may_visit(Phone(21, (), outsider=True), door)
    assert given([door], [own, other], 1) == {1: 22} and given([door], [own], 1) == {}


def test_doors_are_shared_out_by_compound_and_evenly() -> None:
    doors = [Door(n, (n // 5 + 1) << 12 | n, (0, 0), frozenset()) for n in range(20)]
    phones = [Phone(50 + n, ((1, 1),), outsider=True) for n in range(2)]
    to = given(doors, phones, 3)
    assert sorted(to.values()).count(50) == 10
    assert all(len({to[n] for n in range(5 * c, 5 * c + 5)}) == 1 for c in range(4))


def test_strata_are_weighted_by_the_people_in_them() -> None:
    there = [Answers(1, SAMPLED, 900, 10, 0), Answers(2, SAMPLED, 100, 5, 5), Answers(1, EXCUSED, 0, 0, 0)]
    share = combined(there, SAMPLED)
    assert share and share.estimate == pytest.approx(0.95) and 0.6 < share.low < 0.95 < share.high < 1
    assert combined(there, EXCUSED) is None
    silent = combined([*there, Answers(3, SAMPLED, 1000, 0, 0, 5)], SAMPLED)
    assert silent and silent.estimate == pytest.approx(0.95) and silent.low < 0.5, "a silent stratum may be anything"


def test_true_coverage_takes_off_what_was_not_sampled_and_adds_who_was_not_excused() -> None:
    counts = {"present": 1000, "covered": 980, "excused": 100}
    exact = true_coverage(Share(0.95, 0.95, 0.95), Share(0.5, 0.5, 0.5), counts)
    assert exact and exact.estimate == exact.low == exact.high == pytest.approx(931 / 1050)
    assert true_coverage(None, None, counts) is None
    unknown = true_coverage(Share(1, 1, 1), None, counts)
    assert unknown and (unknown.estimate, unknown.low) == (0.98, pytest.approx(980 / 1100))
    nobody = true_coverage(Share(1, 0.9, 1), None, counts | {"excused": 0})
    assert nobody and nobody.per_mille == (980, 882, 980)
