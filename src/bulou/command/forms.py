"""What a browser's fields say: a date with a time, a number. What cannot be read is nothing, and the page says so."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

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
