"""The words of cases: what is owed to a person who tests positive, from verified result to admission."""

from __future__ import annotations

from bulou.ledger.kinds import STAFF
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import Consequence, DutyKind, Mark, Reason, Stage, StandingKind, Subject

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

CONSEQUENCES = (
    Consequence(
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
