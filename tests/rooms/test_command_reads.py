"""The lists and boards against a plain count over all duties, page by page, for every state and at every level."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bulou import people
from bulou.ledger.areas import LEVELS, ancestor, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.ui import figures as reads
from tests import desk_round

SWAB = REGISTRY.duties["swab"]
NOW = datetime(2022, 4, 4, 4, tzinfo=UTC)
Row = tuple[int, int, int, int, int, int]
STATES = {
    "missed": lambda stage, mark: stage < SWAB.took_part,
    "new": lambda stage, mark: stage == 0 and mark == 0,
    "called": lambda stage, mark: 0 < stage < SWAB.took_part and mark == 0,
    "deferred": lambda stage, mark: mark == 1,
    "refused": lambda stage, mark: mark == 2,
    "waiting": lambda stage, mark: stage >= SWAB.took_part,
    "all": lambda stage, mark: True,
}


@pytest.fixture(scope="module")
def morning(clone) -> Iterator[list[Row]]:
    """A round in the middle of its day; gives (area, subject, occasion, stage, mark, outcome) of every swab owed."""
    with clone():
        round_ = desk_round.begin(1500, NOW)
        round_.first_wave(NOW)
        round_.second_wave(NOW)
        # Marked before anybody was called: the counters cannot tell these from people nobody has spoken to.
        for area in sorted(round_.homes)[::9]:
            quiet = desk_round._word("deferred", NOW, area, round_.homes[area], reason="away", until=NOW.isoformat())
            round_.say([quiet], NOW)
        with scoped(EVERYWHERE):
            yield reads.rows(
                "SELECT area, subject, occasion, stage, mark, outcome FROM ledger_duty"
                " WHERE campaign = 1 AND kind = 1 AND outcome < 3 ORDER BY 1, 2, 3"
            )


def nodes(morning: list[Row], depth: int) -> list[int]:
    """Some areas of a level: the first, the last, and a few between."""
    found = sorted({ancestor(row[0], depth) for row in morning})
    return sorted({*found[:: max(1, len(found) // 4)], found[-1]})


def test_every_state_is_there(morning: list[Row]):
    for state, fits in STATES.items():
        assert any(fits(row[3], row[4]) for row in morning if row[5] == 0), state
    assert list(STATES) == list(people.STATES)


@pytest.mark.parametrize("page", [1, 7, 50])
@pytest.mark.parametrize("state", STATES)
def test_pages_give_each_duty_once_in_order(morning: list[Row], state: str, page: int, monkeypatch):
    monkeypatch.setattr(people, "PAGE", page)
    for depth in range(0 if page > 1 else 3, len(LEVELS) + 1):
        for area in nodes(morning, depth):
            lo, hi = span(area)
            want = [r[:3] for r in morning if r[5] == 0 and lo <= r[0] <= hi and STATES[state](r[3], r[4])]
            got, after = [], None
            with scoped(EVERYWHERE):
                while True:
                    found, after = people.missed(1, area, SWAB, state, after)
                    got += [(owed.area, owed.subject, owed.occasion) for owed in found]
                    if after is None or len(got) > len(want):
                        break
            assert got == want


def test_a_board_sums_the_duties_of_each_child(morning: list[Row]):
    for depth in range(len(LEVELS) + 1):
        for area in nodes(morning, depth):
            lo, hi = span(area)
            want = Counter((ancestor(r[0], min(depth + 1, len(LEVELS))), r[5]) for r in morning if lo <= r[0] <= hi)
            with scoped(EVERYWHERE):
                read = reads.board(1, area, SWAB)
            got = Counter()
            for child in read.children:
                got += Counter(
                    {(child.area, 0): child.open, (child.area, 1): child.done, (child.area, 2): child.excused}
                )
            assert got == want
            assert read.total.balanced
            assert sum(read.total.stages) == read.total.open


def test_other_kinds_are_those_that_were_ever_owed(morning: list[Row]):
    with scoped(EVERYWHERE):
        counted = reads.rows(
            "SELECT kind, count(*) FILTER (WHERE outcome = 0) FROM ledger_duty WHERE outcome < 3 GROUP BY 1"
        )
        read = reads.board(1, 0, SWAB)
    assert {kind.code: n for kind, n in read.others} == {code: n for code, n in counted if code != SWAB.code}
