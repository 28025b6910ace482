"""The calendar of a person's regular treatment, as a declared kind: weekdays, hospital, until when, who ordered it.

It holds whatever the level of the zone is. ``following`` opens a request for each journey that it brings about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Menu, Sentence, Work

#: Calendars belong to no round: a campaign that is always open.
PROGRAMME = Programme(1_000_036, "定期治疗", "regular treatments")

# Part 0 takes part already: who has a calendar does not wait for it, so that nobody stands among the dangers by it.
TREATMENT = DutyKind(
    36, "therapy", Subject.PERSON, "应按期治疗", "regular treatment",
    (Stage("open", "按期进行", "goes on"), Stage("ended", "已结束", "ended")),
    took_part=0,
    variants=("", "dialysis", "chemotherapy", "radiotherapy", "other"),
    goes_back=True,
    reasons=(
        Reason("in_hospital", Mark.DEFERRED, "住院期间暂停", "paused during a hospital stay"),
        Reason("paused", Mark.DEFERRED, "医嘱暂停", "paused by the doctor"),
        Reason("recorded_twice", Mark.EXCUSED, "重复登记", "recorded twice"),
        Reason("moved_away", Mark.EXCUSED, "已迁出本区", "moved out of the district"),
        Reason("deceased", Mark.EXCUSED, "已去世", "has died"),
    ),
)  # fmt: skip

SORTS = (
    Choice("dialysis", "血液透析", "dialysis"),
    Choice("chemotherapy", "化疗", "chemotherapy"),
    Choice("radiotherapy", "放疗", "radiotherapy"),
    Choice("other", "其他定期治疗", "another regular treatment"),
)
#: In the order of ``date.weekday``.
WEEKDAYS = (
    Choice("mon", "周一", "Mon"), Choice("tue", "周二", "Tue"), Choice("wed", "周三", "Wed"),
    Choice("thu", "周四", "Thu"), Choice("fri", "周五", "Fri"), Choice("sat", "周六", "Sat"),
    Choice("sun", "周日", "Sun"),
)  # fmt: skip
TIMES = tuple(Choice(at, at, at) for hour in range(5, 22) for at in (f"{hour:02}:00", f"{hour:02}:30"))
HELPS = (Choice("vehicle", "派车", "a vehicle"), Choice("companion", "陪同", "a companion"))


def _fields(required: bool) -> tuple[Field, ...]:
    """Return what a calendar says; when it is changed, what is left empty stays."""
    return (
        Field("weekdays", "choices", "每周哪几天", "On which days", required, choices=WEEKDAYS),
        Field("at", "choice", "几点到医院", "At the hospital by", required, choices=TIMES),
        Field("hospital", "text", "医院", "Hospital", required, most=60),
        Field("last_day", "date", "到哪一天为止", "Until which day", required),
        Field("ordered_by", "text", "谁开的医嘱", "Ordered by", required, most=60),
        Field("helps", "choices", "需要什么", "What is needed", False, choices=HELPS,
              help_zh="都不选：家里自行往返，仍每次核对", help_en="None: the family goes alone; each time is checked"),
        Field("note", "text", "备注", "Note", False, most=200, help_zh="轮椅、氧气、几点接回",
              help_en="Wheelchair, oxygen, when to be fetched back"),
    )  # fmt: skip


DAY = Field("day", "date", "哪一天的", "Which day")
STEPS = (
    Step(
        "therapy.opened", "登记定期治疗", "regular treatment recorded", "opens", many=True,
        call=("登记定期治疗", "Record a regular treatment"),
        fields=(
            Field("sort", "choice", "什么治疗", "Which treatment", choices=SORTS, books="variant", default="dialysis"),
            Field("first_day", "date", "从哪一天起", "From which day", False,
                  help_zh="不填：从现在起", help_en="Left empty: from now on"),
            *_fields(True),
        ),
    ),
    Step("therapy.changed", "更改安排", "arrangement changed", "notes", "", _fields(False)),
    Step(
        "therapy.day_cancelled", "取消一次", "one day cancelled", "notes", "",
        (DAY, Field("reason", "text", "原因", "Reason")),
    ),
    Step(
        "therapy.day_moved", "改一次的时间", "one day moved", "notes", "",
        (
            DAY, Field("to_day", "date", "改到哪一天", "To which day"),
            Field("to_at", "choice", "改到几点", "At what time", False, choices=TIMES,
                  help_zh="不填：时间不变", help_en="Left empty: the time stays"),
            Field("reason", "text", "原因", "Reason"),
        ),
    ),
    Step("therapy.ended", "结束治疗安排", "treatment ended", "advances", "ended",
         (Field("reason", "text", "原因", "Reason"),)),
    Step("therapy.resumed", "恢复治疗安排", "treatment resumed", "returns", "open",
         (Field("reason", "text", "原因", "Reason"),)),
)  # fmt: skip


def has_day(subjects: Sequence[int], said: Mapping[str, Any]) -> Sentence | None:
    """Tell why a day cannot be cancelled or moved: none of the people goes on it, or the new day is over."""
    from bulou.relief.treatments import reads  # its statements are there only when Django is

    if said.get("to_day") and date.fromisoformat(str(said["to_day"])) < reads.today():
        return ("改到的日期已经过去。", "The new day is over already.")
    if not all(reads.goes_on(subject, date.fromisoformat(str(said["day"]))) for subject in subjects):
        return ("这一天没有安排治疗：请核对日期。", "No treatment is planned on that day: check the date.")
    return None


def ends_later(_subjects: Sequence[int], said: Mapping[str, Any]) -> Sentence | None:
    """Tell why a calendar cannot be changed so: it would be over, or nothing was filled in."""
    from bulou.relief.treatments import reads

    if not any(value for value in said.values()):
        return ("请至少填写一项要改的内容。", "Fill in what is to be changed.")
    if said.get("last_day") and date.fromisoformat(str(said["last_day"])) < reads.today():
        return ("结束日期已经过去：请用“结束治疗安排”。", "That day is over already: use “End the treatment”.")
    return None


ACTS = (
    Act("day_cancelled", "取消一次", "Cancel one day", "therapy.day_cancelled", bulk=False, holds=has_day),
    Act("day_moved", "改一次的时间", "Move one day", "therapy.day_moved", bulk=False, holds=has_day),
    Act("changed", "更改安排", "Change the arrangement", "therapy.changed", bulk=False, holds=ends_later),
    Act("deferred", "暂停到某日", "Pause until a day", "duty.deferred", bulk=False),
    Act(
        "ended", "结束治疗安排", "End the treatment", "therapy.ended", ("open",), bulk=False,
        confirm=("今后的接送随即取消。", "The journeys to come are called off at once."),
    ),
    Act("resumed", "恢复治疗安排", "Resume the treatment", "therapy.resumed", ("ended",), bulk=False, closed=True),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act(
        "excused", "不再安排", "End with a reason", "duty.excused", bulk=False,
        confirm=("今后的接送随即取消。", "The journeys to come are called off at once."),
    ),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("sort", "什么治疗", "Which treatment", "variant"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door"),
    Column("weekdays", "每周哪几天", "On which days", "last.weekdays"),
    Column("at", "几点到医院", "At the hospital by", "last.at"),
    Column("hospital", "医院", "Hospital", "last.hospital"),
    Column("helps", "需要什么", "What is needed", "last.helps"),
    Column("last_day", "到哪一天为止", "Until which day", "last.last_day"),
    Column("ordered_by", "谁开的医嘱", "Ordered by", "last.ordered_by"),
    Column("stage", "当前", "Now at", "stage"),
    Column("phone", "电话", "Telephone", "phone", file=True),
    Column("note", "备注", "Note", "last.note", file=True),
)


def journeys(request: Any, area: int) -> str:
    """Draw the journeys of the coming days, above the list."""
    from bulou.relief.treatments import panel  # its tables are there only when Django is

    return panel.journeys(request, area)


TREATMENTS = Work(
    TREATMENT, PROGRAMME, STEPS, ACTS, COLUMNS, owners={"open": "request"}, words="decide",
    menu=Menu("定期治疗", "Regular treatments", "calendar", "", 51),
    zh_help="透析、放化疗登记一次，往返提前三天自动列入求助，不论封控还是管控；前一天傍晚还没有车或陪同的上待办。",
    en_help="Recorded once; each journey becomes a request three days ahead, whatever the level of the zone, and stands"
    " on To do where the evening before has come without a vehicle or companion.",
    above=journeys,
)  # fmt: skip
