"""The ledger's own kinds of entry: words on duties, reassignment, voids, closing entries, stock, standings.

They hold for every kind of duty, so no room needs its own refusal, excuse or hand-over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bulou.ledger.areas import FOUND_BASE, is_area
from bulou.ledger.effects import Entry, Key, Line, Movement, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import REGISTRY, Act, Authority, DutyKind, EntryKind, Mark, Subject

Id = Annotated[int, Meta(ge=1, lt=2 * FOUND_BASE)]
IdOrZero = Annotated[int, Meta(ge=0, lt=2 * FOUND_BASE)]
Campaign = Annotated[int, Meta(ge=1, lt=2**31)]
Text = Annotated[str, Meta(max_length=2000)]
Subjects = Annotated[list[Id], Meta(min_length=1, max_length=5000)]

STAFF = DESK | {"phone"}
EVERYBODY = STAFF | {"courier", "laboratory"}

Parts = Iterator[Line | Movement | Statement | tuple[int, int] | int]


def distinct(subjects: list[int], field: str) -> list[int]:
    """Return the subjects as given.

    Raises:
        Refused: 109, one of them is named twice.
    """
    if len(set(subjects)) != len(subjects):
        raise Refused(109, field)
    return subjects


def check_until(until: datetime | None) -> None:
    """Hold an end to what every reader can take: at the edge of the calendar a time may be stored and never read again.

    Raises:
        Refused: 103, no offset, or a year that no duty can mean.
    """
    if until is not None and (until.tzinfo is None or not 2000 <= until.year <= 2100):
        raise Refused(103, "until", str(until))


def duty_kind(name: str) -> DutyKind:
    """Return a declared kind of duty.

    Raises:
        Refused: 103, no such kind.
    """
    if name not in REGISTRY.duties:
        raise Refused(103, "duty", name)
    return REGISTRY.duties[name]


class Word(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word on duties of one kind: deferred, refused, excused or open again."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    reason: Text
    evidence: Text = ""
    until: datetime | None = None
    same_as: Id | None = None


class Review(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Reports on duties that do not count, or contradict each other, were seen; the duties stay as they are."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    reason: Text


class Return(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Duties taken back to an earlier stage, with the reason: what was done does not hold."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    stage: str
    reason: Text


class Give(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Duties given to a device, team, vehicle or other unit, which may speak of them from then on; ``to`` 0: nobody."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    to_kind: Subject
    to: IdOrZero
    due: datetime | None = None
    reason: Text = ""


class Due(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Until when duties are to be done."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    due: datetime
    reason: Text


class Offer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Duties offered to another area; they stay with the sender until it accepts."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    to_area: Id
    reason: Text = ""


class Accept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Duties taken over from an offer, by the area of the entry."""

    campaign: Campaign
    duty: str
    subjects: Subjects
    occasion: IdOrZero = 0
    offer_journal: Id
    offer_number: Id


class Void(Struct, frozen=True, forbid_unknown_fields=True):
    """The named entry does not count. It is kept, and a void is never voided: report the thing again instead."""

    journal: Id
    number: Id
    reason: Text


class Close(Struct, frozen=True, forbid_unknown_fields=True):
    """The journal ends with entry ``last``: what the server does not hold up to there is missing."""

    last: Id


class Move(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A quantity of a good from one holder to another."""

    good: Id
    quantity: Annotated[int, Meta(ge=1, lt=2**31)]
    from_kind: Subject
    from_id: IdOrZero
    to_kind: Subject
    to_id: IdOrZero


class Set(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A subject's named value from now on."""

    subject_kind: Subject
    subject: Id
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    value: Annotated[str, Meta(max_length=200)]
    until: datetime | None = None
    reason: Text


def _marked(mark: Mark, entry: Entry, body: Word) -> Parts:
    kind = duty_kind(body.duty)
    if mark and not any(r.name == body.reason and r.mark == mark for r in kind.reasons):
        raise Refused(110, "reason", body.reason)
    if mark is Mark.EXCUSED and not body.evidence.strip():
        raise Refused(111, "evidence")
    if mark is Mark.DEFERRED and body.until is None:
        raise Refused(102, "until")
    check_until(body.until)
    names = any(r.name == body.reason and r.names_person for r in kind.reasons) and mark is not Mark.NONE
    if names and body.same_as is None:
        raise Refused(102, "same_as")
    if body.same_as is not None and (not names or body.same_as in body.subjects):
        raise Refused(103, "same_as", body.same_as)
    for key in keyed(body):
        yield Line(
            Act.MARK, key, entry.area, mark=mark, reason=body.reason, until=body.until, authority=kind.words,
            same_as=body.same_as,
        )  # fmt: skip


def deferred(entry: Entry, body: Word) -> Parts:
    """Deferred stays open, until a date."""
    return _marked(Mark.DEFERRED, entry, body)


def refused(entry: Entry, body: Word) -> Parts:
    """Refused stays open."""
    return _marked(Mark.REFUSED, entry, body)


def excused(entry: Entry, body: Word) -> Parts:
    """Excused closes, for a typed reason with evidence."""
    return _marked(Mark.EXCUSED, entry, body)


def reopened(entry: Entry, body: Word) -> Parts:
    """Open again: the word before no longer holds."""
    return _marked(Mark.NONE, entry, body)


def reviewed(entry: Entry, body: Review) -> Parts:
    """One line a subject; it moves nothing, and what was reported before it is no longer asked about."""
    for key in keyed(body):
        yield Line(Act.REVIEW, key, entry.area, reason=body.reason, authority=duty_kind(body.duty).words)


def returned(entry: Entry, body: Return) -> Parts:
    """One line a subject, to the stage named.

    Raises:
        Refused: 103, no such stage, or the kind does not go back.
    """
    kind = duty_kind(body.duty)
    if not kind.goes_back:
        raise Refused(103, "duty", body.duty)
    if body.stage not in [stage.name for stage in kind.stages[:-1]]:
        raise Refused(103, "stage", body.stage)
    for key in keyed(body):
        yield Line(Act.RETURN, key, entry.area, stage=kind.stage(body.stage), reason=body.reason, authority=kind.words)


def given(entry: Entry, body: Give) -> Parts:
    """One line a subject, naming whom it is given to."""
    check_until(body.due)
    to = (int(body.to_kind), body.to)
    for key in keyed(body):
        yield Line(
            Act.GIVE, key, entry.area, given=to, due=body.due, reason=body.reason or None, authority=Authority.PLACE
        )


def due(entry: Entry, body: Due) -> Parts:
    """One line a subject, with the time."""
    check_until(body.due)
    for key in keyed(body):
        kind = duty_kind(body.duty)
        yield Line(Act.REVIEW, key, entry.area, due=body.due, reason=body.reason, authority=kind.words)


def keyed(body: Word | Review | Return | Give | Due | Offer | Accept) -> Iterator[Key]:
    """Yield the key of each duty that a body names.

    Raises:
        Refused: 103, no such kind; 109, a subject is named twice.
    """
    kind = duty_kind(body.duty)
    return (Key(body.campaign, kind.code, s, body.occasion) for s in distinct(body.subjects, "subjects"))


def offered(entry: Entry, body: Offer) -> Parts:
    """One line a subject, naming the receiving area."""
    if not is_area(body.to_area):
        raise Refused(107, "to_area", body.to_area)
    kind = duty_kind(body.duty)
    for key in keyed(body):
        yield Line(Act.OFFER, key, entry.area, to_area=body.to_area, reason=body.reason, authority=kind.words)


def accepted(entry: Entry, body: Accept) -> Parts:
    """One line a subject, naming the offer; it counts where the offer is to the area of this entry."""
    for key in keyed(body):
        offer = (body.offer_journal, body.offer_number)
        yield Line(Act.ACCEPT, key, entry.area, ref=offer, authority=Authority.PLACE)


def voided(entry: Entry, body: Void) -> Parts:
    """The (journal, number) that no longer counts."""
    yield (body.journal, body.number)


def closed(entry: Entry, body: Close) -> Parts:
    """The journal's last number."""
    yield body.last


def moved(entry: Entry, body: Move) -> Parts:
    """One movement of the good."""
    yield Movement(
        Subject.GOOD, body.good, body.from_kind, body.from_id, body.to_kind, body.to_id, quantity=body.quantity
    )


def stated(entry: Entry, body: Set) -> Parts:
    """One statement about the subject."""
    check_until(body.until)
    yield Statement(body.subject_kind, body.subject, body.name, body.value, body.until)


ENTRIES = (
    EntryKind("duty.deferred", "暂缓", "deferred", Word, deferred, STAFF),
    EntryKind("duty.refused", "拒绝", "refused", Word, refused, STAFF),
    EntryKind("duty.excused", "因故未办", "excused", Word, excused, EVERYBODY),
    EntryKind("duty.reopened", "重新打开", "reopened", Word, reopened, STAFF),
    EntryKind("duty.reviewed", "核阅", "reviewed", Review, reviewed, DESK),
    EntryKind("duty.returned", "退回", "returned to an earlier stage", Return, returned, STAFF),
    EntryKind("duty.given", "交办", "given to", Give, given, STAFF),
    EntryKind("duty.due", "限期", "due", Due, due, STAFF),
    EntryKind("duty.offered", "提出移交", "offered to another area", Offer, offered, STAFF),
    EntryKind("duty.accepted", "接受移交", "accepted from another area", Accept, accepted, STAFF),
    EntryKind("entry.voided", "作废", "voided", Void, voided, EVERYBODY),
    EntryKind("journal.closed", "流水结束", "journal closed", Close, closed, EVERYBODY, of_all=True),
    EntryKind("stock.moved", "物资移动", "stock moved", Move, moved, EVERYBODY),
    EntryKind("standing.set", "现况变更", "standing set", Set, stated, STAFF),
)
