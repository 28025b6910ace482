"""The forms in which rooms declare their words: kinds of duty, kinds of entry, what carries what, what follows.

The ledger itself knows no outbreak. A room declares its tables in its own ``vocabulary.py`` and registers them once,
when Django loads it; the intake, the fold, verify and the printed reference all read the same registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bulou.ledger.effects import Line, Movement, Statement


class Subject(IntEnum):
    """What an id names. Codes are stored; they are never renumbered."""

    PERSON = 1
    HOUSEHOLD = 2
    TUBE = 3
    BOX = 4
    AREA = 5
    JOURNAL = 6
    STORE = 7
    COURIER = 8
    LABORATORY = 9
    TEAM = 10
    GOOD = 11
    OUTSIDE = 12
    UNIT = 13
    LOT = 14


class Act(IntEnum):
    """What one line of an entry does to one duty, holding or standing."""

    OWE = 1
    ADVANCE = 2
    CARRY = 3
    MARK = 4
    OFFER = 5
    ACCEPT = 6
    REVIEW = 7
    RETURN = 8
    GIVE = 9


class Authority(IntEnum):
    """For whom a line counts: what its journal must answer for, at the moment of which it speaks.

    ANYWHERE: taking part, which happens where people and tubes are. PLACE: the journal answers for the place where the
    duty stood. CUSTODY: the same, or the journal held or received the subject itself, as things that travel are.
    """

    ANYWHERE = 0
    PLACE = 1
    CUSTODY = 2


class Unheard(IntEnum):
    """Why a kept line does not count. NO: it does. The next one who answers for the duty can say the same.

    ELSEWHERE: its journal did not answer for the place. SAME_PERSON: it names as the same person somebody who owes
    nothing, or who is named a duplicate as well. NO_OFFER: it accepts what was not offered, or is no longer. SAME_EYES:
    who did the one stage may not do the other.
    """

    NO = 0
    ELSEWHERE = 1
    SAME_PERSON = 2
    NO_OFFER = 3
    SAME_EYES = 4


class Outcome(IntEnum):
    """How a duty stands. NOT_OWED: something was reported about a duty that nobody opened; kept, shown, not counted."""

    OPEN = 0
    DONE = 1
    EXCUSED = 2
    NOT_OWED = 3


class Mark(IntEnum):
    """The latest word on a duty from the field. Only EXCUSED closes it."""

    NONE = 0
    DEFERRED = 1
    REFUSED = 2
    EXCUSED = 3


#: Reason of a duty whose cause was voided or corrected: it ends, and what was done under it stays on record.
CAUSE_WITHDRAWN = "cause_withdrawn"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a duty, in order of rank; the last one is done. ``within``: minutes allowed in it, if limited.

    ``not_by``: the earlier stage whose doer does not count for this one: what he did is seen by somebody else.
    """

    name: str
    zh: str
    en: str
    within: int | None = None
    not_by: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A typed reason: for which mark. ``names_person``: it must say with whom (the same person as another record)."""

    name: str
    mark: Mark
    zh: str
    en: str
    names_person: bool = False


@dataclass(frozen=True, slots=True)
class DutyKind:
    """A kind of duty.

    ``took_part`` is the rank from which a line shows that the subject took part, which ends an
    earlier excuse or refusal. ``travels``: who held or received the subject may speak of it as well as who answers for
    its place. ``gravest``: values from the gravest down; where reports contradict each other the gravest stands.
    ``goes_back``: it may be returned to an earlier stage, also when it is done (an answer that does not hold).
    """

    code: int
    name: str
    subject: Subject
    zh: str
    en: str
    stages: tuple[Stage, ...]
    took_part: int
    reasons: tuple[Reason, ...] = ()
    variants: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    travels: bool = False
    gravest: tuple[int, ...] = ()
    goes_back: bool = False

    @property
    def words(self) -> Authority:
        """What a journal must answer for to say a word on the duty."""
        return Authority.CUSTODY if self.travels else Authority.PLACE

    @property
    def final(self) -> int:
        """Rank of the last stage."""
        return len(self.stages) - 1

    def stage(self, name: str) -> int:
        """Return the rank of a stage by its name."""
        return next(rank for rank, stage in enumerate(self.stages) if stage.name == name)

    @property
    def not_by(self) -> tuple[int, ...]:
        """For each stage the rank of the stage whose doer does not count for it, or -1."""
        return tuple(self.stage(stage.not_by) if stage.not_by else -1 for stage in self.stages)


@dataclass(frozen=True, slots=True)
class CarrierRule:
    """A carrier at ``carrier_stage`` or beyond brings what it carries to ``stage``.

    ``variants`` and ``values`` (codes of the carrier) narrow it; empty means any.
    """

    carrier: str
    carrier_stage: int
    kind: str
    stage: int
    variants: tuple[int, ...] = ()
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpRule:
    """When a carrier reaches a stage with a value, each subject it carries for ``of`` owes a duty of ``kind``.

    ``per_carrier``: one duty for each carrier (occasion = the carrier), else one for the campaign (occasion 0).
    ``of`` empty: the duty itself leads to the next one, of the same subject and occasion, with whatever value where
    ``values`` is empty. ``standing``: a (name, value) that the subject has as long as the duty's cause stands.
    """

    carrier: str
    stage: int
    variants: tuple[int, ...]
    values: tuple[int, ...]
    of: str
    kind: str
    per_carrier: bool
    standing: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StandingKind:
    """A declared standing: of which kind of subject, with which values, and who may state it.

    ``values``: all that it can be; empty means a text of at most 200 characters that no statement reads. ``writers``:
    kinds of journal that may state it by ``standing.set``; empty where only entries of their own kind, or consequences,
    state it. ``suffix``: a regular expression for what follows the name, where there is one standing for each of many
    (``device.labels.70010``). ``subject`` None: of any kind of subject.
    """

    name: str
    subject: Subject | None
    zh: str
    en: str
    values: tuple[str, ...] = ()
    writers: frozenset[str] = frozenset()
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class EntryKind:
    """A kind of entry: its name, who may write it, and the pure function that turns it into lines.

    ``body`` is a msgspec.Struct type: the shape that the door checks. ``roles``: kinds of journal that may write it.
    ``of_all``: may also be about the root, above all districts, by a journal whose ranges hold it. ``void_voices``: how
    many journals must say that it does not count; one that needs two is never voided by its writer alone.
    """

    name: str
    zh: str
    en: str
    body: type
    lines: Callable[[Any, Any], Iterator[Line | Movement | Statement | tuple[int, int] | int]]
    roles: frozenset[str]
    of_all: bool = False
    version: int = 1
    void_voices: int = 1


#: (the driver's connection, subjects, when): brings a register up to date with a standing.
Follower = Callable[[Any, list[int], Any], None]
#: What a campaign is that is always open; others are rounds of a kind that their room names.
STANDING = "standing"
#: And one that is opened over all households or people of an area, of a kind that is not screening.
COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Programme:
    """A campaign that is always open, for duties that no round owes. Its number is never used again.

    It follows from its declaration as the kinds of duty do: no entry opens it, installing writes its row.
    """

    id: int
    zh: str
    en: str


@dataclass
class Registry:
    """All declared words. One instance, filled while Django loads the rooms and constant afterwards."""

    duties: dict[str, DutyKind] = field(default_factory=dict)
    by_code: dict[int, DutyKind] = field(default_factory=dict)
    entries: dict[str, EntryKind] = field(default_factory=dict)
    carriages: list[CarrierRule] = field(default_factory=list)
    consequences: list[FollowUpRule] = field(default_factory=list)
    standings: dict[str, StandingKind] = field(default_factory=dict)
    programmes: dict[int, Programme] = field(default_factory=dict)
    tiers: dict[int, int] = field(default_factory=dict)
    """By code of a kind: carriers stand in a lower tier than what they carry, causes than what follows from them."""
    followers: dict[str, Follower] = field(default_factory=dict)
    """By name of a standing: what a register makes of it."""

    def follow(self, standing: str, follower: Follower) -> None:
        """Have a register follow a standing: told within the intake's transaction of every subject whose standing may
        have changed, by whatever entry, void or opening. It may use nothing but the books and its own register.

        Raises:
            ValueError: another register follows it.
        """
        if self.followers.setdefault(standing, follower) is not follower:
            raise ValueError(f"standing {standing} is followed twice")

    def add(
        self,
        duties: tuple[DutyKind, ...] = (),
        entries: tuple[EntryKind, ...] = (),
        carriages: tuple[CarrierRule, ...] = (),
        consequences: tuple[FollowUpRule, ...] = (),
        standings: tuple[StandingKind, ...] = (),
        programmes: tuple[Programme, ...] = (),
    ) -> None:
        """Register a room's tables; the same declaration again changes nothing.

        Raises:
            ValueError: a name or code is taken by another declaration.
        """
        for duty in duties:
            if self.duties.setdefault(duty.name, duty) != duty or self.by_code.setdefault(duty.code, duty) != duty:
                raise ValueError(f"duty kind {duty.name} ({duty.code}) is declared twice")
        for entry in entries:
            if self.entries.setdefault(entry.name, entry) != entry:
                raise ValueError(f"entry kind {entry.name} is declared twice")
        for standing in standings:
            if self.standings.setdefault(standing.name, standing) != standing:
                raise ValueError(f"standing {standing.name} is declared twice")
        for programme in programmes:
            if self.programmes.setdefault(programme.id, programme) != programme:
                raise ValueError(f"programme {programme.id} is declared twice")
        self.carriages += [row for row in carriages if row not in self.carriages]
        self.consequences += [row for row in consequences if row not in self.consequences]
        self.tiers = self._tiers()

    def _tiers(self) -> dict[int, int]:
        """Order the kinds by what they lean on; what names a kind that is not declared yet waits for it.

        Raises:
            ValueError: kinds lean on each other in a circle.
        """
        leans: dict[str, set[str]] = {name: set() for name in self.duties}
        for upper, lower in (
            *((row.kind, row.carrier) for row in self.carriages),
            *((row.kind, row.carrier) for row in self.consequences),
            *((row.kind, row.of) for row in self.consequences if row.of),
        ):
            if upper in leans and lower in leans:
                leans[upper].add(lower)
        try:
            order = list(TopologicalSorter(leans).static_order())
        except CycleError as error:
            raise ValueError(f"duty kinds lean on each other in a circle: {' > '.join(error.args[1])}") from None
        tiers: dict[str, int] = {}
        for name in order:
            tiers[name] = max((tiers[lower] + 1 for lower in leans[name]), default=0)
        return {self.duties[name].code: tier for name, tier in tiers.items()}

    def standing(self, name: str) -> StandingKind | None:
        """Return the declared standing of a name, or None."""
        found = self.standings.get(name)
        if found is not None:
            return None if found.suffix else found
        for kind in self.standings.values():
            if kind.suffix and name.startswith(kind.name) and re.fullmatch(kind.suffix, name[len(kind.name) :]):
                return kind
        return None


REGISTRY = Registry()
