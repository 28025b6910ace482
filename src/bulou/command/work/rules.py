"""What can be done to a duty of a declared kind, and how late it is. Pure: facts in, decisions out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from bulou.command.worklist.rules import Clock, clocks
from bulou.ledger.vocabulary import DutyKind, Mark, Outcome, Stage, StandingKind, Subject
from bulou.ui.room import Act, Facts, Sentence, Work

#: Who is asked when a step is late: its owner, the street from twice its limit on, the district from four times.
ESCALATES = ((2, "street"), (4, "district"))
#: The levels of the area tree whose owners these are.
LEVELS = {"street": 2, "district": 1}


class Grade(IntEnum):
    """How pressing a duty is; the order is that of the list."""

    DANGER = 0
    LATE = 1
    WAITING = 2
    CLOSED = 3


#: What a row is: campaign, subject, occasion.
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One duty with what the registers know of its subject. ``due``: when its step is late, None where nothing says.

    ``latest``: of each field the latest value that a step gave it; ``needs``: bits of the person's needs; ``named``:
    names of units and devices that it may speak of, by kind of subject and number.
    """

    work: Work
    campaign: int
    subject: int
    occasion: int
    area: int
    stage: int
    stage_at: datetime | None
    opened_at: datetime | None
    outcome: int
    mark: int
    reason: str | None
    until: datetime | None
    offered_to: int | None
    variant: int | None
    value: int | None
    unheard: int
    disputed: int
    returns: int
    given_kind: int | None
    given: int | None
    due_at: datetime | None
    withdrawn: bool
    name: str | None
    phone: str | None
    needs: int
    household: int | None
    stairwell: str | None
    floor: int | None
    door: str | None
    grade: Grade
    began: datetime
    due: datetime | None
    given_name: str | None = None
    latest: Mapping[str, Any] = field(default_factory=dict)
    circumstances: tuple[StandingKind, ...] = ()
    named: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What names it within its kind."""
        return self.campaign, self.subject, self.occasion

    @property
    def kind(self) -> DutyKind:
        """Its kind of duty."""
        return self.work.duty

    @property
    def at(self) -> Stage:
        """The stage reached."""
        return self.kind.stages[min(self.stage, self.kind.final)]

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.outcome == Outcome.OPEN

    @property
    def code(self) -> str:
        """What it is called where no name may stand."""
        return code(self.kind.subject, self.subject)

    @property
    def stamp(self) -> str:
        """How it stood, so that a form knows whether it still does."""
        told = (
            self.area,
            self.stage,
            self.stage_at,
            self.outcome,
            self.mark,
            self.reason,
            self.returns,
            self.given,
            self.due_at,
        )
        return str(int(hashlib.sha256(repr(told).encode()).hexdigest()[:9], 16))

    @property
    def token(self) -> str:
        """How a form names it."""
        return f"{self.campaign}.{self.subject}.{self.occasion}.{self.stamp}"


def code(kind: Subject, subject: int) -> str:
    """Return the code of a subject: P501 of a person, H41 of a household, the number of anything else."""
    return {Subject.PERSON: "P", Subject.HOUSEHOLD: "H"}.get(kind, "#") + str(subject)


def subject_of(text: str) -> int:
    """Return the subject that a code or a number names, 0 for none."""
    digits = text.strip().lstrip("PpHh#").strip()
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 17 else 0


def limits(work: Work) -> list[Clock]:
    """Return the clock of each stage of a kind; one without a limit of its own is bound by what an order says alone."""
    known = {clock.rank: clock for clock in clocks(work.duty)}
    return [known.get(rank, Clock(rank, None, None, 0)) for rank in range(work.duty.final)]


def value_of(row: Row) -> str:
    """Return the value of a duty by its name, "" for none."""
    return row.kind.values[row.value] if row.value and row.value < len(row.kind.values) else ""


def facts(row: Row, doers: Mapping[str, int], actor: int, now: datetime) -> Facts:
    """Return what a declared check may know of a duty."""
    variant = row.kind.variants[row.variant] if row.variant and row.variant < len(row.kind.variants) else ""
    given = (row.given_kind, row.given) if row.given_kind and row.given else None
    return Facts(
        row.at.name, row.outcome, row.mark, variant, value_of(row), row.due_at, given, doers, actor, now
    )  # fmt: skip


def why_not(act: Act, row: Row, known: Facts) -> Sentence | None:
    """Return why an act cannot be done to a duty, None where it can. The same sentence greys the button."""
    if row.withdrawn:
        return ("原因已撤销，无需再办", "Its cause was withdrawn: nothing is owed")
    if act.step == "duty.reopened":
        return _can_reopen(row)
    if not row.open and not act.closed:
        return ("已经办结", "It is done")
    if row.outcome == Outcome.NOT_OWED:
        return ("没有这项应办", "Nothing is owed")
    if act.step == "duty.returned" and not earlier(row):
        return ("还没有可以退回的步骤", "There is no earlier stage")
    if act.stages and row.at.name not in act.stages:
        return (f"现在是“{row.at.zh}”，不到这一步", f"It is at “{row.at.en}”: not this step")
    if (by := _other_eyes(act, row, known)) is not None:
        return by
    return act.check(known) if act.check else None


def _can_reopen(row: Row) -> Sentence | None:
    said = row.outcome == Outcome.EXCUSED or (row.open and row.mark in (Mark.DEFERRED, Mark.REFUSED))
    return (
        None
        if said
        else (
            "没有拒绝、暂缓或因故未办，不用重新打开",
            "Nothing was refused, deferred or ended: there is nothing to reopen",
        )
    )


def _other_eyes(act: Act, row: Row, known: Facts) -> Sentence | None:
    step = next((step for step in row.work.steps if step.name == act.step and step.does == "advances"), None)
    stage = row.kind.stages[row.kind.stage(step.to)] if step else None
    if stage and stage.not_by and known.doers.get(stage.not_by) == known.actor:
        return ("须由另一人办理", "Somebody else must do this")
    return None


def earlier(row: Row) -> list[Stage]:
    """Return the stages to which a duty can be taken back."""
    return [*row.kind.stages[: min(row.stage, row.kind.final)]]


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something waits. ``seconds``: from the beginning; ``step``: in its stage; ``over``: beyond its limit,
    negative before it, None without one. ``to``: who is asked, "" while it is in time.
    """

    seconds: float | None
    step: float | None
    over: float | None
    limit: float | None
    to: str

    @property
    def left(self) -> float | None:
        """Seconds until it is late; None where it is, or can never be."""
        return -self.over if self.over is not None and self.over < 0 else None

    @property
    def late(self) -> float | None:
        """Seconds since it was late; None while it is not."""
        return self.over if self.over is not None and self.over >= 0 else None


def wait(row: Row, now: datetime) -> Wait:
    """Return how long a duty waits."""
    since, at = row.opened_at or row.stage_at, row.stage_at
    ended = now if row.open or at is None else at
    seconds = (ended - since).total_seconds() if since else None
    step = (now - at).total_seconds() if at else None
    if not row.open or row.due is None:
        return Wait(seconds, step, None, None, "")
    over = (now - row.due).total_seconds()
    limit = (row.due - since).total_seconds() if since and row.due > since else None
    return Wait(seconds, step, over, limit, escalated(over, limit))


def escalated(over: float, limit: float | None) -> str:
    """Return who is asked about what is late by ``over`` seconds of a limit: "owner", "street", "district", or ""."""
    if over < 0:
        return ""
    found = "owner"
    for times, name in ESCALATES:
        if limit is not None and over >= limit * (times - 1):
            found = name
    return found


def act_at(work: Work, stage: int) -> Act | None:
    """Return the act that usually takes a duty on from a stage."""
    on = {step.name: work.duty.stage(step.to) for step in work.steps if step.does == "advances"}
    at = work.duty.stages[min(stage, work.duty.final)].name
    found = [act for act in work.acts if on.get(act.step, 0) > stage and (not act.stages or at in act.stages)]
    return next(iter(found), None)


def next_act(row: Row, known: Facts) -> Act | None:
    """Return the act that takes a duty on: the first one that advances it and can be done, else the first that can."""
    able = [act for act in row.work.acts if why_not(act, row, known) is None]
    on = {step.name: row.kind.stage(step.to) for step in row.work.steps if step.does == "advances"}
    return next((act for act in able if on.get(act.step, 0) > row.stage), None)
