"""The column is what its heading says, in the words of offices; what is not sure is not guessed."""

from __future__ import annotations

import pytest

from bulou.rounds.reconciliation.headings import OTHER, UNSURE, meaning

MEANT = {
    "owed": "应采 应检 应检人数 应采样人数 应测 目标数 任务数 应检尽检 Owed Target",
    "covered": "已采 已采样人数 实采 实检 已测 采样人数 检测人数 完成采样 今日已采 已采样（人） Sampled Tested",
    "missed": "未采 未采样人数 未检 未检测 漏检 应采未采 应测未测 没采 未做 待采 剩余未采 缺采 Unsampled Missed",
    "done": "结果已出 已出结果 已检已出结果 Results",
    OTHER: "采样率 应采样率 未采率 覆盖率 完成率 差额 阳性结果 未出结果 待出结果 昨日已采 累计已采 上轮已采"
    " 采样点数 采样管数 拒检 备注 采样时间",
    UNSURE: "采样 核酸 检测 人数 完成 应采/实采 实有人数 核酸采样 已完成 未完成 总数 People",
    "": "街镇 居委会 小区 Area",
}


@pytest.mark.parametrize(
    ("heading", "figure"), [(word, name) for name, words in MEANT.items() for word in words.split()]
)
def test_a_heading_means(heading: str, figure: str) -> None:
    assert meaning(heading) == figure


@pytest.mark.parametrize(
    ("heading", "figure"),
    [("Not sampled", "missed"), ("To be sampled", "owed"), ("Sampled %", OTHER), ("Pending results", OTHER),
    ("未 采", "missed"),
     ("People sampled", "covered"), ("count sampled", "covered"), ("sampled yesterday", OTHER)],
)  # fmt: skip
def test_a_heading_of_several_words_means(heading: str, figure: str) -> None:
    assert meaning(heading) == figure


@pytest.mark.parametrize("no", ["未", "没", "应采未", "尚未", "没有"])
@pytest.mark.parametrize("take", ["采", "检", "测", "采样", "检测"])
def test_a_heading_with_a_not_is_never_what_was_taken(no: str, take: str) -> None:
    assert meaning(no + take) == "missed"
