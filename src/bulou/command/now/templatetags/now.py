"""How matters are written on the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.now import doubt_words
from bulou.command.now.rules import AT_LABORATORY, GROUPS, KEPT, ON_THE_WAY, Class, Matter, desk_of
from bulou.command.people import Owed
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Subject
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
        "reopen": _("重新打开"), "void": _("作废这一条"), "same": _("照此上报"), "review": _("维持不变"),
        "choose": _("选定结果"), "recount": _("重新登记管数"), "lost": _("标记遗失"),
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
    said = {"kind": _said(duty) if duty else "", "who": subject(matter), "n": matter.n, "boxes": matter.boxes}
    if matter.kind in GROUPS:
        return _group(matter, said)
    if matter.class_ is Class.CONFLICT and matter.detail in doubt_words.DOUBTS:
        return doubt_words.sentence(matter, str(said["who"]))
    if matter.class_ is Class.DANGER:
        said["need"] = _begin(next(_said(n) for n in NEEDS if n.name == matter.detail))
        return _("%(need)s %(who)s 的“%(kind)s”尚未完成，需优先照护。") % said
    if matter.class_ in (Class.OVERDUE, Class.SOON) and duty:
        return _waiting(matter, duty, said)
    if matter.class_ is Class.CONFLICT:
        return _conflict(matter, said)
    if matter.class_ is Class.OFFER:
        return _("别的区域请本区域接手 %(who)s 的“%(kind)s”。") % said
    if matter.class_ is Class.SILENT:
        return {
            "gap": _("设备“%(who)s”的流水缺 %(n)s 号。"),
            "revoked": _("设备“%(who)s”已停用而流水没有结束，可能有内容要补交。"),
        }.get(matter.detail, _("设备“%(who)s”没有结束流水，也没有消息。")) % said
    if matter.kind == "journal":
        return _("设备“%(who)s”的采样管标签不够：按剩余待采人数还差 %(n)s 张。") % said
    return _("库房 %(id)s 的 %(good)s 号物资还差 %(n)s 件。") % {
        "id": matter.subject, "good": matter.occasion, "n": matter.n,
    }  # fmt: skip


def _waiting(matter: Matter, duty: DutyKind, said: dict[str, Any]) -> str:
    person = duty.subject is Subject.PERSON
    said["what"] = (_("%(who)s 的“%(kind)s”") if person else "%(kind)s %(who)s") % (
        said | {"kind": _begin(_said(duty))}
    )
    said |= {"stage": _said(duty.stages[matter.n]), "limit": matter.limit or duty.stages[matter.n].within or 0}
    if matter.detail == "deferral":
        return _("%(what)s 暂缓已到期，仍未采样。") % said
    if duty.name == "swab" and duty.stages[matter.n].name == "held":
        return _("%(who)s 混管异常，没有安排单管复核，超过 %(limit)s 分钟时限。") % said
    if matter.class_ is Class.OVERDUE:
        return _("%(what)s 停在“%(stage)s”，超过 %(limit)s 分钟时限。") % said
    return _("%(what)s 停在“%(stage)s”，即将到 %(limit)s 分钟时限。") % said


def _group(matter: Matter, said: dict[str, Any]) -> str:
    """Write what stands for many: how many, and of people the first ones."""
    said["names"] = _("、").join(subject(m) for m in matter.members[:3])
    said["tubes"] = matter.n - matter.boxes
    if matter.kind == "deferred":
        few = matter.n <= len(matter.members[:3])
        return (
            _("%(n)s 人暂缓已到期，仍未采样：%(names)s。") if few else _("%(n)s 人暂缓已到期，仍未采样：%(names)s 等。")
        ) % said
    if matter.kind == "unsampled":
        return _("计划结束时间已过，这里还有 %(n)s 人未采样。") % said
    if matter.kind == "plan":
        over = matter.class_ is Class.OVERDUE
        return (
            _("本轮已过计划结束时间，还有 %(n)s 人未采样。")
            if over
            else _("本轮快到计划结束时间，还有 %(n)s 人未采样。")
        ) % said
    if matter.kind == "unheard":
        return doubt_words.group(matter, said)
    if matter.kind == "unknown":
        kind = REGISTRY.by_code.get(matter.occasion)
        return {
            "tube": _("设备“%(who)s”报了 %(n)s 个采样管号，都没有封管记录。"),
            "box": _("设备“%(who)s”报了 %(n)s 个转运箱号，都没有装箱记录。"),
        }.get(kind.name if kind else "", _("设备“%(who)s”报了 %(n)s 个不在应办名单里的人。")) % said
    said["what"] = (
        _("%(n)s 箱") % {"n": matter.boxes} if not said["tubes"]
        else _("%(n)s 管") % {"n": said["tubes"]} if not matter.boxes
        else _("%(tubes)s 管、%(boxes)s 箱") % said
    )  # fmt: skip
    return {
        (KEPT, True): _("“%(who)s”手上有 %(what)s 超过时限没有交出。"),
        (ON_THE_WAY, True): _("“%(who)s”转运的 %(what)s 超过时限没有送到。"),
        (AT_LABORATORY, True): _("“%(who)s”收到的 %(what)s 超过时限没有结果。"),
        (KEPT, False): _("“%(who)s”手上有 %(what)s 即将超过交出时限。"),
        (ON_THE_WAY, False): _("“%(who)s”转运的 %(what)s 即将超过送达时限。"),
        (AT_LABORATORY, False): _("“%(who)s”收到的 %(what)s 即将超过出结果时限。"),
    }[matter.occasion, matter.class_ is Class.OVERDUE] % said


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
    if matter.detail == "lent":
        return {
            "tube": _("采样管 %(who)s 被交出两次，或交出的人没有收到过它。"),
        }.get(matter.kind, _("转运箱 %(who)s 被交出两次，或交出的人没有收到过它。")) % said
    return {
        "tube": _("采样管 %(who)s 在 %(n)s 个转运箱里都有登记。"),
    }.get(matter.kind, _("%(who)s 在 %(n)s 根采样管里都有登记（%(kind)s）。")) % said


@register.simple_tag
def conflict_page(campaign: int, owed: Owed) -> str:
    """Return the address of the page on which a report that does not fit is solved."""
    return reverse(
        "now-matter", args=[f"conflict.{owed.kind.name}.{campaign}.{owed.subject}.{owed.occasion}:{owed.area}"]
    )


@register.simple_tag
def in_words(said: tuple[str, str]) -> str:
    """Write what has both languages."""
    return said[1] if (get_language() or "").startswith("en") else said[0]


@register.simple_tag
def advice(matter: Matter) -> str:
    """Write the step that solves a matter."""
    if matter.class_ is Class.CONFLICT:
        return _advice_on_conflict(matter)
    if matter.class_ is Class.OFFER:
        return _("人在本区域的，按“接受移交”；不在的，请与移出方联系。")
    if matter.class_ is Class.SILENT:
        return {
            "gap": _("请持机人联网打开手机补传；手机打不开的，导出离线记录后补传。"),
            "revoked": _("找到手机，导出离线记录后补传；找不到的，写明原因，按“核对完毕”。"),
        }.get(matter.detail, _("请打电话找持机人：还在用的，请联网；下班的，请在手机上结束本班；遗失的，停用。"))
    if matter.class_ is Class.SHORTAGE:
        return (
            _("给这台设备送标签，并请持机人领取登记。")
            if matter.kind == "journal"
            else _("请调拨或补货；已安排的，写明原因。")
        )
    if matter.class_ is Class.DANGER:
        return {
            "swab": _("请立即联系本人或家属，优先上门采样。"), "retest": _("请立即联系本人或家属，优先上门单管复核。"),
        }.get(matter.kind, _("请立即联系本人，优先安排转运和医疗照护。"))  # fmt: skip
    return _advice_on_wait(matter)


def _advice_on_wait(matter: Matter) -> str:
    if matter.detail == "deferral" or matter.kind == "deferred":
        return _("请再次联系：能采的通知采样，不能采的重新写明期限或原因。")
    if matter.kind in ("unsampled", "plan"):
        return _("请逐户核实：通知采样、上门采样，或写明因故未检；完成后再结束本轮。")
    if matter.kind == "retest" and matter.n >= REGISTRY.duties["retest"].took_part:
        return _("单管已采：请催送检和实验室优先出结果。")
    if matter.kind in ("retest", "swab"):
        return _("请电话通知本人不要外出，安排上门单管复核。")
    if matter.kind == "disposition":
        steps = {
            "open": _("请打电话告知本人检测结果和转运安排。"), "told": _("请落实隔离收治床位。"),
            "placed": _("请派车接人。"), "collected": _("请与接收点核对是否已收治。"),
        }  # fmt: skip
        return steps.get(REGISTRY.duties["disposition"].stages[matter.n].name, "")
    return {
        "courier": _("请打电话问转运员送到了哪里；送错或丢失的，写明原因并请管里的人重新采样。"),
        "laboratory": _("请打电话催实验室出结果；管已损毁的，写明原因并请管里的人重新采样。"),
    }.get(desk_of(matter), _("请打电话催持机人装箱交出；管已丢失的，写明原因并请管里的人重新采样。"))


def _advice_on_conflict(matter: Matter) -> str:
    if matter.kind == "unheard" or matter.detail in doubt_words.DOUBTS:
        return doubt_words.advice(matter)
    if matter.detail == "twice" and matter.kind != "tube":
        return _("问采样点实际采了几次：只采一次，作废登错的那条；确实采了两次，填说明，按“核对完毕”。")
    return {
        "nobody": _("多半是登记还没传上来：先看失联设备和纸质登记单。管号读错的，作废这个结果，请实验室重报。"),
        "twice": _("问转运员和实验室，这根管实际在哪个箱里，作废登错的那条。"),
        "lent": _("问转运员和实验室，东西实际在哪个箱里，作废登错的那条；少了一次登记的，请经手人补报。"),
        "refused": _("按每条的原因更正后重新上报；拒收的内容一直留着，可以查。"),
        "variant": _("多半是一部手机被恢复或复制过：停用它，登记新的，并核对下面各条。"),
        "clock": _("请持机人校准手机时间，并核对下面各条的时间。"),
        "labels": _("请持机人清点：没用的收回，用过的补报；查明后写明原因，按“核对完毕”。"),
    }.get(
        matter.detail,
        _("先看这台设备和同一批的登记是否传齐；读错号的，打开逐条作废；查明后写明原因，按“核对完毕”。"),
    )
