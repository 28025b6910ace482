"""The order of the list, limits at their edges, and who stands in for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bulou.command.now.rules import Class, Matter, Owner, judge, owner_of, ranked

NOW = datetime(2022, 4, 4, 8, tzinfo=UTC)
times = st.none() | st.integers(0, 5000).map(lambda m: NOW - timedelta(minutes=m))
matters = st.builds(
    Matter,
    class_=st.sampled_from(Class), kind=st.sampled_from(("swab", "tube")), subject=st.integers(1, 50), area=st.just(1),
    since=times, due=times, weight=st.integers(0, 3),
)  # fmt: skip


@given(st.lists(matters), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_matters_come_and_loses_none(found: list[Matter], dice) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    one, other = ranked(found), ranked(shuffled)
    assert [(m.key, m.due, m.since, m.weight) for m in one] == [(m.key, m.due, m.since, m.weight) for m in other]
    assert len(one) == len(found)


@given(st.lists(matters, min_size=2))
def test_class_comes_first_then_weight_then_deadline(found: list[Matter]) -> None:
    order = ranked(found)
    for before, after in pairwise(order):
        assert before.class_ <= after.class_
        if before.class_ is after.class_:
            assert before.weight >= after.weight
            if before.weight == after.weight and before.due and after.due:
                assert before.due <= after.due


@given(st.integers(1, 1000), st.integers(0, 4000))
def test_a_stage_only_grows_later(limit: int, stood: int) -> None:
    ranks = (None, Class.SOON, Class.OVERDUE)
    since = NOW - timedelta(minutes=stood)
    now, next_minute = judge(since, limit, NOW), judge(since, limit, NOW + timedelta(minutes=1))
    assert ranks.index(next_minute) >= ranks.index(now)
    assert (now is Class.OVERDUE) == (stood >= limit)


def test_no_limit_is_never_late() -> None:
    assert judge(NOW, None, NOW) is None
    assert judge(None, 60, NOW) is None


def test_the_nearest_owner_answers_and_an_absent_one_is_replaced_by_the_deputy() -> None:
    district = Owner(1, "area", "区值班", "1")
    street = Owner(2, "area", "李", "2", "陈", "3", absence="quarantine")
    laboratory = Owner(1, "laboratory", "检验所", "4")
    known = [district, street, laboratory]
    assert owner_of(3, "area", known, [1, 2, 3]) is street
    assert street.replaced and street.acting == ("陈", "3")
    assert owner_of(3, "laboratory", known, [1, 2, 3]) is laboratory
    assert owner_of(9, "area", known, [8, 9]) is None
    both_away = Owner(2, "area", "李", "2", "陈", "3", absence="quarantine", deputy_absence="absent")
    assert both_away.acting == ("李", "2")
