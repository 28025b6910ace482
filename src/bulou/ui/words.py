"""How declared words are written in the reader's language. Each of these functions answers for whatever it is given:
what a device or an old entry says may be a word that nobody declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def english() -> bool:
    """Tell whether the reader reads English."""
    return (get_language() or "").startswith("en")


def said(word: Any) -> str:
    """Return a declared word (anything with ``zh`` and ``en``); nothing for None, a text as it is."""
    if word is None:
        return ""
    if isinstance(word, str):
        return word
    return str(getattr(word, "en" if english() else "zh", "") or _("其他"))


def begin(text: str) -> str:
    """Write a word as the start of a phrase."""
    return text[:1].upper() + text[1:]


def of(table: Mapping[Any, Any], key: Any) -> str:
    """Return the word of a table; of one that is not in it, that it is another one."""
    word = table.get(key)
    return said(word) if hasattr(word, "zh") else _("其他") if word is None else str(word)


def quoted(text: str) -> str:
    """Write a text that a device or a person gave in its own words as such, and not as one of ours."""
    return _("“%(text)s”") % {"text": text[:80]} if text else _("（空）")
