"""What people write of somebody in a list means one thing, or nothing at all; a "not" is never read as its opposite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulou.ledger.vocabulary import REGISTRY
from bulou.rounds.chat_list import words
from bulou.rounds.chat_list.words import NEVER, OPEN, SAMPLED, act_of, acts_of, denies, state_of

SWAB = REGISTRY.duties["swab"]
CLOSING = {reason.name for reason in SWAB.reasons}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("收到", "called"), ("好的👌", "called"), ("✅", "called"), ("👍🏻", "called"),
        ("收到，马上下楼", "called"), ("OK!", "called"),
        ("外出", "away"), ("外出，明天回来", "away"), ("不在家", "away"), ("没在家", "away"), ("收到 外出", "away"),
        ("at work", "away"),
        ("卧床", "team_needed"), ("不便下楼 需上门", "team_needed"), ("无人应门", "asleep_or_silent"),
        ("拒检", "refuses"), ("不肯做核酸", "refuses"),
        ("住院", "in_hospital"), ("住院 六院 3 病区", "in_hospital"), ("在华山医院住院", "in_hospital"),
        ("已搬离", "moved_out"), ("搬走了，物业说", "moved_out"), ("moved out", "moved_out"),
        ("单位已做", "sampled_elsewhere"), ("已在别处采样", "sampled_elsewhere"), ("集中隔离", "in_facility"),
        ("已故", "deceased"),
        ("已采样", SAMPLED), ("做过了", SAMPLED), ("还没采", OPEN), ("未采样", OPEN), ("没做", OPEN),
    ],
)  # fmt: skip
def test_what_is_meant(text: str, act: str) -> None:
    assert act_of(text, SWAB) == act


@pytest.mark.parametrize(
    "text",
    ["没搬", "未搬走", "没有搬离", "不是拒检", "没有拒绝", "不拒检", "拒绝？", "没住院", "未住院", "已出院",
    "出院了", "不在方舟", "从方舟回来了",
     "没外出", "没在隔离点", "搬来", "搬入", "要搬走", "准备住院", "明天住院", "可能外出", "外出吧", "搬走了吗",
     "搬走没", "听说搬走", "非住院",
     "不是没搬", "未外出", "没收到", "不知道", "不下楼", "拒绝 外出", "住院 搬离", "+1", "2人", "全家外出",
     "夫妻外出", "去医院", "华山医院", "刚从医院回来",
     "not moved", "not moved out", "hasn't moved", "never refused", "not away", "without", "outside",
     "isn't in hospital",
     "not ok", "no", "因故未检", "暂缓"],
)  # fmt: skip
def test_what_is_not_understood_to_its_end_means_nothing(text: str) -> None:
    assert act_of(text, SWAB, "called") in ("", words.UNSURE)


@pytest.mark.parametrize(
    "no", ["没", "没有", "未", "不", "不是", "并非", "无", "别", "还没", "从未", "not ", "never ", "no "]
)
@pytest.mark.parametrize("reason", SWAB.reasons, ids=lambda reason: reason.name)
def test_no_word_of_ours_is_read_behind_a_not(no: str, reason) -> None:
    for word in (reason.zh, reason.en):
        for text in (no + word, f"{no}，{word}" if not no.isascii() else no + word):
            assert act_of(text, SWAB, "called") not in CLOSING | {"called"}, text


@given(
    st.lists(
        st.sampled_from(
            ["没", "不", "未", "搬走", "住院", "拒检", "外出", "已采", "收到", "，", " ", "了", "是", "有"]
        ),
        max_size=6,
    )
)
def test_a_not_that_is_left_over_leaves_nothing_sure(parts: list[str]) -> None:
    """Whatever is understood holds a not only inside a phrase that means it: not at home, not sampled."""
    text = "".join(parts)
    act = act_of(text, SWAB)
    if act in CLOSING - {"away"}:
        assert not any(no in words.plain(text) for no in "没不未"), text


def test_every_word_of_ours_is_read_back_as_the_same_thing() -> None:
    for reason in SWAB.reasons:
        assert {act_of(reason.zh, SWAB), act_of(reason.en, SWAB)} == {reason.name}
        assert state_of("", reason.zh, SWAB)[1] == state_of("", reason.en, SWAB)[1] == reason.name
    for rank, stage in enumerate(SWAB.stages):
        told = OPEN if rank == 0 else "called" if rank == 1 else SAMPLED
        assert {act_of(stage.zh, SWAB), act_of(stage.en, SWAB)} == {told}
        assert state_of(stage.zh, "", SWAB) == state_of(stage.en, "", SWAB) == (rank, None)
    assert {"same_person", "pool_pending"} <= NEVER <= CLOSING


def test_without_a_word_it_is_what_is_agreed_on() -> None:
    assert act_of("", SWAB, "called") == act_of(" 谢谢 ", SWAB, "called") == "called" and act_of("", SWAB) == ""
    assert acts_of("六院", SWAB) is None, "evidence for nothing"


@pytest.mark.parametrize(
    ("reason", "evidence", "denied"),
    [("moved_out", "没搬，物业说", True), ("moved_out", "未搬走", True), ("moved_out", "又搬回来了", True),
    ("moved_out", "物业说", False),
     ("in_hospital", "已出院", True), ("in_hospital", "没有住院", True), ("in_hospital", "六院 3 病区", False),
     ("not_known_here", "物业说没有这个人", False), ("deceased", "没死", True), ("sampled_elsewhere", "还没采", True),
     ("sampled_elsewhere", "单位证明", False)],
)  # fmt: skip
def test_evidence_that_says_the_opposite(reason: str, evidence: str, denied: bool) -> None:
    assert denies(reason, evidence) is denied
