"""Lists for paper and Excel: the missed list in one piece, and as doors in the order in which somebody walks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bulou import people
from bulou.ledger.areas import span
from bulou.ledger.vocabulary import DutyKind
from bulou.people import DutyRow
from bulou.ui.figures import rows

CHUNK = 5000


def missed(campaign: int, area: int, kind: DutyKind, state: str, limit: int) -> Iterator[DutyRow]:
    """Yield at most ``limit`` open duties under a node, one statement for each ``CHUNK``.

    Raises:
        ValueError: no such state.
    """
    if state not in people.STATES:
        raise ValueError(state)
    lo, hi = span(area)
    after, left = (lo, -1, -1), limit
    while left > 0:
        size = min(CHUNK, left)
        found = rows(
            people.SQL["missed"], campaign=campaign, kind=kind.code, hi=hi, state=state, took_part=kind.took_part,
            after_area=after[0], after_subject=after[1], after_occasion=after[2], limit=size,
            leaves=None if state in people.UNSURE else size + 1,
        )  # fmt: skip
        for a, s, o, stage, at, mark, why, until, offered, name, stairwell, floor, door, home in found:
            yield DutyRow(kind, a, s, o, stage, at, mark, why, until, name, stairwell, floor, door, offered, home=home)
        if len(found) < size:
            return
        after, left = found[-1][:3], left - size


@dataclass(frozen=True)
class Stairwell:
    """The doors of one stairwell of a building, lowest floor first; each with who is owed there."""

    area: int
    stairwell: str
    doors: list[list[DutyRow]]


def stairwells(owed: Iterable[DutyRow]) -> list[Stairwell]:
    """Return people as doors by building, stairwell and floor; those without a known door last. Whoever is registered
    elsewhere has no door here (``from_elsewhere``).
    """
    grouped: dict[tuple[int, str], dict[tuple[int, str], list[DutyRow]]] = {}
    for one in sorted((one for one in owed if not one.elsewhere), key=_walk):
        doors = grouped.setdefault((one.area, one.stairwell or ""), {})
        doors.setdefault((one.floor or 0, one.door or ""), []).append(one)
    return [Stairwell(area, stairwell, list(doors.values())) for (area, stairwell), doors in grouped.items()]


def from_elsewhere(owed: Iterable[DutyRow]) -> list[DutyRow]:
    """Return the people whose registered door is not where the duty stands, in the order of both places."""
    return sorted((one for one in owed if one.elsewhere), key=lambda one: (one.area, one.home, *_walk(one)))


def _walk(one: DutyRow) -> tuple[object, ...]:
    return (
        one.area, one.door is None, _natural(one.stairwell), one.stairwell or "", one.floor or 0,
        _natural(one.door), one.door or "", one.subject,
    )  # fmt: skip


def _natural(text: str | None) -> int:
    """Return the number that a label begins with, so that 2 comes before 10."""
    digits = re.match(r"\d+", text or "")
    return int(digits[0]) if digits else 10**9
