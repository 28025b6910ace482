"""What the house must know of cases: the transfer of people who tested positive, from result to admission."""

from __future__ import annotations

from bulou.cases import vocabulary
from bulou.ledger.steps import Choice, Field, Step
from bulou.ui.room import Act, Column, Facts, Menu, Play, Room, Sentence, Work

(DISPOSITION,) = vocabulary.DUTIES

#: Needs of the register that put a person before everybody who only waits; the gravest first.
NEEDS = ("dialysis", "pregnant", "alone_over_75", "infant", "bedridden")
DESTINATIONS = (
    Choice("facility", "集中隔离点（方舟）", "isolation facility"),
    Choice("hospital", "定点医院", "designated hospital"),
    Choice("home", "居家隔离", "isolation at home"),
    Choice("none", "不需转运", "no transfer"),
)
LANGUAGES = (
    Choice("mandarin", "普通话", "Mandarin"),
    Choice("shanghainese", "上海话", "Shanghainese"),
    Choice("english", "英语", "English"),
    Choice("other", "其他", "other"),
)

STEPS = (
    Step(
        "transfer.told", "告知结果", "told of the result", "advances", "told",
        (
            Field("by", "text", "告知人", "Told by", most=40, help_zh="本人姓名或工号", help_en="Name or staff number"),
            Field("language", "choice", "用什么语言告知", "In which language", choices=LANGUAGES, default="mandarin"),
            Field("note", "text", "本人情况和要求", "How the person is, what is asked for", required=False),
        ),
    ),
    Step(
        "transfer.placed", "落实去处", "destination decided", "advances", "placed",
        (
            Field("destination", "choice", "去处", "Destination", choices=DESTINATIONS, books="value"),
            Field(
                "facility", "text", "隔离点或医院名称", "Name of the facility or hospital", most=80,
                when=("destination", ("facility", "hospital")),
            ),
            Field("note", "text", "说明", "Note", required=False),
        ),
    ),
    Step(
        "transfer.collected", "上车", "collected", "advances", "collected",
        (
            Field("vehicle", "text", "车牌号", "Vehicle", most=20),
            Field("driver", "text", "驾驶员", "Driver", required=False, most=40),
        ),
    ),
    Step(
        "transfer.admitted", "收治", "admitted", "advances", "admitted",
        (
            Field("bed", "text", "床位", "Bed", most=40, help_zh="例：3 号馆 B-112", help_en="Such as hall 3, B-112"),
            Field("note", "text", "说明", "Note", required=False),
        ),
    ),
)  # fmt: skip


def needs_transport(facts: Facts) -> Sentence | None:
    """Nobody is fetched who stays, and nobody without somewhere to go."""
    if facts.value in ("home", "none"):
        return (
            "去处是居家或不需转运：请按“因故未转”办结，或先改去处",
            "Stays at home: end it with a reason, or change the destination",
        )
    return None if facts.value else ("还没有落实去处", "No destination has been decided")


def not_refusing(facts: Facts) -> Sentence | None:
    """Somebody who refuses or contests is talked to first; nobody is fetched against a word that stands."""
    if facts.mark == vocabulary.Mark.REFUSED:
        return (
            "本人拒绝或有异议：请先处理，再按“重新打开”",
            "The person refuses or contests: settle that first, then reopen",
        )
    return needs_transport(facts)


ACTS = (
    Act("told", "告知结果", "Told", "transfer.told", ("open",), "dispose"),
    Act("placed", "落实去处", "Decide destination", "transfer.placed", ("open", "told", "placed"), "dispose"),
    Act("collected", "登记上车", "Collected", "transfer.collected", ("placed",), "dispose", check=not_refusing),
    Act(
        "admitted", "登记收治", "Admitted", "transfer.admitted", ("placed", "collected"), "dispose",
        bulk=False, check=needs_transport,
        confirm=("收治后这项应转即办结。请核对人员和床位。", "Admission ends the duty. Check the person and the bed."),
    ),
    Act("refused", "拒绝或有异议", "Refuses or contests", "duty.refused", ability="dispose", bulk=False),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="dispose"),
    Act("given", "交给车队或班组", "Give to a team or vehicle", "duty.given", ability="dispose"),
    Act("due", "限期", "Set a time limit", "duty.due", ability="dispose"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="dispose", bulk=False, closed=True),
    Act(
        "returned", "退回前一步", "Return to an earlier stage", "duty.returned", ability="dispose", bulk=False,
        closed=True,
        confirm=(
            "退回后，之前登记的步骤保留在记录里，但要重新办理。",
            "What was recorded stays on record, and must be done again.",
        ),
    ),
    Act(
        "excused", "因故未转", "End with a reason", "duty.excused", ability="dispose", bulk=False,
        confirm=("确认后应转即办结，不再催办。", "The duty ends, and nobody is reminded of it any more."),
    ),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("phone", "电话", "Telephone", "phone"),
    Column("place", "地点", "Place", "place"),
    Column("door", "住户", "Door", "door", file=True),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("destination", "去处", "Destination", "value"),
    Column("facility", "隔离点或医院", "Facility", "last.facility"),
    Column("vehicle", "车辆", "Vehicle", "last.vehicle"),
    Column("bed", "床位", "Bed", "last.bed", file=True),
    Column("by", "告知人", "Told by", "last.by", file=True),
    Column("given", "交给", "Given to", "given"),
)

TRANSFER = Work(
    DISPOSITION, None, STEPS, ACTS, COLUMNS, secret=True,
    owners=dict.fromkeys(("open", "told", "placed", "collected"), "transfer"),
    needs=NEEDS, words="dispose", play=Play(0, taken_min=40, done_min=240),
    menu=Menu("转运", "Transfers", "ambulance", "t", 40),
    zh_help="每个检测阳性的人，从结果核实到收治，只有一个时钟。",
    en_help="One clock for each person who tested positive, from the verified result to admission.",
)  # fmt: skip

ROOM = Room(
    "cases", "病例", "cases",
    duties=vocabulary.DUTIES, works=(TRANSFER,),
    consequences=vocabulary.CONSEQUENCES, standings=vocabulary.STANDINGS,
)  # fmt: skip
