"""What inspectors find wrong (问题整改): on an area, with how grave it is, who puts it right, until when.

Whoever answered does not see it again himself: an answer that does not hold goes back.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Facts, Menu, Play, Sentence, Work

#: The campaign of what is found at any time. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_041, "督查整改", "inspection and rectification")

SEVERITIES = (
    Choice("minor", "一般", "minor"),
    Choice("serious", "较重", "serious"),
    Choice("grave", "重大隐患", "grave"),
)
#: Minutes until it is to be put right; house rule.
WITHIN = {"minor": 3 * 1440, "serious": 1440, "grave": 240}
TOPICS = (
    Choice("crowding", "人员聚集", "crowding"),
    Choice("gate", "卡口管理", "control at the gate"),
    Choice("sampling", "采样操作", "sampling"),
    Choice("protection", "个人防护", "own protection"),
    Choice("disinfection", "消毒、垃圾", "disinfection, waste"),
    Choice("supplies", "物资发放", "supplies"),
    Choice("care", "居民关照", "care for residents"),
    Choice("shop", "营业场所", "shops"),
    Choice("other", "其他", "other"),
)
#: What may be said to those who are answerable, mild first.
MEASURES = (
    Choice("talk", "约谈提醒", "talk"),
    Choice("criticism", "批评教育", "criticism and education"),
    Choice("circular", "通报批评", "criticism in a circular"),
)

FINDING = DutyKind(
    41, "finding", Subject.AREA, "应改", "finding to be put right",
    (
        Stage("open", "待整改", "to be put right"),
        Stage("answered", "已整改，待复查", "answered, to be seen again", within=1440),
        Stage("seen", "复查合格", "seen and in order", not_by="answered"),
    ),
    took_part=1,
    variants=("", *(choice.name for choice in SEVERITIES)),
    goes_back=True,
    reasons=(
        Reason("contested", Mark.REFUSED, "不认可", "contested"),
        Reason("needs_others", Mark.DEFERRED, "需上级或其他部门配合", "others have to help"),
        Reason("works_ordered", Mark.DEFERRED, "已安排施工", "works are ordered"),
        Reason("mistaken", Mark.EXCUSED, "不属实", "not so"),
        Reason("found_twice", Mark.EXCUSED, "重复登记", "recorded twice"),
        Reason("place_closed", Mark.EXCUSED, "场所已关停", "the place was closed"),
    ),
)  # fmt: skip

#: Taken where it is seen; at the desk they are added on the sheet.
PHOTOS = Field(
    "photos", "photo", "照片", "Photos", required=False, most=6,
    help_zh="拍现场，不拍人脸；没有网络也可以拍，有网络时自动上传",
    help_en="Of the place, no faces; also without a network, they are sent when there is one",
)  # fmt: skip
STEPS = (
    Step(
        "finding.opened", "登记问题", "finding recorded", "opens", many=True, within=WITHIN,
        call=("登记问题", "Record a finding"),
        fields=(
            Field("topic", "choice", "哪方面", "About what", choices=TOPICS),
            Field("severity", "choice", "程度", "How grave", choices=SEVERITIES, books="variant"),
            Field("what", "long", "看到什么", "What was seen", most=500,
                  help_zh="具体位置、时间、几个人；不写姓名", help_en="Where exactly, when, how many; no names"),
            Field("where", "text", "具体位置", "Where exactly", most=80, required=False,
                  help_zh="例：东门卡口、快递架", help_en="Such as the east gate"),
            Field("unit", "unit", "涉及哪个单位", "Which unit", required=False,
                  help_zh="登记册里的采样点、商铺、卡口等；输入名称或编码，没有可不填",
                  help_en="A site, shop, gate ... of the register, by name or code; may be left empty"),
            Field("owner", "text", "责任人或单位", "Who puts it right", most=60),
            Field("due", "time", "整改期限", "To be put right by", required=False, books="due",
                  help_zh="不填则按程度的时限", help_en="Left empty, the time of its gravity counts"),
            PHOTOS,
        ),
    ),
    Step("finding.answered", "整改答复", "answered", "advances", "answered",
         (Field("how", "long", "怎么整改的", "What was done", most=500),
          Field("by", "text", "答复人", "Who answers", most=40))),
    Step("finding.seen", "复查合格", "seen and in order", "advances", "seen",
         (Field("note", "text", "复查看到什么", "What was seen"), PHOTOS)),
    Step("finding.rejected", "复查不合格", "does not hold", "returns", "open",
         (Field("why", "text", "哪里不合格", "What does not hold"),
          Field("due", "time", "重新限期", "New time limit", required=False, books="due"), PHOTOS)),
    Step("finding.criticised", "批评教育", "criticism and education", "notes",
         fields=(Field("measure", "choice", "方式", "Measure", choices=MEASURES),
                 Field("whom", "text", "对谁", "Of whom", most=60,
                       help_zh="岗位或单位，不写姓名", help_en="A post or a unit; no names"),
                 Field("for_what", "long", "因为什么，要求什么", "For what, and what is asked", most=500))),
    Step("finding.replied", "申辩", "reply to criticism", "notes",
         fields=(Field("reply", "long", "被批评方怎么说", "What they say to it", most=1000),
                 Field("replier", "text", "谁提出", "Who says so", most=60,
                       help_zh="岗位或单位", help_en="A post or a unit"))),
)  # fmt: skip


def others_eyes(facts: Facts) -> Sentence | None:
    """Whoever answered does not say that his own answer does not hold either: he takes it back."""
    if facts.doers.get("answered") == facts.actor:
        return ("须由另一人复查", "Somebody else must see it again")
    return None


ACTS = (
    Act("answered", "整改答复", "Answer", "finding.answered", ("open",), "decide"),
    Act("seen", "复查合格", "Seen, in order", "finding.seen", ("answered",), "inspect", bulk=False, phone=True),
    Act("rejected", "复查不合格", "Does not hold", "finding.rejected", ("answered", "seen"), "inspect", bulk=False,
        closed=True, phone=True, check=others_eyes),
    Act("criticised", "批评教育", "Criticise", "finding.criticised", ability="inspect", bulk=False, closed=True),
    Act("replied", "申辩", "Reply to criticism", "finding.replied", ability="decide", bulk=False, closed=True),
    Act("given", "交给谁整改", "Give to", "duty.given", ability="inspect"),
    Act("due", "改期限", "Change the time limit", "duty.due", ability="inspect"),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="inspect"),
    Act("refused", "不认可", "Contest", "duty.refused", ability="decide", bulk=False),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="inspect", bulk=False, closed=True),
    Act(
        "excused", "不属实或重复", "End with a reason", "duty.excused", ability="inspect", bulk=False,
        confirm=("确认后不再催办。", "Nobody is reminded of it any more."),
    ),
)  # fmt: skip

COLUMNS = (
    Column("area", "地点", "Place", "subject"),
    Column("where", "具体位置", "Where", "opened.where"),
    Column("unit", "单位", "Unit", "opened.unit"),
    Column("topic", "哪方面", "About", "opened.topic"),
    Column("severity", "程度", "Gravity", "variant"),
    Column("what", "问题", "What", "opened.what"),
    Column("owner", "责任", "Owner", "opened.owner"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("how", "整改", "Answer", "last.how"),
    Column("given", "交给", "Given to", "given", file=True),
)


def repeated(request: Any, area: int) -> str:
    """Draw what was found again and again, above the list."""
    from bulou.oversight import panels  # its tables are there only when Django is

    return panels.repeated(request, area)


FINDINGS = Work(
    FINDING, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"open": "committee", "answered": "inspector"}, dangers=("grave",),
    danger=("重大隐患", "Grave"), sees="now", words="inspect", opens="inspect",
    phones=("inspector",), where="area",
    play=Play(
        2, taken_min=90, done_min=300,
        fields={
            "topic": [choice.name for choice in TOPICS], "severity": [choice.name for choice in SEVERITIES],
            "what": "现场与要求不符", "owner": "居委会",
        },
    ),
    menu=Menu("问题整改", "Findings", "checklist", "i", 60),
    zh_help="每个问题都有人整改、有期限，并由另一人复查。",
    en_help="Each finding has an owner and a time limit, and is seen again by somebody else.",
    above=repeated,
)  # fmt: skip
