"""What is done to units on the desk: checked, written with who did it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bulou.command.units import rules
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui.room import unit_kinds

#: Tells whether the user may do something in an area.
May = Callable[[str, int], bool]
#: What it takes to write.
NEED = "roster"
LONGEST = 200


class Refusal(Exception):
    """Why it was not done, as a sentence."""


def check(unit: Unit, may: May, old: Unit | None = None) -> None:
    """Hold a unit to what it can be.

    Raises:
        Refusal: its area is not the user's, its code cannot be printed, or an attribute is not as declared.
    """
    if not unit.area or not may(NEED, unit.area) or (old is not None and not may(NEED, old.area)):
        raise Refusal(_("请选择您可以登记单位的区域。"))
    if old is not None and not old.open:
        raise Refusal(_("这个单位已停用：要修改请先恢复使用。"))
    if rules.code_wrong(unit.code, old.code if old else ""):
        raise Refusal(_("编码只能用2至20位大写字母、数字和短横，且不能是U加数字（由系统编号）。"))
    kind = next((one for one in unit_kinds().values() if one.code == unit.kind), None)
    if kind is None or rules.problems(kind, unit.attributes):
        raise Refusal(_("填写内容与这一类单位的要求不符。"))


def save(pairs: Sequence[tuple[Unit | None, Unit]], by: str, may: May, now: datetime) -> list[int]:
    """Add (None, new) and change (old, new) units, all or none; return their numbers.

    Raises:
        Refusal: one of them cannot be, or its code is another unit's.
    """
    for old, new in pairs:
        check(new, may, old)
    try:
        with transaction.atomic():
            units.change([(old, new) for old, new in pairs if old is not None], by, now)
            added = iter(units.add([new for old, new in pairs if old is None], by, now))
    except units.CodeTaken as taken:
        raise Refusal(_("编码%(code)s已由其他单位使用。") % {"code": taken}) from None
    return [old.id if old is not None else next(added) for old, _new in pairs]


def end(unit: Unit, reopen: bool, reason: str, by: str, may: May, now: datetime) -> None:
    """Close a unit, or open it again.

    Raises:
        Refusal: not the user's to close, no reason, or it is so already.
    """
    if not may(NEED, unit.area):
        raise Refusal(_("您的角色不能停用或恢复这一区域的单位。"))
    if not reason.strip():
        raise Refusal(_("请填写原因。"))
    if not units.end(unit, by, reason.strip()[:LONGEST], now, reopen):
        raise Refusal(_("这个单位已在使用。") if reopen else _("这个单位已停用。"))
