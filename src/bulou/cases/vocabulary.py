"""The words of cases: what is owed to a person who tests positive until discharge, and to contacts until release."""

from __future__ import annotations

from bulou.ledger.core_entries import STAFF
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import DutyKind, FollowUpRule, Mark, Reason, Stage, StandingKind, Subject

#: Codes of the result books of a carrier, as the laboratories' room declares them; only the ledger's terms are shared.
RESULTED, SINGLE, POSITIVE = 5, 2, 2
#: Standings of a person: tested positive, as long as the result stands; has symptoms, by whoever saw it.
INFECTION, SYMPTOMS = ("infection", "positive"), ("symptoms", "yes")

#: Where somebody is to be cared for: values of the duty. The first one is none decided yet; codes are stored.
DESTINATIONS = ("", "facility", "hospital", "home", "none")

DUTIES = (
    DutyKind(
        5, "disposition", Subject.PERSON, "应转", "transfer due",
        (
            Stage("open", "待告知", "to be told", within=120),
            Stage("told", "已告知", "told", within=120),
            Stage("placed", "已定去处", "place arranged", within=240),
            Stage("collected", "已上车", "picked up", within=120),
            Stage("admitted", "已收治", "admitted"),
        ),
        took_part=3,
        values=DESTINATIONS,
        goes_back=True,
        reasons=(
            Reason("transport_refused", Mark.REFUSED, "拒绝转运", "refuses transport"),
            Reason("contested", Mark.REFUSED, "对结果有异议, 待复检", "contests the result, second test awaited"),
            Reason("doctor_asked", Mark.DEFERRED, "待医生评估", "a doctor's assessment awaited"),
            Reason("family_waits", Mark.DEFERRED, "等待与家人同行", "waits to move with the family"),
            Reason("home_isolation", Mark.EXCUSED, "按规则居家隔离", "isolates at home under the rule"),
            Reason("past_infection", Mark.EXCUSED, "既往感染，专家组认定", "past infection, decided by experts"),
        ),
    ),
)  # fmt: skip

#: What ties somebody to a person who tests positive: variants of a contact; codes are stored.
RELATIONS = ("", "household", "work", "school", "building", "vehicle", "care", "other")
#: Where a contact is observed: values; codes are stored.
OBSERVED_AT = ("", "home", "quarantine", "hospital", "none")
#: Reasons under which the house itself ends a contact's duty, and reopens it.
INDEX_WITHDRAWN, NOW_POSITIVE = "index_withdrawn", "now_positive"

CONTACT = DutyKind(
    61, "close_contact", Subject.PERSON, "应隔", "quarantine due",
    (
        Stage("open", "待告知", "to be told", within=240),
        Stage("told", "已告知", "told", within=240),
        Stage("placed", "已定去处", "place arranged", within=480),
        Stage("collected", "已上车", "picked up", within=120),
        Stage("observed", "隔离观察中", "under observation"),
        Stage("released", "已解除", "released"),
    ),
    took_part=4,
    variants=RELATIONS,
    values=OBSERVED_AT,
    goes_back=True,
    reasons=(
        Reason("quarantine_refused", Mark.REFUSED, "拒绝隔离", "refuses quarantine"),
        Reason("contested", Mark.REFUSED, "对判定有异议", "contests being a contact"),
        Reason("doctor_asked", Mark.DEFERRED, "待医生评估", "a doctor's assessment awaited"),
        Reason("family_waits", Mark.DEFERRED, "等待与家人同行", "waits to move with the family"),
        Reason(INDEX_WITHDRAWN, Mark.EXCUSED, "病例的阳性结果已撤销", "the positive result behind it was withdrawn"),
        Reason(NOW_POSITIVE, Mark.EXCUSED, "本人已转阳，按病例转运", "tests positive: transferred as a case"),
        Reason("no_contact", Mark.EXCUSED, "经流调不属于密接", "found to be no close contact"),
        Reason("handed_over", Mark.EXCUSED, "已移交外区管理", "handed over to another district"),
    ),
)  # fmt: skip

#: How a stay ends: values; codes are stored.
ENDS = ("", "home", "hospital", "facility", "died")
STAY = DutyKind(
    62, "stay", Subject.PERSON, "应出院", "discharge due",
    (
        Stage("open", "在院", "admitted"),
        Stage("recovering", "好转", "recovering"),
        Stage("releasable", "可出院", "may be discharged", within=1440),
        Stage("released", "已出院", "discharged"),
    ),
    took_part=3,
    values=ENDS,
    goes_back=True,
    reasons=(
        Reason("awaits_family", Mark.DEFERRED, "等家人一起出院", "waits to leave with the family"),
        Reason("home_not_ready", Mark.DEFERRED, "居住地暂不能接收", "the place of residence cannot receive yet"),
        Reason("not_leaving", Mark.REFUSED, "不愿出院", "does not want to leave"),
        Reason("never_here", Mark.EXCUSED, "登记有误，未在此住院", "recorded in error: was never here"),
    ),
)  # fmt: skip
DUTIES += (CONTACT, STAY)

CONSEQUENCES = (
    FollowUpRule("disposition", 4, (), (), of="", kind="stay", per_carrier=False),
    FollowUpRule(
        "tube", RESULTED, (SINGLE,), (POSITIVE,), of="swab", kind="disposition", per_carrier=False,
        standing=INFECTION,
    ),
)  # fmt: skip

STANDINGS = (
    StandingKind(INFECTION[0], Subject.PERSON, "感染", "infection", ("positive", "negative"), DESK),
    StandingKind("quarantine", Subject.PERSON, "隔离观察", "quarantine", ("contact", "ended"), STAFF),
    StandingKind("closed_loop", Subject.PERSON, "闭环", "closed loop", ("inside", "outside"), STAFF),
    StandingKind(SYMPTOMS[0], Subject.PERSON, "症状", "symptoms", ("yes", "no"), STAFF),
)
