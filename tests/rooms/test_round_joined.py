"""Who comes to the register while a round is open owes it, as added; whom the scope rule leaves out is named."""

import pytest
from django.db import connection

from bulou.ledger import intake
from bulou.ledger.effects import Key
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.rounds.actions import Joined, join_newcomers
from tests import cast, shelf
from tests.builders import Pen

LATER = cast.minute(600)


@pytest.fixture
def opened(settled):
    """The street with its open round."""


def register(person: int, area: int, recorded_at) -> None:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO places_person (id, area, name, name_key, pinyin, initials, needs, valid_from, recorded_at)"
            " VALUES (%s, %s, '补甲', '补甲', '', '', 0, %s, %s)",
            [person, area, recorded_at, recorded_at],
        )


def test_a_newcomer_owes_the_open_round_once(opened):
    register(9001, cast.NO_2, LATER)
    assert join_newcomers(LATER, LATER)[cast.ROUND] == Joined(1, 0)
    duty = shelf.read().duties[Key(cast.ROUND, 1, 9001)]
    assert (duty.area, duty.frozen, duty.outcome) == (cast.NO_2, False, 0)
    assert join_newcomers(LATER, LATER)[cast.ROUND] == Joined(0, 0)


def test_who_stands_as_positive_is_left_out_and_said(opened):
    register(9002, cast.NO_2, LATER)
    said = Pen(cast.DESK, cast.STREET, next=900).standing(590, 9002, "infection", "positive")
    assert intake.post([said], LATER)[0].status == "kept"
    assert join_newcomers(LATER, LATER)[cast.ROUND] == Joined(0, 1)


def test_who_was_there_before_or_lives_elsewhere_is_no_newcomer(opened):
    register(9003, cast.NO_2, cast.minute(-2000))
    register(9004, cast.FAR, LATER)
    assert join_newcomers(LATER, LATER)[cast.ROUND] == Joined(0, 0)
