"""The re-visit (回访): somebody who was drawn from the done and the excused is seen again by another team.

What the ledger says of the person is told to the visitor, and he says whether it is so. What is not so is decided by a
person: the excuse is undone, a swab in a tube of its own is owed, or the record stands after all.
"""

from __future__ import annotations

from typing import Any

from bulou.ledger.areas import found_id
from bulou.ledger.core_entries import Parts
from bulou.ledger.effects import Entry, Key, Line
from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import Act as Does
from bulou.ledger.vocabulary import Authority, DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.rounds.entries import RETEST, SWAB
from bulou.ui.room import Act, Column, Facts, Menu, Play, Sentence, Work

#: The campaign of re-visits; the occasion of one is the number of its round. Numbers are never used again.
PROGRAMME = Programme(1_000_051, "覆盖率抽查", "coverage check")
OPEN, WRONG, SEEN = range(3)
NOT_SAMPLED, NOT_EXCUSED, UPHELD = "not_sampled", "excuse_not_true", "upheld"
RECORDS = (
    Choice("sampled", "已采样", "sampled"),
    Choice("excused", "因故未检", "excused"),
)

REVISIT = DutyKind(
    51, "revisit", Subject.PERSON, "应回访", "re-visit due",
    (
        Stage("open", "待回访", "to be re-visited"),
        Stage("wrong", "与记录不符，待处理", "not as recorded, to be decided", within=240),
        Stage("seen", "已回访", "re-visited"),
    ),
    took_part=1,
    variants=("", *(choice.name for choice in RECORDS)),
    values=("", NOT_SAMPLED, NOT_EXCUSED, UPHELD),
    reasons=(
        Reason("nobody_in", Mark.DEFERRED, "无人应门，再次上门", "nobody answered, to be visited again"),
        Reason("turned_away", Mark.REFUSED, "拒绝回答", "refuses to answer"),
        Reason("not_reached", Mark.EXCUSED, "三次上门未见到人", "not met in three visits"),
    ),
)  # fmt: skip


def _reopened(entry: Entry, _body: Any, key: Key) -> Parts:
    """The excuse no longer holds: the swab of the round is open again."""
    swab = Key(key.occasion, SWAB, key.subject)
    yield Line(Does.MARK, swab, entry.area, mark=Mark.NONE, reason="revisit", authority=Authority.PLACE)


def _resampled(entry: Entry, _body: Any, key: Key) -> Parts:
    """A swab in a tube of its own is owed in the round, beside the sample that is on record."""
    occasion = found_id(entry.journal, entry.number)
    yield Line(Does.OWE, Key(key.occasion, RETEST, key.subject, occasion), entry.area, authority=Authority.PLACE)


STEPS = (
    Step(
        "revisit.drawn", "抽中回访", "drawn for a re-visit", "opens", roles=frozenset({"system"}),
        fields=(
            Field("record", "choice", "台账记录", "The ledger says", choices=RECORDS, books="variant"),
            Field("due", "time", "限期", "Until", required=False, books="due"),
        ),
    ),
    Step("revisit.confirmed", "与记录相符", "as recorded", "advances", "seen",
         (Field("note", "text", "怎么核实的", "How it was verified", required=False,
                help_zh="例：看到随申码采样记录", help_en="Such as: the health code shows the sample"),)),
    Step("revisit.wrong", "与记录不符", "not as recorded", "advances", "wrong",
         (Field("found", "choice", "实际情况", "What was found", books="value",
                choices=(Choice(NOT_SAMPLED, "没有采样", "was not sampled"),
                         Choice(NOT_EXCUSED, "因故未检的理由不属实", "the excuse is not true"))),
          Field("what", "text", "怎么说的、看到什么", "What was said and seen"))),
    Step("revisit.reopened", "恢复应检", "swab open again", "advances", "seen",
         (Field("why", "text", "依据", "On what ground", required=False),), extra=_reopened),
    Step("revisit.resampled", "补采单管", "single swab owed", "advances", "seen",
         (Field("why", "text", "依据", "On what ground", required=False),), extra=_resampled),
    Step("revisit.upheld", "原记录属实", "record stands", "advances", "seen",
         (Field("outcome", "choice", "结论", "Conclusion", books="value", default=UPHELD,
                choices=(Choice(UPHELD, "原记录属实", "the record stands"),)),
          Field("why", "text", "凭什么", "On what evidence"))),
)  # fmt: skip


def was_not_sampled(facts: Facts) -> Sentence | None:
    """A single swab is owed by who was on record as sampled."""
    return (
        ("记录是因故未检：请选“恢复应检”", "The record was an excuse: open the swab again") if _excuse(facts) else None
    )


def was_not_excused(facts: Facts) -> Sentence | None:
    """An excuse can be undone where there was one."""
    return (
        None if _excuse(facts) else ("记录是已采样：请选“补采单管”", "The record was a sample: have a single one taken")
    )


def _excuse(facts: Facts) -> bool:
    return facts.value == NOT_EXCUSED or (not facts.value and facts.variant == "excused")


ACTS = (
    Act("confirmed", "与记录相符", "As recorded", "revisit.confirmed", ("open",), "recheck", bulk=False, phone=True),
    Act("wrong", "与记录不符", "Not as recorded", "revisit.wrong", ("open",), "recheck", bulk=False, phone=True),
    Act("deferred", "无人应门", "Nobody answered", "duty.deferred", ("open",), "recheck", bulk=False, phone=True),
    Act("reopen", "恢复应检", "Open the swab again", "revisit.reopened", ("wrong",), "recheck", bulk=False,
        check=was_not_excused,
        confirm=("本轮应检重新打开，由所在居委会采样。", "The swab of the round is open again.")),
    Act("resample", "补采单管", "Have a single swab taken", "revisit.resampled", ("wrong",), "recheck", bulk=False,
        check=was_not_sampled,
        confirm=("另开一项单管采样，原采样记录保留。", "A swab in a tube of its own is owed; the record is kept.")),
    Act("upheld", "原记录属实", "Record stands", "revisit.upheld", ("wrong",), "recheck", bulk=False),
    Act("given", "交给谁", "Give to", "duty.given", ("open",), "recheck"),
    Act("due", "改期限", "Change the time limit", "duty.due", ("open",), "recheck"),
    Act("refused", "拒绝回答", "Refuses to answer", "duty.refused", ("open",), "recheck", bulk=False),
    Act("excused", "未见到人，了结", "Not reached, end", "duty.excused", ("open",), "recheck",
        confirm=("不计入估计，只计入未见到的人数。", "Not part of the estimate: counted among those not reached.")),
)  # fmt: skip

COLUMNS = (
    Column("person", "姓名", "Name", "subject"),
    Column("place", "地点", "Place", "place"),
    Column("record", "台账记录", "The ledger says", "variant"),
    Column("found", "实际情况", "Found", "value"),
    Column("what", "说明", "What was said", "last.what"),
    Column("stage", "当前", "Now at", "stage"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("given", "交给", "Given to", "given"),
)

REVISITS = Work(
    REVISIT, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"open": "inspector", "wrong": "street"}, words="recheck",
    phones=("inspector", "volunteer"), where="given",
    play=Play(0, taken_min=30, done_min=120, fields={"note": "看到采样记录"}),
    menu=Menu("覆盖率抽查", "Coverage check", "eye", order=62),
    zh_help="抽中的已采样和因故未检人员，由别的队伍再上门看一次；不符的由人决定怎么补。",
    en_help="People drawn from the sampled and the excused are seen again by others; what is not so is decided here.",
)  # fmt: skip
