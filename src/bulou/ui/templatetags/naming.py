"""How places, people and doors are written on the command's pages."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.ledger import seal
from bulou.ledger.areas import BITS, SHIFTS, ancestor, level
from bulou.places import addresses
from bulou.ui import tabs, words
from bulou.ui.figures import Name

register = template.Library()

#: The levels that tell a reader where a building is.
SPOT = (2, 4, 5)
STATES = {
    "missed": gettext_lazy("未采样"), "new": gettext_lazy("未通知"), "called": gettext_lazy("已通知未到"),
    "deferred": gettext_lazy("暂缓"), "refused": gettext_lazy("拒检"), "waiting": gettext_lazy("已采样，待结果"),
    "all": gettext_lazy("全部未完成"),
}  # fmt: skip
VALUES = {"negative": gettext_lazy("阴性"), "positive": gettext_lazy("阳性"), "invalid": gettext_lazy("无效")}

#: Endings that a map's labels leave out.
ENDINGS = ("街道办事处", "社区居民委员会", "居民委员会", "居委会", "街道", " Subdistrict", " Town")


@register.simple_tag
def place(area: int, name: Name | None) -> str:
    """Write an area's name in the reader's language; of one that the register does not know, its number there."""
    if name:
        return (name[1] if words.english() and len(name) > 1 else "") or name[0]
    depth = level(area)
    if not depth:
        return _("全部区域")
    return _("未登记区域%(n)s") % {"n": area >> SHIFTS[depth - 1] & (1 << BITS[depth - 1]) - 1}


@register.simple_tag
def spot(names: dict[int, Name], area: int, under: int) -> str:
    """Write where an area lies below the node ``under``: street, compound and building, as far as they differ; the area
    itself always.
    """
    nodes = [ancestor(area, depth) for depth in SPOT if level(under) < depth <= level(area)]
    if area not in nodes:
        nodes.append(area)
    known = [node for node in nodes if node in names] or nodes[-1:]
    return " · ".join(place(node, names.get(node)) for node in known)


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
    """Write where a household lives in its building, in the installation's style."""
    return addresses.door(str(door), settings.ADDRESS_STYLE, words.english(), stairwell) if door else "–"


@register.simple_tag
def stairwell_name(stairwell: object) -> str:
    """Write a stairwell in the installation's style; "" where a building has none."""
    return addresses.stairwell(stairwell, settings.ADDRESS_STYLE, words.english())


@register.simple_tag
def who(name: str | None, person: int) -> str:
    """Write a person's name; one met in the field has only a number until the register knows the name."""
    return name or _("名册外人员%(tail)s") % {"tail": f"…{person % 10000:04d}"}


@register.simple_tag(takes_context=True)
def positive_mark(context: Context, person: int) -> SafeString:
    """Write that a person tests positive and what is owed now; to whoever may not know, what to do."""
    one = (context.get("positives") or {}).get(person)
    if one is None:
        return SafeString("")
    if "names" not in (context.get("abilities") or ()):
        return SafeString("") if one.over else _pill("keep-away", _("请勿接近，专班将上门"))
    owed = (
        _("拒绝转运") if one.refused else words.said(one.stage) if one.stage else _("待核酸复核") if one.antigen else ""
    )
    return _pill("positive", _("抗原阳性") if one.antigen else _("阳性")) + (
        _pill("bad", words.begin(owed)) if owed else ""
    )


def _pill(tone: str, text: str) -> SafeString:
    return format_html(' <span class="pill {}">{}</span>', tone, text)


@register.simple_tag
def nil(n: int | None, tone: str = "") -> SafeString:
    """Write a count; zero stands back."""
    return format_html('<span class="{}">{}</span>', tone if n else "nil", f"{n or 0:,}")


@register.simple_tag
def state_name(state: str) -> str:
    """Write the name of a list's filter."""
    return words.of(STATES, state)


@register.simple_tag
def value_name(value: str) -> str:
    """Write a tube's outcome."""
    return words.of(VALUES, value) if value in VALUES else words.quoted(value)


@register.simple_tag(takes_context=True)
def round_around(context: Context, tab: str, template_name: str) -> SafeString:
    """Write what a page of a round has around it, on one whose address names none."""
    request = context["request"]
    if not hasattr(request, "around"):
        request.around = tabs.around(request)
    told = request.around | {"tab": tab, "abilities": context.get("abilities", ())}
    return mark_safe(context.template.engine.get_template(template_name).render(context.new(told)))  # escaped there


@register.simple_tag(takes_context=True)
def column(context: Context, name: str, label: str, tone: str = "n") -> SafeString:
    """Write the heading of a column that sorts; ``sort`` in the context is what the reader chose."""
    chosen = str(context.get("sort", ""))
    mine = chosen.removeprefix("-") == name
    turned = chosen.startswith("-")
    asked = f"-{name}" if mine and not turned else name
    query = context["request"].GET.copy()
    query["sort"] = asked
    for part in ("after", "before", "as"):
        query.pop(part, None)
    said = format_html(' aria-sort="{}"', "ascending" if turned else "descending") if mine else ""
    mark = format_html('<span class="sorted" aria-hidden="true">{}</span>', "▲" if turned else "▼") if mine else ""
    hint = _("按“%(column)s”排序") % {"column": label}
    return format_html(
        '<th class="{}"{}><a href="?{}" title="{}">{}{}</a></th>', tone, said, query.urlencode(), hint, label, mark
    )
