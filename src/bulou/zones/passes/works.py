"""Passes and emergencies at gates as work: steps, forms, acts, columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bulou.ledger.core_entries import STAFF, check_until
from bulou.ledger.effects import Entry, Key, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Authority, Subject
from bulou.ui.follow import Follow
from bulou.ui.room import Act, Column, Facts, Play, Sentence, Work
from bulou.zones.passes.vocabulary import (
    CAUSES,
    ENDED,
    GRANTED,
    LET_OUT,
    LET_OUT_WITHIN,
    PASS,
    PROGRAMME,
    REVOKED,
    SORTS,
    STANDING,
    TURNED_DOWN,
)

#: Residents as well, on their own page.
ASKERS = STAFF | {"resident"}
RESULTS = (Choice(GRANTED, "准予通行", "granted"), Choice(TURNED_DOWN, "不予通行", "turned down"))
HOWS = (Choice(REVOKED, "撤销，立即失效", "revoked at once"), Choice(ENDED, "提前结束", "ended early"))
WAYS = (Choice("out", "出", "out"), Choice("in", "进", "in"))


def standing(entry: Entry, body: Any, key: Key) -> Iterator[Statement]:
    """What was decided, as a standing of the household that ends by itself.

    Raises:
        Refused: 103, the pass ends before it begins or before the decision, or no reader could take its times.
    """
    value = getattr(body, "result", None) or body.how
    starts, ends = getattr(body, "starts", None), getattr(body, "ends", None)
    for at in (starts, ends):
        check_until(at)
    if ends is not None and ends <= (starts or entry.at):
        raise Refused(103, "ends", str(ends))
    yield Statement(
        Subject.HOUSEHOLD, key.subject, f"{STANDING}.{key.occasion}", value, ends, Authority.PLACE
    )  # fmt: skip


GRANT = ("result", (GRANTED,))
STEPS = (
    Step(
        "pass.asked", "申请通行证", "pass asked for", "opens", many=True, call=("申请通行证", "Ask for a pass"),
        roles=ASKERS,
        within={sort.name: sort.minutes for sort in SORTS},
        fields=(
            Field("sort", "choice", "事由", "What for", books="variant",
                  choices=tuple(Choice(sort.name, sort.zh, sort.en) for sort in SORTS)),
            Field("who", "text", "谁出门", "Who goes out", most=40, personal=True),
            Field("why", "long", "去哪里，做什么", "Where to, and why", most=300, personal=True,
                  help_zh="医院和就诊时间，单位名称", help_en="Hospital and time, name of the workplace"),
            Field("starts", "time", "希望从何时", "From when", required=False),
            Field("ends", "time", "希望到何时", "Until when", required=False),
            Field("due", "time", "最晚何时答复", "To be decided by", required=False, books="due",
                  help_zh="不填则按事由的时限", help_en="Left empty, the time of its kind counts"),
        ),
    ),
    Step(
        "pass.decided", "审批", "decided", "advances", "decided",
        (
            Field("result", "choice", "决定", "Decision", choices=RESULTS, books="value"),
            Field("reason", "text", "理由", "Reason",
                  help_zh="写给申请人看：依据、条件", help_en="Written for the asker: grounds, conditions"),
            Field("starts", "time", "从何时起", "Valid from", required=False, when=GRANT,
                  help_zh="不填则立即生效", help_en="Left empty: at once"),
            Field("ends", "time", "到何时止", "Valid until", when=GRANT,
                  help_zh="到时自动失效", help_en="It ends by itself then"),
            Field("uses", "int", "可出门次数", "How many times out", required=False, most=100, when=GRANT,
                  help_zh="不填则按事由的惯例，0为不限", help_en="Left empty, as usual for its kind; 0: no limit"),
        ),
        extra=standing,
    ),
    Step(
        "pass.revoked", "撤销通行证", "pass revoked", "advances", "decided",
        (Field("how", "choice", "怎样结束", "How it ends", choices=HOWS, books="value"),
         Field("reason", "text", "理由", "Reason")),
        extra=standing,
    ),
    Step(
        "pass.contested", "提出异议", "contested", "returns", "contested",
        (Field("why", "text", "本人怎么说", "What the asker says", personal=True),),
        roles=ASKERS,
    ),
    Step(
        "pass.passed", "卡口出入", "passed the gate", "notes", "",
        (Field("way", "choice", "方向", "Which way", choices=WAYS),
         Field("gate", "unit", "卡口", "Gate", required=False, unit_kind="gate")),
    ),
)  # fmt: skip

LET_OUT_STEPS = (
    Step(
        "gate.let_out", "紧急放行", "let out in an emergency", "opens", many=True,
        call=("紧急放行", "Emergency: let out"), within={cause.name: LET_OUT_WITHIN for cause in CAUSES},
        fields=(
            Field("cause", "choice", "什么紧急情况", "Which emergency", books="variant",
                  choices=tuple(Choice(cause.name, cause.zh, cause.en) for cause in CAUSES)),
            Field("people", "int", "几个人", "How many people", required=False, least=1, most=50),
            Field("where", "text", "去向、说明", "Where to, note", most=80, required=False,
                  help_zh="不写姓名", help_en="No names"),
            Field("due", "time", "何时前跟进", "To be followed up by", required=False, books="due"),
        ),
    ),
    Step("gate.followed", "跟进", "followed up", "advances", "followed",
         (Field("what", "text", "现在怎样", "How it stands", help_zh="已送医、已返回、由谁接手",
                help_en="Taken to hospital, back home, who has taken over"),)),
)  # fmt: skip


def others_eyes(facts: Facts) -> Sentence | None:
    """Whoever decided does not decide again on the objection to it."""
    if facts.stage == "contested" and facts.doers.get("decided") == facts.actor:
        return ("对您的决定有异议：须由另一人复核", "Your own decision is contested: somebody else must decide")
    return None


def is_granted(facts: Facts) -> Sentence | None:
    """Only what holds can be taken away, and only it leads through a gate."""
    if facts.stage != "decided" or facts.value != GRANTED:
        return ("这张通行证没有生效", "This pass does not hold")
    return None


def against_asker(facts: Facts) -> Sentence | None:
    """What was granted and holds needs no objection."""
    if facts.stage == "decided" and facts.value == GRANTED:
        return ("已准予通行；要改时间请先撤销", "It was granted; to change its time revoke it first")
    return None


ACTS = (
    Act("decided", "审批", "Decide", "pass.decided", ("asked", "contested"), "passes", check=others_eyes),
    Act(
        "revoked", "撤销通行证", "Revoke", "pass.revoked", ("decided",), "passes", closed=True, check=is_granted,
        confirm=("各卡口手机更新名单后不再放行；已出门的照常可以返回。",
                 "Gates let nobody out on it once their phones have the new list; who is out may come back."),
    ),
    Act("contested", "提出异议", "Contest", "pass.contested", ("decided",), "passes", bulk=False, closed=True,
        check=against_asker),
    Act("passed", "登记出入", "Record a passage", "pass.passed", ("decided",), "passes", bulk=False, closed=True,
        check=is_granted),
    Act("deferred", "暂缓", "Defer", "duty.deferred", ability="passes"),
    Act("due", "限期", "Set a time limit", "duty.due", ability="passes"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="passes", bulk=False, closed=True),
    Act("excused", "撤回或重复", "End with a reason", "duty.excused", ability="passes", bulk=False,
        confirm=("确认后不再审批。", "Nobody decides on it any more.")),
)  # fmt: skip

COLUMNS = (
    Column("household", "住户", "Household", "subject"),
    Column("sort", "事由", "What for", "variant"),
    Column("who", "谁出门", "Who goes out", "opened.who"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door", file=True),
    Column("stage", "当前", "Now at", "stage"),
    Column("result", "决定", "Decision", "value"),
    Column("ends", "到何时止", "Valid until", "last.ends"),
    Column("reason", "理由", "Reason", "last.reason"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
)

PASSES = Work(
    PASS, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"asked": "committee", "contested": "street"}, sees="people", words="passes",
    phones=("volunteer",), where="door",
    follow=Follow(
        "freed", "解封区域 {n} 张通行证不再需要", "{n} passes of freed areas that nobody needs any more",
        acts={
            "decided": ("revoked", {"how": ENDED, "reason": "所在区域已解除管控，不需通行证"}),
            "asked": ("excused", {"reason": "not_needed", "evidence": "已公布的名单"}),
            "contested": ("excused", {"reason": "not_needed", "evidence": "已公布的名单"}),
        },
        value=GRANTED, until="ends",
    ),
    play=Play(
        4, taken_min=20, done_min=45, late_share=0.1,
        fields={"sort": [sort.name for sort in SORTS], "who": "住户本人", "why": "去医院复诊",
                "result": [GRANTED, GRANTED, GRANTED, TURNED_DOWN], "reason": "材料齐全", "ends": "+12h"},
    ),
    zh_help="申请、审批、撤销和异议都在这里；到期自动失效。有效的通行证和卡口出入见“通行证”页。",
    en_help="Asked for, decided, revoked, contested; a pass ends by itself. Those that hold are on the page Passes.",
)  # fmt: skip

LET_OUT_COLUMNS = (
    Column("area", "区域", "Area", "subject"),
    Column("cause", "紧急情况", "Emergency", "variant"),
    Column("people", "人数", "People", "opened.people"),
    Column("where", "去向、说明", "Where to, note", "opened.where"),
    Column("place", "地点", "Place", "place"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("what", "现在怎样", "How it stands", "last.what"),
)

LET_OUTS = Work(
    LET_OUT, PROGRAMME, LET_OUT_STEPS, (
        Act("followed", "登记跟进", "Followed up", "gate.followed", ("open",), "decide", phone=True),
        Act("given", "交给谁跟进", "Give to", "duty.given"),
        Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
        Act("excused", "误按或重复", "End with a reason", "duty.excused", bulk=False,
            confirm=("确认后不再跟进。", "Nobody follows it up any more.")),
    ),
    LET_OUT_COLUMNS, owners={"open": "committee"}, dangers=tuple(cause.name for cause in CAUSES),
    danger=("紧急放行", "Emergency"), sees="now", words="decide", phones=("gate",), where="area",
    play=Play(
        0.3, taken_min=10, done_min=60,
        fields={"cause": [cause.name for cause in CAUSES], "people": 2, "where": "医院急诊",
                "what": "已送医，家属陪同"},
    ),
    zh_help="门岗遇急先放行，不看通行证；这里跟进每一次放行，直到有人说清现在怎样。",
    en_help="In an emergency the gate lets people out without a pass; each is followed up here.",
)  # fmt: skip
