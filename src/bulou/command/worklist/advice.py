"""What solves a matter of the list, in one step; nothing where nothing can be said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bulou.command.worklist import doubt_words
from bulou.command.worklist.rules import Category, WorkItem, desk_of
from bulou.ledger.vocabulary import REGISTRY

SILENT = {
    "gap": _("请使用人联网打开手机补传；手机打不开的，导出离线记录后补传。"),
    "revoked": _("请找到手机，导出离线记录后补传；找不到的，填写原因，按“核对完毕”。"),
}
DANGER = {
    "swab": _("请立即联系本人或家属，优先上门采样。"),
    "retest": _("请立即联系本人或家属，优先上门单管复核。"),
}
#: What the next step of a transfer is, by its stage.
TRANSFER = {
    "open": _("请电话告知本人检测结果和转运安排。"),
    "told": _("请落实隔离收治床位。"),
    "placed": _("请派车接人。"),
    "collected": _("请与收治点核对是否已收治。"),
}
ITEMS = {
    "courier": _("请电话询问转运员送到了哪里；送错或丢失的，填写原因，并请管里的人重新采样。"),
    "laboratory": _("请电话催实验室出结果；管已损毁的，填写原因，并请管里的人重新采样。"),
}
CONFLICT = {
    ("twice", "tube"): _("请问转运员和实验室，这根管实际在哪个箱里，作废登错的那条。"),
    ("twice", ""): _("请问采样点实际采了几次：只采一次的，作废登错的那条；确实采了两次的，填写说明，按“核对完毕”。"),
    ("nobody", ""): _("多半是封管记录还没上传：先查失联设备和纸质登记单。管号读错的，作废这个结果，请实验室重报。"),
    ("lent", ""): _("请问转运员和实验室，实物在哪里，作废登错的那条；漏登的，请经手人补报。"),
    ("refused", ""): _("按每条的原因更正后重新上报；未接受的内容保留备查。"),
    ("variant", ""): _("多半是手机恢复过备份或被复制：请停用这台，登记一台新的，并核对下面各条。"),
    ("clock", ""): _("请使用人校准手机时间，并核对下面各条的时间。"),
    ("labels", ""): _("请使用人清点：没用的收回，用过的补报；查明后填写原因，按“核对完毕”。"),
}


def advice(matter: WorkItem, knows: bool = True) -> str:
    """Return the step that solves a matter. ``knows``: the reader may know who tests positive."""
    if matter.kind == "disposition" and not knows:
        return ""
    return str(_step(matter))


def _step(matter: WorkItem) -> object:
    if matter.class_ is Category.CONFLICT:
        return _conflict(matter)
    if matter.class_ is Category.OFFER:
        return _("人在本区域的，按“接收移交”；不在的，请与移出方联系。")
    if matter.class_ is Category.SILENT:
        return SILENT.get(
            matter.detail, _("请电话联系使用人：还在用的，请联网；下班的，请在手机上交班；遗失的，请停用。")
        )
    if matter.class_ is Category.SHORTAGE:
        if matter.kind == "journal":
            return _("请给这台设备送标签，并请使用人领取登记。")
        return _("请调拨或补货；已安排的，填写原因。")
    if matter.class_ is Category.DANGER:
        return DANGER.get(matter.kind, _("请立即联系本人，优先安排转运和医疗照护。"))
    return _wait(matter)


def _wait(matter: WorkItem) -> object:
    if matter.detail == "deferral" or matter.kind == "deferred":
        return _("请再次联系：能采的通知采样，不能采的重新填写期限或原因。")
    if matter.kind == "unreached":
        return _("请再上门，或登记家中无人、空户等原因；名单在发放页。")
    if matter.kind in ("unsampled", "plan"):
        return _("请逐户核实：通知采样、上门采样，或登记因故未检；完成后再结束本轮。")
    if matter.kind == "retest" and matter.n >= REGISTRY.duties["retest"].took_part:
        return _("单管已采：请催送检和实验室优先出结果。")
    if matter.kind in ("retest", "swab"):
        return _("请电话通知本人不要外出，安排上门单管复核。")
    if matter.kind == "disposition":
        stages = REGISTRY.duties["disposition"].stages
        return TRANSFER.get(stages[matter.n].name if 0 <= matter.n < len(stages) else "", "")
    if matter.kind not in ("tube", "box", "items"):
        return _("请与责任人联系；办好的，登记下一步；办不了的，写明原因。")
    return ITEMS.get(desk_of(matter), _("请电话催使用人装箱交出；管已丢失的，填写原因，并请管里的人重新采样。"))


def _conflict(matter: WorkItem) -> object:
    if matter.kind == "unheard" or matter.detail in doubt_words.DOUBTS:
        return doubt_words.advice(matter)
    found = (CONFLICT.get((matter.detail, kind)) for kind in (matter.kind, ""))
    return next(
        (text for text in found if text),
        _("先看这台设备和同一批的登记是否传齐；读错号的，打开逐条作废；查明后填写原因，按“核对完毕”。"),
    )
