"""What the list says of doubts that a duty can have beside each other, and of voids that do not count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.command.worklist.rules import Told, WorkItem
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Subject, Unheard
from bulou.ui.templatetags.naming import place, value_name
from bulou.ui.words import said

#: What these doubts are called as a matter's ``detail``.
DOUBTS = ("unheard", "disputed", "short", "sealed", "voids", "packed", "misfilled")
#: How the time of a report is written.
CLOCK = "%m-%d %H:%M"
#: Those whose sentence names the reports.
NAMING = ("unheard", "disputed", "short", "misfilled")
#: In what a tube is not as its round's rule says, by the reason that its report bears.
MISFILLED = {
    "over": gettext_lazy("装了%(n)s人，超过本轮混管人数"), "single": gettext_lazy("混装了%(n)s名应单管采样的人"),
    "homes": gettext_lazy("装了封控区%(n)s户的人，本轮应一户一管"),
}  # fmt: skip


def sentence(matter: WorkItem, who: str, knows: bool = True) -> str:
    """Write in one sentence what is the matter. ``who``: whom or what it is about; ``knows``: the reader may know
    results.
    """
    if not matter.n or (matter.detail in NAMING and not (matter.told and matter.kind in REGISTRY.duties)):
        return _("%(who)s：已有决定，无须处理") % {"who": who}
    if matter.detail == "unheard":
        return _unheard(matter, {"who": who, "n": matter.n}, knows)
    if matter.detail == "disputed":
        return _disputed(matter, {"who": who}, knows)
    write: Callable[[WorkItem, dict[str, Any]], str] = {
        "short": _short, "voids": _voids, "misfilled": _misfilled,
        "sealed": lambda _m, said: _("采样管%(who)s重复封管：可能两根管贴了同一号码") % said,
        "packed": lambda _m, said: _("采样管%(who)s") % said,
    }[matter.detail]  # fmt: skip
    return write(matter, {"who": who, "n": matter.n})


def _unheard(matter: WorkItem, told: dict[str, Any], knows: bool) -> str:
    duty, one = REGISTRY.duties[matter.kind], matter.told[0]
    told |= {"what": _what(one, duty, knows), "by": _by(one)}
    if duty.subject is not Subject.PERSON:
        told["who"] = f"{said(duty)} {told['who']}"
    if one.why == Unheard.ELSEWHERE:
        return _("别处有%(n)s条关于%(who)s的上报没有计入：%(what)s（%(by)s）") % told
    return _("有%(n)s条关于%(who)s的上报没有计入：%(what)s（%(by)s）") % told


def _what(told: Told, duty: DutyKind, knows: bool) -> str:
    """Write what a report says: its kind, and its value or reason."""
    entry = REGISTRY.entries.get(told.said)
    more = value_name(duty.values[told.value]) if knows and 0 < told.value < len(duty.values) else ""
    more = more or next((said(reason) for reason in duty.reasons if reason.name == told.reason), "")
    return " · ".join(part for part in (said(entry), more) if part)


def _by(told: Told) -> str:
    """Write by which device something was reported, and from where."""
    if not told.place:
        return _("“%(by)s”") % {"by": told.by}
    return _("%(place)s“%(by)s”") % {"by": told.by, "place": place(told.place, told.name)}


def _disputed(matter: WorkItem, said: dict[str, Any], knows: bool) -> str:
    if not knows:
        return _("采样管%(who)s的结果互相矛盾，请实验室核对") % said
    values = REGISTRY.duties[matter.kind].values
    named = {n: value_name(value) for n, value in enumerate(values)}
    told = [
        _("%(by)s报%(value)s（%(at)s）")
        % {"by": _by(one), "value": named.get(one.value, "–"), "at": timezone.localtime(one.at).strftime(CLOCK)}
        for one in matter.told
    ]
    said |= {"told": _("，").join(told), "value": named.get(matter.told[0].value, "–")}
    return _("采样管%(who)s的结果互相矛盾：%(told)s。决定之前，按较重的“%(value)s”处理") % said


def _short(matter: WorkItem, said: dict[str, Any]) -> str:
    said |= {"by": _by(matter.told[0]), "count": matter.told[0].value}
    return _("转运箱%(who)s装箱%(n)s管，%(by)s清点为%(count)s管") % said


def _misfilled(matter: WorkItem, said: dict[str, Any]) -> str:
    said |= {"by": _by(matter.told[0])}
    said["what"] = misfilled({one.reason: one.value for one in matter.told})
    return _("采样管%(who)s%(what)s（%(by)s封管）") % said


def misfilled(wrong: Mapping[str, int]) -> str:
    """Write in what a tube is not as its round's rule says: {reason of ``MISFILLED``: people or households}."""
    return _("；").join(str(MISFILLED[name]) % {"n": n} for name, n in wrong.items() if n and name in MISFILLED)


def _voids(matter: WorkItem, said: dict[str, Any]) -> str:
    said["by"] = matter.said
    if matter.said:
        return _("“%(by)s”要求作废设备“%(who)s”的%(n)s条上报，尚未生效") % said
    return _("设备“%(who)s”有%(n)s条上报被要求作废，尚未生效") % said


def group(matter: WorkItem, told: dict[str, Any], knows: bool = True) -> str:
    """Write of how many duties a device reported what does not count, and of people the first ones."""
    kind = REGISTRY.by_code.get(matter.occasion)
    by = next((_by(one.told[0]) for one in matter.members if one.told), told["who"])
    told |= {"by": by, "kind": said(kind)}
    if kind and kind.name == "disposition" and not knows:
        return _("%(by)s有%(n)s条关于本区域的上报，没有计入") % told
    if kind and kind.subject is Subject.PERSON:
        return _("%(by)s上报了本区域%(n)s人的“%(kind)s”，没有计入：%(names)s等") % told
    return _("%(by)s上报了本区域的“%(kind)s”%(n)s个，没有计入") % told


def advice(matter: WorkItem) -> str:
    """Write the step that solves the doubt."""
    if not matter.n:
        return ""
    if matter.foreign:
        return _("由采样的区域决定：请把本区域经手的记录和编号告诉对方；本区域报错的，请上报人作废重报。")
    if matter.kind == "unheard":
        return _("逐条电话核实：属实的，勾选后按“照此上报”；不属实的，填写原因，按“维持不变”。")
    return {
        "unheard": _("电话核实：属实的，打开后按“照此上报”；不属实的，填写原因，按“维持不变”。"),
        "disputed": _("请各实验室核对编号和原始记录，分不清的重新采样；核实后打开，选定结果。"),
        "short": _("请收箱的人重新清点：数错的，打开后重新登记管数；确实少管的，勾选后标记遗失，请管里的人重新采样。"),
        "sealed": _("先请实验室暂停发布这根管的结果，再作废登错的那条；分不清的，标记遗失，请两根管里的人都重新采样。"),
        "misfilled": _(
            "问封管的人管里是谁；不能用的，标记遗失，请管里的人重新采样；实验室能检测的，填写原因，按“核对完毕”。"
        ),
        "voids": _("与要求作废的人核实：该作废的，打开后逐条作废；不该作废的，填写原因，按“核对完毕”。"),
    }.get(matter.detail, "")
