"""The views of a declared list that a reader has, and how many duties each of them shows now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bulou.command.work import reads
from bulou.command.work.reads import Asked
from bulou.command.work.saved.rules import Filters
from bulou.ledger.areas import span
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.statements import statements
from bulou.ui.figures import rows
from bulou.ui.room import Work

SQL = statements(__package__, "saved")


@dataclass(frozen=True, slots=True)
class Saved:
    """A view. ``own``: the reader made it, else ``by`` did; ``shared``: others see it; ``n``: how many it shows, None
    where that is not counted; ``gone``: it names a stage that the kind no longer has.
    """

    id: int
    own: bool
    name: str
    area: int
    shared: bool
    filters: Filters
    by: str
    gone: bool = False
    n: int | None = None
    href: str = ""


def filters_of(work: Work, asked: Asked) -> Filters:
    """Return how a list is narrowed, as a view keeps it: without the subject that was searched for."""
    stage = work.duty.stages[asked.stage].name if asked.stage >= 0 else ""
    return Filters(asked.area, asked.state, stage, asked.late, asked.danger, asked.refused, asked.given)


def listed(work: Work, user: int, grants: Iterable[Any], ranges: Ranges) -> list[Saved]:
    """Return the views of a list that a reader has, his own first. One that is narrowed to an area which he may not see
    is left out: without it, it would show something else.
    """
    held = [(grant.role, *span(area)) for grant in grants for area in grant.areas]
    roles, los, his = (list(part) for part in zip(*held, strict=True)) if held else ([], [], [])
    found = rows(SQL["listed"], user=user, kind=work.name, roles=roles, los=los, his=his)
    stages = {"", *(stage.name for stage in work.duty.stages)}
    out = []
    for id_, own, name, area, roles, within, state, stage, late, danger, refused, given, by in found:
        filters = Filters(within, state, stage, late, danger, refused, given)
        if not within or all(covers(ranges, end) for end in span(within)):
            href = reverse(f"work-{work.name}-view", args=[id_])
            out.append(Saved(id_, own, name, area, bool(roles), filters, by, stage not in stages, href=href))
    return out


def counted(work: Work, found: list[Saved], ranges: Ranges, now: datetime) -> list[Saved]:
    """Return views with how many duties each shows now; one statement for all. Not counted are those of what is closed,
    and of a covered kind, which a million may owe.
    """
    asked = [one for one in found if one.filters.state == "open" and not one.gone]
    if work.covered or not asked:
        return found
    stages = {"": -1} | {stage.name: rank for rank, stage in enumerate(work.duty.stages)}
    where = reads.range_of(ranges, 0)
    spans = [span(one.filters.within) if one.filters.within else (where["lo"], where["hi"]) for one in asked]
    numbers: dict[int, int] = dict(
        rows(
            SQL["counted"], **reads.values_of(work, now), **where, ids=[one.id for one in asked],
            los=[lo for lo, _hi in spans], his=[hi for _lo, hi in spans],
            ranks=[stages[one.filters.stage] for one in asked], lates=[one.filters.late for one in asked],
            perils=[one.filters.danger for one in asked], nos=[one.filters.refused for one in asked],
            givens=[one.filters.given for one in asked],
        )
    )  # fmt: skip
    return [replace(one, n=numbers.get(one.id)) for one in found]


def beside(request: HttpRequest, work: Work, asked: Asked, now: datetime) -> dict[str, Any]:
    """Return what the page of a list shows of views: at most two statements."""
    found = counted(work, listed(work, request.user.pk, request.who.grants, request.ranges), request.ranges, now)
    filters = filters_of(work, asked)
    current = {one.id for one in found if one.filters == filters} if not asked.subject else set[int]()
    return {
        "views": [one for one in found if not one.gone], "own_views": [one for one in found if one.own],
        "view_now": current, "views_url": reverse(f"work-{work.name}-views"), "may_keep": bool(filters.query),
    }  # fmt: skip
