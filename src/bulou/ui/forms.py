"""What a browser's fields say: a date with a time, a number. What cannot be read is nothing, and the page says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

#: As the browser's field for a date and a time writes it, in the installation's zone.
TIME = "%Y-%m-%dT%H:%M"
#: No number of the ledger has more digits (ids end below 2^53); more of them would only cost time.
DIGITS = 16


def time(text: str) -> datetime | None:
    """Return the instant that a field names, or None where it names none."""
    try:
        return timezone.make_aware(datetime.strptime(text, TIME))  # noqa: DTZ007  made aware in the same breath
    except ValueError:
        return None


def number(text: str) -> int:
    """Return the number that a field holds, in whatever digits a keyboard writes, or 0 where it holds none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0


def too_long(text: str, longest: int) -> str:
    """Return why a pasted text or a file is not taken, "" for one that is not too long: it is refused and never cut, so
    that nobody at its end goes unread.
    """
    if len(text) <= longest:
        return ""
    said = {"n": f"{len(text):,}", "most": f"{longest:,}"}
    return _("内容太长（%(n)s字，最多%(most)s字），没有录入：请分几次录入。") % said


def left_unread(hidden: Iterable[str]) -> str:
    """Return the sentence that names the hidden sheets of a workbook, which are not read; "" for none."""
    names = _("、").join(hidden)
    return _("隐藏的工作表没有读：%(names)s。") % {"names": names} if names else ""
