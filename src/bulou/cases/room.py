"""What the house must know of cases: the transfer of people who tested positive, from result to admission."""

from __future__ import annotations

from bulou.cases import vocabulary
from bulou.cases.circumstances import ASKED, CIRCUMSTANCES, corrected, stated
from bulou.cases.contact import CONTACTS
from bulou.cases.second_test import asked as second_test
from bulou.cases.stay import STAYS
from bulou.cases.telling import READ_OUT
from bulou.cases.together import apart
from bulou.cases.units import FACILITY, VEHICLE
from bulou.ledger.steps import Choice, Field, Step
from bulou.ui.room import Ability, Act, Column, Facts, Menu, Page, Play, Room, Sentence, Work

DISPOSITION = vocabulary.DUTIES[0]

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
#: What is done where somebody refuses or contests; the way itself stays on record.
TALKS = (
    Choice("explained", "再次解释", "explained again"),
    Choice("doctor", "请医生沟通", "a doctor spoke with the person"),
    Choice("second_test", "安排复检", "second test arranged"),
    Choice("appeal", "提交申诉", "appeal passed on"),
)
#: Chosen from the register; a positive goes nowhere where contacts are kept.
SITE = Field(
    "site", "unit", "隔离点或医院", "Facility or hospital", unit_kind="facility", required=False,
    when=("destination", ("facility", "hospital")), unit_where=("purpose", ("isolation", "hospital")),
)  # fmt: skip
#: A family moves together unless a reason says otherwise.
APART = Field(
    "apart", "choice", "与家人分开的原因", "Why apart from the family", required=False,
    choices=(
        Choice("medical", "治疗需要", "needs treatment"),
        Choice("not_infected", "家人未感染", "the family is not infected"),
        Choice("no_beds", "没有家庭床位", "no beds for families"),
        Choice("own_wish", "本人要求", "own wish"),
    ),
    help_zh="同户的人去不同地方时必须写明", help_en="To be said where people of one household go to different places",
)  # fmt: skip

STEPS = (
    Step(
        "transfer.told", "告知结果", "told of the result", "advances", "told",
        (
            Field("by", "text", "告知人", "Told by", most=40, help_zh="本人姓名或工号", help_en="Name or staff number"),
            Field("language", "choice", "用什么语言告知", "In which language", choices=LANGUAGES, default="mandarin"),
            *ASKED,
            Field("note", "text", "本人情况和要求", "How the person is, what is asked for", required=False),
        ),
        extra=stated,
    ),
    Step("transfer.asked", "登记特殊情况", "circumstances recorded", "notes", "", ASKED, extra=corrected),
    Step(
        "transfer.contested", "有异议，安排复检", "contested: second test", "notes", "",
        (Field("why", "text", "本人怎么说", "What the person says"),
         Field("explained", "text", "由谁解释过", "Who has explained", most=40)),
        extra=second_test,
    ),
    Step(
        "transfer.placed", "落实去处", "destination decided", "advances", "placed",
        (
            Field("destination", "choice", "去处", "Destination", choices=DESTINATIONS, books="value"),
            SITE,
            Field(
                "facility", "text", "隔离点或医院名称", "Name of the facility or hospital", most=80, unless="site",
                when=("destination", ("facility", "hospital")),
            ),
            APART,
            Field("note", "text", "说明", "Note", required=False),
        ),
    ),
    Step(
        "transfer.collected", "上车", "collected", "advances", "collected",
        (
            Field("car", "unit", "车辆", "Vehicle", unit_kind="vehicle", required=False),
            Field("vehicle", "text", "车牌号", "Vehicle", most=20, unless="car"),
            Field("driver", "text", "驾驶员", "Driver", required=False, most=40),
        ),
    ),
    Step(
        "transfer.talked", "再次沟通", "talked again", "notes", "",
        (
            Field("way", "choice", "怎么处理", "What was done", choices=TALKS),
            Field("talked_by", "text", "由谁沟通", "By whom", most=40),
            Field("outcome", "text", "本人怎么说", "What the person says"),
        ),
    ),
    Step(
        "transfer.admitted", "收治", "admitted", "advances", "admitted",
        (
            Field("bed", "text", "床位", "Bed", most=40, help_zh="例：3 号馆 B-112", help_en="Such as hall 3, B-112"),
            Field(
                "site", "unit", "实际收治单位", "Where in fact", unit_kind="facility", required=False,
                unit_where=("purpose", ("isolation", "hospital")),
                help_zh="与原定的不同才填", help_en="Only where it is not the one that was decided",
            ),
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


def may_pause(facts: Facts) -> Sentence | None:
    """One second test at a time: while a word stands, it is settled first."""
    if facts.mark == vocabulary.Mark.REFUSED:
        return ("已登记拒绝或有异议：请等结果或先处理", "A word stands already: await the result, or settle it first")
    return None


ACTS = (
    Act("told", "告知结果", "Told", "transfer.told", ("open",), "dispose", reads=READ_OUT),
    Act("placed", "落实去处", "Decide destination", "transfer.placed", ("open", "told", "placed"), "dispose",
        holds=apart),
    Act("asked", "特殊情况", "Circumstances", "transfer.asked", ability="dispose", bulk=False),
    Act(
        "collected", "登记上车", "Collected", "transfer.collected", ("placed",), "dispose", phone=True,
        check=not_refusing,
    ),
    Act(
        "admitted", "登记收治", "Admitted", "transfer.admitted", ("placed", "collected"), "dispose",
        bulk=False, phone=True, check=needs_transport,
        confirm=("收治后这项应转即办结。请核对人员和床位。", "Admission ends the duty. Check the person and the bed."),
    ),
    Act(
        "contested", "有异议，安排复检", "Contests: second test", "transfer.contested", ("open", "told", "placed"),
        "dispose", bulk=False, check=may_pause,
        confirm=("另开一项单管复核；复检结果出来前暂停上车。",
                 "A single swab is owed at once; nobody is fetched until its result is there."),
    ),
    Act("refused", "拒绝或有异议", "Refuses or contests", "duty.refused", ability="dispose", bulk=False, phone=True),
    Act("talked", "再次沟通", "Talk again", "transfer.talked", ability="dispose", bulk=False),
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
    Column("facility", "隔离点或医院", "Facility", "last.site"),
    Column("vehicle", "车辆", "Vehicle", "last.car"),
    Column("bed", "床位", "Bed", "last.bed", file=True),
    Column("by", "告知人", "Told by", "last.by", file=True),
    Column("given", "交给", "Given to", "given"),
)

#: From the verified result to a bed, where nobody has to wait for one.
PLAY = Play(0, taken_min=15, done_min=100, fields={"destination": "facility", "bed": "B-{subject}", "by": "转运专班"})

TRANSFER = Work(
    DISPOSITION, None, STEPS, ACTS, COLUMNS, secret=True,
    owners=dict.fromkeys(("open", "told", "placed", "collected"), "transfer"),
    needs=NEEDS, words="dispose", phones=("driver",), where="given", play=PLAY, circumstances=CIRCUMSTANCES,
    menu=Menu("转运", "Transfers", "ambulance", "t", 40),
    zh_help="每个检测阳性的人，从结果核实到收治，只有一个时钟。",
    en_help="One clock for each person who tested positive, from the verified result to admission.",
)  # fmt: skip

#: Boards of transfers, which look across rooms and lie above this one.
PAGES = (
    Page(
        "transfers/waiting", "transfers-waiting", "bulou.command.transport.waiting.page", "people",
        Menu("等待转运", "Waiting", "clock-pause", "w", 41),
    ),
    Page("transfers/trips", "transfers-trips", "bulou.command.transport.trips.page", "people"),
    Page("transfers/trips/again", "transfers-again", "bulou.command.transport.again.page", "people"),
    Page("transfers/trips/send", "transfers-send", "bulou.command.transport.trips.send", "dispose"),
    Page("transfers/trips/undo", "transfers-undo", "bulou.command.transport.trips.take_back", "dispose"),
    Page(
        "facilities", "facilities", "bulou.command.facilities.pages.overview", "people",
        Menu("隔离收治点", "Facilities", "building-hospital", "h", 43),
    ),
    Page("facilities/<int:unit>", "facility", "bulou.command.facilities.pages.one", "people"),
)  # fmt: skip

ABILITIES = (
    Ability("trace", "流调和密接管理", "trace contacts and see to their quarantine",
            ("command", "street", "transfer", "epidemiologist")),
    Ability("stays", "登记在院人员", "record beds, stays and discharges", ("command", "transfer", "facility")),
)  # fmt: skip

ROOM = Room(
    "cases", "病例", "cases", abilities=ABILITIES,
    duties=vocabulary.DUTIES, works=(TRANSFER, CONTACTS, STAYS),
    consequences=vocabulary.CONSEQUENCES, standings=(*vocabulary.STANDINGS, *CIRCUMSTANCES),
    units=(FACILITY, VEHICLE), pages=PAGES,
)  # fmt: skip
