"""How places, people and doors are written on the command's pages."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.people.duties import Owed
from bulou.command.reads import Name
from bulou.ledger import seal
from bulou.ledger.areas import BITS, SHIFTS, ancestor, level

register = template.Library()

#: The levels that tell a reader where a building is.
SPOT = (2, 4, 5)

#: Endings that a map's labels leave out.
ENDINGS = ("街道办事处", "社区居民委员会", "居民委员会", "居委会", "街道", " Subdistrict", " Town")


@register.simple_tag
def place(area: int, name: Name | None) -> str:
    """Write an area's name in the reader's language, or its number at its level when the register does not know it."""
    if name:
        return (name[1] if (get_language() or "").startswith("en") else "") or name[0]
    depth = level(area)
    if not depth:
        return _("全部区域")
    return f"#{area >> SHIFTS[depth - 1] & (1 << BITS[depth - 1]) - 1}"


@register.simple_tag
def spot(names: dict[int, Name], area: int, under: int) -> str:
    """Write where an area lies below the node ``under``: street, compound and building, as far as they differ; the area
    itself always.
    """
    nodes = [ancestor(area, depth) for depth in SPOT if level(under) < depth <= level(area)]
    if area not in nodes:
        nodes.append(area)
    return " · ".join(place(node, names.get(node)) for node in nodes)


@register.simple_tag
def seal_line() -> str:
    """Write the newest seal as reports print it; nothing before the first."""
    short = seal.footer()
    return _("存证 %(seal)s") % {"seal": short} if short else ""


@register.simple_tag
def short_place(area: int, name: Name | None) -> str:
    """Write an area's name for the map, without the ending that all of its level share."""
    full = place(area, name)
    for ending in ENDINGS:
        if full.endswith(ending) and len(full) > len(ending):
            return full.removesuffix(ending)
    return full


@register.simple_tag
def door(stairwell: object, floor: int | None, door: str | None) -> str:
    """Write where a household lives in its building."""
    if not door:
        return "–"
    return _("%(stairwell)s 单元 %(door)s") % {"stairwell": stairwell, "door": door} if stairwell else str(door)


@register.simple_tag
def registered(names: dict[int, Name], owed: Owed) -> str:
    """Write the registered address of whoever is registered elsewhere than where the duty stands; else nothing."""
    if not owed.elsewhere:
        return ""
    return " · ".join(
        [spot(names, owed.elsewhere, 0), *([door(owed.stairwell, owed.floor, owed.door)] if owed.door else [])]
    )


@register.simple_tag
def who(name: str | None, person: int) -> str:
    """Write a person's name; one met in the field has only a number until the register knows the name."""
    return name or _("名册外 %(tail)s") % {"tail": f"…{person % 10000:04d}"}


@register.simple_tag
def nil(n: int, tone: str = "") -> SafeString:
    """Write a count; zero stands back."""
    return format_html('<span class="{}">{}</span>', tone if n else "nil", f"{n:,}")


@register.simple_tag
def state_name(state: str) -> str:
    """Write the name of a list's filter."""
    return {
        "missed": _("未采样"),
        "new": _("未通知"),
        "called": _("已通知未到"),
        "deferred": _("暂缓"),
        "refused": _("拒检"),
        "waiting": _("已采样待结果"),
        "all": _("全部未完成"),
    }[state]


@register.simple_tag
def value_name(value: str) -> str:
    """Write a tube's outcome."""
    return {"negative": _("阴性"), "positive": _("阳性"), "invalid": _("无效")}.get(value, value)
