"""The call-up to be filled (应集结): a duty of its place until enough have come, or somebody has ended it."""

from __future__ import annotations

from bulou.ledger.core_entries import STAFF
from bulou.ledger.steps import Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Work

#: Call-ups belong to no round: a campaign that is always open. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_101, "人员集结", "call-ups")

CALL_UP = DutyKind(
    101, "muster", Subject.AREA, "应集结", "call-up to be filled",
    (
        Stage("asked", "待答复", "waits for answers", within=30),
        Stage("filled", "人数已够，待到场", "enough have accepted"),
        Stage("ended", "已结束", "ended"),
    ),
    took_part=1,
    goes_back=True,
    reasons=(Reason("called_off", Mark.EXCUSED, "不再需要", "no longer needed"),),
)  # fmt: skip
#: The people who are asked answer themselves, on their own pages.
SELF = STAFF | {"resident"}

STEPS = (
    Step(
        "muster.asked", "发起集结", "call-up made", "opens", many=True,
        fields=(
            Field("number", "int", "集结编号", "Number", least=1),
            Field("place", "text", "集合地点", "Where", most=80),
            Field("wanted", "int", "人数", "How many", least=1),
            Field("due", "time", "到场时间", "By when", books="due"),
        ),
    ),
    Step("muster.filled", "人数已够", "enough have accepted", "advances", "filled", roles=SELF),
    Step("muster.short", "人数又不够", "short again", "returns", "asked", roles=SELF),
    Step("muster.ended", "结束集结", "call-up ended", "advances", "ended"),
)  # fmt: skip

COLUMNS = (
    Column("area", "区域", "Area", "subject"),
    Column("place", "集合地点", "Where", "opened.place"),
    Column("wanted", "人数", "How many", "opened.wanted"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "到场时间", "By when", "due"),
)

CALL_UPS = Work(
    CALL_UP, PROGRAMME, STEPS, (Act("given", "交给谁办", "Give to", "duty.given", ability="forces"),), COLUMNS,
    owners={"asked": "street", "filled": "street"}, sees="forces", words="forces", opens="nobody", where="area",
    page="call-up-duty",
    zh_help="半小时内人数不够，或到时没有到齐的集结。在集结页扩大范围、再通知人或结束。",
    en_help="Call-ups that are short after half an hour, or late. Widen, ask others or end them on their own page.",
)  # fmt: skip
