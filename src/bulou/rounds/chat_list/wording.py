"""How the page of lists writes what it understood: why a row is given back, what an act does."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.ledger.vocabulary import DutyKind
from bulou.rounds.chat_list.lists import entry_kind
from bulou.rounds.chat_list.settling import Rejected


def why(row: Rejected) -> str:
    """Write why a row is not applied."""
    return _whys(row.detail)[row.why]


def _whys(detail: str) -> dict[str, str]:
    return {
        "unreadable": _("无法识别，请写楼号、室号、姓名，例如：3-502 张三"),
        "building": _("没有楼号：请写楼号和室号，例如3-502"),
        "number": _("这一行含证件号码：不录入也不保留，请去掉后重填"),
        "columns": _("有两列标题相同，无法确定以哪一列为准：请删去一列"),
        "word": _("无法识别情况“%(said)s”：请写全，如收到、外出、拒检、住院、已搬离；带“没、不、未”的不会自动录入")
        % {"said": detail},
        "silent": _("没有写情况"),
        "masked": _("姓名不全：请写全名，或交回带编码的导出名单"),
        "unmatched": _("您负责的区域内没有此姓名"),
        "door": _("有此姓名，但室号不同"),
        "place": _("街镇、居委会或小区与登记的不同"),
        "elsewhere": _("不在所选区域或标题所写的小区内"),
        "ambiguous": _("同一室号有多个同名人员"),
        "name": _("姓名栏里有不住在这一户的人：“%(said)s”") % {"said": detail},
        "mixed": _("一行写了两个人的不同情况：请分成两行"),
        "count": _("人数与姓名不符：请写出每个人的姓名"),
        "twice": _("同一人重复"),
        "contradiction": _("同一人写了两种情况，其中一种会终结应检：请核实后只留一行"),
        "code": _("编码与姓名、门牌或校验码不符"),
        "same": _("与导出时相同，没有新情况"),
        "open": _("仍未采样：状态不变，不用录入"),
        "sampled": _("“已采样”以采样记录为准，名单不能代替；在别处采的请写“已在别处采样”"),
        "never": _("这种情况不能用名单录入：请逐人办理"),
        "done": _("本轮已采样、已登记因故未检，或不在应检名单"),
        "entitled": _("您的角色在这一区域不能登记这种情况"),
    }  # fmt: skip


def act_name(act: str, kind: DutyKind) -> str:
    """Write what a row will be taken down as."""
    if act == "called":
        return _("已通知")
    reason = next(reason for reason in kind.reasons if reason.name == act)
    return reason.en if (get_language() or "").startswith("en") else reason.zh


def effect(act: str, kind: DutyKind) -> str:
    """Write what an act does to the duty."""
    return {
        "swab.called": _("仍须采样"),
        "duty.deferred": _("暂缓4小时，仍须采样"),
        "duty.refused": _("记为拒检，仍须采样"),
        "duty.excused": _("终结应检：本轮不再采样"),
    }[entry_kind(act, kind)]
