"""What the form of enrolment asks for: read, and held to the user's own areas and to what a device can carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from bulou.command import entitled, forms
from bulou.field import pack
from bulou.field.actions import MOST
from bulou.field.enrolling.rules import CARD_LONGEST, LONGEST, outermost
from bulou.field.roles import KINDS, ROLES
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import Ranges, covers

MOST_AREAS = 200


class Wrong(ValueError):
    """A field that cannot be taken; its text is the sentence that the page shows."""


def forbidden(kind: str) -> str:
    """Write why somebody may not enrol a kind of device: it may do no more than who gave it."""
    return {
        "phone": _("手机会带上所选区域的居民姓名，并能登记去向和采样：您的角色在所选区域没有这些权限，不能登记手机。"),
        "courier": _("您的角色在所选区域不能登记采样和转运，不能登记转运员设备。"),
        "laboratory": _("您的角色在所选区域不能上报检测结果，不能登记实验室设备。"),
    }[kind]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One device, or a card that admits several."""

    name: str
    kind: str
    role: str
    areas: tuple[int, ...]
    until: datetime
    admits: int

    @property
    def ranges(self) -> Ranges:
        """Return the ids that the device may speak of."""
        return tuple(span(area) for area in self.areas)

    @classmethod
    def read(cls, form: QueryDict, ranges: Ranges, may: entitled.May, now: datetime) -> Wanted:
        """Return what a form asks for.

        Raises:
            Wrong: a field is missing or cannot be, an area is not the user's own, or the device would see or write
                there what the user may not.
        """
        card = form.get("what") == "card"
        kind = "phone" if card else form.get("kind", "")
        name = " ".join("".join(c if c.isprintable() else " " for c in form.get("name", "")).split())[:60]
        if not name:
            raise Wrong(_("请填写名称。"))
        if kind not in KINDS or form.get("role") not in ROLES:
            raise Wrong(_("请选择设备种类和角色。"))
        areas = outermost(forms.number(text) for text in form.getlist("area"))
        if not areas or len(areas) > MOST_AREAS:
            raise Wrong(_("请勾选设备负责的区域。"))
        if not all(is_area(area) and all(covers(ranges, end) for end in span(area)) for area in areas):
            raise Wrong(_("只能为本人负责区域内的设备登记。"))
        if not all(may(entitled.DEVICES[kind], area) for area in areas):
            raise Wrong(forbidden(kind))
        until, longest = forms.time(form.get("until", "")), CARD_LONGEST if card else LONGEST
        if until is None or not now < until <= now + longest:
            raise Wrong(_("有效期须晚于现在：班次卡至多 36 小时，其他至多 31 天。"))
        admits = forms.number(form.get("admits", "")) if card else 1
        if not (2 <= admits <= MOST if card else admits == 1):
            raise Wrong(_("班次卡可登记 2 至 %(most)s 台设备。") % {"most": MOST})
        wanted = cls(name, kind, form["role"] if kind == "phone" else "", areas, until, admits)
        if kind == "phone" and pack.people_in(pack.bounds(wanted.ranges)) > pack.MAX_PEOPLE:
            raise Wrong(_("所选区域超过 %(most)s 人，手机装不下：请分成几台设备登记。") % {"most": pack.MAX_PEOPLE})
        return wanted
