"""How matters are written on the list."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.now.rules import Class, Matter
from bulou.ledger.vocabulary import REGISTRY
from bulou.places.vocabulary import NEEDS

register = template.Library()


def _said(word: object) -> str:
    return word.en if (get_language() or "").startswith("en") else word.zh


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
    kind = _said(duty) if duty else ""
    if matter.class_ is Class.DANGER:
        need = next(_said(n) for n in NEEDS if n.name == matter.detail)
        said = {"need": need, "kind": kind, "tail": f"…{matter.subject % 10000:04d}"}
        return _("%(need)s人员 %(tail)s 的“%(kind)s”尚未完成，需优先照护。") % said
    if matter.class_ in (Class.OVERDUE, Class.SOON) and duty:
        said = {"kind": kind, "id": matter.subject, "stage": _said(duty.stages[matter.n])}
        said["limit"] = duty.stages[matter.n].within or 0
        if matter.class_ is Class.OVERDUE:
            return _("%(kind)s %(id)s 停在“%(stage)s”，超过 %(limit)s 分钟时限。") % said
        return _("%(kind)s %(id)s 停在“%(stage)s”，即将到 %(limit)s 分钟时限。") % said
    if matter.class_ is Class.CONFLICT:
        said = {"kind": kind, "id": matter.subject, "n": matter.n}
        if matter.detail == "nobody":
            return _("%(kind)s %(id)s 有上报，但没有应办记录。") % said
        return _("%(kind)s %(id)s 被登记 %(n)s 次，请核对哪一次属实。") % said
    if matter.class_ is Class.OFFER:
        return _("别的区域请本区域接手 %(tail)s 的“%(kind)s”。") % {
            "kind": kind,
            "tail": f"…{matter.subject % 10000:04d}",
        }
    if matter.class_ is Class.SILENT:
        if matter.n > 0:
            return _("设备“%(name)s”的流水缺 %(n)s 号。") % {"name": matter.detail, "n": matter.n}
        if matter.weight:
            return _("设备“%(name)s”已停用而流水没有结束，可能有内容要补交。") % {"name": matter.detail}
        return _("设备“%(name)s”没有结束流水，也没有消息。") % {"name": matter.detail}
    return _("库房 %(id)s 的 %(good)s 号物资还差 %(n)s 件。") % {
        "id": matter.subject, "good": matter.occasion, "n": matter.n,
    }  # fmt: skip
