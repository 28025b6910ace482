"""How matters are written on the list."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bulou.command.worklist import advice, doubt_words, words
from bulou.command.worklist.rules import WorkItem
from bulou.ledger.vocabulary import REGISTRY
from bulou.people import DutyRow
from bulou.rounds.scope.reads import Tube
from bulou.ui import words as declared

register = template.Library()

CLASSES = {
    "danger": _("危重优先"), "overdue": _("已超时"), "soon": _("即将超时"), "conflict": _("记录矛盾"),
    "silent": _("失联设备"), "shortage": _("物资短缺"), "offer": _("移交待接收"),
}  # fmt: skip
ACTS = {
    "call": _("通知下楼"), "defer": _("暂缓"), "excuse": _("因故未办"), "offer": _("移交其他区域"),
    "accept": _("接收移交"), "take": _("我来处理"), "close": _("核对完毕"), "snooze": _("稍后提醒"),
    "reopen": _("重新打开"), "void": _("作废这条"), "same": _("照此上报"), "review": _("维持不变"),
    "choose": _("选定结果"), "recount": _("重新登记管数"), "lost": _("标记遗失"),
}  # fmt: skip
#: Of a swab, an excuse has the name that the board gives it.
EXCUSED = {"swab": _("因故未检"), "retest": _("因故未检")}
DESKS = {"area": _("区域总负责"), "desk": _("值班席位"), "laboratory": _("送检和实验室"), "courier": _("转运")}

register.simple_tag(words.sentence)
register.simple_tag(words.about, name="matter_about")
register.simple_tag(advice.advice)


@register.simple_tag
def class_name(name: str) -> str:
    """Write the name of a class."""
    return declared.of(CLASSES, name)


@register.simple_tag
def act_name(act: str, kind: str = "") -> str:
    """Write the name of an act, as its button says it. ``kind``: of the duty, where all are of one."""
    if act in REGISTRY.entries and act not in ACTS:  # a step that a room declares
        return declared.said(REGISTRY.entries[act])
    return str(EXCUSED[kind]) if act == "excuse" and kind in EXCUSED else declared.of(ACTS, act)


@register.simple_tag
def desk_name(desk: str) -> str:
    """Write for what somebody answers in an area."""
    return declared.of(DESKS, desk)


@register.simple_tag
def matter_kind(matter: WorkItem) -> str:
    """Write the class of a matter."""
    return class_name(matter.class_.name.lower())


@register.simple_tag
def conflict_page(campaign: int, owed: DutyRow) -> str:
    """Return the address of the page on which a report that does not fit is solved."""
    return reverse(
        "now-matter", args=[f"conflict.{owed.kind.name}.{campaign}.{owed.subject}.{owed.occasion}:{owed.area}"]
    )


@register.simple_tag
def misfilled_page(campaign: int, one: Tube) -> str:
    """Return the address of the page of a tube that is not as its round's rule says."""
    return reverse("now-matter", args=[f"conflict.tube.{campaign}.{one.tube}.0.misfilled:{one.area}"])


@register.filter
def misfilled_words(one: Tube) -> str:
    """Write in what a tube is not as its round's rule says."""
    return doubt_words.misfilled({"over": one.wrong.over, "single": one.wrong.singles, "homes": one.wrong.homes})


@register.simple_tag
def in_words(said: tuple[str, str]) -> str:
    """Write what has both languages."""
    zh, en = (*said, "", "")[:2]
    return (en if declared.english() else zh) or "–"
