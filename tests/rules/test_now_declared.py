"""What the to-do list says of kinds that rooms declare: no advice on tubes, no bare number, no minutes below nought."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from bulou.command.worklist.advice import advice
from bulou.command.worklist.rules import Category, WorkItem
from bulou.command.worklist.words import sentence

NOW = datetime(2022, 4, 4, 8, tzinfo=UTC)
AREA = 57202542911488


def late(kind: str, subject: int, limit: int = 60) -> WorkItem:
    return WorkItem(Category.OVERDUE, kind, subject, AREA, NOW, NOW, n=0, limit=limit)


@pytest.mark.parametrize("kind", ["request", "finding", "close_contact"])
def test_only_tubes_and_boxes_are_to_be_boxed_and_handed_on(kind: str) -> None:
    with translation.override("zh-hans"):
        assert "装箱" not in advice(late(kind, 7))
        assert "装箱" in advice(late("tube", 7))


def test_a_household_is_named_by_its_code_and_an_area_by_its_place_alone() -> None:
    with translation.override("zh-hans"):
        assert "住户H1842" in sentence(late("request", 1842))
        assert str(AREA) not in sentence(late("finding", AREA))


def test_what_was_due_before_its_stage_began_is_past_its_time() -> None:
    with translation.override("zh-hans"):
        told = sentence(late("request", 1842, limit=-308))
        assert "-308" not in told
        assert told.endswith("期限已过")
        assert sentence(late("request", 1842)).endswith("已超60分钟时限")
