"""What comes first on the list of what needs a decision. Pure: the time is a parameter.

Limits of a stage are those that the kinds of duty declare (``Stage.within``); ``LIMITS`` adds what no stage declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum


class Class(IntEnum):
    """Why a matter is on the list, the gravest first. The order is that of the list."""

    DANGER = 0
    OVERDUE = 1
    CONFLICT = 2
    SILENT = 3
    SHORTAGE = 4
    SOON = 5
    OFFER = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may stay as it is. ``minutes``: the limit; ``source``: who set it."""

    what: str
    minutes: int
    source: str


#: Limits that belong to no stage of a duty.
LIMITS = {
    limit.what: limit
    for limit in (
        Limit("danger", 120, "house rule: a person in clinical danger is looked after within two hours"),
        Limit("silent", 120, "house rule: the same as on the page of what waits longest"),
        Limit("conflict", 30, "house rule: movements that are still on their way arrive within half an hour"),
    )
}
#: A matter is about to be late from this share of its limit on, in hundredths.
SOON_FROM = 75
#: What a device's entries can leave in doubt; a matter's ``occasion`` is the place in it, from 1.
DOUBTS = ("refused", "variant", "clock", "labels")
#: How many people a tube takes: what is left of a roll of labels is held against the people who still need one.
TUBE_TAKES = 10
#: How many matters of a class are listed; the counts beside them are of all.
TOP = 40
#: How many are shown as decisions to take now.
DECISIONS = 5


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that waits for a decision.

    ``kind`` and ``subject`` name it together with ``class_`` and ``occasion``; ``since`` is when it began (None:
    not known), ``due`` when it is late; ``weight`` tells grave from less grave within a class, greater first.
    ``name``: of a device, or of a person, masked; "" where it is not known.
    """

    class_: Class
    kind: str
    subject: int
    area: int
    since: datetime | None
    due: datetime | None = None
    weight: int = 0
    occasion: int = 0
    campaign: int = 0
    n: int = 1
    detail: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Return the name that a form carries."""
        return f"{self.class_.name.lower()}.{self.kind}.{self.campaign}.{self.subject}.{self.occasion}"

    @property
    def word(self) -> str:
        """Return the standing by which somebody's word keeps the matter off the list. Each doubt about a device has
        its own, so that closing one hides no other.
        """
        doubt = self.kind == "journal" and self.class_ is Class.CONFLICT and 0 < self.occasion <= len(DOUBTS)
        return f"now.{self.class_.name.lower()}" + (f".{DOUBTS[self.occasion - 1]}" if doubt else "")

    @property
    def taken(self) -> str:
        """Return the standing that says who sees to the matter."""
        return f"taken.{self.word.removeprefix('now.')}"


def suggested(matter: Matter) -> tuple[str, ...]:
    """Return the acts that usually solve a matter, the first one first: one button each beside its row."""
    if matter.class_ is Class.OFFER:
        return ("accept",)
    if matter.class_ is Class.DANGER and matter.kind == "swab" and matter.n == 0:
        return ("call", "take")
    return ("take",)


def judge(since: datetime | None, minutes: int | None, now: datetime) -> Class | None:
    """Tell whether a stage that began at ``since`` is overdue, about to be, or neither; at its limit it is overdue."""
    if since is None or minutes is None:
        return None
    stood = now - since
    limit = timedelta(minutes=minutes)
    if stood >= limit:
        return Class.OVERDUE
    return Class.SOON if stood * 100 >= limit * SOON_FROM else None


def ranked(matters: Iterable[Matter]) -> list[Matter]:
    """Return the matters in the order in which they should be solved: class, weight, deadline, age, and the id last.

    What has no deadline comes after what has one; what has no known beginning is taken as the oldest.
    """
    return sorted(
        matters,
        key=lambda m: (
            m.class_, -m.weight, m.due is None, m.due.timestamp() if m.due else 0.0,
            m.since.timestamp() if m.since else float("-inf"), m.kind, m.subject, m.occasion, m.campaign,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for an area, with a deputy. ``absence``: the standing that keeps the owner away, or ""."""

    area: int
    desk: str
    name: str
    telephone: str
    deputy: str = ""
    deputy_telephone: str = ""
    absence: str = ""
    deputy_absence: str = ""

    @property
    def replaced(self) -> bool:
        """Tell whether the deputy stands in: the owner is away and the deputy is not."""
        return bool(self.absence and self.deputy and not self.deputy_absence)

    @property
    def acting(self) -> tuple[str, str]:
        """Return the name and telephone to call now."""
        return (self.deputy, self.deputy_telephone) if self.replaced else (self.name, self.telephone)


def owner_of(area: int, desk: str, owners: Iterable[Owner], way: Iterable[int]) -> Owner | None:
    """Return the nearest owner of a matter: the desk's own on the way from the leaf up, else the area's.

    Parameters:
        way: ids from the district down to ``area``.
    """
    known = {(o.area, o.desk): o for o in owners}
    up = list(reversed(list(way)))
    found = (known[node, wanted] for wanted in (desk, "area") for node in (*up, 0) if (node, wanted) in known)
    return next(found, None)
