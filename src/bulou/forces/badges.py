"""Codes by which people sign in to a shift: each somebody's own, for one day, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.crypto import salted_hmac

LENGTH = 10


def code(member: int, day: date) -> str:
    """Return somebody's code of a day: ten digits and letters from A to F."""
    made = salted_hmac("bulou.forces.badges", f"{member} {day.isoformat()}", algorithm="sha256")
    return made.hexdigest()[:LENGTH].upper()


def whose(typed: str, members: Iterable[int], day: date) -> int | None:
    """Return whom of some people a typed or scanned code of a day belongs to."""
    plain = "".join(typed.split()).replace("-", "").upper()
    return next((one for one in members if code(one, day) == plain), None) if len(plain) == LENGTH else None
