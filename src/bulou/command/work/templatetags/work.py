"""How declared kinds are written on the desk."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from bulou.people.duties import DutyRow
from bulou.ui.room import works
from bulou.ui.words import said as word

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_word(context: dict[str, Any], role: str) -> str:
    """Write the desk that answers for a stage."""
    desk = context.get("desks", {}).get(role)
    return word(desk) if desk else role


@register.simple_tag
def asks_word(to: str) -> str:
    """Write who is asked about what is late."""
    return {"owner": _("责任人"), "street": _("已升级到街镇"), "district": _("已升级到区")}.get(to, "")


@register.simple_tag
def work_page(owed: DutyRow, campaign: int) -> str:
    """Return the url name of the sheet of a duty, "" where its kind has none."""
    return f"work-{owed.kind.name}-sheet" if owed.kind.name in works() and campaign else ""


@register.filter
def step_tone(rank: int, final: int) -> str:
    """Return the colour class of a stage."""
    return "done" if rank >= final else "" if rank == 0 else "deferred" if rank < final - 1 else "held"
