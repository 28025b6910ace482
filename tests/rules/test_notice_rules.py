"""What a notice may say, when it may go out, whom it reaches."""

from __future__ import annotations

from datetime import time

import pytest

from bulou.notices import rules
from bulou.notices.vocabulary import NEXT, STATES


@pytest.mark.parametrize(
    ("text", "public", "codes"),
    [
        ("{place}的居民：还有{due}，{count}人", False, []),
        ("{place}的居民请带好身份证下楼", True, []),
        ("{due}还没办", True, ["variable"]),
        ("您好，{name}", False, ["variable"]),
        ("请到{place", False, ["brace"]),
        ("502室的居民请下楼", True, ["room"]),
        ("4号502请下楼", True, ["room"]),
        ("三〇二室 五零二室", True, ["room", "room"]),
        ("Room 502, please come down", True, ["room"]),
        ("有事打13800001234", True, ["telephone"]),
        ("502室的居民请下楼", False, []),
        ("7号楼明早8点做核酸，共120人", True, []),
    ],
)
def test_a_text_is_checked_for_variables_rooms_and_telephones(text: str, public: bool, codes: list[str]) -> None:
    assert [one.code for one in rules.faults(text, public)] == codes


def test_a_name_is_found_whatever_the_spaces_and_case() -> None:
    assert rules.named("请 王 桂芳 下楼", ["王桂芳", "李建国"]) == ["王桂芳"]
    assert rules.named("martin keller, please", ["Martin Keller"]) == ["Martin Keller"]
    assert rules.named("请大家下楼", ["王桂芳", "大"]) == []


def test_what_a_value_says_is_never_read_as_a_variable() -> None:
    assert rules.filled("{place}：{due}", {"place": "{due}", "due": "核酸"}) == "{due}：核酸"
    with pytest.raises(KeyError):
        rules.filled("{name}", {})


@pytest.mark.parametrize(
    ("at", "urgent", "today", "said"),
    [
        (time(6, 59), False, 0, "wait"), (time(7), False, 0, "send"), (time(21, 59), False, 2, "send"),
        (time(22), False, 0, "wait"), (time(23), True, 9, "send"), (time(12), False, 3, "limited"),
        (time(2), False, 3, "limited"),
    ],
)  # fmt: skip
def test_night_and_the_days_limit_hold_what_is_not_urgent(at: time, urgent: bool, today: int, said: str) -> None:
    assert rules.may_send(at, urgent, today) == said


@pytest.mark.parametrize(
    ("receipt", "seen", "confirmed", "texted", "told", "reached"),
    [
        (False, False, False, False, False, False), (False, True, False, False, False, True),
        (False, False, False, True, False, True), (True, True, False, True, False, False),
        (True, False, True, False, False, True), (True, False, False, False, True, True),
    ],
)  # fmt: skip
def test_a_receipt_is_the_households_own_word(
    receipt: bool, seen: bool, confirmed: bool, texted: bool, told: bool, reached: bool
) -> None:
    assert rules.reached(receipt, seen, confirmed, texted, told) is reached


def test_a_message_is_tried_four_times() -> None:
    assert [rules.next_try(n) for n in range(1, 5)] == [1, 5, 15, None]


def test_nobody_approves_his_own_words() -> None:
    assert rules.hold_apart("a", "b") and not rules.hold_apart("a", "a") and not rules.hold_apart("a", "")


def test_states_lead_to_states_and_what_has_ended_leads_nowhere() -> None:
    assert set(NEXT) == {one.name for one in STATES} and {to for tos in NEXT.values() for to in tos} <= set(NEXT)
    assert NEXT["retracted"] == NEXT["corrected"] == () and "sent" not in NEXT["draft"]
