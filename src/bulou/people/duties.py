"""Single duties and the people behind them: who is missed, a building door by door, one person's story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bulou.ledger.areas import ancestor, level, span
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Reason, Stage, Subject
from bulou.people.rules import mask_name
from bulou.ui.access_log import shown
from bulou.ui.figures import rows

SQL = statements(__package__, "duties")
PAGE = 50

#: Which open duties a list shows; the first is the default.
STATES = ("missed", "new", "called", "deferred", "refused", "waiting", "all")
#: Of these the counters know a bound only: a duty in the stage may be marked as deferred or refused.
UNSURE = ("new", "called")
Key = tuple[int, int, int]


@dataclass(frozen=True)
class DutyRow:
    """One duty of one person.

    Parameters:
        name: None for somebody the register does not know (yet).
        home: where the person is registered, where that was read.
    """

    kind: DutyKind
    area: int
    subject: int
    occasion: int
    rank: int
    stage_at: datetime | None
    mark: int
    reason: str | None
    until: datetime | None
    name: str | None
    stairwell: str | None = None
    floor: int | None = None
    door: str | None = None
    offered_to: int | None = None
    outcome: int = 0
    takes: int = 0
    household: int | None = None
    home: int | None = None

    @property
    def elsewhere(self) -> int | None:
        """Where the person is registered, if that is not where the duty stands: the door is a door of there."""
        lo, hi = span(self.area)
        return self.home if self.home and not lo <= self.home <= hi else None

    @property
    def stage(self) -> Stage:
        """The stage reached."""
        return self.kind.stages[min(self.rank, self.kind.final)]

    @property
    def why(self) -> Reason | None:
        """The declared reason, when one was given."""
        return reason(self.kind, self.reason)

    @property
    def is_missed(self) -> bool:
        """Open, and the person has not taken part."""
        return self.outcome == 0 and self.rank < self.kind.took_part

    @property
    def masked(self) -> str | None:
        """The name for lists: its first character."""
        return mask_name(self.name) if self.name else None

    @property
    def tone(self) -> str:
        """The colour class of the state."""
        if self.outcome == 3:
            return "doubt"
        if self.outcome == 2:
            return "excused"
        if self.outcome == 1:
            return "done"
        return ("", "deferred", "refused")[self.mark] or f"stage-{self.rank}"


def reason(kind: DutyKind, name: str | None) -> Reason | None:
    """Return a kind's declared reason by its name."""
    return next((r for r in kind.reasons if r.name == name), None)


def missed(campaign: int, area: int, kind: DutyKind, state: str, after: Key | None) -> tuple[list[DutyRow], Key | None]:
    """Read one page of open duties under a node, and the key to go on from (None at the end).

    Raises:
        ValueError: no such state.
    """
    if state not in STATES:
        raise ValueError(state)
    lo, hi = span(area)
    start = after if after is not None and after[0] >= lo else (lo, -1, -1)
    found = rows(
        SQL["missed"], campaign=campaign, kind=kind.code, hi=hi, state=state, took_part=kind.took_part,
        after_area=start[0], after_subject=start[1], after_occasion=start[2], limit=PAGE + 1,
        leaves=None if state in UNSURE else PAGE + 2,  # of the leaf of `after`, all may have been shown
    )  # fmt: skip
    out = [
        DutyRow(kind, a, s, o, stage, at, mark, why, until, name, stairwell, floor, door, offered, home=home)
        for a, s, o, stage, at, mark, why, until, offered, name, stairwell, floor, door, home in found
    ]
    if len(out) <= PAGE:
        return out, None
    last = out[PAGE - 1]
    return out[:PAGE], (last.area, last.subject, last.occasion)


@dataclass(frozen=True)
class Door:
    """A household with what its people owe; one without an id gathers people who belong to no known household.

    ``home``: of a household elsewhere, where it is.
    """

    household: int | None
    stairwell: str | None
    floor: int | None
    door: str | None
    people: list[DutyRow]
    home: int | None = None


def building(campaign: int, area: int, kind: DutyKind) -> list[Door]:
    """Read a building's duties, door by door."""
    lo, hi = span(area)
    doors: dict[int | None, Door] = {}
    for row in rows(SQL["building"], campaign=campaign, kind=kind.code, lo=lo, hi=hi):
        subject, occasion, stage, at, mark, why, until, outcome, takes, name, household, *spot, home = row
        stairwell, floor, door = spot
        owed = DutyRow(
            kind, area, subject, occasion, stage, at, mark, why, until, name, stairwell, floor, door,
            outcome=outcome, takes=takes, household=household, home=home,
        )  # fmt: skip
        doors.setdefault(household, Door(household, stairwell, floor, door, [], owed.elsewhere)).people.append(owed)
    return list(doors.values())


def telephones(persons: list[int]) -> dict[int, str]:
    """Read the telephones of persons within the scope."""
    return {id_: phone for id_, phone in rows(SQL["telephones"], persons=persons) if phone} if persons else {}


def person_kinds() -> dict[int, DutyKind]:
    """Return the kinds of duty that a person owes."""
    return {code: kind for code, kind in REGISTRY.by_code.items() if kind.subject is Subject.PERSON}


def duties_of(campaign: int, person: int) -> list[DutyRow]:
    """Read all that one person owes in a campaign, within the scope."""
    kinds = person_kinds()
    found = rows(SQL["duties_of"], campaign=campaign, person=person, kinds=list(kinds))
    return [
        DutyRow(
            kinds[r[0]], r[2], person, r[1], r[5], r[6], r[9], r[10], r[11], None,
            offered_to=r[12], outcome=r[8], takes=r[13],
        )
        for r in found
    ]  # fmt: skip


@dataclass(frozen=True)
class TimelineEntry:
    """One report on a person, a tube or a box. ``about`` is the label where it is not the person."""

    at: datetime
    journal: int
    number: int
    kind: DutyKind
    said: Any
    by: str
    stage: Stage | None
    about: int | None
    value: str | None
    reason: Reason | None
    until: datetime | None
    void: bool
    unheard: bool


def timeline(campaign: int, person: int) -> list[TimelineEntry]:
    """Read what was reported about a person and about what carried the samples, oldest first; one row an entry."""
    told: dict[tuple[int, int], TimelineEntry] = {}
    kinds = list(person_kinds())
    for (
        at,
        journal,
        number,
        code,
        subject,
        act,
        stage,
        value,
        _carrier,
        _mark,
        why,
        until,
        said,
        by,
        void,
        unheard,
    ) in rows(SQL["timeline"], campaign=campaign, person=person, kinds=kinds):
        kind = REGISTRY.by_code.get(code)
        if kind is None or (journal, number) in told:
            continue
        told[journal, number] = TimelineEntry(
            at, journal, number, kind, REGISTRY.entries.get(said), by,
            kind.stages[min(stage, kind.final)] if act in (2, 3) else None,
            None if kind.subject is Subject.PERSON else subject,
            kind.values[value] if value and value < len(kind.values) else None,
            reason(kind, why), until, void, unheard,
        )  # fmt: skip
    return list(told.values())


def leaf_ways(areas: set[int], under: int) -> dict[int, list[int]]:
    """Return for each leaf the nodes below ``under`` down to it: the short way that a list shows."""
    return {
        area: [ancestor(area, d) for d in range(max(level(under), 1) + 1, level(area) + 1)] or [area] for area in areas
    }


#: For so long a page that refreshes itself goes on with the look that is on record.
LOOK_LASTS = timedelta(minutes=15)


def go_on_looking(people: list[tuple[int, int]], user: str, reason: str, now: datetime) -> None:
    """Record that a page shows these persons' names still: each of whom the user's last look, for the same reason, is
    not on record or is over. What a browser says of itself decides nothing.
    """
    if people:
        with connection.cursor() as cursor:
            cursor.execute(SQL["go_on_looking"], shown(people, user, reason, now) | {"since": now - LOOK_LASTS})
