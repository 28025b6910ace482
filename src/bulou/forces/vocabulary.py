"""The words of forces: who somebody is, what he can do, shifts of a day, why he is not sent."""

from __future__ import annotations

from dataclasses import dataclass

from bulou.ledger.steps import Choice

CADRES = (
    Choice("staff", "专职人员", "staff"),
    Choice("cadre", "下沉干部", "seconded official"),
    Choice("volunteer", "志愿者", "volunteer"),
    Choice("medical", "医疗队员", "medical team member"),
    Choice("driver", "驾驶员", "driver"),
)
#: What work asks for. ``protection`` is no work: the training without which nobody is sent where it takes a suit.
SKILLS = (
    Choice("sampling", "核酸采样", "swab sampling"),
    Choice("register", "扫码登记", "scanning and registration"),
    Choice("door", "上门服务", "visits at the door"),
    Choice("transfer", "转运驾驶", "transfer driving"),
    Choice("disinfection", "消毒", "disinfection"),
    Choice("protection", "防护服穿脱培训", "training in protective suits"),
)
TRAINING = "protection"
#: Work that takes a suit.
IN_SUITS = frozenset({"sampling", "transfer", "disinfection"})


@dataclass(frozen=True, slots=True)
class DayShift:
    """A shift of a day: minutes after midnight at which it begins and ends (more than 1440: on the next day)."""

    key: int
    name: str
    zh: str
    en: str
    starts: int
    ends: int


SHIFTS = (
    DayShift(1, "morning", "早班", "morning", 7 * 60, 15 * 60),
    DayShift(2, "evening", "中班", "evening", 15 * 60, 23 * 60),
    DayShift(3, "night", "夜班", "night", 23 * 60, 31 * 60),
)
#: Whose act it is where the person has done it on the own page.
SELF = "本人"
#: Answers to a call-up; "" is silence.
ANSWERS = (
    Choice("", "未答复", "no answer yet"),
    Choice("accepted", "能到", "accepted"),
    Choice("refused", "不能到", "refused"),
)
#: Circles in which a call-up widens: level of the area tree that is asked.
CIRCLES = (
    Choice("3", "本居委会", "the neighbourhood"),
    Choice("2", "本街镇", "the street"),
    Choice("1", "全区", "the district"),
)
#: Why somebody is not sent, by code. The first three hold whoever decides.
UNFIT = (
    Choice("ended", "已退出力量库", "has left the forces"),
    Choice("double", "同一时间已有班次", "has a shift at that time already"),
    Choice("exposed", "发生职业暴露，尚在观察期", "was exposed and is under observation"),
    Choice("rest", "休息不足", "has not rested long enough"),
    Choice("long", "单班时间过长", "the shift is too long"),
    Choice("week", "7天内工时超限", "has worked too many hours in seven days"),
    Choice("skill", "没有这项技能", "does not have the skill"),
    Choice("expired", "技能证明已过期", "the proof of the skill has expired"),
    Choice("training", "没有有效的防护服穿脱培训", "has no valid training in protective suits"),
    Choice("unavailable", "不在可用时段", "is not available then"),
)
ABSOLUTE = frozenset({"ended", "double", "exposed"})
