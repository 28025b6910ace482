"""What entries are made of: plain values between the door, the rules, the fold and the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from bulou.ledger.vocabulary import Act, Authority, Subject


class Key(NamedTuple):
    """One duty: campaign, kind code, subject id, occasion (0 unless a subject owes the same kind more than once)."""

    campaign: int
    kind: int
    subject: int
    occasion: int = 0


class Order(NamedTuple):
    """The one order of everything that happened: corrected time, then journal, number, line."""

    at: datetime
    journal: int
    number: int
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as reported: numbered by its journal, never changed.

    ``at`` is the corrected time (aware, UTC); ``offset_ms`` the phone's last measured clock offset in milliseconds;
    ``area`` is where it happened; ``body`` has the shape of the kind.
    """

    journal: int
    number: int
    kind: str
    at: datetime
    area: int
    body: dict[str, Any]
    offset_ms: int | None = None


class Line(Struct, frozen=True, gc=False):
    """What an entry does to one duty. Fields beyond the key are read as the act needs them.

    ``stage``: rank that is reached (ADVANCE, CARRY); ``variant``: form of a carrier (OWE); ``value``: outcome code of a
    carrier (ADVANCE); ``carrier``: what carries the duty from now on (CARRY); ``again``: a repeat that is meant to be
    one, so that it is no conflict; ``mark``, ``reason``, ``until``: the word on a duty (MARK); ``to_area``: where it is
    offered (OFFER); ``ref``: the offer's journal and number (ACCEPT); ``authority``: what the journal must answer for,
    so that the line counts; ``same_as``: the subject whom this one is said to be (MARK); ``corrects``: journal and
    number of the reports whose value this one takes back (ADVANCE); ``due``: until when it is to be done; ``given``:
    kind and id of whom it is given to, id 0: taken back (GIVE). RETURN takes the duty back to ``stage``.
    """

    act: Act
    key: Key
    area: int
    stage: int = 0
    frozen: bool = False
    variant: int | None = None
    value: int | None = None
    carrier_kind: int | None = None
    carrier: int | None = None
    again: bool = False
    mark: int | None = None
    reason: str | None = None
    until: datetime | None = None
    to_area: int | None = None
    ref: tuple[int, int] | None = None
    authority: Authority = Authority.ANYWHERE
    same_as: int | None = None
    corrects: tuple[tuple[int, int], ...] = ()
    due: datetime | None = None
    given: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A quantity of an item that leaves one holder and arrives at another."""

    item_kind: Subject
    item: int
    from_kind: Subject
    from_id: int
    to_kind: Subject
    to_id: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A subject's named value from the entry's time on; ``until`` ends it by itself.

    ``authority``: PLACE where it counts only from a journal that answers for where the subject owes something, or for
    an area in which the device works that it is about.
    """

    subject_kind: Subject
    subject: int
    name: str
    value: str
    until: datetime | None = None
    authority: Authority = Authority.ANYWHERE


@dataclass(slots=True)
class Expanded:
    """All that one entry says to the books."""

    lines: list[Line] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    voids: list[tuple[int, int]] = field(default_factory=list)
    closes_at: int | None = None
