"""What the parts of verify tell of: differences, errors without their words, values as JSON has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: the row, and its two sides as plain JSON values (objects are compared by field)."""

    what: str
    key: dict[str, Any]
    recorded: Any
    expected: Any


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as RFC 3339 in UTC."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(UTC).isoformat()
    except OverflowError:  # the first and the last day of the calendar
        return value.isoformat()


def named(error: BaseException) -> str:
    """Name an error without its message, which may hold a person's data."""
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None)
    return " ".join(filter(None, (type(error).__name__, state)))
