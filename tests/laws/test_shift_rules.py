"""However shifts are offered and in whatever order: what the rule lets stand never holds anybody twice or unrested."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bulou.forces import rules
from bulou.forces.rules import Span, Standing

START = datetime(2022, 4, 1, tzinfo=UTC)
RULE = rules.VERSIONS[0]
offers = st.lists(
    st.tuples(st.integers(0, 14 * 24), st.integers(1, 16)).map(
        lambda one: Span(START + timedelta(hours=one[0]), START + timedelta(hours=one[0] + one[1]))
    ),
    max_size=40,
)


@given(offers)
def test_nobody_is_rostered_twice_or_without_rest_or_beyond_the_hours(offered: list[Span]) -> None:
    held: list[Span] = []
    for span in offered:
        if not rules.unfit(Standing(spans=tuple(held)), span, "", date(2022, 4, 4), "", RULE):
            held.append(span)
    held.sort(key=lambda one: one.starts)
    for one, after in pairwise(held):
        assert after.starts - one.ends >= RULE.rest
    assert all(one.ends - one.starts <= RULE.longest for one in held)
    for one in held:
        worked = sum(
            (max(timedelta(), min(x.ends, one.ends) - max(x.starts, one.ends - rules.WEEK)) for x in held),
            timedelta(),
        )
        assert worked <= RULE.week


@given(offers, st.integers(0, 39))
def test_a_planted_second_shift_is_named(offered: list[Span], n: int) -> None:
    if offered:
        one = offered[n % len(offered)]
        told = rules.unfit(Standing(spans=tuple(offered)), one, "", date(2022, 4, 4), "", RULE)
        assert "double" in told
