"""What the entries of a screening round say to the books: bodies in, lines out."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bulou.ledger.areas import found_id
from bulou.ledger.check_digit import is_label
from bulou.ledger.core_entries import DESK, EVERYBODY, STAFF, Campaign, Id, Parts, Text, distinct
from bulou.ledger.effects import Entry, Key, Line, Movement
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import Act, Authority, EntryKind, Subject
from bulou.places.rules import holds_identity
from bulou.rounds import vocabulary as words

SWAB, TUBE, BOX, RETEST = (duty.code for duty in words.DUTIES)
Mode = Literal["pooled", "single", "household"]
Value = Literal["negative", "positive", "invalid"]
#: Tubes counted in a box.
Count = Annotated[int, Meta(ge=0, le=10_000)]


class Opened(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round opened: how many owe it, and the checksum of the lines written with it."""

    campaign: Campaign
    kind: str
    name: Text
    count: Annotated[int, Meta(ge=0)]
    checksum: int
    rules: dict[str, str] = {}


class OpenWithReason(Struct, frozen=True, forbid_unknown_fields=True):
    """How many duties a round was closed over, and why."""

    reason: str
    n: Annotated[int, Meta(ge=1)]


class Closed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round closed. Its open duties stay open in the record."""

    campaign: Campaign
    open: list[OpenWithReason] = []


class Card(Struct, frozen=True, forbid_unknown_fields=True):
    """An identity number sealed for the key ``key`` of the work pack: RSA-OAEP with SHA-256, in base64."""

    key: Annotated[str, Meta(max_length=64)]
    data: Annotated[str, Meta(max_length=1500)]


class Found(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person who was on no list."""

    campaign: Campaign
    person: Id | None = None
    household: Id | None = None
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    birth_year: Annotated[int, Meta(ge=1900, le=2100)] | None = None
    phone: Annotated[str, Meta(max_length=30)] | None = None
    needs: list[str] = []
    stairwell: Annotated[str, Meta(max_length=10)] | None = None
    floor: Annotated[int, Meta(ge=-20, le=200)] | None = None
    door: Annotated[str, Meta(max_length=10)] | None = None
    card: Card | None = None


class Joined(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """People of the register who came to it while the round was open, all in the building of the entry."""

    campaign: Campaign
    persons: Annotated[list[Id], Meta(min_length=1, max_length=1000)]


class Called(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """People called down, by stairwell."""

    campaign: Campaign
    persons: Annotated[list[Id], Meta(min_length=1, max_length=1000)]


class Sealed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One tube with the people in it. ``retest_of``: the abnormal tube, when this is the individual retest."""

    campaign: Campaign
    tube: Id
    mode: Mode
    persons: Annotated[list[Id], Meta(min_length=1, max_length=20)]
    retest_of: Id | None = None


class Boxed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tubes put into one box."""

    campaign: Campaign
    box: Id
    tubes: Annotated[list[Id], Meta(min_length=1, max_length=1000)]


class Handed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A box taken by a courier. ``giver``: the journal that held it, where the courier reports and not the giver."""

    campaign: Campaign
    box: Id
    courier: Id
    giver: Id | None = None
    tubes_counted: Count | None = None


class BoxReceived(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A box taken in by a laboratory from a courier; the laboratory counts the tubes."""

    campaign: Campaign
    box: Id
    courier: Id
    laboratory: Id
    tubes_counted: Count


class BoxCounted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tubes of a box counted once more, wherever it is; the latest count stands."""

    campaign: Campaign
    box: Id
    tubes_counted: Count


class TubeReceived(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tube that came to the laboratory outside a box. ``giver``: the journal that held it, where it is known."""

    campaign: Campaign
    tube: Id
    laboratory: Id
    giver: Id | None = None


class Corrected(Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier report, by its journal and number."""

    journal: Id
    number: Id


class TubeResult(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of one tube. ``corrects``: the reports that it takes back, in whatever order they are dated."""

    tube: Id
    value: Value
    corrects: Annotated[list[Corrected], Meta(max_length=20)] = []


class Resulted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Outcomes of tubes, as the laboratory reports them, or as a desk decides between reports that contradict."""

    campaign: Campaign
    results: Annotated[list[TubeResult], Meta(min_length=1, max_length=1000)]


def checked(label: int, field: str) -> int:
    """Return a printed label.

    Raises:
        Refused: 117, the check digit is wrong.
    """
    if not is_label(label):
        raise Refused(117, field, label)
    return label


def opened(entry: Entry, body: Opened) -> Parts:
    """Nothing here: the lines are written set-based with the entry, and verify holds them to its count and checksum."""
    return iter(())


def closed(entry: Entry, body: Closed) -> Parts:
    """Nothing for the books: closing a round changes no duty."""
    for row in body.open:
        if row.reason not in words.CLOSING_REASONS:
            raise Refused(110, "open.reason", row.reason)
    return iter(())


def found(entry: Entry, body: Found) -> Parts:
    """The person owes a swab where he was found, counted as added after opening.

    Where the person is on the frozen list of another place, that list stands, and this is kept beside it.

    Raises:
        Refused: 118, the name, telephone or door holds an identity number. The number is not told again.
    """
    for field, text in (("name", body.name), ("phone", body.phone), ("door", body.door)):
        if text and holds_identity(text):
            raise Refused(118, field)
    person = body.person or found_id(entry.journal, entry.number)
    yield Line(Act.OWE, Key(body.campaign, SWAB, person), entry.area, authority=Authority.PLACE)


def joined(entry: Entry, body: Joined) -> Parts:
    """Each person owes a swab, counted as added after opening."""
    for person in distinct(body.persons, "persons"):
        yield Line(Act.OWE, Key(body.campaign, SWAB, person), entry.area, authority=Authority.PLACE)


def called(entry: Entry, body: Called) -> Parts:
    """Each person's swab is called."""
    for person in distinct(body.persons, "persons"):
        key = Key(body.campaign, SWAB, person)
        yield Line(Act.ADVANCE, key, entry.area, stage=words.CALLED, authority=Authority.PLACE)


def sealed(entry: Entry, body: Sealed) -> Parts:
    """The tube is owed a result; it carries each person's swab, and the retest where it is one."""
    if body.mode == "single" and len(body.persons) != 1:
        raise Refused(108, "persons", len(body.persons))
    tube = checked(body.tube, "tube")
    key = Key(body.campaign, TUBE, tube)
    yield Line(Act.OWE, key, entry.area, variant=words.MODES[body.mode])
    yield Line(Act.ADVANCE, key, entry.area, stage=words.SEALED)
    again = body.retest_of is not None
    for person in distinct(body.persons, "persons"):
        yield _carried(Key(body.campaign, SWAB, person), entry.area, tube, again)
        if again:
            yield _carried(Key(body.campaign, RETEST, person, body.retest_of), entry.area, tube, again=False)
    yield Movement(Subject.TUBE, tube, Subject.OUTSIDE, 0, Subject.JOURNAL, entry.journal)


def _carried(key: Key, area: int, tube: int, again: bool) -> Line:
    return Line(Act.CARRY, key, area, stage=words.SAMPLED, carrier_kind=TUBE, carrier=tube, again=again)


def boxed(entry: Entry, body: Boxed) -> Parts:
    """The box carries the tubes from now on."""
    box = checked(body.box, "box")
    key = Key(body.campaign, BOX, box)
    yield Line(Act.OWE, key, entry.area)
    yield Line(Act.ADVANCE, key, entry.area, stage=words.PACKED)
    for tube in distinct(body.tubes, "tubes"):
        yield Line(
            Act.CARRY, Key(body.campaign, TUBE, checked(tube, "tubes")), entry.area,
            stage=words.BOXED, carrier_kind=BOX, carrier=box,
        )  # fmt: skip
        yield Movement(Subject.TUBE, tube, Subject.JOURNAL, entry.journal, Subject.BOX, box)
    yield Movement(Subject.BOX, box, Subject.OUTSIDE, 0, Subject.JOURNAL, entry.journal)


def handed(entry: Entry, body: Handed) -> Parts:
    """The courier holds the box; how many tubes were counted stands beside how many were declared."""
    key = Key(body.campaign, BOX, body.box)
    yield Line(Act.ADVANCE, key, entry.area, stage=words.BOX_HANDED, value=body.tubes_counted)
    yield Movement(Subject.BOX, body.box, Subject.JOURNAL, body.giver or entry.journal, Subject.COURIER, body.courier)


def box_received(entry: Entry, body: BoxReceived) -> Parts:
    """The laboratory holds the box, and with it the tubes."""
    key = Key(body.campaign, BOX, body.box)
    yield Line(Act.ADVANCE, key, entry.area, stage=words.BOX_RECEIVED, value=body.tubes_counted)
    yield Movement(Subject.BOX, body.box, Subject.COURIER, body.courier, Subject.LABORATORY, body.laboratory)


def box_counted(entry: Entry, body: BoxCounted) -> Parts:
    """The box stays where it is, and its number of tubes is another one. By who answers for it, or had it."""
    key = Key(body.campaign, BOX, body.box)
    yield Line(Act.ADVANCE, key, entry.area, stage=words.PACKED, value=body.tubes_counted, authority=Authority.CUSTODY)


def tube_received(entry: Entry, body: TubeReceived) -> Parts:
    """The tube came outside a box."""
    key = Key(body.campaign, TUBE, body.tube)
    yield Line(Act.ADVANCE, key, entry.area, stage=words.TUBE_RECEIVED)
    if body.giver:
        yield Movement(Subject.TUBE, body.tube, Subject.JOURNAL, body.giver, Subject.LABORATORY, body.laboratory)


def resulted(entry: Entry, body: Resulted) -> Parts:
    """Each tube has its outcome. Of one journal the latest number counts; where several contradict, the gravest."""
    distinct([row.tube for row in body.results], "results")
    for row in body.results:
        yield Line(
            Act.ADVANCE, Key(body.campaign, TUBE, row.tube), entry.area,
            stage=words.TUBE_RESULTED, value=words.VALUES[row.value], authority=Authority.CUSTODY,
            corrects=tuple((one.journal, one.number) for one in row.corrects),
        )  # fmt: skip


LABORATORY = DESK | {"laboratory"}

ENTRIES = (
    EntryKind("round.opened", "轮次开始", "round opened", Opened, opened, DESK, of_all=True, void_voices=2),
    EntryKind("round.closed", "轮次结束", "round closed", Closed, closed, DESK, of_all=True),
    EntryKind("person.found", "发现名单外人员", "person found", Found, found, STAFF),
    EntryKind("round.joined", "补录应检", "added to the round", Joined, joined, DESK),
    EntryKind("swab.called", "通知下楼", "called down", Called, called, STAFF),
    EntryKind("tube.sealed", "封管", "tube sealed", Sealed, sealed, STAFF),
    EntryKind("tube.boxed", "装箱", "tubes boxed", Boxed, boxed, STAFF),
    EntryKind("box.handed", "交接", "box handed over", Handed, handed, STAFF | {"courier"}),
    EntryKind("box.received", "实验室收箱", "box received", BoxReceived, box_received, LABORATORY),
    EntryKind("box.counted", "清点箱内管数", "tubes of a box counted", BoxCounted, box_counted, EVERYBODY),
    EntryKind("tube.received", "实验室收管", "tube received", TubeReceived, tube_received, LABORATORY),
    EntryKind("tube.resulted", "出结果", "tubes resulted", Resulted, resulted, LABORATORY),
)
