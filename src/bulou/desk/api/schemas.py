"""What the interface sends and takes, as the OpenAPI document describes it. Times are UTC (RFC 3339)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class Words(Schema):
    """A name with its words in both languages."""

    name: str
    zh: str
    en: str


class FieldOut(Words):
    """A field of an act's form. ``type``: text, long, int, bool, choice, choices, date, time, unit, good ..."""

    type: str
    required: bool
    choices: list[Words] = []


class ActOut(Words):
    """An act. ``stages``: from which it can be done, empty for all that are open; ``allowed``: to this key."""

    stages: list[str]
    allowed: bool
    fields: list[FieldOut]


class KindOut(Words):
    """A kind of duty. ``subject``: person, household, area ...; ``opens``: the act that opens one by hand."""

    subject: str
    covered: bool
    stages: list[Words]
    variants: list[str]
    reasons: list[Words]
    acts: list[ActOut]
    opens: ActOut | None = None


class DutyOut(Schema):
    """One duty. ``row``: names it in acts, with how it stood; ``name``: of a person, to keys that may see names.

    ``values``: what the columns of its list say, in the language that was asked for.
    """

    row: str
    campaign: int
    subject: int
    occasion: int
    code: str
    name: str | None = None
    area: int
    place: str
    stage: str
    outcome: str
    mark: str
    reason: str | None = None
    variant: str
    value: str
    opened_at: datetime | None = None
    stage_at: datetime | None = None
    due: datetime | None = None
    late: bool
    given: str | None = None
    values: dict[str, str | int | None]


class DutiesOut(Schema):
    """One page of a list. ``next``: sent as ``after`` it brings the following page; null at the end."""

    duties: list[DutyOut]
    next: str | None = None


class SaidOut(Schema):
    """One entry on a duty. ``counts``: false where it was voided or did not apply."""

    at: datetime
    received_at: datetime
    kind: str
    zh: str
    en: str
    area: int
    by: str
    counts: bool
    fields: dict[str, Any]


class ActNow(Words):
    """An act as it stands for one duty. ``why_not``: the sentence that the desk greys its button with."""

    why_not: str = ""


class RecordOut(Schema):
    """One duty with all that was reported of it, oldest first, and what the key could do to it now."""

    duty: DutyOut
    timeline: list[SaidOut]
    acts: list[ActNow]


class ActIn(Schema):
    """An act on duties, all or none. ``rows``: as lists gave them; ``fields``: as the kind's act declares them."""

    rows: list[str] = Field(min_length=1, max_length=200)
    fields: dict[str, Any] = {}


class OpenIn(Schema):
    """A duty opened by hand. ``subject``: P501 of a person, H41 of a household, the id of an area."""

    subject: str = Field(max_length=20)
    fields: dict[str, Any] = {}


class DoneOut(Schema):
    """How many duties an act was done to."""

    done: int


class OpenedOut(Schema):
    """The duty that was opened."""

    campaign: int
    subject: int
    occasion: int


class RoundOut(Schema):
    """A round that touches the key's area."""

    id: int
    kind: str
    name: str
    area: int
    opened_at: datetime
    closed_at: datetime | None = None
    plan: datetime | None = None


class CountsOut(Schema):
    """How the duties of one kind stand in an area: owed = open + done + excused + reassigned (law 2).

    ``stages``: open ones by stage.
    """

    area: int
    name: str | None = None
    owed: int
    open: int
    done: int
    excused: int
    reassigned: int
    deferred: int
    refused: int
    stages: dict[str, int]


class CountersOut(Schema):
    """The counters of a round in an area and in what lies directly below. ``heard_at``: of the latest report."""

    round: int
    kind: str
    heard_at: datetime | None = None
    total: CountsOut
    below: list[CountsOut]


class AreaOut(Schema):
    """An area of the tree. ``level``: 1 district, 2 street, 3 neighbourhood, 4 compound, 5 building."""

    id: int
    name: str
    name_en: str
    level: int


class UnitOut(Schema):
    """A unit of the register: a site, shop, gate, facility, store, vehicle ..."""

    id: int
    kind: str
    code: str
    name: str
    area: int
    telephone: str
    hours: str
    attributes: dict[str, Any]


class UnitsOut(Schema):
    """One page of units. ``next``: sent as ``after`` it brings the following page; null at the end."""

    units: list[UnitOut]
    next: int | None = None


class ZoneOut(Schema):
    """A line of a published list."""

    area: int
    name: str
    level: str
    since: date | None = None
    ends: date | None = None


class ZonesOut(Schema):
    """The list that a street published last, with its digest (SHA-256) and the notice."""

    street: int
    day: date
    published_at: datetime
    digest: str
    units: list[ZoneOut]
    notice_zh: str
    notice_en: str


class ShopOut(Schema):
    """A shop that is open now, or supplies to the door alone (``guarantee``)."""

    id: int
    name: str
    status: str
    limited: bool
    trade: str
    segment: str
    area: int
    telephone: str
    hours: str


class ProblemOut(Schema):
    """Why something was refused: ``code`` for programs, ``detail`` for people, ``fields`` of a form."""

    code: str
    detail: str
    fields: dict[str, list[str]] | None = None
