"""What households ask for (求助): taken in by anybody, answered within its time, closed by the asker's own word.

The kinds, and how soon each is to be answered, are the rows of ``NEEDS``. Who answered does not close it himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bulou.ledger.core_entries import STAFF
from bulou.ledger.effects import Entry, Key, Line
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Act as Word
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Menu, Play, Work

#: The campaign of what is asked for at any time. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_031, "居民求助", "requests of households")


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of request. ``minutes``: until it is to be answered; ``danger``: it comes before everything else."""

    name: str
    zh: str
    en: str
    minutes: int
    danger: bool = False


#: House rule; a code is the place in the list and is stored: add at the end, take none away.
NEEDS = (
    Need("emergency", "急症", "emergency", 30, True),
    Need("childbirth", "临产、产检", "childbirth", 60, True),
    Need("dialysis", "透析、放化疗", "dialysis, cancer treatment", 120, True),
    Need("medicine", "配药", "medicine", 240),
    Need("baby", "婴儿用品", "baby supplies", 240),
    Need("food", "食品", "food", 720),
    Need("elderly_alone", "独居老人照看", "elderly person alone", 240),
    Need("other", "其他", "other", 1440),
    Need("escort", "就医接送、陪同", "journey to a hospital", 240),
)

#: By which words a hotline's text means a kind, the most urgent first.
WORDS = (
    ("emergency", ("急症", "急救", "昏迷", "胸痛", "呼吸困难", "抢救")),
    ("childbirth", ("临产", "产检", "孕", "分娩")),
    ("dialysis", ("透析", "化疗", "放疗")),
    ("medicine", ("配药", "买药", "断药", "药")),
    ("baby", ("奶粉", "尿不湿", "尿布", "婴")),
    ("elderly_alone", ("独居", "孤老")),
    ("escort", ("就医", "看病", "去医院", "复诊")),
    ("food", ("物资", "食品", "买菜", "蔬菜", "断粮", "米", "菜")),
)

REQUEST = DutyKind(
    31, "request", Subject.HOUSEHOLD, "应答", "request owed an answer",
    (
        Stage("open", "待受理", "to be taken up", within=60),
        Stage("accepted", "已受理", "taken up"),
        Stage("on_the_way", "正在办", "on the way"),
        Stage("answered", "已答复，待回访", "answered, to be asked back", within=1440),
        Stage("closed", "已办结", "closed", not_by="answered"),
    ),
    took_part=3,
    variants=("", *(need.name for need in NEEDS)),
    values=("", "helped", "partly", "not_helped"),
    goes_back=True,
    reasons=(
        Reason("nobody_in", Mark.REFUSED, "家中无人应答", "nobody answers"),
        Reason("turned_down", Mark.REFUSED, "不接受提供的办法", "does not accept what is offered"),
        Reason("date_agreed", Mark.DEFERRED, "已约定时间", "a time was agreed"),
        Reason("out_of_stock", Mark.DEFERRED, "待到货", "waits for supplies"),
        Reason("withdrawn", Mark.EXCUSED, "本人撤回", "withdrawn by the asker"),
        Reason("asked_twice", Mark.EXCUSED, "重复登记", "recorded twice"),
        Reason("passed_on", Mark.EXCUSED, "已由120、110等接手", "taken over by ambulance or police"),
        Reason("not_this_day", Mark.EXCUSED, "这一天取消或改期", "the day was cancelled or moved"),
    ),
)  # fmt: skip

RESULTS = (
    Choice("helped", "已解决", "solved"),
    Choice("partly", "部分解决", "partly solved"),
    Choice("not_helped", "没能解决", "could not be solved"),
)
CHANNELS = (
    Choice("telephone", "电话", "telephone"),
    Choice("door", "上门", "at the door"),
    Choice("chat", "群聊", "chat group"),
    Choice("hotline", "12345转来", "passed on by the city hotline"),
    Choice("page", "居民页面", "the resident's page"),
)
#: Who may say what a household says itself: residents as well, on their own page.
ASKERS = STAFF | {"resident"}
#: What a calendar of treatments brings about is written by the house alone.
HOUSE = frozenset({"system"})
TRANSPORTS = (
    Choice("vehicle", "派车", "a vehicle of ours"),
    Choice("family", "家属接送", "the family drives"),
    Choice("ambulance", "120接送", "an ambulance"),
)
UNASKED = (
    Choice("unreachable", "三次回访未联系上", "could not be reached three times"),
    Choice("left", "已离开本户", "has left the household"),
    Choice("in_hospital", "已住院", "is in hospital"),
)


def taken_up(entry: Entry, _body: Any, key: Key) -> Iterator[Line]:
    """What a calendar asks for is taken up as it is opened: the calendar is the request desk's own."""
    yield Line(Word.ADVANCE, key, entry.area, stage=REQUEST.stage("accepted"), authority=REQUEST.words)


STEPS = (
    Step(
        "request.opened", "登记求助", "request recorded", "opens", many=True, call=("登记求助", "Record a request"),
        within={need.name: need.minutes for need in NEEDS}, roles=ASKERS,
        fields=(
            Field(
                "need", "choice", "求助类别", "What kind", books="variant", words=WORDS,
                choices=tuple(Choice(need.name, need.zh, need.en) for need in NEEDS),
            ),
            Field("what", "long", "具体要什么", "What exactly", most=500, help_zh="药名、数量、几点前、就诊医院",
                  help_en="Name of the medicine, how much, by when, which hospital"),
            Field("asker", "text", "求助人", "Who asks", most=40, personal=True),
            Field("telephone", "text", "联系电话", "Telephone", most=20, required=False, personal=True),
            Field("channel", "choice", "从哪里来", "How it came", choices=CHANNELS, default="telephone"),
            Field("number", "text", "工单编号", "Number of the ticket", most=40, required=False,
                  when=("channel", ("hotline",))),
            Field("due", "time", "限期", "To be answered by", required=False, books="due",
                  help_zh="不填则按类别的时限", help_en="Left empty, the time of its kind counts"),
        ),
    ),
    Step(
        "request.planned", "按日历列入", "planned by a calendar", "opens", many=True, roles=HOUSE, extra=taken_up,
        fields=(
            Field("need", "choice", "求助类别", "What kind", books="variant",
                  choices=(Choice("escort", "就医接送、陪同", "journey to a hospital"),)),
            Field("what", "long", "具体要什么", "What exactly", most=500),
            Field("person", "person", "人员", "Person"),
            Field("asker", "text", "求助人", "Who asks", most=40, personal=True),
            Field("telephone", "text", "联系电话", "Telephone", most=20, required=False, personal=True),
            Field("appointment", "time", "到医院时间", "At the hospital by"),
            Field("due", "time", "限期", "To be answered by", books="due"),
        ),
    ),
    Step(
        "request.replanned", "日历有变，重新安排", "the calendar changed: arranged anew", "returns", "accepted",
        (
            Field("what", "long", "具体要什么", "What exactly", most=500),
            Field("appointment", "time", "到医院时间", "At the hospital by"),
            Field("due", "time", "限期", "To be answered by", books="due"),
        ),
        roles=HOUSE,
    ),
    Step(
        "request.arranged", "落实车辆和陪同", "vehicle and companion arranged", "notes", "",
        (
            Field("transport", "choice", "怎么去", "How", choices=TRANSPORTS, default="vehicle"),
            Field("vehicle", "unit", "车辆", "Vehicle", unit_kind="vehicle", when=("transport", ("vehicle",)),
                  books="given"),
            Field("plate", "text", "车辆", "Vehicle", most=40, unless="vehicle", when=("transport", ("vehicle",))),
            Field("companion", "text", "谁陪同", "Who goes along", most=40,
                  help_zh="不需要陪同的，写“不需要”", help_en="Where nobody is needed, say so"),
            Field("departs", "time", "几点出发", "Leaves at", books="due"),
        ),
    ),
    Step(
        "request.accepted", "受理", "taken up", "advances", "accepted",
        (Field("by", "text", "由谁办理", "Who sees to it", most=40),
         Field("plan", "text", "怎么办", "How", required=False)),
    ),
    Step("request.started", "开始办", "on the way", "advances", "on_the_way",
         (Field("way", "text", "怎么去", "How", required=False),)),
    Step(
        "request.answered", "答复", "answered", "advances", "answered",
        (Field("result", "choice", "结果", "Outcome", choices=RESULTS, books="value"),
         Field("note", "long", "怎么解决的", "What was done", most=500)),
    ),
    Step(
        "request.confirmed", "本人确认办结", "closed by the asker's word", "advances", "closed",
        (Field("confirmed_by", "text", "谁确认的", "Who says so", most=40, personal=True),),
        roles=ASKERS,
    ),
    Step(
        "request.closed", "回访后办结", "closed without the asker", "advances", "closed",
        (Field("why", "choice", "为什么没有本人确认", "Why without the asker's word", choices=UNASKED),
         Field("tried", "text", "回访经过", "How it was tried")),
    ),
    Step(
        "request.reopened", "没解决，重办", "not solved: done again", "returns", "accepted",
        (Field("why", "text", "本人怎么说", "What the asker says"),), roles=ASKERS,
    ),
)  # fmt: skip

ACTS = (
    Act("accepted", "受理", "Take up", "request.accepted", ("open",), phone=True),
    Act("arranged", "落实车辆和陪同", "Vehicle and companion", "request.arranged", ("open", "accepted")),
    Act("started", "开始办", "On the way", "request.started", ("open", "accepted"), phone=True),
    Act("answered", "登记答复", "Answered", "request.answered", ("open", "accepted", "on_the_way"), phone=True),
    Act(
        "confirmed", "本人确认办结", "Asker says it is solved", "request.confirmed",
        ("accepted", "on_the_way", "answered"), bulk=False, phone=True,
        confirm=("请先听到本人或家人说已经解决。", "Hear from the asker or the family first that it is solved."),
    ),
    Act(
        "closed", "回访后办结", "Close without the asker", "request.closed", ("answered",), bulk=False,
        confirm=("没有本人确认：原因留在记录里。", "Without the asker's word: the reason stays on record."),
    ),
    Act("again", "没解决，重办", "Not solved: again", "request.reopened", ("answered", "closed"), bulk=False,
        closed=True),
    Act("given", "交给谁办", "Give to", "duty.given"),
    Act("due", "限期", "Set a time limit", "duty.due"),
    Act("deferred", "暂缓", "Defer", "duty.deferred", phone=True),
    Act("refused", "没办成", "Could not be done", "duty.refused", bulk=False, phone=True),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act(
        "excused", "撤回或重复", "End with a reason", "duty.excused", bulk=False,
        confirm=("确认后不再催办。", "Nobody is reminded of it any more."),
    ),
)  # fmt: skip

COLUMNS = (
    Column("household", "住户", "Household", "subject"),
    Column("need", "类别", "Kind", "variant"),
    Column("what", "要什么", "What", "opened.what"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door", file=True),
    Column("asker", "求助人", "Asker", "opened.asker"),
    Column("telephone", "联系电话", "Telephone", "opened.telephone"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("by", "谁办", "Who", "last.by"),
    Column("given", "交给", "Given to", "given"),
    Column("companion", "谁陪同", "Who goes along", "last.companion"),
)

#: Shares of the kinds in a rehearsal. Of 142 answers to a needs survey of spring 2022 two in three named food, one in
#: three household goods and few medicine; urgent and medical ones are those that help platforms of those weeks name.
PLAYED = {
    "food": 12,
    "other": 6,
    "medicine": 4,
    "baby": 1,
    "elderly_alone": 1,
    "dialysis": 1,
    "emergency": 1,
    "childbirth": 1,
}

REQUESTS = Work(
    REQUEST, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners=dict.fromkeys(("open", "accepted", "on_the_way", "answered"), "request"),
    dangers=tuple(need.name for need in NEEDS if need.danger), words="decide",
    phones=("volunteer", "deliverer"), where="door",
    play=Play(
        12, taken_min=20, done_min=150, refused_share=0.05,
        fields={"need": [need for need, share in PLAYED.items() for _ in range(share)],
            "what": "按登记内容办理", "asker": "住户", "channel": "door"},
    ),
    menu=Menu("求助", "Requests", "message", "q", 50),
    zh_help="每一户的求助，从登记到本人确认，只有一个时钟；急症、临产、透析排在最前。",
    en_help="One clock for each request, until the asker says it is solved; emergencies come first.",
)  # fmt: skip
