"""What a room declares of itself: all that the rest of the house must know of it, in one ``ROOM``.

The ledger reads duties, entries and standings; worklist, sheets, boards, navigation, abilities, exports, the phone's
work pack, the rehearsal and the printed reference loop over what rooms declare. Adding a room changes one line
elsewhere: its name in ``config/rooms.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bulou.ledger.refusals import Refusal
from bulou.ledger.steps import Choice, Field, Step, entry_kind
from bulou.ledger.vocabulary import (
    REGISTRY,
    CarrierRule,
    DutyKind,
    EntryKind,
    FollowUpRule,
    Programme,
    StandingKind,
)  # fmt: skip
from bulou.ui.follow import Follow

__all__ = ["Programme"]

#: A sentence in both languages.
Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that a user may do on the desk. ``roles``: those of the desk that hold it."""

    name: str
    zh: str
    en: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """An entry of the rail: its words, its icon (Tabler), the key after "g", and its place from the top."""

    zh: str
    en: str
    icon: str
    key: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the desk: path below the root, url name, dotted path of its view, the ability that opens it."""

    path: str
    name: str
    view: str
    ability: str
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a check may know of a duty and of who would act on it: plain values."""

    stage: str
    outcome: int
    mark: int
    variant: str
    value: str
    due_at: datetime | None
    given: tuple[int, int] | None
    doers: Mapping[str, int]
    """Who did each stage last, by the number of the person or post."""
    actor: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What a person can do to duties of a kind: a step with its form, and when it may be done.

    ``step``: name of the step, or of one of the ledger's own kinds of entry (``duty.given`` ...). ``stages``: from
    which it may be done; empty: from all that are open. ``closed``: also where the duty is done or excused. ``phone``:
    phones that carry the kind can do it too. ``check`` gives the sentence why not, which also greys the button.
    ``holds`` gives the sentence why not for the subjects and what was filled in; it may read, and is asked when the
    form is sent. ``confirm``: what is asked first, where it hurts. ``reads``: texts to read out, by their titles.
    ``undo``: "void" takes the entry back, "returned" the duty to its stage before.
    """

    name: str
    zh: str
    en: str
    step: str
    stages: tuple[str, ...] = ()
    ability: str = "decide"
    bulk: bool = True
    closed: bool = False
    phone: bool = False
    check: Callable[[Facts], Sentence | None] | None = None
    confirm: Sentence | None = None
    undo: str = "void"
    holds: Callable[[Sequence[int], Mapping[str, Any]], Sentence | None] | None = None
    reads: tuple[Sentence, ...] = ()


#: The ledger's own kinds of entry that an act can be: they hold for every kind of duty.
OWN_STEPS = (
    "duty.refused", "duty.deferred", "duty.excused", "duty.reopened", "duty.returned", "duty.given", "duty.due",
    "duty.reviewed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a worklist and its Excel file.

    ``source``: "subject" (code, name and needs), "phone", "place", "door", "stage", "since", "waiting", "due", "given",
    "variant", "value", "mark", "owner", "opened.NAME" (a field of the step that opened it), "last.NAME" (of the latest
    step that has the field), "standing.NAME", "holding" (who has the subject). ``file``: in the Excel file alone.
    """

    name: str
    zh: str
    en: str
    source: str
    sort: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """How the rehearsal plays a kind: how many are opened a day per thousand people, after how many minutes they are
    taken up and done (means), and which shares come late or are refused. ``fields``: values of its forms; of a list one
    is drawn, "{subject}" is its number, "+24h" in a time is so many hours later. ``to``: the stage at which a day
    leaves it, and which ``done_min`` then means; empty: done.
    """

    per_thousand: float
    taken_min: float
    done_min: float
    late_share: float = 0.05
    refused_share: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)
    to: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """A part of the households or people of an area that a covered kind can be opened for.

    ``needs``: somebody there has one of these; ``standing``: (name, value) that the subject itself has; ``levels``:
    (name, values) of a standing of its area, where the nearest area above that has one counts. Each narrows; none: all.
    """

    name: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()
    standing: tuple[str, str] | None = None
    levels: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """How a covered kind is opened over an area: its words, what it takes, and what is fixed then.

    ``fields``: values for the whole campaign; a field of a step with the same name has them filled in already.
    ``whom``: the parts that can be chosen; empty: always everybody.
    """

    zh: str
    en: str
    ability: str
    fields: tuple[Field, ...] = ()
    whom: tuple[Whom, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of duty as people work on it.

    ``covered``: owed by a million, shown by area with counters; else worked: thousands, sorted and filtered by due and
    owner. ``secret``: names and the fact itself only for who may see names. ``owners``: the desk (role) that answers
    for each stage. ``dangers``: variants that come before everything, called ``danger``; ``needs``: the same of a
    person's needs in the register, the gravest first. ``sees``: what it takes to open its pages; ``words``: to say a
    word on it; ``opens``: to open one by hand (else the same as for a word). ``page``: name of the room's own page on
    which one is worked, where it is not the generic sheet. ``phones``: roles of phones that carry it,
    ``where``: at a "door", in an "area", or where it was "given". ``cover``: how it is opened over an area. ``play``:
    how the rehearsal plays it. ``follow``: what a published list of zones does to it. ``above``: draws what stands
    above its list (request, area, 0 for all). ``circumstances``: standings of the subject that are seen beside its
    name, where "yes".
    """

    duty: DutyKind
    programme: Programme | None
    steps: tuple[Step, ...]
    acts: tuple[Act, ...]
    columns: tuple[Column, ...]
    covered: bool = False
    secret: bool = False
    owners: Mapping[str, str] = field(default_factory=dict)
    dangers: tuple[str, ...] = ()
    danger: Sentence = ("有临床风险", "Clinical danger")
    needs: tuple[str, ...] = ()
    sees: str = "people"
    opens: str = ""
    page: str = ""
    words: str = "decide"
    phones: tuple[str, ...] = ()
    where: str = "door"
    cover: Cover | None = None
    play: Play | None = None
    circumstances: tuple[StandingKind, ...] = ()
    menu: Menu | None = None
    follow: Follow | None = None
    zh_help: str = ""
    en_help: str = ""
    above: Callable[[Any, int], str] | None = None

    @property
    def name(self) -> str:
        """Name of its kind of duty."""
        return self.duty.name

    @property
    def opening(self) -> Step | None:
        """The step by which the desk opens one by hand, under the kind's programme; None where none is."""
        found = (step for step in self.steps if step.does == "opens" and "desk" in step.roles)
        return next(found, None) if self.programme else None

    @property
    def calls(self) -> Choice | None:
        """What the button says that opens one."""
        step = self.opening
        zh, en = (step.call[0] or step.zh, step.call[1] or step.en) if step else ("", "")
        return Choice(step.name, zh, en) if step else None

    @property
    def opener(self) -> str:
        """What it takes to do so."""
        return self.opens or self.words

    def step(self, name: str) -> Step:
        """Return a step by its name.

        Raises:
            KeyError: the kind has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def act(self, name: str) -> Act:
        """Return an act by its name.

        Raises:
            KeyError: the kind has no such act.
        """
        for act in self.acts:
            if act.name == name:
                return act
        raise KeyError(name)

    def problems(self) -> list[str]:
        """Return what is wrong with the declaration, one sentence each."""
        stages = {stage.name for stage in self.duty.stages}
        own = {step.name for step in self.steps}
        wrong = [f"act {act.name}: no step {act.step}" for act in self.acts if act.step not in own | set(OWN_STEPS)]
        for where, named in (
            ("owners", set(self.owners)), *((f"act {act.name}", set(act.stages)) for act in self.acts),
        ):  # fmt: skip
            wrong += [f"{where}: {self.name} has no stage {stage}" for stage in sorted(named - stages)]
        names = [act.name for act in self.acts]
        wrong += [f"act {name} is declared twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if self.play and self.play.to and self.play.to not in stages:
            wrong.append(f"play: {self.name} has no stage {self.play.to}")
        said = {field.name for step in self.steps for field in step.fields}
        for column in self.columns:
            kind, _dot, name = column.source.partition(".")
            if kind in ("last", "opened") and name not in said:
                wrong.append(f"column {column.name}: no step has a field {name}")
        return wrong


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit in the register: site, shop, gate, facility, laboratory, store, vehicle, team, organisation."""

    name: str
    code: int
    zh: str
    en: str
    icon: str
    attributes: tuple[Field, ...] = ()

    def problems(self, known: Sequence[UnitKind] = ()) -> list[str]:
        """Return what is wrong with the declaration, beside the kinds that are known already; one sentence each."""
        wrong = [f"{one.name} has its name or code" for one in known if self.name == one.name or self.code == one.code]
        names = [field.name for field in self.attributes]
        wrong += [f"attribute {name} is declared twice" for name in sorted({n for n in names if names.count(n) > 1})]
        wrong += [f"attribute {name}: every unit has one" for name in names if name in UNIT_FIELDS]
        wrong += [f"{one.name}: no unit has a {one.type}" for one in self.attributes if one.type not in ATTRIBUTE_TYPES]
        return wrong


@dataclass(frozen=True, slots=True)
class Room:
    """All that the rest of the house must know of a room. What it does not need is left out.

    ``unworked``: kinds of duty that have pages of their own and no generic list.
    """

    name: str
    zh: str
    en: str
    duties: tuple[DutyKind, ...] = ()
    works: tuple[Work, ...] = ()
    entries: tuple[EntryKind, ...] = ()
    carriages: tuple[CarrierRule, ...] = ()
    consequences: tuple[FollowUpRule, ...] = ()
    standings: tuple[StandingKind, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    abilities: tuple[Ability, ...] = ()
    pages: tuple[Page, ...] = ()
    units: tuple[UnitKind, ...] = ()
    exports: tuple[Any, ...] = ()
    tasks: tuple[Any, ...] = ()
    roles: tuple[Any, ...] = ()

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        """The room's kinds of entry: those that it wrote, and those that its steps declare."""
        return self.entries + tuple(entry_kind(step, work.duty) for work in self.works for step in work.steps)


#: Types of field that an attribute of a unit can have.
ATTRIBUTE_TYPES = ("text", "long", "int", "bool", "choice", "choices", "date")
#: What every unit has, so that no attribute is called like it.
UNIT_FIELDS = ("name", "code", "area", "contact", "telephone", "hours")

#: The rooms that the installation has, by name; filled while Django loads them and constant afterwards.
ROOMS: dict[str, Room] = {}


def register(room: Room) -> None:
    """Take a room in: its words into the ledger's registry, the room itself to be asked; once.

    Raises:
        ValueError: a name is taken, or a declaration cannot be.
    """
    if room.name in ROOMS:
        if ROOMS[room.name] != room:
            raise ValueError(f"room {room.name} is declared twice")
        return
    wrong = [f"{work.name}: {problem}" for work in room.works for problem in work.problems()]
    known = [unit for other in ROOMS.values() for unit in other.units]
    wrong += [f"unit {unit.name}: {problem}" for unit in room.units for problem in unit.problems(known)]
    if wrong:
        raise ValueError("; ".join(wrong))
    REGISTRY.add(
        duties=room.duties, entries=room.kinds, carriages=room.carriages, consequences=room.consequences,
        standings=room.standings,
        programmes=tuple(dict.fromkeys(work.programme for work in room.works if work.programme)),
    )  # fmt: skip
    ROOMS[room.name] = room


def works() -> dict[str, Work]:
    """Return every kind that people work on, by its name, in the order of the menu."""
    found = [work for room in ROOMS.values() for work in room.works]
    return {
        work.name: work for work in sorted(found, key=lambda work: (work.menu.order if work.menu else 99, work.name))
    }


def unit_kinds() -> dict[str, UnitKind]:
    """Return every kind of unit by its name, in the order of their codes."""
    found = [unit for room in ROOMS.values() for unit in room.units]
    return {unit.name: unit for unit in sorted(found, key=lambda unit: unit.code)}


def abilities_of(kind: str) -> str | None:
    """Return what it takes to write a kind of entry that a room's step declares: that of its acts; None for others."""
    for work in works().values():
        for step in work.steps:
            if step.name == kind:
                own = work.opener if step.does == "opens" else ""
                return next((act.ability for act in work.acts if act.step == kind), own)
    return None
