"""What the board shows: counts by area from the ledger's counters, each level in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

from bulou.ledger import prepared
from bulou.ledger.areas import SHIFTS, ancestor, level, span
from bulou.ledger.scope import Ranges
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind

SQL = statements(__package__, "figures")

#: A place's name and its English name ("" where there is none).
Name = Sequence[str]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A round as the desk names it."""

    id: int
    kind: str
    name: str
    area: int
    opened_at: datetime
    closed_at: datetime | None
    #: When it is to be finished by its rules; None where they do not say.
    plan: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """How the duties of one kind stand in one area. ``stages``: open duties by rank."""

    kind: DutyKind
    area: int
    name: Name | None
    x: float | None
    y: float | None
    frozen: int
    added: int
    received: int
    open: int
    done: int
    excused: int
    reassigned: int
    deferred: int
    refused: int
    stages: tuple[int, ...]

    @property
    def owed(self) -> int:
        """What the area answers for: frozen at opening, added later, received from others."""
        return self.frozen + self.added + self.received

    @property
    def accounted(self) -> int:
        """Where it went: still open, done, excused, reassigned and accepted."""
        return self.open + self.done + self.excused + self.reassigned

    @property
    def balanced(self) -> bool:
        """Tell whether law 2 holds here."""
        return self.owed == self.accounted

    @property
    def present(self) -> int:
        """Those to be tested here: the denominator of coverage. Excused and reassigned are not in it."""
        return self.open + self.done

    @cached_property
    def missed(self) -> int:
        """Open, and not yet so far that the subject took part: the people without a swab."""
        return sum(self.stages[: self.kind.took_part])

    @property
    def covered(self) -> int:
        """Those who took part, with or without a result."""
        return self.present - self.missed

    @property
    def coverage(self) -> int | None:
        """Tenths of a percent covered, rounded down; None where nobody is owed."""
        return share(self.covered, self.present)

    @property
    def finished(self) -> int | None:
        """Tenths of a percent done, rounded down."""
        return share(self.done, self.present)

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The bar from left to right: done first, then each stage down to what has not begun, so that it fills like any
        other. Widths in percent of those to be tested here.
        """
        counts = (*self.stages[: self.kind.final], self.done)
        pieces = [
            {"rank": rank, "stage": stage, "n": n, "width": f"{100 * n / self.present:.3f}" if self.present else "0"}
            for rank, (stage, n) in enumerate(zip(self.kind.stages, counts, strict=True))
        ]
        return pieces[::-1]

    @property
    def depth(self) -> int:
        """Level of the area, 0 to 5."""
        return level(self.area)


@dataclass(frozen=True)
class Board:
    """One node with its children. ``others``: (duty kind, open) of the other kinds owed there.

    ``heard_at`` is the data's age and no part of the figures: two boards that differ in it alone are equal.
    """

    total: Counts
    children: list[Counts]
    others: list[tuple[DutyKind, int]]
    heard_at: datetime | None = field(compare=False)


def share(part: int, whole: int) -> int | None:
    """Return tenths of a percent, rounded down, so that 1000 means all of them."""
    return 1000 * part // whole if whole else None


def rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run one named statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def campaigns(ranges: Ranges) -> list[Campaign]:
    """Return the campaigns that touch one of the ranges, the current one first."""
    found = [Campaign(*row[:6], plan=instant(row[6])) for row in prepared.rows(SQL["campaigns"])]
    return [c for c in found if any(_meet(span(c.area), r) for r in ranges)]


def instant(text: str | None) -> datetime | None:
    """Return the instant that a round's rules name; one without a zone, or no instant, sets no plan."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def roots(campaign: Campaign, areas: Iterable[int]) -> list[int]:
    """Return where a user's boards of a campaign begin: the deeper of each of the user's areas and the campaign's."""
    out = []
    for area in areas:
        if _meet(span(campaign.area), span(area)):
            out.append(max(area, campaign.area, key=level))
    return sorted(set(out))


def board(campaign: int, area: int, kind: DutyKind) -> Board:
    """Read a node and its children. Three statements in one pipeline, however large the tree."""
    lo, hi = span(area)
    shift = SHIFTS[level(area)] if level(area) < len(SHIFTS) else 0
    where, codes = {"campaign": campaign, "lo": lo, "hi": hi}, sorted(set(REGISTRY.by_code) - {kind.code})
    below, owed, heard = prepared.several(
        (SQL["children"], {**where, "kind": kind.code, "shift": shift}), (SQL["kinds"], {**where, "kinds": codes}),
        (SQL["heard"], {"lo": lo, "hi": hi}),
    )  # fmt: skip
    children, outside, back = [], 0, 0
    for row in below:
        stages = tuple(n or 0 for n in row[13])
        children.append(Counts(kind, row[0], row[1] and tuple(row[1]), *row[2:13], stages=stages))
        outside += row[14]
        back += row[15]
    total = replace(_sum(kind, area, children), received=outside, reassigned=back)
    others = [(REGISTRY.by_code[code], open_) for code, open_ in owed]
    return Board(total, children, others, heard[0][0])


def _sum(kind: DutyKind, area: int, children: list[Counts]) -> Counts:
    def of(name: str) -> int:
        return sum(getattr(child, name) for child in children)

    return Counts(
        kind, area, None, None, None,
        of("frozen"), of("added"), 0, of("open"), of("done"), of("excused"), 0, of("deferred"), of("refused"),
        tuple(sum(child.stages[rank] for child in children) for rank in range(6)),
    )  # fmt: skip


def names(areas: Iterable[int]) -> dict[int, Name]:
    """Return the names of areas that are known and within the scope."""
    return dict(prepared.rows(SQL["names"], ids=sorted(set(areas))))


def way(area: int, root: int) -> list[int]:
    """Return the nodes from ``root`` down to ``area``, both included."""
    return [root, *(ancestor(area, depth) for depth in range(level(root) + 1, level(area) + 1))]
