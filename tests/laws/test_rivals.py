"""Law 1 for two contents under one number: the smaller digest counts, and what the other said leaves no trace.

Each case was once found by the generated tellings; here they are in plain words.
"""

import itertools

import pytest

from bulou.ledger.effects import Entry
from tests import cast, shelf
from tests.builders import Pen, rivals

LI, MEI = cast.PERSONS["li"].id, cast.PERSONS["mei"].id
T1 = cast.TUBES["T1"]


def agrees(*entries: Entry) -> None:
    """Hold the books to the fold for every order of up to five entries, one a batch."""
    want = shelf.expected(entries)
    for order in itertools.permutations(entries):
        assert shelf.differences(want, shelf.deliver([[entry] for entry in order])) == []


@pytest.mark.parametrize("value", ["negative", "invalid"])
def test_a_positive_result_that_gives_way_takes_its_retest_along(ledger, value):
    ayi, lab, again = Pen(cast.AYI), Pen(cast.LABORATORY), Pen(cast.LABORATORY)
    agrees(
        ayi.found(0, LI), ayi.sealed(5, T1, LI), *rivals(lab.resulted(60, T1="positive"), again.resulted(61, T1=value))
    )


def test_a_sealing_that_gives_way_takes_its_people_along(ledger):
    ayi, lab = Pen(cast.AYI), Pen(cast.LABORATORY)
    agrees(*rivals(ayi.sealed(5, T1, LI), ayi.sealed(5, T1, MEI)), lab.resulted(60, T1="positive"), ayi.found(0, LI))


def test_an_ending_that_gives_way_is_no_ending(ledger):
    ayi, again = Pen(cast.AYI), Pen(cast.AYI)
    agrees(*rivals(ayi.closed(5), again.called(5, LI)), ayi.closed(7))


def test_a_void_that_gives_way_brings_its_target_back(ledger):
    ayi, desk, again = Pen(cast.AYI), Pen(cast.DESK), Pen(cast.DESK)
    sealed, closed = ayi.sealed(5, T1, LI), ayi.closed(9)
    agrees(sealed, *rivals(desk.voided(6, cast.AYI, 1), again.voided(6, cast.AYI, 2)), closed)
