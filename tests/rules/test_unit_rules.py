"""What a unit's attributes may say, what a code may be, what a declaration of a kind may not do."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bulou.command.units import rules
from bulou.ledger.steps import Choice, Field
from bulou.places.units import Unit, differing
from bulou.ui.room import Room, UnitKind, register, unit_kinds

KIND = UnitKind(
    "kiosk", 900, "亭", "kiosk", "door",
    (
        Field("size", "int", "大小", "Size", least=1, most=9),
        Field("colour", "choice", "颜色", "Colour", required=False, choices=(Choice("red", "红", "red"),)),
        Field("sells", "choices", "卖什么", "Sells", required=False, choices=(Choice("tea", "茶", "tea"),)),
        Field("lit", "bool", "有灯", "Lit", required=False),
        Field("built", "date", "建于", "Built", required=False),
        Field("note", "text", "说明", "Note", required=False, most=5),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "wrong"),
    [
        ({"size": 3}, []),
        ({"size": 3, "colour": "red", "sells": ["tea"], "lit": True, "built": "2022-04-03", "note": "早"}, []),
        ({}, ["size"]),
        ({"size": 0}, ["size"]),
        ({"size": 10}, ["size"]),
        ({"size": True}, ["size"]),
        ({"size": "3"}, ["size"]),
        ({"size": 3, "colour": "blue"}, ["colour"]),
        ({"size": 3, "sells": ["tea", "gin"], "lit": "yes"}, ["lit", "sells"]),
        ({"size": 3, "built": "2022-02-31", "note": "一二三四五六"}, ["built", "note"]),
        ({"size": 3, "door": 1}, ["door"]),
    ],
)
def test_attributes_are_held_to_their_declaration(attributes: dict, wrong: list[str]) -> None:
    assert rules.problems(KIND, attributes) == wrong


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("", False), ("EAST-1", False), ("east", False), ("U7", True), ("U7A", False), ("A", True), ("-A", True),
        ("东门", True), ("A" * 21, True), ("A B", True),
    ],
)  # fmt: skip
def test_a_code_can_be_printed_and_is_not_like_those_given_out(code: str, wrong: bool) -> None:
    assert rules.code_wrong(code) is wrong
    assert not rules.code_wrong("U7", old="U7"), "a unit keeps its own"


@pytest.mark.parametrize("other", [replace(KIND, name="site"), replace(KIND, code=1)])
def test_a_name_or_code_that_is_taken_is_refused(other: UnitKind) -> None:
    with pytest.raises(ValueError, match="has its name or code"):
        register(Room("kiosks", "亭", "kiosks", units=(other,)))
    assert "kiosk" not in unit_kinds()


@pytest.mark.parametrize(("field", "why"), [
    (Field("code", "text", "码", "Code"), "every unit has one"),
    (Field("who", "person", "谁", "Who"), "no unit has a person"),
])  # fmt: skip
def test_an_attribute_that_cannot_be_is_named(field: Field, why: str) -> None:
    assert any(why in wrong for wrong in replace(KIND, attributes=(field,)).problems())


#: Every way in which two attributes can be there or not.
VALUES = [
    {name: value for name, value in (("size", size), ("note", note)) if value is not None}
    for size in (None, 0, 1, 2) for note in (None, "", "灯")
]  # fmt: skip


def test_what_a_change_keeps_brings_back_what_was_there() -> None:
    for before, after in product(VALUES, VALUES):
        old, new = Unit(1, 900, 5, "一", attributes=before), Unit(1, 900, 5, "二", attributes=after)
        kept = differing(old, new)
        back = {name: value for name, value in (after | kept.get("attributes", {})).items() if value is not None}
        assert back == before and kept["name"] == "一" and differing(old, old) == {}
