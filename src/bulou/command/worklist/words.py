"""What is the matter, in one sentence: the fact. What solves it is in ``advice``. Every matter has a sentence, also
one of a kind, a stage or a detail that nobody declared: a list that cannot be written is worse than a plain sentence
on it.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulou.command.worklist import doubt_words
from bulou.command.worklist.rules import AT_LABORATORY, GROUPS, KEPT, LIMITS, ON_THE_WAY, Category, WorkItem
from bulou.ledger.areas import FOUND_BASE
from bulou.ledger.vocabulary import REGISTRY, Subject
from bulou.ui.words import begin, said

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
    ("lent", "tube"): _("采样管%(who)s交接记录不全：交出的人没有接收记录"),
    ("lent", "box"): _("转运箱%(who)s交接记录不全：交出的人没有接收记录"),
    ("twice", "tube"): _("采样管%(who)s登记在%(n)s个转运箱里"),
    ("twice", ""): _("%(who)s重复登记（%(n)s管）"),
}
SILENT = {"gap": _("设备“%(who)s”缺%(n)s条上报"), "revoked": _("设备“%(who)s”已停用，可能还有记录没有上传")}
#: What stands for many ids on no list, by their kind.
UNKNOWN = {
    "tube": _("设备“%(who)s”上报了%(n)s个采样管号，都没有封管记录"),
    "box": _("设备“%(who)s”上报了%(n)s个转运箱号，都没有装箱记录"),
}
#: Late tubes and boxes, by where they are stuck and whether their time is over.
STUCK = {
    (KEPT, True): _("“%(who)s”手上有%(what)s超时未交出"),
    (ON_THE_WAY, True): _("“%(who)s”转运的%(what)s超时未送达"),
    (AT_LABORATORY, True): _("“%(who)s”收到的%(what)s超时未出结果"),
    (KEPT, False): _("“%(who)s”手上有%(what)s即将超过交出时限"),
    (ON_THE_WAY, False): _("“%(who)s”转运的%(what)s即将超过送达时限"),
    (AT_LABORATORY, False): _("“%(who)s”收到的%(what)s即将超过出结果时限"),
}


def about(matter: WorkItem) -> str:
    """Return whom or what a matter is about: a masked name, a device's name, a label."""
    if matter.name:
        return matter.name
    duty = REGISTRY.duties.get(matter.kind)
    if duty and duty.subject is Subject.PERSON:
        if matter.subject >= FOUND_BASE:
            return gettext("名册外人员%(tail)s") % {"tail": f"…{matter.subject % 10000:04d}"}
        return gettext("居民%(code)s") % {"code": f"P{matter.subject}"}
    if duty and duty.subject is Subject.HOUSEHOLD:
        return gettext("住户%(code)s") % {"code": f"H{matter.subject}"}
    if duty and duty.subject is Subject.AREA:
        return ""  # its place stands beside it
    return gettext("未命名设备") if matter.kind == "journal" else str(matter.subject)


def sentence(matter: WorkItem, knows: bool = True) -> str:
    """Return what is the matter. ``knows``: the reader may know who tests positive."""
    duty = REGISTRY.duties.get(matter.kind)
    told = {"who": about(matter), "n": matter.n, "kind": begin(said(duty)) if duty else matter.kind}
    if matter.kind in GROUPS:
        return _group(matter, told, knows)
    if matter.kind == "disposition" and not knows:
        return _secret(matter, told)
    if matter.class_ is Category.CONFLICT and matter.detail in doubt_words.DOUBTS:
        return doubt_words.sentence(matter, str(told["who"]), knows)
    if matter.class_ is Category.DANGER:
        told["need"] = str(IN_DANGER.get(matter.detail, _("重点人员")))
        return str(DANGER.get(matter.kind, _("%(need)s%(who)s：%(kind)s未完成，请优先办理")) % told)
    if matter.class_ in (Category.OVERDUE, Category.SOON) and duty:
        return _waiting(matter, told, WAITS.get((matter.kind, matter.n), _("%(kind)s%(who)s：%(stage)s")))
    if matter.class_ is Category.OFFER:
        return gettext("外区移交%(who)s（%(kind)s），请接收") % told
    if matter.class_ is Category.SILENT:
        return str(
            SILENT.get(matter.detail, _("设备“%(who)s”超过%(hours)s小时没有消息")) % (told | {"hours": _hours()})
        )
    if matter.class_ is Category.CONFLICT:
        return str(_unfit(matter) % told)
    return str(_short(matter) % (told | {"id": matter.subject, "good": matter.occasion}))


def _hours() -> int:
    return LIMITS["silent"].minutes // 60


def _secret(matter: WorkItem, told: dict[str, object]) -> str:
    """Return what somebody may read who may not know why: to keep away, and how long it has waited."""
    if matter.class_ in (Category.OVERDUE, Category.SOON, Category.DANGER):
        return _waiting(matter, told, KEEP_AWAY)
    return str(KEEP_AWAY % told)


def _waiting(matter: WorkItem, told: dict[str, object], state: object) -> str:
    stages = REGISTRY.duties[matter.kind].stages
    stage = stages[min(max(matter.n, 0), len(stages) - 1)]
    told["stage"] = said(stage)
    if matter.detail == "deferral":
        return gettext("居民%(who)s暂缓已到期，仍未采样") % told
    limit = matter.limit or stage.within
    told |= {"what": str(state) % told, "limit": limit}
    if not limit:
        return str(told["what"])
    if limit < 0:  # what an order says was due before this stage began
        return gettext("%(what)s，期限已过") % told
    if matter.class_ is Category.SOON:
        return gettext("%(what)s，即将超过%(limit)s分钟时限") % told
    return gettext("%(what)s，已超%(limit)s分钟时限") % told


def _group(matter: WorkItem, told: dict[str, object], knows: bool) -> str:
    """Return what stands for many: how many, and of people the first ones."""
    first = matter.members[:3]
    told["names"] = gettext("、").join(about(m) for m in first)
    over = matter.class_ is Category.OVERDUE
    if matter.kind == "deferred":
        all_named = _("%(n)s人暂缓已到期，仍未采样：%(names)s")
        return str((all_named if matter.n <= len(first) else _("%(n)s人暂缓已到期，仍未采样：%(names)s等")) % told)
    if matter.kind == "unsampled":
        return gettext("计划结束时间已过，这里还有%(n)s人未采样") % told
    if matter.kind == "unreached":
        told["what"] = begin(said(REGISTRY.duties.get(matter.detail)))
        return gettext("%(what)s：期限已过，这里还有%(n)s项未完成") % told
    if matter.kind == "plan":
        past = _("本轮已过计划结束时间，还有%(n)s人未采样")
        return str((past if over else _("本轮即将到计划结束时间，还有%(n)s人未采样")) % told)
    if matter.kind == "unheard":
        return doubt_words.group(matter, told, knows)
    if matter.kind == "unknown":
        kind = REGISTRY.by_code.get(matter.occasion)
        return str(UNKNOWN.get(kind.name if kind else "", _("设备“%(who)s”上报了%(n)s名不在名单上的人员")) % told)
    told["what"] = _items(matter.n - matter.boxes, matter.boxes)
    return str(STUCK.get((matter.occasion, over), STUCK[KEPT, over]) % told)


def _items(tubes: int, boxes: int) -> str:
    if not tubes:
        return gettext("%(n)s箱") % {"n": boxes}
    if not boxes:
        return gettext("%(n)s管") % {"n": tubes}
    return gettext("%(tubes)s管、%(boxes)s箱") % {"tubes": tubes, "boxes": boxes}


def _unfit(matter: WorkItem) -> object:
    if matter.kind == "journal":
        return DOUBTS.get(matter.detail, _("设备“%(who)s”有%(n)s条上报需要核对"))
    found = (UNFIT.get((matter.detail, kind)) for kind in (matter.kind, ""))
    return next((text for text in found if text), _("%(who)s有互相矛盾的上报（%(kind)s）"))


def _short(matter: WorkItem) -> object:
    if matter.kind == "journal":
        return _("设备“%(who)s”的采样管标签不够：按剩余未采样人数还差%(n)s张")
    return _("%(id)s号仓库的%(good)s号物资还差%(n)s件")
