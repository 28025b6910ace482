"""The words of a screening round: its duties and their stages, what carries what, what follows from a result."""

from __future__ import annotations

from bulou.ledger.vocabulary import CarrierRule, DutyKind, FollowUpRule, Mark, Reason, Stage, Subject

#: What a round of a kind owes first: the duty whose coverage its board shows.
MAIN_DUTY = {"pcr": "swab"}
POOLED, SINGLE, HOUSEHOLD = 1, 2, 3
MODES = {"pooled": POOLED, "single": SINGLE, "household": HOUSEHOLD}
NEGATIVE, POSITIVE, INVALID = 1, 2, 3
VALUES = {"negative": NEGATIVE, "positive": POSITIVE, "invalid": INVALID}

OPEN, CALLED, SAMPLED, RECEIVED, HELD, RESULTED = range(6)
SEALED, BOXED, HANDED, TUBE_RECEIVED, TUBE_RESULTED = range(1, 6)
PACKED, BOX_HANDED, BOX_RECEIVED = range(1, 4)

SWAB_STAGES = (
    Stage("open", "待通知", "to be called"),
    Stage("called", "已通知", "called", within=60),
    Stage("sampled", "已采样", "sampled", within=360),
    Stage("received", "实验室已收", "at the laboratory", within=360),
    Stage("held", "混管异常待复核", "pool abnormal, awaiting individual retest", within=120),
    Stage("resulted", "已出结果", "result available"),
)
#: Of the second swab of a pool's people. Two hours are allowed from the abnormal result to that swab, called or not:
#: a call neither ends the wait nor begins it anew.
RETEST_STAGES = (
    Stage("open", "待通知", "open", within=120),
    Stage("called", "已通知", "called"),
    *SWAB_STAGES[SAMPLED:],
)

REASONS = (
    Reason("away", Mark.DEFERRED, "外出，稍后回", "away, back later"),
    Reason("team_needed", Mark.DEFERRED, "行动不便，待上门采样", "cannot come down, team to visit"),
    Reason("asleep_or_silent", Mark.DEFERRED, "无人应门", "no answer"),
    Reason("pool_pending", Mark.DEFERRED, "混管复核中", "pool being retested"),
    Reason("maybe_listed", Mark.DEFERRED, "疑似与名单重复, 待核实", "may be on the list already, to be verified"),
    Reason("refuses", Mark.REFUSED, "拒绝采样", "refuses"),
    Reason("in_hospital", Mark.EXCUSED, "住院", "in hospital"),
    Reason("in_facility", Mark.EXCUSED, "已在隔离点", "in an isolation facility"),
    Reason("moved_out", Mark.EXCUSED, "已搬离", "moved out"),
    Reason("not_known_here", Mark.EXCUSED, "查无此人", "not known here"),
    Reason("deceased", Mark.EXCUSED, "已故", "deceased"),
    Reason("sampled_elsewhere", Mark.EXCUSED, "已在别处采样", "sampled elsewhere, proof seen"),
    Reason("medical_reason", Mark.EXCUSED, "因病不能采样", "cannot be sampled for medical reasons"),
    Reason("same_person", Mark.EXCUSED, "与另一记录为同一人", "same person as another record", names_person=True),
)

#: Reasons with which a round may be closed over open duties.
CLOSING_REASONS = {
    "next_round": ("转入下一轮优先", "first in the next round"),
    "visit_ordered": ("已安排上门核实", "verification visit ordered"),
    "order_of_command": ("指挥部决定", "by order of the district command"),
}

DUTIES = (
    DutyKind(1, "swab", Subject.PERSON, "应检", "swab due", SWAB_STAGES, SAMPLED, REASONS),
    DutyKind(
        2, "tube", Subject.TUBE, "采样管", "tube",
        (
            Stage("open", "待封管", "to be sealed"),
            Stage("sealed", "已封管", "sealed", within=120),
            Stage("boxed", "已装箱", "boxed", within=120),
            Stage("handed", "转运中", "in transit", within=120),
            Stage("received", "实验室已收", "at the laboratory", within=360),
            Stage("resulted", "已出结果", "result available"),
        ),
        took_part=1,
        variants=("", *MODES),
        values=("", *VALUES),
        travels=True,
        gravest=(POSITIVE, INVALID, NEGATIVE),
        reasons=(Reason("destroyed", Mark.EXCUSED, "破损或遗失", "broken or lost"),),
    ),
    DutyKind(
        3, "box", Subject.BOX, "转运箱", "box",
        (
            Stage("open", "待装箱", "to be packed"),
            Stage("packed", "已装箱", "packed", within=120),
            Stage("handed", "转运中", "in transit", within=120),
            Stage("received", "实验室已收", "at the laboratory"),
        ),
        took_part=1,
        travels=True,
    ),
    DutyKind(4, "retest", Subject.PERSON, "应复核", "individual retest due", RETEST_STAGES, SAMPLED, REASONS),
)  # fmt: skip

CARRIAGES = (
    CarrierRule("box", BOX_HANDED, "tube", HANDED),
    CarrierRule("box", BOX_RECEIVED, "tube", TUBE_RECEIVED),
    *(
        carriage
        for kind in ("swab", "retest")
        for carriage in (
            CarrierRule("tube", TUBE_RECEIVED, kind, RECEIVED),
            CarrierRule("tube", TUBE_RESULTED, kind, HELD, (POOLED, HOUSEHOLD), (POSITIVE,)),
            CarrierRule("tube", TUBE_RESULTED, kind, RESULTED, (), (NEGATIVE,)),
            CarrierRule("tube", TUBE_RESULTED, kind, RESULTED, (SINGLE,), (POSITIVE,)),
        )
    ),
)

CONSEQUENCES = (
    FollowUpRule("tube", TUBE_RESULTED, (POOLED, HOUSEHOLD), (POSITIVE,), of="swab", kind="retest", per_carrier=True),
    FollowUpRule("tube", TUBE_RESULTED, (), (INVALID,), of="swab", kind="retest", per_carrier=True),
)
