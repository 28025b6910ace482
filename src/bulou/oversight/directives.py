"""Directives (督办): what a meeting or an order tells an area to do, received, carried out, and checked by others."""

from __future__ import annotations

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Facts, Menu, Sentence, Work

PROGRAMME = Programme(1_000_091, "督办", "directives")
#: Minutes in which a directive is to be received, and in which a report of it is to be checked; house rules.
RECEIPT, CHECK = 120, 1440

SOURCES = (
    Choice("meeting", "会议精神", "meeting"),
    Choice("order", "上级指令", "order"),
    Choice("inspection", "督查发现", "inspection"),
    Choice("residents", "居民反映", "residents"),
    Choice("other", "其他", "other"),
)

DIRECTIVE = DutyKind(
    91, "directive", Subject.AREA, "应办督办", "directive to be carried out",
    (
        Stage("issued", "待签收", "to be received", within=RECEIPT),
        Stage("received", "已签收，办理中", "received, under way"),
        Stage("reported", "已报办结，待核查", "reported as done, to be checked", within=CHECK),
        Stage("checked", "已核查办结", "checked and done", not_by="reported"),
    ),
    took_part=1,
    goes_back=True,
    reasons=(
        Reason("not_ours", Mark.REFUSED, "不属本单位职责", "not ours to do"),
        Reason("cannot", Mark.REFUSED, "条件不具备", "cannot be done as it stands"),
        Reason("needs_others", Mark.DEFERRED, "需其他部门配合", "others have to help"),
        Reason("resources", Mark.DEFERRED, "等待人员或物资", "people or goods are on the way"),
        Reason("withdrawn", Mark.EXCUSED, "已撤回", "withdrawn"),
        Reason("replaced", Mark.EXCUSED, "由新的督办代替", "replaced by a later one"),
    ),
)  # fmt: skip

STEPS = (
    Step(
        "directive.opened", "交办", "directive issued", "opens", many=True, call=("交办督办事项", "Issue a directive"),
        fields=(
            Field("source", "choice", "来源", "Where from", choices=SOURCES),
            Field("paper", "text", "会议或文件", "Meeting or document", most=80, required=False,
                  help_zh="例：4月3日区防控例会；文号", help_en="Such as the district's meeting of 3 April"),
            Field("what", "long", "要办什么", "What is to be done", most=1000,
                  help_zh="写清标准：办到什么程度算办结；不写姓名",
                  help_en="Say when it counts as done; no names"),
            Field("owner", "text", "责任岗位或单位", "Who carries it out", most=60),
            Field("due", "time", "办结期限", "To be done by", books="due"),
        ),
    ),
    Step("directive.received", "签收", "received", "advances", "received",
         (Field("by", "text", "签收人", "Received by", most=40),
          Field("plan", "long", "怎么办", "How it will be done", most=500, required=False))),
    Step("directive.noted", "报进展", "progress", "notes",
         fields=(Field("progress", "long", "进展", "Progress", most=500),)),
    Step("directive.reported", "报办结", "reported as done", "advances", "reported",
         (Field("how", "long", "办理结果", "What was done", most=1000),
          Field("by", "text", "报告人", "Reported by", most=40))),
    Step("directive.checked", "核查办结", "checked and done", "advances", "checked",
         (Field("note", "text", "核查看到什么", "What was seen"),)),
    Step("directive.rejected", "退回重办", "sent back", "returns", "received",
         (Field("why", "text", "哪里没有办到位", "What is not done"),
          Field("due", "time", "重新限期", "New time limit", required=False, books="due"))),
)  # fmt: skip


def others_eyes(facts: Facts) -> Sentence | None:
    """Whoever reported does not send his own report back: he writes what is new."""
    if facts.doers.get("reported") == facts.actor:
        return ("须由另一人核查", "Somebody else must check it")
    return None


ACTS = (
    Act("received", "签收", "Receive", "directive.received", ("issued",), "decide"),
    Act("noted", "报进展", "Report progress", "directive.noted", ("received",), "decide", bulk=False),
    Act("reported", "报办结", "Report as done", "directive.reported", ("received",), "decide", bulk=False),
    Act("checked", "核查办结", "Checked, done", "directive.checked", ("reported",), "direct", bulk=False),
    Act("rejected", "退回重办", "Send back", "directive.rejected", ("reported", "checked"), "direct", bulk=False,
        closed=True, check=others_eyes),
    Act("due", "改期限", "Change the time limit", "duty.due", ability="direct"),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="direct"),
    Act("refused", "提出异议", "Object", "duty.refused", ability="decide", bulk=False),
    Act("excused", "撤回", "Withdraw", "duty.excused", ability="direct", bulk=False,
        confirm=("确认后不再催办。", "Nobody is reminded of it any more.")),
)  # fmt: skip

COLUMNS = (
    Column("area", "承办", "Addressee", "subject"),
    Column("source", "来源", "From", "opened.source"),
    Column("paper", "会议或文件", "Document", "opened.paper"),
    Column("what", "要办什么", "What", "opened.what"),
    Column("owner", "责任", "Owner", "opened.owner"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("progress", "进展", "Progress", "last.progress"),
    Column("how", "办理结果", "Result", "last.how"),
)

DIRECTIVES = Work(
    DIRECTIVE, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"issued": "street", "received": "street", "reported": "command"}, sees="now", words="decide",
    opens="direct", menu=Menu("督办", "Directives", "flag", "", 61),
    zh_help="交办、签收、办理、核查；报办结的人不能自己核查。",
    en_help="Issued, received, carried out, checked; whoever reports it done does not check it.",
)  # fmt: skip
