"""How matters are written on the list."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.now.rules import Class, Matter
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.places.vocabulary import NEEDS

register = template.Library()


def _said(word: object) -> str:
    return word.en if (get_language() or "").startswith("en") else word.zh


def _begin(text: str) -> str:
    """Write a word as the start of a phrase."""
    return text[:1].upper() + text[1:]


@register.simple_tag
def class_name(name: str) -> str:
    """Write the name of a class."""
    return {
        "danger": _("危重优先"), "overdue": _("已超时"), "soon": _("即将超时"), "conflict": _("相互矛盾"),
        "silent": _("失联设备"), "shortage": _("物资短缺"), "offer": _("移交待接受"),
    }[name]  # fmt: skip


@register.simple_tag
def act_name(act: str) -> str:
    """Write the name of an act, as its button says it."""
    return {
        "call": _("通知其下楼"), "defer": _("暂缓办理"), "excuse": _("因故未办"), "offer": _("移交给他区"),
        "accept": _("接受移交"), "take": _("我来处理"), "close": _("核对完毕"), "snooze": _("稍后再提醒"),
    }[act]  # fmt: skip


@register.simple_tag
def desk_name(desk: str) -> str:
    """Write for what somebody answers in an area."""
    return {
        "area": _("区域总负责"), "desk": _("指挥席位"), "laboratory": _("送检与实验室"), "courier": _("转运"),
    }[desk]  # fmt: skip


@register.simple_tag
def sentence(matter: Matter) -> str:
    """Write in one sentence what is the matter and why."""
    duty = REGISTRY.duties.get(matter.kind)
    said = {"kind": _said(duty) if duty else "", "who": subject(matter), "n": matter.n}
    if matter.class_ is Class.DANGER:
        said["need"] = _begin(next(_said(n) for n in NEEDS if n.name == matter.detail))
        return _("%(need)s %(who)s 的“%(kind)s”尚未完成，需优先照护。") % said
    if matter.class_ in (Class.OVERDUE, Class.SOON) and duty:
        person = duty.subject is Subject.PERSON
        said["what"] = (_("%(who)s 的“%(kind)s”") if person else "%(kind)s %(who)s") % (
            said | {"kind": _begin(_said(duty))}
        )
        said |= {"stage": _said(duty.stages[matter.n]), "limit": duty.stages[matter.n].within or 0}
        if matter.class_ is Class.OVERDUE:
            return _("%(what)s 停在“%(stage)s”，超过 %(limit)s 分钟时限。") % said
        return _("%(what)s 停在“%(stage)s”，即将到 %(limit)s 分钟时限。") % said
    if matter.class_ is Class.CONFLICT:
        return _conflict(matter, said)
    if matter.class_ is Class.OFFER:
        return _("别的区域请本区域接手 %(who)s 的“%(kind)s”。") % said
    if matter.class_ is Class.SILENT:
        if matter.n > 0:
            return _("设备“%(who)s”的流水缺 %(n)s 号。") % said
        if matter.weight:
            return _("设备“%(who)s”已停用而流水没有结束，可能有内容要补交。") % said
        return _("设备“%(who)s”没有结束流水，也没有消息。") % said
    if matter.kind == "journal":
        return _("设备“%(who)s”的采样管标签不够：按剩余待采人数还差 %(n)s 张。") % said
    return _("库房 %(id)s 的 %(good)s 号物资还差 %(n)s 件。") % {
        "id": matter.subject, "good": matter.occasion, "n": matter.n,
    }  # fmt: skip


@register.simple_tag
def subject(matter: Matter) -> str:
    """Write whom or what a matter is about: a masked name, a device's name, a label."""
    duty = REGISTRY.duties.get(matter.kind)
    if duty and duty.subject is Subject.PERSON:
        return matter.name or f"P{matter.subject}"
    return matter.name or str(matter.subject)


def _conflict(matter: Matter, said: Mapping[str, object]) -> str:
    if matter.kind == "journal":
        return {
            "refused": _("设备“%(who)s”有 %(n)s 条上报被拒收，没有计入。"),
            "variant": _("设备“%(who)s”有 %(n)s 个序号各报了两种内容，只计入了一种。"),
            "clock": _("设备“%(who)s”的时钟偏差超过一小时，%(n)s 条上报的时间已校正。"),
            "labels": _("设备“%(who)s”已结束流水，还有 %(n)s 张标签没有下落。"),
        }[matter.detail] % said
    if matter.detail == "nobody":
        return {
            "tube": _("采样管 %(who)s 有结果或交接，却没有封管记录。"),
            "box": _("转运箱 %(who)s 有交接，却没有装箱记录。"),
        }.get(matter.kind, _("%(who)s 有“%(kind)s”的上报，却不在应办名单里。")) % said
    if matter.detail == "sealed":
        return _("采样管 %(who)s 的标签被封过不止一次：两根管可能贴了同号。") % said
    if matter.detail == "lent":
        return {
            "tube": _("采样管 %(who)s 被交出两次，或交出的人没有收到过它。"),
        }.get(matter.kind, _("转运箱 %(who)s 被交出两次，或交出的人没有收到过它。")) % said
    return {
        "tube": _("采样管 %(who)s 在 %(n)s 个转运箱里都有登记。"),
    }.get(matter.kind, _("%(who)s 在 %(n)s 根采样管里都有登记（%(kind)s）。")) % said


@register.simple_tag
def in_words(said: tuple[str, str]) -> str:
    """Write what has both languages."""
    return said[1] if (get_language() or "").startswith("en") else said[0]


@register.simple_tag
def advice(matter: Matter) -> str:
    """Write what usually solves a conflict; nothing for what is not one."""
    if matter.class_ is not Class.CONFLICT:
        return ""
    if matter.detail == "twice" and matter.kind != "tube":
        return _("问采样点实际采了几次：只采一次，作废登错的那条；确实采了两次，填说明，按“核对完毕”。")
    return {
        "nobody": _("多半是登记还没传上来：先看失联设备和纸质登记单。管号读错的，作废这个结果，请实验室重报。"),
        "sealed": _("先请实验室停发这根管的结果，再作废登错的那条，并请管里的人重新采样。"),
        "twice": _("问转运员和实验室，这根管实际在哪个箱里，作废登错的那条。"),
        "lent": _("问转运员和实验室，东西实际在哪个箱里，作废登错的那条；少了一次登记的，请经手人补报。"),
        "refused": _("按每条的原因更正后重新上报；拒收的内容一直留着，可以查。"),
        "variant": _("多半是一部手机被恢复或复制过：停用它，登记新的，并核对下面各条。"),
        "clock": _("请持机人校准手机时间，并核对下面各条的时间。"),
    }.get(matter.detail, "")
