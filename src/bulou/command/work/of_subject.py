"""The declared duties of one person, household, unit or area, as a section of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from bulou.command.work import cells, reads, unit_field
from bulou.command.work.rules import Key, Row, Wait, facts, limits, next_act, wait
from bulou.command.worklist.late import bits
from bulou.ledger import clock
from bulou.ledger.areas import ancestor, level
from bulou.ledger.scope import Ranges, multirange
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import Reason, Subject
from bulou.ui import figures
from bulou.ui.responsible import Owner, owner_of
from bulou.ui.room import Act, Work, works

SQL = statements(__package__, "subjects")
#: So many are read of a subject, open or closed.
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as the section draws it. ``about``: the code of whom it is about, where that is not the page's subject;
    ``desk``: the role that answers for the stage; ``act``: what takes it on, ``mine``: whether the reader may do that.
    """

    row: Row
    wait: Wait
    reason: Reason | None
    about: str
    desk: str
    owner: Owner | None
    given: str
    act: Act | None
    mine: bool

    @property
    def href(self) -> str:
        """Where its sheet lies."""
        return reverse(f"work-{self.row.work.name}-sheet", args=[*self.row.key])

    @property
    def act_url(self) -> str:
        """Where its acts are sent."""
        return reverse(f"work-{self.row.work.name}-act")


def section(request: HttpRequest, kind: Subject, subject: int) -> str:
    """Draw the section: what is open, the most pressing first, and what is closed, folded. A kind that says by itself
    that somebody tests positive is shown to those alone who may see names there.
    """
    now = clock.now()
    may = request.may
    found = [
        row for row in of(kind, subject, request.ranges, now)
        if may(row.work.sees, row.area) and (not row.work.secret or may("names", row.area))
    ]  # fmt: skip
    ways = {row.area: [ancestor(row.area, n) for n in range(1, level(row.area) + 1)] for row in found}
    nodes = {node for way in ways.values() for node in way}
    answers = reads.owners(nodes, now) if any(row.open for row in found) else []
    done_by = doers([row for row in found if row.open])
    lines = []
    for row in found:
        act = next_act(row, facts(row, done_by[row.kind.code, row.key], reads.actor(request.user.pk), now)) \
            if row.open else None  # fmt: skip
        lines.append(Line(
            row, wait(row, now), cells.reason_of(row),
            "" if (row.kind.subject, row.subject) == (kind, subject) else row.code,
            row.work.owners.get(row.at.name, ""), owner_of(row.area, "area", answers, ways[row.area]),
            cells.given_word(row), act, act is not None and may(act.ability, row.area),
        ))  # fmt: skip
    context = {
        "open": [line for line in lines if line.row.open], "closed": [line for line in lines if not line.row.open],
        "places": figures.names(nodes) if nodes else {}, "more": len(found) >= MOST, "most": MOST,
        "given_to": kind is Subject.UNIT,
    }  # fmt: skip
    return render_to_string("work/_of_subject.html", context, request)


def of(kind: Subject, subject: int, ranges: Ranges, now: datetime) -> list[Row]:
    """Return what a subject owes and what is given to it, as far as it lies in the ranges; the most pressing first,
    what is closed behind. Two statements at most.
    """
    known = {work.duty.code: work for work in works().values()}
    found = figures.rows(
        SQL["of_subject"], **_values([*known.values()], kind), subject=subject, holder=int(kind), now=now,
        scope=multirange(ranges), limit=MOST,
    )  # fmt: skip
    out = [reads.row_of(known[code], told) for code, *told in found]
    wanted = {(row.given_kind, row.given) for row in out if row.given_kind and row.given}
    named = unit_field.named(wanted) if wanted else {}
    return [
        replace(row, given_name=named.get((row.given_kind, row.given))) if row.given_kind and row.given else row
        for row in out
    ]


def _values(all_: Sequence[Work], kind: Subject) -> dict[str, Any]:
    clocked = [(work.duty.code, at.rank, at.step, at.whole) for work in all_ for at in limits(work)]
    feared = [(work.duty.code, work.duty.variants.index(name)) for work in all_ for name in work.dangers]
    needing = [work for work in all_ if work.duty.subject is Subject.PERSON]
    return {
        "kinds": [work.duty.code for work in all_ if work.duty.subject is kind],
        "all": [work.duty.code for work in all_], "covered": [work.duty.code for work in all_ if work.covered],
        "clocked": [one[0] for one in clocked], "at_stages": [one[1] for one in clocked],
        "steps": [one[2] for one in clocked], "wholes": [one[3] for one in clocked],
        "feared": [code for code, _variant in feared], "variants": [variant for _code, variant in feared],
        "needing": [work.duty.code for work in needing], "needs": [bits(work.needs) for work in needing],
    }  # fmt: skip


def doers(found: Sequence[Row]) -> dict[tuple[int, Key], dict[str, int]]:
    """Return who took duties to each stage last, by kind and key; one statement, none for nothing."""
    out: dict[tuple[int, Key], dict[str, int]] = {(row.kind.code, row.key): {} for row in found}
    if not out:
        return out
    stages = {row.kind.code: row.kind.stages for row in found}
    for code, campaign, subject, occasion, stage, who in figures.rows(
        SQL["doers_of"], kinds=[code for code, _key in out], campaigns=[key[0] for _code, key in out],
        subjects=[key[1] for _code, key in out], occasions=[key[2] for _code, key in out],
    ):  # fmt: skip
        out[code, (campaign, subject, occasion)][stages[code][stage].name] = who
    return out
