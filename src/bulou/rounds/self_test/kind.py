"""The antigen self-test (抗原自检) of everybody of an area, and the recheck that a positive one is owed at once.

A self-test is owed like a swab, and is done by whatever report comes first: the resident's page, a volunteer's phone,
the desk. It never takes a swab's place. A test that shows nothing is no report: another one is owed.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.core_entries import DESK, STAFF, Parts
from bulou.ledger.effects import Authority, Entry, Key, Statement
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, FollowUpRule, Mark, Programme, Reason, Stage, Subject
from bulou.rounds.antigen import STANDING
from bulou.ui.room import Act, Column, Cover, Menu, Play, Whom, Work

#: The campaign of rechecks of all self-tests. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_111, "抗原阳性复核", "rechecks of positive self-tests")
HOUSE = frozenset({"system"})
#: Who may say what a laboratory found: no phone in a neighbourhood, since a case follows from it.
LABORATORY = DESK | {"laboratory"}
VALUES = (Choice("negative", "阴性", "negative"), Choice("positive", "阳性", "positive"))

SELF_TEST = DutyKind(
    71, "self_test", Subject.PERSON, "应自测", "self-test due",
    (Stage("open", "未报告", "not reported"), Stage("reported", "已报告", "reported")),
    took_part=1,
    values=("", *(one.name for one in VALUES)),
    goes_back=True,
    reasons=(
        Reason("no_kit", Mark.DEFERRED, "没有领到试剂", "has no test kit"),
        Reason("needs_help", Mark.DEFERRED, "不会自测，需上门帮助", "cannot do it alone, team to visit"),
        Reason("away", Mark.DEFERRED, "外出，稍后回", "away, back later"),
        Reason("refuses", Mark.REFUSED, "拒绝自测", "refuses"),
        Reason("in_hospital", Mark.EXCUSED, "住院", "in hospital"),
        Reason("in_facility", Mark.EXCUSED, "已在隔离点", "in an isolation facility"),
        Reason("moved_out", Mark.EXCUSED, "已搬离", "moved out"),
        Reason("medical_reason", Mark.EXCUSED, "因病不能自测", "cannot be tested for medical reasons"),
    ),
)  # fmt: skip

RECHECK = DutyKind(
    72, "recheck", Subject.PERSON, "应复核（抗原阳性）", "recheck due (positive self-test)",
    (
        Stage("open", "待单管采样", "to be sampled singly", within=120),
        Stage("sampled", "已采样，待结果", "sampled, awaiting the result", within=480),
        Stage("resulted", "已出结果", "result available"),
    ),
    took_part=1,
    values=("", *(one.name for one in VALUES)),
    goes_back=True,
    reasons=(
        Reason("nobody_in", Mark.DEFERRED, "无人应门，再次上门", "nobody answered, to be visited again"),
        Reason("refuses", Mark.REFUSED, "拒绝复核", "refuses"),
        Reason("report_withdrawn", Mark.EXCUSED, "抗原报告有误，已更正", "the report was an error and is corrected"),
        Reason("with_cases", Mark.EXCUSED, "已按阳性感染者处置", "is treated as a person testing positive already"),
    ),
)  # fmt: skip

#: Whose recheck is positive is owed what every person testing positive is.
POSITIVE = FollowUpRule(
    "recheck", 2, (), (2,), of="", kind="disposition", per_carrier=False, standing=("infection", "positive")
)


def tested(_entry: Entry, body: Any, key: Key) -> Parts:
    """The person stands by the test, as by one that was reported otherwise."""
    yield Statement(Subject.PERSON, key.subject, STANDING, body.value, authority=Authority.PLACE)


SELF_TESTS = Work(
    SELF_TEST, None,
    (
        Step(
            "self_test.reported", "自测结果", "self-test reported", "advances", "reported",
            (Field("value", "choice", "试剂显示", "What the test shows", choices=VALUES, books="value"),),
            extra=tested,
        ),
        Step(
            "self_test.noted", "按报告记为已自测", "noted by a report", "advances", "reported",
            (Field("value", "choice", "试剂显示", "What the test shows", choices=VALUES, books="value"),), roles=HOUSE,
        ),
    ),
    (
        Act("reported", "登记结果", "Record the result", "self_test.reported", ("open",), "words", phone=True),
        Act("deferred", "还没测", "Not tested yet", "duty.deferred", ability="words", phone=True),
        Act("refused", "拒绝自测", "Refuses", "duty.refused", ability="words", phone=True),
        Act("excused", "不必自测", "End with a reason", "duty.excused", ability="words", bulk=False, phone=True,
            confirm=("确认后这个人本次不再自测。", "The person owes no test this time any more.")),
        Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="words", bulk=False, closed=True),
        Act("returned", "结果有误，重测", "Wrong result, test again", "duty.returned", ability="words", bulk=False,
            closed=True),
        Act("due", "限期", "Set a time limit", "duty.due"),
    ),
    (
        Column("person", "人员", "Person", "subject"),
        Column("place", "地点", "Place", "place"),
        Column("door", "住户", "Door", "door"),
        Column("phone", "电话", "Telephone", "phone"),
        Column("stage", "当前", "Now at", "stage"),
        Column("value", "结果", "Result", "value"),
        Column("waiting", "已等", "Waiting", "waiting"),
        Column("due", "期限", "Limit", "due"),
    ),
    covered=True, owners={"open": "committee"}, words="words", phones=("volunteer",), where="door",
    cover=Cover(
        "开始抗原自检", "Begin a self-test day", "decide",
        whom=(
            Whom("all", "全部人员", "everybody"),
            Whom("closed", "封控区和管控区的人员", "people under lockdown or control",
                 levels=("zone.level", ("lockdown", "control"))),
        ),
    ),
    play=Play(0, taken_min=60, done_min=480, refused_share=0.005, fields={"value": "negative"}),
    menu=Menu("抗原自检", "Self-tests", "test-pipe", "j", 12),
    zh_help="每个人都要自测并报告；没报的看得到是谁，阳性的两小时内单管复核。",
    en_help="Everybody tests and reports; who has not is seen, and a positive one is sampled singly within two hours.",
)  # fmt: skip

RECHECKS = Work(
    RECHECK, PROGRAMME,
    (
        Step(
            "recheck.asked", "抗原阳性，需复核", "recheck asked for", "opens", many=True,
            call=("登记复核", "Ask for a recheck"), roles=STAFF,
            fields=(Field("why", "text", "依据", "Why", required=False),),
        ),
        Step(
            "recheck.sampled", "单管采样", "sampled singly", "advances", "sampled",
            (Field("tube", "text", "管号", "Tube", most=40, required=False),
             Field("by", "text", "采样人", "Sampled by", most=40, required=False)),
        ),
        Step(
            "recheck.resulted", "核酸结果", "PCR result", "advances", "resulted",
            (Field("value", "choice", "核酸结果", "PCR result", choices=VALUES, books="value"),
             Field("laboratory", "text", "检测机构", "Laboratory", most=60, required=False)), roles=LABORATORY,
        ),
    ),
    (
        Act("sampled", "已单管采样", "Sampled singly", "recheck.sampled", ("open",), "words", phone=True),
        Act("resulted", "登记核酸结果", "Record the PCR result", "recheck.resulted", ("sampled",), "results",
            bulk=False,
            confirm=("阳性将转入阳性人员处置和转运。", "A positive result leads to disposition and transfer.")),
        Act("given", "交给采样队", "Give to a team", "duty.given", ability="words"),
        Act("deferred", "没采成", "Not sampled", "duty.deferred", ability="words", phone=True),
        Act("refused", "拒绝复核", "Refuses", "duty.refused", ability="words", bulk=False, phone=True),
        Act("excused", "不必复核", "End with a reason", "duty.excused", bulk=False),
        Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
        Act("returned", "重新采样", "Sample again", "duty.returned", bulk=False, closed=True),
    ),
    (
        Column("person", "人员", "Person", "subject"),
        Column("place", "地点", "Place", "place"),
        Column("door", "住户", "Door", "door"),
        Column("phone", "电话", "Telephone", "phone"),
        Column("stage", "当前", "Now at", "stage"),
        Column("value", "结果", "Result", "value"),
        Column("waiting", "已等", "Waiting", "waiting"),
        Column("due", "期限", "Limit", "due"),
        Column("given", "交给", "Given to", "given"),
        Column("tube", "管号", "Tube", "last.tube", file=True),
    ),
    secret=True, owners={"open": "committee", "sampled": "laboratory"}, words="words", phones=("sampler",),
    where="door",
    play=Play(0, taken_min=60, done_min=300, fields={}),
    menu=Menu("自测复核", "Rechecks", "alert-triangle", "y", 13),
    zh_help="抗原自测阳性的人，先不出门，由采样队上门单管采样复核。",
    en_help="Whoever tests positive at home stays in, and a team comes to take a single sample.",
)  # fmt: skip
