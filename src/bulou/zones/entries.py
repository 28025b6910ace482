"""What is decided on the levels of areas and what is published, as entries: bodies in, effects out. Pure.

One entry is about one unit: the area of the entry. A level has an end or a review date; without one it is refused.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from bulou.ledger.areas import is_area, span
from bulou.ledger.core_entries import Parts, Text, check_until
from bulou.ledger.effects import Entry, Key, Line, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.rules import DESK
from bulou.ledger.vocabulary import Act, EntryKind, Mark, Subject
from bulou.zones.vocabulary import LIFTED, LISTED, PUBLISHED, REVIEW, STANDING

#: Reviews belong to no round: a campaign that is always open.
PROGRAMME_ID = 1_000_021
#: Characters of a notice.
NOTICE = 20_000
Name = Annotated[str, Meta(max_length=80)]
LevelName = Literal["lockdown", "control", "precaution", "lifted"]
Notice = Annotated[str, Meta(max_length=NOTICE)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]


class Proposed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the rule proposed when the decision was made, with what it leaned on: kept with the decision."""

    version: Name
    level: LevelName
    days: Count | None = None
    last: date | None = None
    seven: Count = 0
    fourteen: Count = 0
    missing: Annotated[list[Name], Meta(max_length=10)] = []


class Decided(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The level of the entry's area from now on. ``until``: its end; ``review``: when it is looked at again.

    ``basis``: the proposal was accepted, or another level was set for a reason. ``block``: what the buildings decided
    together are called.
    """

    level: LevelName
    basis: Literal["proposal", "other"]
    reason: Text = ""
    until: datetime | None = None
    review: datetime | None = None
    block: Name = ""
    proposed: Proposed | None = None


class ListedUnit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of a published list."""

    area: int
    level: LevelName
    name: Annotated[str, Meta(max_length=200)]
    since: date | None = None
    ends: date | None = None


class Published(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The list of a street's zones as published, with its digest, and the text of the notice in both languages."""

    day: date
    units: Annotated[list[ListedUnit], Meta(max_length=5000)]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    notice_zh: Notice = ""
    notice_en: Notice = ""


def digest(units: list[ListedUnit]) -> str:
    """Return the SHA-256 of a list, whatever the order of its lines."""
    lines = sorted(units, key=lambda one: (one.area, one.level, one.name))
    return hashlib.sha256(msgspec.json.encode(lines, order="deterministic")).hexdigest()


def decided(entry: Entry, body: Decided) -> Parts:
    """The standing of the area, and the review that is owed from now on, or no longer.

    Raises:
        Refused: 102, neither an end nor a review date, or no reason where the proposal was not followed; 103, an end
            or review before the decision.
    """
    for name in ("until", "review"):
        at = getattr(body, name)
        check_until(at)
        if at is not None and at <= entry.at:
            raise Refused(103, name, str(at))
    due = min((at for at in (body.review, body.until) if at is not None), default=None)
    if body.level != LIFTED and due is None:
        raise Refused(102, "review")
    if body.basis == "other" and not body.reason.strip():
        raise Refused(102, "reason")
    if body.basis == "proposal" and (body.proposed is None or body.proposed.level != body.level):
        raise Refused(103, "basis", body.basis)
    yield Statement(Subject.AREA, entry.area, STANDING, body.level, body.until)
    key = Key(PROGRAMME_ID, REVIEW.code, entry.area)
    yield Line(Act.OWE, key, entry.area, due=due, authority=REVIEW.words)
    if body.level == LIFTED:
        yield Line(
            Act.MARK, key, entry.area, mark=Mark.EXCUSED, reason="level_lifted", authority=REVIEW.words
        )  # fmt: skip
    else:
        yield Line(Act.MARK, key, entry.area, mark=Mark.NONE, reason=body.reason or body.basis, authority=REVIEW.words)


def published(entry: Entry, body: Published) -> Parts:
    """The digest as a standing of the street, and of each unit the level under which it was published.

    Raises:
        Refused: 103, the digest is not that of the list; 107, a unit is no area of the street.
    """
    if digest(body.units) != body.digest:
        raise Refused(103, "digest", body.digest)
    low, high = span(entry.area)
    yield Statement(Subject.AREA, entry.area, PUBLISHED, body.digest)
    for one in body.units:
        if not is_area(one.area) or not low <= one.area <= high:
            raise Refused(107, "units", one.area)
        yield Statement(Subject.AREA, one.area, LISTED, one.level)


ENTRIES = (
    EntryKind("zone.decided", "确定分区等级", "zone level decided", Decided, decided, DESK),
    EntryKind("zone.published", "公布分区名单", "list of zones published", Published, published, DESK),
)
