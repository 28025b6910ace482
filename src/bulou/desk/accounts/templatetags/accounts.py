"""How the areas of a role and the changes of an account are written."""

from __future__ import annotations

from django import template

from bulou.desk.accounts import told
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import place

register = template.Library()
register.filter("account_writer", told.writer)
register.filter("account_reason", told.reason)


@register.simple_tag
def place_of(places: dict[int, Name], area: int) -> str:
    """Write an area's name in the reader's language; 0 is everything."""
    return place(area, places.get(area))
