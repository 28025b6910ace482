"""What a room declares of itself: all that the rest of the house must know of it, in one ``ROOM``.

The ledger reads duties, entries and standings; worklist, sheets, boards, navigation, abilities, exports, the phone's
work pack, the rehearsal and the printed reference loop over what rooms declare. Adding a room changes one line
elsewhere: its name in ``config/rooms.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bulou.ledger.refusals import Refusal
from bulou.ledger.steps import Field, Step, entry_kind
from bulou.ledger.vocabulary import REGISTRY, Carriage, Consequence, DutyKind, EntryKind, StandingKind

#: A sentence in both languages.
Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that a user may do on the desk."""

    name: str
    zh: str
    en: str


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
    which it may be done; empty: from all that are open. ``closed``: also where the duty is done or excused. ``check``
    gives the sentence why not, which also greys the button. ``confirm``: what is asked first, where it hurts.
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
    check: Callable[[Facts], Sentence | None] | None = None
    confirm: Sentence | None = None
    undo: str = "void"


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
    """How the rehearsal plays a kind: how many are opened a day per thousand households, after how many minutes they
    are taken up and done (medians), and which shares come late or are refused. ``fields``: values of the opening's
    form.
    """

    per_thousand: float
    taken_min: float
    done_min: float
    late_share: float = 0.05
    refused_share: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Programme:
    """A campaign that is always open, for duties that no round owes. Its number is never used again."""

    id: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of duty as people work on it.

    ``covered``: owed by a million, shown by area with counters; else worked: thousands, sorted and filtered by due and
    owner. ``secret``: names and the fact itself only for who may see names. ``owners``: the desk (role) that answers
    for each stage. ``dangers``: variants that come before everything; ``needs``: the same of a person's needs in the
    register, the gravest first. ``sees``: what it takes to open its pages; ``words``: to say a word on it. ``phones``:
    roles of phones that carry it, at a door, at a unit, or where it was given.
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
    needs: tuple[str, ...] = ()
    sees: str = "people"
    words: str = "decide"
    phones: tuple[str, ...] = ()
    where: str = "door"
    play: Play | None = None
    menu: Menu | None = None
    zh_help: str = ""
    en_help: str = ""

    @property
    def name(self) -> str:
        """Name of its kind of duty."""
        return self.duty.name

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
    carriages: tuple[Carriage, ...] = ()
    consequences: tuple[Consequence, ...] = ()
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
    if wrong:
        raise ValueError("; ".join(wrong))
    REGISTRY.add(
        duties=room.duties, entries=room.kinds, carriages=room.carriages, consequences=room.consequences,
        standings=room.standings,
    )  # fmt: skip
    ROOMS[room.name] = room


def works() -> dict[str, Work]:
    """Return every kind that people work on, by its name, in the order of the menu."""
    found = [work for room in ROOMS.values() for work in room.works]
    return {
        work.name: work for work in sorted(found, key=lambda work: (work.menu.order if work.menu else 99, work.name))
    }


def abilities_of(kind: str) -> str | None:
    """Return what it takes to write a kind of entry that a room's step declares: that of its acts; None for others."""
    for work in works().values():
        if any(step.name == kind for step in work.steps):
            return next((act.ability for act in work.acts if act.step == kind), "")
    return None
