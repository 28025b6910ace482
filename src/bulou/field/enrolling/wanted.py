"""What the form of enrolment asks for: read, and held to the user's own areas and to what a device can carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from bulou.field import pack
from bulou.field.actions import MOST
from bulou.field.enrolling.rules import CARD_LONGEST, LONGEST, LONGEST_NAME, listed, outermost, plain
from bulou.field.roles import KINDS, ROLES
from bulou.ledger.areas import is_area, span
from bulou.ledger.scope import Ranges, covers
from bulou.places import units
from bulou.places.units import Unit
from bulou.ui import entitled, forms

MOST_AREAS = 200
#: Devices that are enrolled at once, each with a code of its own.
MOST_NAMES = 120


class Wrong(ValueError):
    """A field that cannot be taken; its text is the sentence that the page shows."""


def forbidden(kind: str) -> str:
    """Write why somebody may not enrol a kind of device: it may do no more than who gave it."""
    return {
        "phone": _("手机会带上所选区域的居民姓名，并能登记去向和采样：您的角色在所选区域没有这些权限，不能登记手机。"),
        "courier": _("您的角色在所选区域不能登记采样和转运，不能登记转运员设备。"),
        "laboratory": _("您的角色在所选区域不能上报检测结果，不能登记实验室设备。"),
    }[kind]


def check_names(names: tuple[str, ...]) -> None:
    """Hold a list of names to what can be printed and told apart.

    Raises:
        Wrong: none, too many, one that is too long, or one that comes twice; with the line.
    """
    if not names:
        raise Wrong(_("请每行写一个名称。"))
    if len(names) > MOST_NAMES:
        raise Wrong(_("一次最多%(most)s个名称，这里有%(n)s个。") % {"most": MOST_NAMES, "n": len(names)})
    for at, name in enumerate(names, 1):
        if len(name) > LONGEST_NAME:
            raise Wrong(_("第%(at)s个名称超过%(most)s个字。") % {"at": at, "most": LONGEST_NAME})
        if name in names[: at - 1]:
            raise Wrong(_("第%(at)s个名称“%(name)s”与前面的重复。") % {"at": at, "name": name})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One device, or a card that admits several."""

    name: str
    kind: str
    role: str
    areas: tuple[int, ...]
    until: datetime
    admits: int
    unit: Unit | None = None
    names: tuple[str, ...] = ()
    """Of many devices at once, each with a code of its own: what each is called."""

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
        if form.get("what") not in ("one", "card", "many"):
            raise Wrong(_("请选择登记方式。"))
        card = form.get("what") == "card"
        kind = "phone" if card else form.get("kind", "")
        names = listed(form.get("names", "")) if form.get("what") == "many" else ()
        name = names[0] if names else plain(form.get("name", ""))[:LONGEST_NAME]
        if form.get("what") == "many":
            check_names(names)
        if not name:
            raise Wrong(_("请填写名称。"))
        if kind not in KINDS or (kind == "phone" and form.get("role") not in ROLES):
            raise Wrong(_("请选择设备种类和角色。"))
        areas = outermost(forms.number(text) for text in form.getlist("area"))
        if not areas or len(areas) > MOST_AREAS:
            raise Wrong(_("请勾选设备负责的区域。"))
        if not all(is_area(area) and all(covers(ranges, end) for end in span(area)) for area in areas):
            raise Wrong(_("只能登记您负责区域内的设备。"))
        if not all(may(entitled.DEVICES[kind], area) for area in areas):
            raise Wrong(forbidden(kind))
        until, longest = forms.time(form.get("until", "")), CARD_LONGEST if card else LONGEST
        if until is None or not now < until <= now + longest:
            raise Wrong(_("有效期须晚于现在：班次卡最长36小时，其他最长31天。"))
        admits = forms.number(form.get("admits", "")) if card else 1
        if not (2 <= admits <= MOST if card else admits == 1):
            raise Wrong(_("班次卡可登记2至%(most)s台设备。") % {"most": MOST})
        unit = _unit(form.get("unit", ""), ranges) if kind == "phone" else None
        wanted = cls(name, kind, form["role"] if kind == "phone" else "", areas, until, admits, unit, names)
        if kind == "phone" and pack.people_in(pack.bounds(wanted.ranges)) > pack.MAX_PEOPLE:
            raise Wrong(_("所选区域超过%(most)s人，一台手机装不下，请分成多台登记。") % {"most": pack.MAX_PEOPLE})
        return wanted


def _unit(text: str, ranges: Ranges) -> Unit | None:
    """Return the unit that a device works for, by its code or its whole name; None for an empty text.

    Raises:
        Wrong: there is none or there are several, or it lies outside the user's areas: who is given to it may come from
            anywhere, so that only who answers for the whole unit gives out a phone for it.
    """
    text = text.strip()
    if not text:
        return None
    found = list(units.coded([text]).values()) or [
        one for one in units.listed(q=text, limit=units.MOST)[0] if one.name == text
    ]
    if len(found) != 1 or not found[0].open:
        raise Wrong(_("没有在用的单位叫“%(name)s”，或有几个同名：请填单位编码。") % {"name": text[:40]})
    if not all(covers(ranges, end) for end in span(found[0].area)):
        raise Wrong(_("“%(name)s”不在您负责的区域内，不能为它登记手机。") % {"name": found[0].name})
    return found[0]
