"""How shops stand, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bulou.ui.words import begin, english
from bulou.zones import words as zones
from bulou.zones.shops import rules
from bulou.zones.shops.reads import Shop
from bulou.zones.units import SHOP

TONES = {"open": "good", "guarantee": "warn", "closed": "bad"}


def status_name(value: str) -> str:
    """Return how a shop stands."""
    return {
        "open": _("可以营业"), "guarantee": _("只做保供"), "closed": _("暂停营业"), "rule": _("恢复按规则"),
    }.get(value, _("其他"))  # fmt: skip


def order_name(value: str) -> str:
    """Return what is ordered for an area."""
    return {"open": _("不作限制"), "guarantee": _("只开保供单位"), "closed": _("全部暂停")}.get(value, _("其他"))


def why(one: Shop) -> str:
    """Return in one sentence why a shop stands as it does."""
    text = {
        rules.REGISTER: _("登记册里已停用。"), rules.DECISION: _("对这一家另有决定。"),
        rules.ORDER: _("按商铺管理令。"), rules.NOTHING: _("没有限制。"),
        rules.LEVEL: _("所在区域：%(level)s。") % {"level": zones.level_name(one.level)},
    }[one.status.why]  # fmt: skip
    return text + (_("限制店内人数。") if one.status.limited else "")


def trade_name(name: str) -> str:
    """Return what a shop sells."""
    trades = next(field.choices for field in SHOP.attributes if field.name == "trade")
    found = next((one for one in trades if one.name == name), None)
    return (begin(found.en) if english() else found.zh) if found else _("其他")
