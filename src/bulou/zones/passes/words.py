"""How passes and passages are written in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bulou.ui.words import begin, english
from bulou.zones.passes.vocabulary import CAUSES, SORTS
from bulou.zones.passes.works import WAYS

#: Tone of a state's mark on a page.
TONES = {
    "asked": "warn", "contested": "warn", "valid": "good", "ending": "warn", "early": "plain", "used": "plain",
    "over": "plain", "ended": "plain", "revoked": "bad", "turned_down": "bad",
}  # fmt: skip


def state_name(state: str) -> str:
    """Return how a pass stands."""
    return {
        "asked": _("待审批"), "contested": _("有异议"), "valid": _("有效"), "ending": _("即将到期"),
        "early": _("尚未生效"), "used": _("次数已用完"), "over": _("已到期"), "ended": _("提前结束"),
        "revoked": _("已被撤销"), "turned_down": _("不予通行"),
    }.get(state, _("其他"))  # fmt: skip


def tone(state: str) -> str:
    """Return the tone of a state's mark."""
    return TONES.get(state, "plain")


def sort_name(name: str) -> str:
    """Return what a pass is for."""
    return _word(SORTS, name)


def cause_name(name: str) -> str:
    """Return why somebody was let out without a pass."""
    return _word(CAUSES, name)


def way_name(name: str) -> str:
    """Return which way somebody went."""
    return _word(WAYS, name)


def why_name(name: str) -> str:
    """Return why a code did not hold at a gate."""
    return {
        "unknown": _("不是通行证"), "forged": _("签名不符"), "early": _("尚未生效"), "over": _("已到期"),
        "revoked": _("已被撤销"), "used": _("次数已用完"), "elsewhere": _("不是本区域的"),
        "not_listed": _("名单上没有"),
    }.get(name, _("其他"))  # fmt: skip


def uses_name(uses: int, out: int) -> str:
    """Return how often somebody left on a pass, of how often he may."""
    if not uses:
        return _("已出门%(n)s次，不限次数") % {"n": out}
    return _("已出门%(n)s次，共%(of)s次") % {"n": out, "of": uses}


def _word(table: tuple[object, ...], name: str) -> str:
    found = next((one for one in table if getattr(one, "name", "") == name), None)
    if found is None:
        return _("其他")
    return begin(getattr(found, "en", "")) if english() else str(getattr(found, "zh", ""))
