"""What changes how somebody is moved and cared for: asked once, a standing of the person, seen wherever he is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bulou.ledger.core_entries import STAFF
from bulou.ledger.effects import Entry, Key, Statement
from bulou.ledger.steps import Choice, Field
from bulou.ledger.vocabulary import Authority, StandingKind, Subject

YES, NO = "yes", "no"
#: In the order in which they are asked about.
CIRCUMSTANCES = tuple(
    StandingKind(f"circumstance.{name}", Subject.PERSON, zh, en, (YES, NO), STAFF)
    for name, zh, en in (
        ("child", "儿童，须监护人陪同", "child, with a guardian"),
        ("carer", "须照护人陪同", "needs a carer"),
        ("dialysis", "透析", "dialysis"),
        ("pregnant", "孕妇", "pregnant"),
        ("over_80", "80岁以上", "over 80"),
        ("bedridden", "卧床", "bedridden"),
        ("wheelchair", "轮椅", "wheelchair"),
        ("mental_illness", "精神障碍", "mental illness"),
        ("pet", "家有宠物需安置", "a pet to be looked after"),
    )
)
#: Those that put somebody before everybody who only waits.
GRAVE = frozenset({"dialysis", "pregnant", "over_80", "bedridden"})
ASKED = (
    Field(
        "circumstances", "choices", "特殊情况", "Circumstances", required=False,
        choices=tuple(Choice(kind.name.partition(".")[2], kind.zh, kind.en) for kind in CIRCUMSTANCES),
        help_zh="问一次，车上、隔离点和个人页都看得到",
        help_en="Asked once; seen on the trip, at the facility, on the person's page",
    ),
    Field("companion", "text", "监护人、照护人或宠物怎么安排", "Guardian, carer, or what becomes of the pet",
          required=False, most=80),
)  # fmt: skip


def short(kind: StandingKind) -> str:
    """Return the name of a circumstance as forms have it."""
    return kind.name.partition(".")[2]


def stated(_entry: Entry, body: Any, key: Key) -> Iterator[Statement]:
    """What was said of somebody who is told: what is not ticked is not denied."""
    for kind in CIRCUMSTANCES:
        if short(kind) in (body.circumstances or ()):
            yield Statement(Subject.PERSON, key.subject, kind.name, YES, None, Authority.PLACE)


def corrected(_entry: Entry, body: Any, key: Key) -> Iterator[Statement]:
    """What holds from now on: what is not ticked does not hold any more."""
    for kind in CIRCUMSTANCES:
        value = YES if short(kind) in (body.circumstances or ()) else NO
        yield Statement(Subject.PERSON, key.subject, kind.name, value, None, Authority.PLACE)
