"""How the areas of a role are written."""

from __future__ import annotations

from django import template

from bulou.command.reads import Name
from bulou.command.templatetags.command import place

register = template.Library()


@register.simple_tag
def place_of(places: dict[int, Name], area: int) -> str:
    """Write an area's name in the reader's language; 0 is everything."""
    return place(area, places.get(area))
