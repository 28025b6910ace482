"""The visit that a household is owed which a notice did not reach; its occasion is the number of the notice."""

from __future__ import annotations

from bulou.ledger.steps import Field, Step
from bulou.notices.vocabulary import PROGRAMME, TELL
from bulou.ui.room import Act, Column, Menu, Play, Work

STEPS = (
    Step(
        "notice_visit.asked", "需上门告知", "visit to tell asked for", "opens", many=True,
        call=("登记上门告知", "Record a visit to tell"),
        fields=(
            Field("what", "text", "告知什么", "What to tell", most=120),
            Field("why", "text", "依据", "Why", required=False, most=120),
        ),
    ),
    Step(
        "notice_visit.told", "已上门告知", "told at the door", "advances", "told",
        (Field("to_whom", "text", "告知了谁", "Who was told", required=False, most=40, personal=True),
         Field("note", "text", "说明", "Note", required=False)),
    ),
    Step(
        "notice_visit.again", "重新告知", "to be told again", "returns", "open",
        (Field("note", "text", "原因", "Why"),),
    ),
)  # fmt: skip

ACTS = (
    Act("told", "已告知", "Told", "notice_visit.told", ("open",), "words", phone=True),
    Act("nobody", "约时再来", "Come back later", "duty.deferred", ability="words", phone=True),
    Act("no_answer", "无人应门", "Nobody answers", "duty.refused", ability="words", phone=True),
    Act("given", "交给志愿者或班组", "Give to a volunteer or team", "duty.given", ability="words"),
    Act("excused", "不必上门", "No visit needed", "duty.excused", ability="words"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="words", bulk=False, closed=True),
    Act("again", "重新告知", "Tell again", "notice_visit.again", ("told",), "words", bulk=False, closed=True),
)  # fmt: skip

COLUMNS = (
    Column("household", "住户", "Household", "subject"),
    Column("place", "地点", "Place", "place"),
    Column("what", "告知什么", "What to tell", "opened.what"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("given", "交给", "Given to", "given"),
    Column("phone", "电话", "Telephone", "phone", file=True),
)

VISITS = Work(
    TELL, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"open": "committee"}, words="words", phones=("volunteer",), where="door",
    play=Play(1, taken_min=120, done_min=400, fields={"what": "做核酸的时间改了"}),
    menu=Menu("上门告知", "Visits to tell", "door", order=62),
    zh_help="通告没有送到的住户：上门告诉他们。",
    en_help="Households that a notice did not reach: somebody knocks and tells them.",
)  # fmt: skip
