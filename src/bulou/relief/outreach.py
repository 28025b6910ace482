"""Calls to households that nobody has heard of (主动问需): long closed, elderly alone, with something open for long.

Whoever calls reads the script, says whom he reached and what is needed; what is needed is recorded as a request.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Menu, Work

#: Calls belong to no round: a campaign that is always open.
PROGRAMME = Programme(1_000_035, "主动问需", "calls to households")

OUTREACH = DutyKind(
    35, "outreach", Subject.HOUSEHOLD, "应问", "call owed",
    (Stage("open", "待联系", "to be called", within=1440), Stage("reached", "已联系上", "reached")),
    took_part=1,
    variants=("", "long_closed", "elderly_alone", "long_open", "other"),
    values=("", "well", "needs", "unwell"),
    goes_back=True,
    reasons=(
        Reason("no_answer", Mark.DEFERRED, "无人接听", "no answer"),
        Reason("calls_later", Mark.DEFERRED, "约定再联系", "a later call was agreed"),
        Reason("no_talk", Mark.REFUSED, "不愿交谈", "does not want to talk"),
        Reason("flat_empty", Mark.EXCUSED, "无人居住", "nobody lives here"),
    ),
)  # fmt: skip

WHY = (
    Choice("long_closed", "封控时间长", "closed for long"),
    Choice("elderly_alone", "高龄独居，需要问候", "elderly and alone, to be asked after"),
    Choice("long_open", "求助久未办结", "a request is open for long"),
    Choice("other", "其他原因", "another reason"),
)
OUTCOMES = (
    Choice("well", "都好，没有需要", "well, nothing is needed"),
    Choice("needs", "有需要，另登记求助", "needs something: a request is recorded"),
    Choice("unwell", "身体或情绪不好，另登记求助", "unwell or low: a request is recorded"),
)

STEPS = (
    Step(
        "outreach.opened", "列入问需名单", "put on the list of calls", "opens",
        call=("列入问需名单", "Put on the list of calls"),
        fields=(
            Field("why", "choice", "列入的依据", "Why this household", choices=WHY, books="variant"),
            Field("note", "text", "要特别问什么", "What to ask in particular", required=False, most=200),
        ),
    ),
    Step(
        "outreach.reached", "已联系上", "reached", "advances", "reached",
        (
            Field("outcome", "choice", "情况", "How they are", choices=OUTCOMES, books="value",
                  help_zh="您好，这里是居委会。家里人都好吗？吃的、药、看病有没有困难？老人孩子怎么样？我们怎么联系您最方便？",
                  help_en="Hello, this is the neighbourhood committee. Is everybody well? Is there enough food and"
                          " medicine, does anybody need a doctor? How are the old and the children? How can we best"
                          " reach you?"),
            Field("spoke", "text", "同谁通话", "Whom you spoke with", most=40, personal=True),
            Field("said", "long", "说了什么", "What was said", required=False, most=500),
        ),
    ),
    Step(
        "outreach.again", "再联系一次", "to be called again", "returns", "open",
        (Field("reason", "text", "原因", "Reason"),),
    ),
)  # fmt: skip

ACTS = (
    Act("reached", "已联系上", "Reached", "outreach.reached", ("open",), bulk=False),
    Act("deferred", "没联系上", "Not reached", "duty.deferred"),
    Act("refused", "不愿交谈", "Does not want to talk", "duty.refused", bulk=False),
    Act("given", "交给谁办", "Give to", "duty.given"),
    Act("due", "限期", "Set a time limit", "duty.due"),
    Act("again", "再联系一次", "Call again", "outreach.again", ("reached",), bulk=False, closed=True),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act("excused", "不用联系", "End with a reason", "duty.excused", bulk=False,
        confirm=("确认后不再联系这一户。", "This household is not called any more.")),
)  # fmt: skip

COLUMNS = (
    Column("household", "住户", "Household", "subject"),
    Column("why", "列入的依据", "Why this household", "variant"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door"),
    Column("stage", "当前", "Now at", "stage"),
    Column("outcome", "情况", "How they are", "value"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("given", "交给", "Given to", "given"),
)


def proposed(request: Any, area: int) -> str:
    """Draw whom to call first, above the list."""
    from bulou.relief.calls import proposed  # its statements are there only when Django is

    return proposed.panel(request, area)


CALLS = Work(
    OUTREACH, PROGRAMME, STEPS, ACTS, COLUMNS, owners={"open": "request"}, words="decide",
    menu=Menu("主动问需", "Calls to households", "phone", "", 51),
    zh_help="封控时间长、高龄独居的住户，每天主动打电话问一问；问到有需要的，登记求助。",
    en_help="Households that are closed for long or elderly and alone are called; what they need becomes a request.",
    above=proposed,
)  # fmt: skip
