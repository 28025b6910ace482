"""How figures, shares, times and the ledger's own words are written on the desk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.ledger.vocabulary import Subject
from bulou.ui import assets, words
from bulou.ui.sections import SECTIONS

register = template.Library()


@register.filter
def figure(n: int | None) -> str:
    """Write a count with thousands separators; a dash for none known."""
    return "–" if n is None else f"{n:,}"


@register.filter
def percent(permille: int | None) -> str:
    """Write tenths of a percent, already rounded down: 999 is 99.9%, and 100% means everybody."""
    if permille is None:
        return "–"
    return f"{permille // 10}%" if permille in (0, 1000) else f"{permille // 10}.{permille % 10}%"


@register.filter
def points(permille: int | None) -> str:
    """Write a difference of shares, given in tenths of a percentage point, with its sign: +3.2, −0.4, ±0."""
    if permille is None:
        return "–"
    return f"{'+' if permille > 0 else '−'}{abs(permille) // 10}.{abs(permille) % 10}" if permille else "±0"


@register.filter
def word(said: Any) -> str:
    """Write a declared word (anything with ``zh`` and ``en``) in the reader's language, as the start of a phrase."""
    return words.begin(words.said(said)) or "–"


@register.filter
def clock(at: datetime | None) -> str:
    """Write an instant in the installation's zone, to the minute."""
    return "–" if at is None else timezone.localtime(at).strftime("%m-%d %H:%M")


@register.filter
def clock_seconds(at: datetime | None) -> str:
    """Write an instant in the installation's zone, to the second."""
    return "–" if at is None else timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


@register.filter
def lasting(seconds: float | None) -> str:
    """Write a length of time in its two largest units."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("%(d)d天%(h)d小时") % {"d": days, "h": hours}
    if hours:
        return _("%(h)d小时%(m)d分") % {"h": hours, "m": minutes}
    if minutes:
        return _("%(m)d分钟") % {"m": minutes}
    return _("%(s)d秒") % {"s": rest}


@register.filter
def holds(abilities: frozenset[str] | None, ability: str) -> bool:
    """Tell whether an ability is among the reader's: as a value, for what is ``kept``."""
    return ability in (abilities or ())


@register.simple_tag(takes_context=True)
def sections(context: dict[str, Any], kind: str, subject: int) -> SafeString:
    """Draw what the rooms above add to the page of a subject: "person", "household", "unit" or "area"."""
    request, about = context.get("request"), Subject.__members__.get(kind.upper())
    if request is None or about is None:
        return mark_safe("")
    return mark_safe("".join(draw(request, about, subject) for draw in SECTIONS.values()))  # each is a template's own


@register.simple_tag
def built(part: str) -> str:
    """Return the address of a built file (``style``, ``script``, ``theme``); nothing when it was not built."""
    path = assets.addresses().get(part)
    return static(path) if path else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the icons that web/icons.json names. It is an ornament: the words stand beside it."""
    drawing = mark_safe(assets.icons().get(name, ""))  # our own build's
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        drawing,
    )


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Write what stands between ``{% kept value ... %}`` and ``{% endkept %}`` once for the same values and language.

    For the many lines of a part that refreshes itself, of which few have changed. The content may show nothing but the
    values, which can be compared and hashed.
    """
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    content = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, content)


class KeptNode(template.Node):
    """A cached fragment of the page, in this process; ``{% cache %}`` of Django would pickle each line into a cache."""

    #: Texts that one node keeps at most; a line of a board is 2 kB.
    MOST = 2_000

    def __init__(self, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self._said: OrderedDict[Hashable, SafeString] = OrderedDict()

    def render(self, context: template.Context) -> SafeString:
        """Return what was said for these values, or render it."""
        key = (get_language(), *(value.resolve(context) for value in self.values))
        text = self._said.get(key)
        if text is None:
            text = self._said[key] = self.nodelist.render(context)
            if len(self._said) > self.MOST:
                with suppress(KeyError):
                    self._said.popitem(last=False)
        return text


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """Write what stands between ``{% part "name" ... %}`` and ``{% endpart %}`` into a part of the desk.

    The template ui/parts/name.html gets the named values and the content as ``slot``, and nothing else of the page
    around it. /settings/parts shows each part with its values.
    """
    name, *bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"part {name}: {bits[0]} is not a named value")
    content = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(parser.compile_filter(name), values, content)


class PartNode(template.Node):
    """A part with its content."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, nodelist

    def render(self, context: template.Context) -> SafeString:
        """Render the content in the page's own context, the part around it in one of its own."""
        given = {"title": ""} | {name: value.resolve(context) for name, value in self.values.items()}
        given |= {"slot": self.nodelist.render(context), "csrf_token": context.get("csrf_token")}
        held = context.template.engine.get_template(f"ui/parts/{self.name.resolve(context)}.html")
        return held.render(context.new(given))
