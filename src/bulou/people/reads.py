"""The sheet of one person and of one household: what is owed, what was reported, what is held, how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bulou.ledger.areas import ancestor, level
from bulou.ledger.statements import statements
from bulou.ledger.vocabulary import (
    CAUSE_WITHDRAWN,
    REGISTRY,
    DutyKind,
    EntryKind,
    Mark,
    Outcome,
    Reason,
    Stage,
    Subject,
)  # fmt: skip
from bulou.people.duties import DutyRow, person_kinds, reason
from bulou.people.rules import mask_name, mask_phone
from bulou.places.sources import SQL as SOURCES
from bulou.places.sources import Statement, Told, compare
from bulou.places.vocabulary import ATTRIBUTES, CARDS, NEEDS, CardFlag, Need
from bulou.ui.figures import Name, names, rows
from bulou.ui.responsible import Owner, owner_of, owners

SQL = statements(__package__, "sheets")
SAYS = statements("bulou.places", "linkage")["says"]
#: Fields whose value is the id of a household and of an area.
DOOR, REGISTERED = ATTRIBUTES["household"], ATTRIBUTES["registered_area"]


@dataclass(frozen=True)
class Owing:
    """A duty and the round that it belongs to."""

    campaign: int
    name: str | None
    closed_at: datetime | None
    owed: DutyRow

    @property
    def reopens(self) -> bool:
        """Whether a word holds that can be taken back."""
        one = self.owed
        said = one.outcome == Outcome.EXCUSED and one.reason != CAUSE_WITHDRAWN
        return said or (one.outcome == Outcome.OPEN and one.mark in (Mark.DEFERRED, Mark.REFUSED))

    @property
    def key(self) -> str:
        """The name that a form carries."""
        return f"{self.owed.kind.name}.{self.campaign}.{self.owed.subject}.{self.owed.occasion}"


@dataclass(frozen=True)
class Event:
    """One entry that spoke of the subject. ``label``: of the tube it was about; ``standing``: (name, value)."""

    at: datetime
    journal: int
    number: int
    said: EntryKind | None
    kind: DutyKind | None
    area: int
    received_at: datetime | None
    by: str
    by_kind: str
    void: bool
    campaign: int | None = None
    stage: Stage | None = None
    label: int | None = None
    value: str | None = None
    reason: Reason | None = None
    until: datetime | None = None
    standing: tuple[str, str] | None = None
    unheard: bool = False


@dataclass(frozen=True)
class Standing:
    """A value that holds now, until a time or until something else is said."""

    name: str
    value: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Held:
    """A quantity of something, or the care of somebody. ``own``: the subject is the holder."""

    kind: int
    id: int
    quantity: int
    own: bool


@dataclass(frozen=True)
class Member:
    """Somebody of a household, with the state in the current round."""

    id: int
    name: str
    area: int
    birth_year: int | None
    phone: str | None
    needs: list[Need]
    duty: DutyRow | None

    @property
    def masked(self) -> str:
        """The name for lists."""
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        """The telephone for lists."""
        return mask_phone(self.phone)


@dataclass(frozen=True)
class Says:
    """A source whose latest list names somebody. ``second``: under a second record alone."""

    source: str
    since: datetime
    second: bool


@dataclass(frozen=True)
class Sheet:
    """One person. ``known``: the registers' row; ``open`` and ``past``: duties; ``owner`` answers for the area.

    ``says``: the lists that name the person; ``told``: what each says of her, field by field; ``doors``: the
    homes that they name, by household: (area, stairwell, floor, door).
    """

    known: dict[str, Any]
    open: list[Owing]
    past: list[Owing]
    events: list[Event]
    held: list[Held]
    standings: list[Standing]
    members: list[Member]
    needs: list[Need]
    owner: Owner | None
    places: dict[int, Name]
    says: list[Says]
    told: list[Told]
    doors: dict[int, tuple[int, str, int | None, str]]

    @property
    def masked(self) -> str:
        """The name for those who may not see it."""
        return mask_name(self.known["name"])

    @property
    def masked_phone(self) -> str:
        """The same of the telephone."""
        return mask_phone(self.known["phone"])

    @property
    def card(self) -> CardFlag | None:
        """Why the identity number read at the door gave no digest."""
        return CARDS.get(self.known["card"])


@dataclass(frozen=True)
class Home:
    """One household. ``seen_in``: the area through which the reader sees it."""

    id: int
    area: int
    stairwell: str
    floor: int | None
    door: str
    valid_from: datetime
    closed_at: datetime | None
    seen_in: int
    members: list[Member]
    held: list[Held]
    standings: list[Standing]
    owner: Owner | None
    places: dict[int, Name]


def needs_of(bits: int) -> list[Need]:
    """Return the needs in a bit mask."""
    return [need for need in NEEDS if bits >> need.bit & 1]


def person(known: dict[str, Any], campaign: int, now: datetime) -> Sheet:
    """Read the sheet of a person whose look is on record. Ten statements.

    Parameters:
        known: what ``places.actions.look_up`` returned.
        campaign: the round that members' states are shown for; 0 for none.
    """
    kinds = person_kinds()
    id_, area = known["id"], known["area"]
    duties = [
        Owing(r[0], r[1], r[2], DutyRow(kinds[r[3]], r[5], id_, r[4], *r[6:11], None, outcome=r[11], takes=r[12],
                                     offered_to=r[13]))
        for r in rows(SQL["duties"], person=id_, kinds=list(kinds))
    ]  # fmt: skip
    events = _story(id_, list(kinds)) + _stated(int(Subject.PERSON), id_)
    events.sort(key=lambda e: (e.at, e.journal, e.number), reverse=True)
    held, standings = _held(int(Subject.PERSON), id_), _standings(int(Subject.PERSON), id_)
    members = _members(known["household"], campaign) if known["household"] else _members(0, campaign)
    said = [(Statement(*row[:8]), row[8:]) for row in rows(SOURCES["said"], person=id_)]
    told = compare(one for one, _home in said)
    doors = {int(one.value): tuple(home) for one, home in said if one.field == DOOR and home[0]}
    areas = {area, known["registered_area"] or area, *(int(one.value) for one, _ in said if one.field == REGISTERED),
             *(door[0] for door in doors.values()), *(e.area for e in events), *(d.owed.area for d in duties),
             *(d.owed.offered_to for d in duties if d.owed.offered_to)}  # fmt: skip
    return Sheet(
        known,
        [d for d in duties if d.owed.outcome == 0],
        [d for d in duties if d.owed.outcome != 0],
        events, held, standings, [m for m in members if m.id != id_], needs_of(known["needs"]),
        _owner(known["seen_in"], now), names({ancestor(a, depth) for a in areas for depth in range(1, 6)}),
        [Says(*row) for row in rows(SAYS, person=id_)], told, doors,
    )  # fmt: skip


def household(id_: int, campaign: int, now: datetime) -> Home | None:
    """Read the sheet of a household; None when it is not in the scope. Six statements."""
    found = rows(SQL["household"], household=id_)
    if not found:
        return None
    area = found[0][1]
    return Home(
        *found[0], _members(id_, campaign), _held(int(Subject.HOUSEHOLD), id_),
        _standings(int(Subject.HOUSEHOLD), id_), _owner(found[0][-1], now),
        names({ancestor(area, depth) for depth in range(1, 6)}),
    )  # fmt: skip


def _story(person: int, kinds: list[int]) -> list[Event]:
    told: dict[tuple[int, int], Event] = {}
    for (
        at, journal, number, code, subject, act, stage, value, carrier_kind, carrier, why, until, area, campaign, said,
        received, by, by_kind, void, unheard,
    ) in rows(SQL["story"], person=person, kinds=kinds):  # fmt: skip
        kind = REGISTRY.by_code.get(code)
        if kind is None or (journal, number) in told:
            continue
        on = REGISTRY.by_code.get(carrier_kind) if carrier else None
        label = subject if kind.subject is Subject.TUBE else None
        if on is not None and on.subject is Subject.TUBE:
            label = carrier
        told[journal, number] = Event(
            at, journal, number, REGISTRY.entries.get(said), kind, area, received, by, by_kind, void, campaign,
            kind.stages[min(stage, kind.final)] if act in (2, 3) else None, label,
            kind.values[value] if value and value < len(kind.values) else None, reason(kind, why), until,
            unheard=unheard,
        )  # fmt: skip
    return list(told.values())


def _stated(kind: int, subject: int) -> list[Event]:
    return [
        Event(at, journal, number, REGISTRY.entries.get("standing.set"), None, area, received, by, by_kind, void,
              until=until, standing=(name, value))
        for at, journal, number, name, value, until, area, received, by, by_kind, void in rows(
            SQL["stated"], kind=kind, subject=subject
        )
    ]  # fmt: skip


def _held(kind: int, subject: int) -> list[Held]:
    return [
        Held(r[0], r[1], r[4], True) if (r[2], r[3]) == (kind, subject) else Held(r[2], r[3], r[4], False)
        for r in rows(SQL["holdings"], kind=kind, subject=subject)
    ]


def _standings(kind: int, subject: int) -> list[Standing]:
    return [Standing(*row[:4]) for row in rows(SQL["standings"], kind=kind, subject=subject) if row[1]]


def _members(household: int, campaign: int) -> list[Member]:
    swab = REGISTRY.duties["swab"]
    out = []
    for row in rows(SQL["members"], household=household, campaign=campaign, kind=swab.code):
        area, stage, at, mark, why, until, outcome, takes, offered = row[6:]
        duty = None
        if area is not None:
            duty = DutyRow(
                swab, area, row[0], 0, stage, at, mark, why, until, row[1], offered_to=offered, outcome=outcome,
                takes=takes,
            )  # fmt: skip
        out.append(Member(*row[:5], needs_of(row[5]), duty))
    return out


def _owner(area: int, now: datetime) -> Owner | None:
    way = [ancestor(area, depth) for depth in range(1, level(area) + 1)]
    return owner_of(area, "area", owners([0, *way], now), way)
