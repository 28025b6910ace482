"""How the areas of a role and the changes of an account are written."""

from __future__ import annotations

from django import template

from bulou.command.reads import Name
from bulou.command.templatetags.command import place
from bulou.desk.accounts import told

register = template.Library()
register.filter("account_writer", told.writer)
register.filter("account_reason", told.reason)


@register.simple_tag
def place_of(places: dict[int, Name], area: int) -> str:
    """Write an area's name in the reader's language; 0 is everything."""
    return place(area, places.get(area))
