"""From the bytes of a request to reports: each entry stands for itself, and one bad entry harms no other.

Pure. What cannot be decoded is reported with its bytes and a numbered refusal, so that it is kept and acknowledged
and no phone is ever blocked by it. Scope, validity and the body's shape are judged later, by ``ledger.rules.expand``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from bulou.field.problems import Problem
from bulou.ledger import rules
from bulou.ledger.effects import Entry
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import REGISTRY, Registry

#: Limits of one request.
MAX_BYTES = 4 * 2**20
MAX_ENTRIES = 5_000
#: Of all its entries together, as `weight` counts. One entry alone is never too heavy: it could not be halved.
MAX_WEIGHT = 20_000
#: Entries that the ledger takes at once.
PORTION = 2_000
#: Integers beyond are rounded by JavaScript.
MAX_INTEGER = 2**53 - 1
MAX_KIND = 60

Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]


class Request(Struct):
    """The outer object. Entries stay bytes, so that each is decoded by itself."""

    entries: list[Raw]
    incarnation: str | None = None


class Wire(Struct, forbid_unknown_fields=True, kw_only=True):
    """An entry as a device sends it. ``jump_ms``: by so much the device's clock was found to have jumped before."""

    n: Annotated[int, Meta(ge=1, le=rules.MAX_NUMBER)]
    kind: Annotated[str, Meta(max_length=MAX_KIND)]
    at: Annotated[datetime, Meta(tz=True)]
    area: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    body: dict[str, Any]
    v: Annotated[int, Meta(ge=1, le=MAX_INTEGER)] = 1
    offset_ms: Integer | None = None
    jump_ms: Integer | None = None


@dataclass(frozen=True, slots=True)
class Jumped(Report):
    """A report with what its phone noticed of its clock beside the content: by so much it had jumped, milliseconds.

    It is no part of the content: the same entry told with it and without it is one entry.
    """

    jump_ms: int = 0


@dataclass(frozen=True, slots=True)
class Stray:
    """What came without a usable number: kept beside the journal."""

    journal: int
    raw: bytes
    refusal: Refused


_request = msgspec.json.Decoder(Request)
_wire = msgspec.json.Decoder(Wire)
_plain = msgspec.json.Decoder()
_canonical = msgspec.json.Encoder(order="deterministic")
_LONG_NUMBER = re.compile(rb"\d{16}")


def request(journal: int, content: bytes, registry: Registry = REGISTRY) -> list[Report | Stray]:
    """Return a report or a stray for each entry of a request, in its order.

    Raises:
        Problem: 413 too many entries, or too many people or tubes in them; 422 not the outer object.
    """
    try:
        outer = _request.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(422, _where(str(error))) from None
    if len(outer.entries) > MAX_ENTRIES:
        raise Problem(413, "entries", len(outer.entries))
    items = [entry(journal, bytes(raw), registry) for raw in outer.entries]
    if len(items) > 1 and (found := weight(items)) > MAX_WEIGHT:
        raise Problem(413, "entries", found)
    return items


def weight(items: Sequence[Report | Stray]) -> int:
    """Return how much entries ask of the ledger: one each, and one for each person, tube or result that they name.

    What is only kept, because it is refused already, names nobody.
    """
    entries = (item.entry for item in items if isinstance(item, Report) and item.entry is not None)
    named = sum(len(value) for entry in entries for value in entry.body.values() if isinstance(value, list))
    return len(items) + named


def portions(items: Sequence[Report | Stray], most: int = PORTION) -> Iterator[Sequence[Report | Stray]]:
    """Yield entries in their order, in portions of at most so many and about so heavy as one batch of the ledger."""
    begin = held = 0
    for at, item in enumerate(items):
        held += weight([item])
        if at + 1 - begin == most or held >= MAX_WEIGHT:
            yield items[begin : at + 1]
            begin, held = at + 1, 0
    if begin < len(items):
        yield items[begin:]


def entry(journal: int, raw: bytes, registry: Registry = REGISTRY) -> Report | Stray:
    """Return one entry's report: decoded, or its content with the reason why not."""
    try:
        wire = _wire.decode(raw)
        _check(wire, raw, registry)
        at = wire.at.astimezone(UTC)
        report = Report.of(Entry(journal, wire.n, wire.kind, at, wire.area, wire.body, wire.offset_ms))
        if wire.jump_ms:
            return Jumped(journal, wire.n, report.entry, report.raw, None, wire.jump_ms)
        return report
    except Refused as error:
        refusal = error
    except OverflowError:  # the first and the last day of the calendar, brought to UTC
        refusal = Refused(105, "at")
    except msgspec.ValidationError as error:
        refusal = translate(str(error))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        refusal = Refused(112)
    return _undecoded(journal, raw, refusal)


def _check(wire: Wire, raw: bytes, registry: Registry) -> None:
    """Refuse what the shape allows and no column or JavaScript number can hold."""
    kind = registry.entries.get(wire.kind)
    if kind is not None and wire.v > kind.version:
        raise Refused(101, "v", wire.v)
    if b"\\u0000" in raw or _LONG_NUMBER.search(raw):
        if "\0" in wire.kind:
            raise Refused(103, "kind")
        for where, value in _leaves(wire.body, "body"):
            if isinstance(value, str) and "\0" in value:
                raise Refused(103, where)
            if isinstance(value, int) and abs(value) > MAX_INTEGER:
                raise Refused(104, where)


def _leaves(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Yield (path, text or number), the names of fields as texts too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield where, name
            yield from _leaves(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{where}[{place}]")
    else:
        yield where, value


def _undecoded(journal: int, raw: bytes, refusal: Refused) -> Report | Stray:
    """Keep the content under its number if that much can be read; the same content has one byte form."""
    try:
        content = _plain.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        number, kept = _number(raw), raw
    else:
        if not isinstance(content, dict):
            return Stray(journal, raw, Refused(115, "n"))
        number = content.pop("n", None)
        try:
            kept = _canonical.encode(content)
        except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
            kept = raw
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= rules.MAX_NUMBER:
        return Report(journal, number, None, kept, refusal)
    return Stray(journal, raw, Refused(115, "n"))


def is_unreadable(journal: int, number: int, kept: bytes) -> bool:
    """Tell whether a content that is kept under a number cannot be read as an entry, as when it came."""
    try:
        content = _plain.decode(kept)
        item = entry(journal, _canonical.encode({**content, "n": number}))
    except (msgspec.MsgspecError, UnicodeError, RecursionError, TypeError):
        return True
    return not isinstance(item, Report) or item.entry is None


def _number(raw: bytes) -> Any:
    """Read the number of an entry whose text is broken elsewhere."""
    try:
        content = _plain.decode(raw.decode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return None
    return content.get("n") if isinstance(content, dict) else None


def translate(complaint: str) -> Refused:
    """Return the numbered refusal of a complaint of the decoder about the outer fields."""
    where = _where(complaint)
    if "missing required" in complaint:
        return Refused(102, complaint.split("`")[1])
    if "Expected `int` " in complaint or "out of range" in complaint:
        return Refused(104, where)
    if "Expected `str` of length" in complaint:
        return Refused(101 if where == "kind" else 116, where)
    return Refused(103, where)


def _where(complaint: str) -> str:
    """Return the path within the entry that a complaint names, or an empty string."""
    return complaint.rsplit("`$", 1)[-1].strip("`.")[:120] if "`$" in complaint else ""
