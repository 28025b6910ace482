"""The order of the list, limits at their edges, and who stands in for whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bulou.command.worklist.rules import (
    BESIDE,
    DOUBTS,
    GROUPS,
    SILENCES,
    THINGS,
    Category,
    Clock,
    WorkItem,
    clocks,
    desk_of,
    first,
    judge,
    ranked,
)
from bulou.command.worklist.vocabulary import STANDINGS
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui.responsible import Owner, owner_of  # fmt: skip

NOW = datetime(2022, 4, 4, 8, tzinfo=UTC)
times = st.none() | st.integers(0, 5000).map(lambda m: NOW - timedelta(minutes=m))
matters = st.builds(
    WorkItem,
    class_=st.sampled_from(Category), kind=st.sampled_from(("swab", "tube")), subject=st.integers(1, 50),
    area=st.just(1),
    since=times, due=times, weight=st.integers(0, 3),
)  # fmt: skip


@given(st.lists(matters), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_matters_come_and_loses_none(found: list[WorkItem], dice) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    one, other = ranked(found), ranked(shuffled)
    assert [(m.key, m.due, m.since, m.weight) for m in one] == [(m.key, m.due, m.since, m.weight) for m in other]
    assert len(one) == len(found)


@given(st.lists(matters, min_size=2))
def test_class_comes_first_then_weight_then_deadline(found: list[WorkItem]) -> None:
    order = ranked(found)
    for before, after in pairwise(order):
        assert before.class_ <= after.class_
        if before.class_ is after.class_:
            assert before.weight >= after.weight
            if before.weight == after.weight and before.due and after.due:
                assert before.due <= after.due


@given(st.integers(1, 1000), st.integers(0, 4000))
def test_a_stage_only_grows_later(limit: int, stood: int) -> None:
    ranks = (None, Category.SOON, Category.OVERDUE)
    since = NOW - timedelta(minutes=stood)
    now, next_minute = judge(since, limit, NOW), judge(since, limit, NOW + timedelta(minutes=1))
    assert ranks.index(next_minute) >= ranks.index(now)
    assert (now is Category.OVERDUE) == (stood >= limit)


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


# -- clocks ----------------------------------------------------------------------------------------


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def clock_of(kind: str, stage: str) -> Clock:
    duty = REGISTRY.duties[kind]
    return next(clock for clock in clocks(duty) if duty.stages[clock.rank].name == stage)


def test_every_stage_in_which_a_followed_person_waits_has_a_clock() -> None:
    for kind in ("retest", "disposition"):
        duty = REGISTRY.duties[kind]
        assert [clock.rank for clock in clocks(duty)] == list(range(duty.final)), kind
    assert [REGISTRY.duties["swab"].stages[clock.rank].name for clock in clocks(REGISTRY.duties["swab"])] == ["held"]


def test_a_call_or_a_word_gives_no_new_time() -> None:
    assert clock_of("retest", "open").end(at(0), at(0)) == at(120)
    assert clock_of("retest", "called").end(at(0), at(115)) == at(120), "called or not: two hours since the result"
    told = clock_of("disposition", "told")
    assert told.end(at(0), at(10)) == at(130), "told early, the next step has its own two hours"
    assert told.end(at(0), at(230)) == at(240), "told late, the whole way has no longer than its sum"
    assert told.end(None, at(10)) == at(130) and told.end(None, None) is None


def test_a_tube_has_the_time_of_its_stage() -> None:
    assert clock_of("tube", "handed").end(at(0), at(500)) == at(620)


@given(st.integers(0, 3), st.lists(st.integers(0, 600), min_size=4, max_size=4))
def test_solving_a_step_never_makes_a_person_later_than_the_whole_way(rank: int, steps: list[int]) -> None:
    """Whenever the steps were taken, no deadline lies beyond the sum of all limits up to the stage."""
    duty = REGISTRY.duties["disposition"]
    reached = at(sum(steps[:rank]))
    end = next(clock for clock in clocks(duty) if clock.rank == rank).end(at(0), reached)
    assert end is not None and end <= at(sum(stage.within or 0 for stage in duty.stages[: rank + 1]))


# -- one matter, one word --------------------------------------------------------------------------

people, campaigns = st.integers(1, 2**53 - 1), st.integers(1, 2**31 - 1)
areas, devices, few = st.integers(1, 2**49 - 1), st.integers(1, 2**28 - 1), st.integers(0, 9)
own = {"area": areas, "since": st.none()}
any_duty = st.builds(
    WorkItem, class_=st.sampled_from(Category), kind=st.sampled_from((*REGISTRY.duties,)), subject=people,
    occasion=people, campaign=campaigns, **own,
)  # fmt: skip
any_doubt = st.builds(
    WorkItem, class_=st.just(Category.CONFLICT), kind=st.sampled_from((*REGISTRY.duties,)), subject=people,
    campaign=campaigns, detail=st.sampled_from(BESIDE), foreign=st.booleans(), **own,
)  # fmt: skip
#: Duties alone are offered to another area.
UNOFFERED = [category for category in Category if category is not Category.OFFER]
any_group = st.builds(
    WorkItem, class_=st.sampled_from(UNOFFERED), kind=st.sampled_from((*GROUPS,)), subject=devices, occasion=few,
    campaign=campaigns, **own,
)  # fmt: skip
any_thing = st.builds(
    WorkItem, class_=st.sampled_from(UNOFFERED), kind=st.sampled_from((*THINGS,)), subject=devices, occasion=people,
    campaign=campaigns, **own,
)  # fmt: skip
any_doubtful = st.builds(
    WorkItem, class_=st.sampled_from((Category.CONFLICT, Category.SILENT)), kind=st.just("journal"), subject=devices,
    occasion=st.integers(1, min(len(DOUBTS), len(SILENCES))), **own,
)  # fmt: skip
any_matter = any_duty | any_doubt | any_group | any_thing | any_doubtful


@given(any_matter, st.sampled_from(("campaign", "subject", "occasion", "area", "class_")))
def test_two_matters_never_share_a_word(one: WorkItem, field: str) -> None:
    """Whatever tells two matters apart is in their words, or in whose standings these are."""
    value = getattr(one, field)
    other = replace(one, **{field: Category((value + 1) % len(Category)) if field == "class_" else value + 1})
    assume(other.class_ is not Category.OFFER or other.kind in REGISTRY.duties)
    duty, thing = one.kind in REGISTRY.duties, one.kind in THINGS
    here = duty and one.class_ is not Category.OFFER and not one.foreign  # it stands in one place
    apart = not (field == "area" and here) and not (field == "campaign" and thing)
    assert ((*one.about, one.word) != (*other.about, other.word)) is apart
    for said in (one.word, one.taken):
        assert len(said) <= 60, said


@given(any_doubt)
def test_doubts_of_one_duty_stand_beside_each_other(one: WorkItem) -> None:
    """Each has a name and a word of its own, and the other area's word is another one."""
    beside = [replace(one, detail=detail) for detail in (*BESIDE, "twice")]
    assert len({m.key for m in beside}) == len({m.word for m in beside}) == len(beside)
    there = replace(one, foreign=not one.foreign)
    assert there.key == one.key and (*there.about, there.word) != (*one.about, one.word)


@given(any_matter)
def test_the_ledger_knows_every_word(one: WorkItem) -> None:
    declared = {kind.name: kind.suffix for kind in STANDINGS}
    for said, name in ((one.word, "now"), (one.taken, "taken")):
        assert said.startswith(name) and re.fullmatch(declared[name], said.removeprefix(name)), said


def test_a_word_on_a_device_or_a_group_is_that_of_the_area_whose_reader_said_it() -> None:
    for kind, class_ in (("journal", Category.SILENT), ("unknown", Category.CONFLICT), ("store", Category.SHORTAGE)):
        here, there = (WorkItem(class_, kind, 7, area, None, occasion=1) for area in (1, 2))
        assert here.word != there.word
    for kind, class_ in (("items", Category.OVERDUE), ("unheard", Category.CONFLICT)):  # the device may be another's
        here, there, all_ = (WorkItem(class_, kind, 7, area, None, occasion=1) for area in (1, 2, 0))
        assert (here.about, there.about, all_.about) == ((5, 1), (5, 2), (6, 7))


# -- who answers, and the first five ---------------------------------------------------------------


def test_the_way_of_samples_has_desks_of_its_own() -> None:
    stages = {stage.name: rank for rank, stage in enumerate(REGISTRY.duties["tube"].stages)}

    def tube(stage: str, class_: Category = Category.OVERDUE) -> str:
        return desk_of(WorkItem(class_, "tube", 1, 1, None, n=stages[stage]))

    assert [tube(stage) for stage in ("sealed", "boxed", "handed", "received")] == [
        "area",
        "area",
        "courier",
        "laboratory",
    ]
    assert tube("received", Category.CONFLICT) == "area"
    assert desk_of(WorkItem(Category.CONFLICT, "tube", 1, 1, None, detail="disputed")) == "laboratory"
    assert desk_of(WorkItem(Category.OVERDUE, "plan", 1, 1, None)) == "desk"
    assert desk_of(WorkItem(Category.OVERDUE, "items", 1, 1, None, occasion=3)) == "laboratory"


@given(st.lists(matters, max_size=20), st.randoms(use_true_random=False))
def test_the_first_five_are_the_first_that_nobody_took(found: list[WorkItem], dice) -> None:
    order = ranked(found)
    taken = [m for m in order if dice.random() < 0.5]
    top = first(order, taken)
    assert len(top) <= 5 and {m.duty for m in top}.isdisjoint({m.duty for m in taken})
    left = [m for m in order if m.duty not in {t.duty for t in taken}]
    assert [m.duty for m in top] == list(dict.fromkeys(m.duty for m in left))[:5]
