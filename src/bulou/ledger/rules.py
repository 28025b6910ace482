"""From an entry as it came to what it says to the books: pure, and the same on every machine.

Whether an entry is refused depends on its content and on facts of its journal that never change, so that the order and
time of arrival cannot matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bulou.ledger.areas import ROOT, is_area
from bulou.ledger.effects import Entry, Expanded, Line, Movement, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import Ranges, covers
from bulou.ledger.vocabulary import REGISTRY, Authority, EntryKind, Registry, Subject

#: Entries may be dated this long before enrolment and after expiry: the clock was corrected, or the shift ran late.
TOLERANCE = timedelta(days=1)
CLOCK_FLAG_MS = 3_600_000
MAX_NUMBER = 2**24 - 1
#: Kinds of journal that speak of what travels, and of nobody's duties.
CARRYING = frozenset({"courier", "laboratory"})
#: Kinds of journal whose entries the server writes for somebody who has signed in, or by itself.
DESK = frozenset({"desk", "import", "system"})

_encoder = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """What the rules may know of a journal: fixed at enrolment.

    ``actor``: number of the person or post behind it, where several journals are written by one; 0: nobody else's.
    ``unit``: the kind and id of the team, vehicle, laboratory or other unit that it works for.
    """

    id: int
    kind: str
    ranges: Ranges
    enrolled_at: datetime
    expires_at: datetime
    actor: int = 0
    unit: tuple[int, int] | None = None

    @property
    def eyes(self) -> int:
        """Who looks through it: the person or post behind it, else the journal itself."""
        return self.actor or self.id

    def has(self, given: tuple[int, int] | None) -> bool:
        """Tell whether what is given to somebody is given to this journal, or to the unit that it works for."""
        return given is not None and given in ((int(Subject.JOURNAL), self.id), self.unit)


def canonical(entry: Entry) -> bytes:
    """Return the one byte form of an entry's content; its digest and its store are made from it."""
    content = {"kind": entry.kind, "at": entry.at, "area": entry.area, "body": entry.body, "offset_ms": entry.offset_ms}
    return _encoder.encode(content)


def decode(journal: int, number: int, raw: bytes) -> Entry:
    """Return the entry of a canonical byte form, as the fold and verify read it back."""
    content = msgspec.json.decode(raw)
    at = msgspec.convert(content["at"], datetime)
    return Entry(journal, number, content["kind"], at, content["area"], content["body"], content["offset_ms"])


def digest(raw: bytes) -> bytes:
    """Return the 16 bytes that stand for a content: the head of its SHA-256, which PostgreSQL computes as well."""
    return hashlib.sha256(raw).digest()[:16]


def flags(entry: Entry) -> list[str]:
    """Return what somebody should look at although the entry counts."""
    off = entry.offset_ms
    return ["clock"] if off is not None and abs(off) > CLOCK_FLAG_MS else []


def expand(entry: Entry, journal: JournalFacts, registry: Registry = REGISTRY) -> Expanded:
    """Return all that an entry says to the books.

    Raises:
        Refused: the number of the reason, and the field.
    """
    kind = registry.entries.get(entry.kind)
    if kind is None:
        raise Refused(101, "kind", entry.kind)
    if journal.kind not in kind.roles:
        raise Refused(113, "kind", entry.kind)
    if entry.at.tzinfo is None:
        raise Refused(103, "at", str(entry.at))
    if not journal.enrolled_at - TOLERANCE <= entry.at <= journal.expires_at + TOLERANCE:
        raise Refused(105, "at", entry.at.astimezone(UTC).isoformat())
    if not is_area(entry.area) and not (entry.area == ROOT and kind.of_all):
        raise Refused(107, "area", entry.area)
    if not covers(journal.ranges, entry.area):
        raise Refused(106, "area", entry.area)
    body = _body(kind.body, entry.body)
    result = Expanded()
    for part in kind.lines(entry, body):
        if isinstance(part, Line):
            result.lines.append(part)
        elif isinstance(part, Movement):
            result.movements.append(part)
        elif isinstance(part, Statement):
            result.statements.append(_stated(entry, part, journal, registry))
        elif isinstance(part, int):
            result.closes_at = part
        else:
            result.voids.append(part)
    if journal.kind not in DESK:
        _check_own(journal, result)
    if journal.kind in CARRYING and any(line.authority is Authority.PLACE for line in result.lines):
        raise Refused(113, "kind", entry.kind)
    return result


def void_counts(target: Entry, by: JournalFacts, registry: Registry = REGISTRY) -> bool:
    """Tell whether a journal's word that an entry does not count is heard, as far as it alone is concerned.

    It is for one's own entries, or for a desk that answers for the entry's area. Openings need two such journals
    (``EntryKind.void_voices``).
    """
    kind = registry.entries.get(target.kind)
    if kind is not None and kind.void_voices == 1 and by.id == target.journal:
        return True
    return by.kind in DESK and covers(by.ranges, target.area)


def voices(target: Entry, registry: Registry = REGISTRY) -> int:
    """Return how many journals must say of an entry that it does not count."""
    kind: EntryKind | None = registry.entries.get(target.kind)
    return kind.void_voices if kind else 1


def _check_own(journal: JournalFacts, said: Expanded) -> None:
    """Hold a device to its own entries, where it takes one back or corrects a value."""
    for field, targets in (("journal", said.voids), ("corrects", [t for line in said.lines for t in line.corrects])):
        for target, _ in targets:
            if target != journal.id:
                raise Refused(113, field, target)


def _stated(entry: Entry, said: Statement, journal: JournalFacts, registry: Registry) -> Statement:
    """Hold a statement to what is declared of its name.

    Of an area it must be the journal's own; of anything else it counts where the journal answers for its place.
    """
    kind = registry.standing(said.name)
    if kind is None:
        raise Refused(103, "name", said.name)
    if kind.subject is not None and said.subject_kind is not kind.subject:
        raise Refused(103, "subject_kind", int(said.subject_kind))
    if kind.values and said.value not in kind.values:
        raise Refused(103, "value", said.value)
    if entry.kind == "standing.set" and journal.kind not in kind.writers:
        raise Refused(113, "name", said.name)
    if said.subject_kind is Subject.AREA and not (is_area(said.subject) and covers(journal.ranges, said.subject)):
        raise Refused(106, "subject", said.subject)
    if said.subject_kind is Subject.JOURNAL and said.subject != journal.id and journal.kind not in DESK:
        raise Refused(113, "subject", said.subject)
    own = said.subject_kind is Subject.AREA or (said.subject_kind is Subject.JOURNAL and said.subject == journal.id)
    return said if own else replace(said, authority=Authority.PLACE)


def _body(shape: type, body: dict[str, Any]) -> Any:
    """Return the body in its kind's shape; translate the library's complaint into a numbered refusal."""
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError:
        pass
    # Of several faults the first one is told: first in the canonical form, so that every reader tells the same.
    try:
        return msgspec.convert(msgspec.json.decode(_encoder.encode(body)), shape)
    except msgspec.ValidationError as error:
        text = str(error)
        where = text.rsplit("`$", 1)[-1].strip("`.") if "`$" in text else ""
        if "missing required" in text:
            raise Refused(102, text.split("`")[1]) from None
        if "Expected `int` " in text:
            raise Refused(104, where) from None
        if "Expected `str` of length <=" in text:
            raise Refused(116, where) from None
        raise Refused(103, where or text[:120]) from None
