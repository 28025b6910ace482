"""Close contacts (密接) as people work on them: named, told, placed, under observation, released.

Whoever lives with somebody who tests positive is named by the house itself (``tracing``), others by form or list.
"""

from __future__ import annotations

from bulou.cases.circumstances import ASKED, CIRCUMSTANCES, stated
from bulou.cases.vocabulary import CONTACT, Mark
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Programme
from bulou.ui.room import Act, Column, Facts, Menu, Play, Sentence, Work

#: The campaign of contacts of all rounds. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_061, "密接管理", "quarantine of contacts")

RELATIONS = (
    Choice("household", "同住", "same household"),
    Choice("work", "同事", "at work"),
    Choice("school", "同学、师生", "at school"),
    Choice("building", "同楼", "same building"),
    Choice("vehicle", "同乘", "same vehicle"),
    Choice("care", "照护", "care"),
    Choice("other", "其他", "other"),
)
PLACES = (
    Choice("quarantine", "密接隔离点", "quarantine facility"),
    Choice("home", "居家隔离", "quarantine at home"),
    Choice("hospital", "医院", "hospital"),
    Choice("none", "不需隔离", "none"),
)
INVESTIGATION = (
    Field("of", "person", "哪位病例的密接", "Contact of which case", required=False,
          help_zh="填人员编码，例如P501", help_en="Code of the person, such as P501"),
    Field("exposed_on", "date", "最后接触日期", "Last exposed on", required=False),
    Field("how", "long", "接触经过（流调）", "How it came about (tracing)", required=False, most=500,
          help_zh="什么时间、在哪里、相处多久、有没有戴口罩",
          help_en="When, where, for how long, with or without masks"),
)  # fmt: skip

STEPS = (
    Step(
        "contact.named", "登记密接", "named as a contact", "opens", call=("登记密接", "Name a contact"),
        fields=(
            Field("relation", "choice", "关系", "Relation", choices=RELATIONS, books="variant"),
            *INVESTIGATION,
        ),
    ),
    Step("contact.exposed", "补充流调", "tracing added", "notes", "", INVESTIGATION),
    Step(
        "contact.told", "告知本人", "told", "advances", "told",
        (
            Field("by", "text", "告知人", "Told by", most=40, help_zh="本人姓名或工号", help_en="Name or staff number"),
            *ASKED,
            Field("note", "text", "本人情况和要求", "How the person is, what is asked for", required=False),
        ),
        extra=stated,
    ),
    Step(
        "contact.placed", "落实去处", "place decided", "advances", "placed",
        (
            Field("place", "choice", "去处", "Place", choices=PLACES, books="value"),
            Field(
                "site", "unit", "密接隔离点", "Quarantine facility", unit_kind="facility", required=False,
                when=("place", ("quarantine",)), unit_where=("purpose", ("quarantine",)),
            ),
            Field(
                "facility", "text", "密接隔离点名称", "Name of the facility", most=80, unless="site",
                when=("place", ("quarantine",)),
            ),
            Field(
                "apart", "text", "与家人分开的原因", "Why apart from the family", required=False, most=80,
                help_zh="同户的人去不同地方时必须写明",
                help_en="To be said where people of one household go to different places",
            ),
        ),
    ),
    Step(
        "contact.collected", "上车", "collected", "advances", "collected",
        (
            Field("car", "unit", "车辆", "Vehicle", unit_kind="vehicle", required=False),
            Field("vehicle", "text", "车牌号", "Vehicle", most=20, unless="car"),
        ),
    ),
    Step(
        "contact.observed", "开始隔离观察", "observation begins", "advances", "observed",
        (
            Field("bed", "text", "房间或床位", "Room or bed", required=False, most=40),
            Field("until", "time", "观察到", "Observed until", books="due",
                  help_zh="按现行规则：最后接触之日起14天",
                  help_en="By the present rule: 14 days from the last exposure"),
        ),
    ),
    Step(
        "contact.noted", "每日健康监测", "daily record", "notes", "",
        (
            Field("symptoms", "choice", "症状", "Symptoms",
                  choices=(Choice("none", "无", "none"), Choice("mild", "有症状", "has symptoms"),
                           Choice("grave", "加重，需医生看", "worse: a doctor is needed"))),
            Field("temperature", "text", "体温（℃）", "Temperature (°C)", required=False, most=5),
            Field("test", "choice", "核酸", "PCR", required=False,
                  choices=(Choice("negative", "阴性", "negative"), Choice("positive", "阳性", "positive"),
                           Choice("waiting", "已采样待出", "sampled, result awaited"))),
        ),
    ),
    Step(
        "contact.released", "解除隔离", "released", "advances", "released",
        (
            Field("ground", "text", "依据", "Ground", help_zh="观察满几天，几次核酸阴性",
                  help_en="Days observed, negative tests"),
            Field("note", "text", "说明", "Note", required=False),
        ),
    ),
)  # fmt: skip


def placed(facts: Facts) -> Sentence | None:
    """Nobody is fetched or observed who has no place, nor against a word that stands."""
    if facts.mark == Mark.REFUSED:
        return (
            "本人拒绝或有异议：请先处理，再按“重新打开”",
            "The person refuses or contests: settle that first, then reopen",
        )
    if facts.value == "none":
        return ("去处是不需隔离：请按“因故未隔”办结", "Needs no quarantine: end it with a reason")
    return None if facts.value else ("还没有落实去处", "No place has been decided")


def away(facts: Facts) -> Sentence | None:
    """Only who goes somewhere is fetched."""
    if facts.value == "home":
        return ("居家隔离，不用接送：请按“开始隔离观察”", "Stays at home: begin the observation")
    return placed(facts)


def over(facts: Facts) -> Sentence | None:
    """Nobody is released before the day until which the observation was set."""
    if facts.due_at is not None and facts.now < facts.due_at:
        return (
            "观察期未满：要提前解除，请先改“限期”并写明原因",
            "The observation is not over: to end it sooner, set another limit with its reason",
        )
    return None


ACTS = (
    Act("told", "告知本人", "Told", "contact.told", ("open",), "trace", phone=True),
    Act("placed", "落实去处", "Decide place", "contact.placed", ("open", "told", "placed"), "trace"),
    Act("collected", "登记上车", "Collected", "contact.collected", ("placed",), "trace", phone=True, check=away),
    Act("observed", "开始隔离观察", "Observation begins", "contact.observed", ("placed", "collected"), "trace",
        check=placed),
    Act("noted", "每日健康监测", "Daily record", "contact.noted", ("observed",), "trace", phone=True),
    Act("released", "解除隔离", "Release", "contact.released", ("observed",), "trace", check=over,
        confirm=("解除后这项应隔即办结。", "Release ends the duty.")),
    Act("exposed", "补充流调", "Add to the tracing", "contact.exposed", ability="trace", bulk=False),
    Act("refused", "拒绝或有异议", "Refuses or contests", "duty.refused", ability="trace", bulk=False, phone=True),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="trace"),
    Act("given", "交给流调员、车辆或班组", "Give to a tracer, vehicle or team", "duty.given", ability="trace"),
    Act("due", "限期", "Set a time limit", "duty.due", ability="trace"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="trace", bulk=False, closed=True),
    Act("returned", "再次接触，重新隔离", "Exposed again", "duty.returned", ability="trace", bulk=False, closed=True,
        confirm=("之前的隔离保留在记录里，要重新办理。", "What was recorded stays on record, and must be done again.")),
    Act("excused", "因故未隔", "End with a reason", "duty.excused", ability="trace", bulk=False,
        confirm=("确认后应隔即办结，不再催办。", "The duty ends, and nobody is reminded of it any more.")),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("phone", "电话", "Telephone", "phone"),
    Column("place", "地点", "Place", "place"),
    Column("door", "住户", "Door", "door", file=True),
    Column("relation", "关系", "Relation", "variant"),
    Column("of", "病例", "Case", "last.of"),
    Column("exposed_on", "最后接触", "Last exposed", "last.exposed_on"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("where", "去处", "Where", "value"),
    Column("facility", "密接隔离点", "Facility", "last.site"),
    Column("bed", "房间或床位", "Room or bed", "last.bed", file=True),
    Column("symptoms", "症状", "Symptoms", "last.symptoms"),
    Column("given", "交给", "Given to", "given"),
)

CONTACTS = Work(
    CONTACT, PROGRAMME, STEPS, ACTS, COLUMNS, secret=True,
    owners=dict.fromkeys(("open", "told", "placed", "collected", "observed"), "epidemiologist"),
    needs=("dialysis", "pregnant", "alone_over_75", "infant", "bedridden"),
    words="trace", phones=("driver",), where="given", circumstances=CIRCUMSTANCES,
    play=Play(
        0, taken_min=20, done_min=150, refused_share=0.02, to="observed",
        fields={"place": ["quarantine", "quarantine", "home"], "apart": "家人按阳性收治", "bed": "Q-{subject}",
                "until": "+336h", "by": "流调专班"},
    ),
    menu=Menu("密接", "Contacts", "users", "", 44),
    zh_help="每个密接从登记到解除隔离；同住的人在结果核实后自动列入。隔离观察和隔离收治从不混住。",
    en_help="Each contact from being named to release; who lives with a case is listed at once. Quarantine and"
    " isolation are never mixed.",
)  # fmt: skip
