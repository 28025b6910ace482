"""The stay (在院) of somebody who tests positive, from admission to discharge: daily record, release, way home."""

from __future__ import annotations

from bulou.cases.circumstances import CIRCUMSTANCES
from bulou.cases.vocabulary import STAY
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Programme
from bulou.ui.room import Act, Column, Facts, Menu, Play, Sentence, Work

#: The campaign of who is admitted without a transfer of ours. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_062, "直接收治", "admitted without a transfer")

SYMPTOMS = (
    Choice("none", "无", "none"),
    Choice("mild", "轻", "mild"),
    Choice("worse", "加重", "worse"),
    Choice("grave", "重，需转院", "grave: to a hospital"),
)
TESTS = (
    Choice("negative", "阴性", "negative"),
    Choice("positive", "阳性", "positive"),
    Choice("waiting", "已采样待出", "sampled, result awaited"),
)
HOMEWARDS = (
    Choice("vehicle", "专车送回", "taken home by vehicle"),
    Choice("own", "自行返回", "own way"),
    Choice("none", "不回家", "not going home"),
)
ENDS = (
    Choice("home", "出院回家", "discharged home"),
    Choice("hospital", "转院", "moved to a hospital"),
    Choice("facility", "转其他隔离点", "moved to another facility"),
    Choice("died", "死亡", "died"),
)
PLACE = (
    Field("site", "unit", "隔离点或医院", "Facility or hospital", unit_kind="facility", required=False,
          unit_where=("purpose", ("isolation", "hospital"))),
    Field("facility", "text", "隔离点或医院名称", "Name of the facility or hospital", most=80, unless="site"),
    Field("bed", "text", "床位", "Bed", most=40),
)  # fmt: skip

STEPS = (
    Step("stay.opened", "直接收治", "admitted without a transfer", "opens", call=("直接收治", "Admit directly"),
         fields=PLACE),
    Step(
        "stay.noted", "每日记录", "daily record", "notes", "",
        (
            Field("symptoms", "choice", "症状", "Symptoms", choices=SYMPTOMS),
            Field("temperature", "text", "体温（℃）", "Temperature (°C)", required=False, most=5),
            Field("oxygen", "int", "血氧饱和度（％）", "Oxygen saturation (%)", required=False, least=40, most=100),
            Field("test", "choice", "核酸", "PCR", required=False, choices=TESTS),
            Field("note", "text", "说明", "Note", required=False),
            Field("next", "time", "下次记录不迟于", "Next record by", required=False, books="due"),
        ),
    ),
    Step("stay.moved", "换床", "moved to another bed", "notes", "", PLACE),
    Step("stay.recovering", "好转", "recovering", "advances", "recovering",
         (Field("note", "text", "说明", "Note", required=False),)),
    Step(
        "stay.releasable", "符合出院条件", "may be discharged", "advances", "releasable",
        (Field("ground", "text", "依据", "Ground", help_zh="天数、核酸结果，或医生姓名和理由",
               help_en="Days and tests, or the doctor's name and reason"),),
    ),
    Step(
        "stay.released", "出院", "discharged", "advances", "released",
        (
            Field("end", "choice", "去向", "Where to", choices=ENDS, books="value", default="home"),
            Field("homeward", "choice", "怎么回家", "Way home", choices=HOMEWARDS, default="vehicle"),
            Field("car", "unit", "车辆", "Vehicle", unit_kind="vehicle", required=False,
                  when=("homeward", ("vehicle",))),
            Field("committee", "text", "居委会接收人", "Received by (committee)", required=False, most=40),
        ),
    ),
)  # fmt: skip


def ready(facts: Facts) -> Sentence | None:
    """Nobody goes home who may not yet; to a hospital or elsewhere anybody may be moved by a new place."""
    if facts.stage != "releasable":
        return ("还没有登记“符合出院条件”", "It has not been said yet that they may be discharged")
    return None


ACTS = (
    Act("noted", "每日记录", "Daily record", "stay.noted", ability="stays"),
    Act("moved", "换床", "Move to another bed", "stay.moved", ability="stays", bulk=False),
    Act("recovering", "好转", "Recovering", "stay.recovering", ("open",), "stays"),
    Act("releasable", "符合出院条件", "May be discharged", "stay.releasable", ("open", "recovering"), "stays"),
    Act("released", "出院", "Discharge", "stay.released", ("releasable",), "stays", check=ready,
        confirm=("出院后床位转为待消毒。请核对人员。", "The bed is to be cleaned then. Check the person.")),
    Act("refused", "不愿出院", "Does not want to leave", "duty.refused", ability="stays", bulk=False),
    Act("deferred", "暂缓出院", "Defer", "duty.deferred", ability="stays"),
    Act("due", "限期", "Set a time limit", "duty.due", ability="stays"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="stays", bulk=False, closed=True),
    Act("returned", "退回前一步", "Return to an earlier stage", "duty.returned", ability="stays", bulk=False,
        closed=True),
    Act("excused", "登记有误", "Recorded in error", "duty.excused", ability="stays", bulk=False,
        confirm=("确认后这次住院即办结。", "The stay ends.")),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("phone", "电话", "Telephone", "phone"),
    Column("place", "地点", "Place", "place"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已住", "Stay so far", "waiting"),
    Column("due", "下次记录", "Next record", "due"),
    Column("bed", "床位", "Bed", "last.bed"),
    Column("symptoms", "症状", "Symptoms", "last.symptoms"),
    Column("test", "核酸", "PCR", "last.test"),
    Column("end", "去向", "Where to", "value"),
)

STAYS = Work(
    STAY, PROGRAMME, STEPS, ACTS, COLUMNS, secret=True,
    owners=dict.fromkeys(("open", "recovering", "releasable"), "facility"),
    needs=("dialysis", "pregnant", "bedridden"), words="stays", circumstances=CIRCUMSTANCES,
    play=Play(0, taken_min=2_880, done_min=10_080, fields={"ground": "连续两次核酸阴性"}),
    menu=Menu("在院", "Stays", "bed", "", 45),
    zh_help="收治之后的每一个人：每日记录、符合条件即出院，出院前一晚列入名单。",
    en_help="Everybody who was admitted: a record each day, discharge as soon as the rule allows.",
)  # fmt: skip
