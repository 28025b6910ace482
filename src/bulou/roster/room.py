"""What the house must know of the roster: the visit that settles what lists cannot."""

from __future__ import annotations

from typing import Any

from bulou.ledger.core_entries import Parts
from bulou.ledger.effects import Authority, Entry, Key, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Subject
from bulou.roster import vocabulary
from bulou.roster.vocabulary import FOUND_SAME, MAY_BE, RESIDENCE, SAME_AS
from bulou.ui.room import Act, Column, Menu, Play, Programme, Room, Work

(VISIT,) = vocabulary.DUTIES
#: Visits belong to no round: a campaign that is always open.
VISITS = Programme(1_000_012, "上门核实", "verification visits")

QUESTIONS = (
    Choice("single", "只有一份名册有此人", "one list alone names the person"),
    Choice("pair", "两条记录可能是同一人", "two records may be one person"),
)
ANSWERS = (
    Choice("here", "住在这里", "lives here"),
    Choice("moved", "已搬走", "has moved away"),
    Choice("never", "从未住过", "never lived here"),
    Choice("same", "与另一条记录是同一人", "the same person as another record"),
    Choice("renamed", "住在这里，姓名或号码不同", "lives here under another name or number"),
)


def asked(_entry: Entry, body: Any, key: Key) -> Parts:
    """Which record the question names: an answer that names another one merges nobody."""
    if body.question == "pair":
        yield Statement(Subject.PERSON, key.subject, MAY_BE, str(body.other))


def found(_entry: Entry, body: Any, key: Key) -> Parts:
    """What an answer says of the person: lives here or not, or is the same as another record.

    Raises:
        Refused: 109, the same person as herself.
    """
    if body.answer == "same":
        if body.same_as == key.subject:
            raise Refused(109, "same_as")
        yield Statement(Subject.PERSON, key.subject, FOUND_SAME, str(body.same_as), authority=Authority.PLACE)
    else:
        for name in (SAME_AS, FOUND_SAME):
            yield Statement(Subject.PERSON, key.subject, name, "", authority=Authority.PLACE)
        stays = "here" if body.answer == "renamed" else body.answer
        yield Statement(Subject.PERSON, key.subject, RESIDENCE, stays, authority=Authority.PLACE)


STEPS = (
    Step(
        "visit.asked", "需上门核实", "visit asked for", "opens", "",
        (
            Field("question", "choice", "核实什么", "What is asked", choices=QUESTIONS, books="variant"),
            Field(
                "other", "person", "可能是同一人的记录", "Record that may be the same person",
                when=("question", ("pair",)),
            ),
            Field("why", "text", "依据", "Why", required=False),
        ),
        extra=asked,
    ),
    Step(
        "visit.answered", "上门核实结果", "visited", "advances", "answered",
        (
            Field("answer", "choice", "核实结果", "What was found", choices=ANSWERS, books="value"),
            Field(
                "same_as", "person", "与哪条记录是同一人", "The same person as", when=("answer", ("same",)),
                help_zh="填要保留的那条记录的人员编码，例如P501",
                help_en="Code of the record that stays, such as P501",
            ),
            Field(
                "name", "text", "正确的姓名或证件后四位", "The right name, or the last four of the number", most=60,
                when=("answer", ("renamed",)),
            ),
            Field("to", "text", "搬到哪里", "Moved where", required=False, most=80, when=("answer", ("moved",))),
            Field("note", "text", "说明", "Note", required=False),
        ),
        extra=found,
    ),
)  # fmt: skip

ACTS = (
    Act("answered", "登记核实结果", "Record what was found", "visit.answered", ("open",), "words", bulk=False),
    Act("nobody", "家中无人，约时再来", "Nobody answered", "duty.deferred", ability="words"),
    Act("refused", "拒绝核实", "Refuses", "duty.refused", ability="words", bulk=False),
    Act("given", "交给志愿者或班组", "Give to a volunteer or team", "duty.given", ability="words"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", ability="words", bulk=False, closed=True),
    Act(
        "returned", "重新核实", "Visit again", "duty.returned", ability="words", bulk=False, closed=True,
        confirm=(
            "此前的核实结果保留在记录里，须再次上门。",
            "What was found stays on record, and somebody must knock again.",
        ),
    ),
    Act("excused", "不必上门", "No visit needed", "duty.excused", ability="words"),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("place", "地点", "Place", "place"),
    Column("door", "住户", "Door", "door", file=True),
    Column("question", "核实什么", "Question", "variant"),
    Column("other", "可能是", "May be", "opened.other"),
    Column("why", "依据", "Why", "opened.why"),
    Column("phone", "电话", "Telephone", "phone"),
    Column("stage", "当前", "Now at", "stage"),
    Column("answer", "核实结果", "Found", "value"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("given", "交给", "Given to", "given"),
)

WORK = Work(
    VISIT, VISITS, STEPS, ACTS, COLUMNS,
    owners={"open": "committee"}, words="words", phones=("volunteer",), where="door",
    play=Play(2, taken_min=120, done_min=600),
    menu=Menu("上门核实", "Visits", "door", "v", 60),
    zh_help="几份名册说法不一或只有一份名册提到的人，上门问清楚。",
    en_help="People whom lists disagree on, or whom one list alone names: somebody knocks and asks.",
)  # fmt: skip

ROOM = Room(
    "roster", "名册核实", "roster", duties=vocabulary.DUTIES, works=(WORK,), entries=vocabulary.ENTRIES,
    standings=vocabulary.STANDINGS,
)  # fmt: skip
