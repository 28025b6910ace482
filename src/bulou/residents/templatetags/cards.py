"""Figures of the page of door cards."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from bulou.ui.templatetags.naming import nil

register = template.Library()


@register.simple_tag
def lacking(doors: int, carded: int) -> SafeString:
    """Write how many doors have no card; none stands back."""
    return nil(doors - carded)
