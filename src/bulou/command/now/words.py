"""What is the matter, in one sentence: the fact first, then what to do. Every matter has one, also of a kind, a stage
or a detail that nobody declared: a list that cannot be written is worse than a plain sentence on it.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulou.command.now.rules import LIMITS, Class, Matter
from bulou.command.words import begin, said
from bulou.ledger.areas import FOUND_BASE
from bulou.ledger.vocabulary import REGISTRY, Subject

#: What has not happened yet, by kind of duty and stage.
WAITS = {
    ("swab", 0): _("居民%(who)s尚未通知"),
    ("swab", 1): _("居民%(who)s已通知，尚未采样"),
    ("swab", 2): _("居民%(who)s已采样，样本尚未送达实验室"),
    ("swab", 3): _("居民%(who)s的样本已送达，结果未出"),
    ("swab", 4): _("居民%(who)s混管异常，尚未单管复核"),
    ("retest", 0): _("混管异常人员%(who)s尚未通知复核"),
    ("retest", 1): _("混管异常人员%(who)s已通知复核，尚未采样"),
    ("retest", 2): _("混管异常人员%(who)s已复核采样，样本尚未送达实验室"),
    ("retest", 3): _("混管异常人员%(who)s的复核样本已送达，结果未出"),
    ("retest", 4): _("混管异常人员%(who)s复核再次异常，尚未单管复核"),
    ("disposition", 0): _("阳性感染者%(who)s尚未告知"),
    ("disposition", 1): _("阳性感染者%(who)s已告知，尚未确定去处"),
    ("disposition", 2): _("阳性感染者%(who)s已定去处，尚未上车"),
    ("disposition", 3): _("阳性感染者%(who)s已上车，尚未收治"),
    ("tube", 1): _("采样管%(who)s尚未装箱"),
    ("tube", 2): _("采样管%(who)s已装箱，尚未交转运"),
    ("tube", 3): _("采样管%(who)s转运中，尚未送达实验室"),
    ("tube", 4): _("采样管%(who)s已送达，结果未出"),
    ("box", 1): _("转运箱%(who)s尚未交转运"),
    ("box", 2): _("转运箱%(who)s转运中，尚未送达实验室"),
}
#: The same for those who may not know why.
KEEP_AWAY = _("请勿接近%(who)s，专班将上门")
#: Who a person in danger is.
IN_DANGER = {"dialysis": _("透析患者"), "pregnant": _("孕产妇"), "alone_over_75": _("独居老人")}
#: What is still owed to a person in danger.
DANGER = {
    "swab": _("%(need)s%(who)s未采样，请优先上门"),
    "retest": _("%(need)s%(who)s待单管复核，请优先上门"),
    "disposition": _("%(need)s%(who)s待转运，请优先安排"),
}
#: What a device left in doubt, and what does not fit of tubes and boxes.
DOUBTS = {
    "refused": _("设备“%(who)s”有%(n)s条上报未被接受，没有计入"),
    "variant": _("设备“%(who)s”有%(n)s条上报前后内容不同，只计入其中一份"),
    "clock": _("设备“%(who)s”时间偏差超过1小时，%(n)s条上报的时间已校正"),
    "labels": _("设备“%(who)s”已交班，还有%(n)s张标签未核销"),
}
UNFIT = {
    ("nobody", "tube"): _("采样管%(who)s有结果或交接，但没有封管记录"),
    ("nobody", "box"): _("转运箱%(who)s有交接，但没有装箱记录"),
    ("nobody", ""): _("%(who)s有上报（%(kind)s），但不在名单上"),
    ("sealed", ""): _("采样管%(who)s重复封管：可能两根管贴了同一号码"),
    ("lent", "tube"): _("采样管%(who)s交接记录不全：交出的人没有接收记录"),
    ("lent", "box"): _("转运箱%(who)s交接记录不全：交出的人没有接收记录"),
    ("twice", "tube"): _("采样管%(who)s登记在%(n)s个转运箱里"),
    ("twice", ""): _("%(who)s重复登记（%(n)s管）"),
}
ADVICE = {
    ("twice", "tube"): _("请问转运员和实验室，这根管实际在哪个箱里，作废登错的那条。"),
    ("twice", ""): _("请问采样点实际采了几次：只采一次的，作废登错的那条；确实采了两次的，填写说明，按“核对完毕”。"),
    ("nobody", ""): _("多半是封管记录还没上传：先查失联设备和纸质登记单。管号读错的，作废这个结果，请实验室重报。"),
    ("sealed", ""): _("先请实验室暂停发布这根管的结果，再作废登错的那条，并请管里的人重新采样。"),
    ("lent", ""): _("请问转运员和实验室，实物在哪里，作废登错的那条；漏登的，请经手人补报。"),
    ("refused", ""): _("按每条的原因更正后重新上报；未接受的内容保留备查。"),
    ("variant", ""): _("多半是手机恢复过备份或被复制：请停用这台，登记一台新的，并核对下面各条。"),
    ("clock", ""): _("请使用人校准手机时间，并核对下面各条的时间。"),
}


def about(matter: Matter) -> str:
    """Return whom or what a matter is about: a masked name, a device's name, a label."""
    if matter.name:
        return matter.name
    duty = REGISTRY.duties.get(matter.kind)
    if duty and duty.subject is Subject.PERSON:
        if matter.subject >= FOUND_BASE:
            return gettext("名册外人员%(tail)s") % {"tail": f"…{matter.subject % 10000:04d}"}
        return gettext("居民%(code)s") % {"code": f"P{matter.subject}"}
    return gettext("未命名设备") if matter.kind == "journal" else str(matter.subject)


def sentence(matter: Matter, knows: bool = True) -> str:
    """Return what is the matter. ``knows``: the reader may know who tests positive."""
    duty = REGISTRY.duties.get(matter.kind)
    told = {"who": about(matter), "n": matter.n, "kind": begin(said(duty)) if duty else matter.kind}
    secret = matter.kind == "disposition" and not knows
    if matter.class_ is Class.DANGER and not secret:
        told["need"] = str(IN_DANGER.get(matter.detail, _("重点人员")))
        return str(DANGER.get(matter.kind, _("%(need)s%(who)s：%(kind)s未完成，请优先办理")) % told)
    if matter.class_ in (Class.OVERDUE, Class.SOON, Class.DANGER) and duty:
        return _waiting(matter, told, secret)
    if matter.class_ is Class.OFFER:
        return str((KEEP_AWAY if secret else _("外区移交%(who)s（%(kind)s），请接收")) % told)
    if matter.class_ is Class.SILENT:
        return str(_silent(matter) % told)
    if matter.class_ is Class.CONFLICT:
        return str(_unfit(matter) % told)
    return str(_short(matter) % (told | {"id": matter.subject, "good": matter.occasion}))


def _waiting(matter: Matter, told: dict[str, object], secret: bool) -> str:
    stages = REGISTRY.duties[matter.kind].stages
    stage = stages[min(max(matter.n, 0), len(stages) - 1)]
    told["stage"] = said(stage)
    state = KEEP_AWAY if secret else WAITS.get((matter.kind, matter.n), _("%(kind)s%(who)s：%(stage)s"))
    told |= {"what": state % told, "limit": stage.within}
    if stage.within is None:
        return str(told["what"])
    if matter.class_ is Class.SOON:
        return gettext("%(what)s，即将超过%(limit)s分钟时限") % told
    return gettext("%(what)s，已超%(limit)s分钟") % told


def _silent(matter: Matter) -> object:
    if matter.n > 0:
        return _("设备“%(who)s”缺%(n)s条上报")
    if matter.weight:
        return _("设备“%(who)s”已停用，可能还有记录没有上传")
    hours = LIMITS["silent"].minutes // 60
    return gettext("设备“%(who)s”超过%(hours)s小时没有消息") % {"who": "%(who)s", "hours": hours}


def _unfit(matter: Matter) -> object:
    if matter.kind == "journal":
        return DOUBTS.get(matter.detail, _("设备“%(who)s”有%(n)s条上报需要核对"))
    found = (UNFIT.get((matter.detail, kind)) for kind in (matter.kind, ""))
    return next((text for text in found if text), _("%(who)s有互相矛盾的上报（%(kind)s）"))


def _short(matter: Matter) -> object:
    if matter.kind == "journal":
        return _("设备“%(who)s”的采样管标签不够：按剩余未采样人数还差%(n)s张")
    return _("%(id)s号仓库的%(good)s号物资还差%(n)s件")


def advice(matter: Matter) -> str:
    """Return what usually solves a conflict; nothing for what is not one."""
    if matter.class_ is not Class.CONFLICT:
        return ""
    found = (ADVICE.get((matter.detail, kind)) for kind in (matter.kind, ""))
    return str(next((text for text in found if text), ""))
