"""How figures, shares, times and the ledger's own words are written on the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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
def word(said: Any) -> str:
    """Write a declared word (anything with ``zh`` and ``en``) in the reader's language, as the start of a phrase."""
    return said.en[:1].upper() + said.en[1:] if (get_language() or "").startswith("en") else said.zh


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
        return _("%(d)d 天 %(h)d 小时") % {"d": days, "h": hours}
    if hours:
        return _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": minutes}
    if minutes:
        return _("%(m)d 分") % {"m": minutes}
    return _("%(s)d 秒") % {"s": rest}
