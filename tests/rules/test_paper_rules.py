"""Sheets of paper: the order of the lines, and what typed lines say. No database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bulou.ledger.check_digit import label
from bulou.rounds.paper.rules import Resident, Row, check, entries, laid_out, read_table

UNTIL = datetime(2022, 4, 5, tzinfo=UTC)
TUBE, SHEET = label(1001), label(720616630)


def resident(person: int, area: int = 1, stairwell: str = "1", floor: int = 1, door: str = "101") -> Resident:
    return Resident(person, f"试{person}", area, stairwell, floor, door)


def test_a_sheet_is_of_one_building_and_walks_from_the_top_down() -> None:
    people = [
        resident(1, area=2), resident(2, stairwell="10"), resident(3, stairwell="2", floor=1),
        resident(4, stairwell="2", floor=6, door="602"), resident(5, stairwell="2", floor=6, door="601"),
    ]  # fmt: skip
    assert [[r.person for r in sheet] for sheet in laid_out(people, 3)] == [[5, 4, 3], [2], [1]]
    with pytest.raises(ValueError, match="at least one"):
        laid_out(people, 0)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 S 10013", Row(1, "S", "10013")),
        ("2，a", Row(2, "A", "")),
        ("3\tH\t六院 3 病区", Row(3, "H", "六院 3 病区")),
        ("4 s10013", Row(4, "S", "10013")),
        ("５　Ｓ　１００１３", Row(5, "S", "10013")),
        ("7206166307-6 S 10013", Row(6, "S", "10013", 7206166307)),
        ("7 H 一院，3 病区", Row(7, "H", "一院，3 病区")),
    ],
)
def test_a_line_is_read_as_people_write_it(typed: str, read: Row) -> None:
    assert read_table(f"\n{typed}\n\n") == ([read], [])


def test_what_cannot_be_read_is_named_by_its_place() -> None:
    rows, problems = read_table("1 A\n没来\n2 家里没人")
    assert [row.line for row in rows] == [1]
    assert [(p.line, p.what) for p in problems] == [(2, "unreadable"), (3, "unreadable")]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([Row(0, "A", "")], "line"),
        ([Row(3, "A", "")], "line"),
        ([Row(1, "A", ""), Row(1, "R", "")], "twice"),
        ([Row(1, "Q", "")], "code"),
        ([Row(1, "S", str(TUBE ^ 1))], "tube"),
        ([Row(1, "S", "")], "tube"),
        ([Row(1, "H", "")], "evidence"),
        ([Row(1, "A", "", SHEET + 1)], "sheet"),
    ],
)
def test_a_wrong_line_is_refused(rows: list[Row], what: str) -> None:
    assert [p.what for p in check(rows, 2, SHEET)] == [what]


def test_a_tube_is_not_filled_beyond_twenty() -> None:
    assert [(p.line, p.what) for p in check([Row(n, "S", str(TUBE)) for n in range(1, 22)], 30, SHEET)] == [
        (21, "pool")
    ]


def test_the_first_line_of_a_tube_reports_it_with_all_in_it() -> None:
    rows = [Row(3, "S", str(TUBE)), Row(1, "S", str(TUBE)), Row(2, "R", "", SHEET), Row(4, "S", str(label(7)))]
    assert check(rows, 4, SHEET) == []
    made = list(entries(rows, [11, 12, 13, 14], 5, UNTIL))
    assert [(n, kind) for n, kind, _ in made] == [
        (1, "tube.sealed"), (2, "duty.refused"), (3, "swab.called"), (4, "tube.sealed"),
    ]  # fmt: skip
    assert made[0][2] == {"campaign": 5, "tube": TUBE, "mode": "pooled", "persons": [11, 13]}
    assert made[2][2] == {"campaign": 5, "persons": [13]} and made[3][2]["mode"] == "single"
