"""The words of passes: what they are for, how long they last unless somebody says otherwise, and the two duties.

A pass is owed a decision; what was decided is a dated standing of the household, which ends by itself. Whoever is let
out in an emergency needs no pass: that is recorded as a duty to see to, so that it is known at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, StandingKind, Subject

#: The campaign of what is asked for at any time. Numbers of programmes are never used again.
PROGRAMME = Programme(1_000_071, "通行", "passes and gates")
#: Standing of a household for each of its passes: "pass.<occasion>".
STANDING = "pass"
#: Standing of a device: why the last code that was shown at its gate was not good.
TURNED_AWAY = "gate.turned_away"


@dataclass(frozen=True, slots=True)
class Sort:
    """What a pass is for. ``hours``: how long it lasts unless somebody says otherwise; ``uses``: how many times out,
    0 for as often as needed; ``minutes``: until it is to be decided.
    """

    name: str
    zh: str
    en: str
    hours: int
    uses: int
    minutes: int


#: House rule; a code is the place in the list, and stands in printed codes: add at the end, take none away.
SORTS = (
    Sort("medical", "就医", "medical care", 12, 1, 60),
    Sort("care", "照护家人", "care of relatives", 24, 1, 120),
    Sort("supply", "保供", "supplies", 7 * 24, 0, 240),
    Sort("staff", "防疫人员", "staff of the response", 7 * 24, 0, 240),
    Sort("funeral", "奔丧", "funeral", 24, 1, 120),
    Sort("work", "必要上班", "necessary work", 14 * 24, 0, 480),
)
GRANTED, TURNED_DOWN, REVOKED, ENDED = VALUES = ("granted", "turned_down", "revoked", "ended")

PASS = DutyKind(
    22, "pass", Subject.HOUSEHOLD, "应批通行证", "pass to be decided",
    (
        Stage("asked", "待审批", "to be decided"),
        Stage("contested", "有异议，待复核", "contested, to be looked at again", within=120),
        Stage("decided", "已审批", "decided"),
    ),
    took_part=2,
    variants=("", *(sort.name for sort in SORTS)),
    values=("", *VALUES),
    goes_back=True,
    reasons=(
        Reason("papers_missing", Mark.DEFERRED, "待补材料", "papers are missing"),
        Reason("test_awaited", Mark.DEFERRED, "待核酸结果", "a test result is awaited"),
        Reason("withdrawn", Mark.EXCUSED, "本人撤回", "withdrawn by the asker"),
        Reason("asked_twice", Mark.EXCUSED, "重复申请", "asked twice"),
        Reason("not_needed", Mark.EXCUSED, "已解除管控，不需通行证", "no pass is needed any more"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody is let out without a pass."""

    name: str
    zh: str
    en: str


#: Stored by the place in the list: add at the end, take none away.
CAUSES = (
    Cause("illness", "急症", "acute illness"),
    Cause("childbirth", "临产", "childbirth"),
    Cause("accident", "受伤", "injury"),
    Cause("fire", "火灾、险情", "fire or danger"),
    Cause("violence", "人身危险", "violence, danger to a person"),
    Cause("other", "其他紧急", "another emergency"),
)
#: Minutes until somebody has seen to it; house rule.
LET_OUT_WITHIN = 30

LET_OUT = DutyKind(
    23, "letout", Subject.AREA, "应跟进紧急放行", "emergency let out, to be followed up",
    (Stage("open", "已放行，待跟进", "let out, to be followed up"), Stage("followed", "已跟进", "followed up")),
    took_part=1,
    variants=("", *(cause.name for cause in CAUSES)),
    reasons=(
        Reason("mistaken", Mark.EXCUSED, "误按", "pressed by mistake"),
        Reason("recorded_twice", Mark.EXCUSED, "重复登记", "recorded twice"),
    ),
)  # fmt: skip

STANDINGS = (
    StandingKind(STANDING, Subject.HOUSEHOLD, "通行证", "pass", VALUES, suffix=r"\.[0-9]{1,16}"),
    StandingKind(TURNED_AWAY, Subject.JOURNAL, "未放行", "turned away at the gate"),
)


def sort_of(name: str) -> Sort | None:
    """Return what a pass is for by its name."""
    return next((sort for sort in SORTS if sort.name == name), None)
