"""What a form of a split says."""

import pytest

from bulou.command.regroup.rules import assigned, parts


def test_names_in_order_without_the_empty_ones_at_the_end():
    assert parts({"name_1": " 东  楼 ", "name_2": "西楼", "name_3": ""}) == ["东 楼", "西楼"]
    assert parts({"name_1": "东楼", "name_3": "西楼"}) == ["东楼", "", "西楼"]
    assert parts({}) == []


@pytest.mark.parametrize(("form", "expected"), [
    ({"piece_a": "1", "piece_b": "2"}, {"a": 0, "b": 1}),
    ({"piece_a": "1", "piece_b": "1"}, None),  # the second part would be empty
    ({"piece_a": "1"}, None),
    ({"piece_a": "1", "piece_b": "3"}, None),
    ({"piece_a": "1", "piece_b": "²"}, None),
])  # fmt: skip
def test_each_piece_belongs_to_one_part_and_no_part_is_empty(form, expected):
    assert assigned(form, ["a", "b"], 2) == expected
