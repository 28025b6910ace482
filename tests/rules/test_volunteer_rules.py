"""The second fact of an own page, and codes to sign in with."""

from __future__ import annotations

from datetime import date

from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from bulou.forces import badges
from bulou.residents.volunteers import rules


def test_the_last_four_digits_prove_and_nothing_else_does() -> None:
    assert rules.same_tail("138-0000 0011", "0011")
    for telephone, tail in (("13800000011", "0012"), ("13800000011", "011"), ("0011", "0011"), ("", "")):
        assert not rules.same_tail(telephone, tail)


@given(st.text(max_size=20), st.text(max_size=8))
def test_no_text_breaks_the_second_fact(telephone: str, tail: str) -> None:
    if rules.same_tail(telephone, tail):
        assert rules.digits(telephone).endswith(rules.digits(tail))


@override_settings(SECRET_KEY="k" * 60)
def test_a_badge_is_one_persons_for_one_day() -> None:
    day, next_day = date(2022, 4, 5), date(2022, 4, 6)
    shown = badges.code(7, day)
    assert badges.whose(shown.lower(), range(1, 50), day) == 7
    assert badges.whose(f"{shown[:5]} {shown[5:]}", range(1, 50), day) == 7
    assert badges.whose(shown, range(1, 50), next_day) is None
    assert badges.whose(shown, (1, 2), day) is None and badges.whose("", range(50), day) is None
