"""Kinds of entry that are declared and not written: a step of a duty, with the fields of its form.

A step opens a duty, takes it to a stage, takes it back to one, or notes something. From its declaration come the shape
of the entry's body, what it says to the books, and the form that desk and phone show. What the books take of a field is
said with the field (``Field.books``); all else stays in the entry's content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bulou.ledger.areas import found_id
from bulou.ledger.kinds import STAFF, Campaign, Id, IdOrZero, Parts, check_until, distinct
from bulou.ledger.lines import Entry, Key, Line, Statement
from bulou.ledger.refusals import Refused
from bulou.ledger.vocabulary import Act, Authority, DutyKind, EntryKind, Subject

#: Types of a field. The last five are ids; a photo is a list of content addresses, a place a position.
TYPES = (
    "text", "long", "int", "bool", "choice", "choices", "date", "time", "photo", "place", "person", "household", "area",
    "unit", "good",
)  # fmt: skip
IDS = TYPES[-5:]
#: What the books take of a field: the form of the duty, the outcome of the step, until when, to whom it is given.
BOOKS = ("", "variant", "value", "due", "given")
DOES = ("opens", "advances", "returns", "notes")
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A position: degrees of latitude and longitude (WGS-84), and its accuracy in metres."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy: Annotated[float, Meta(ge=0, le=100_000)] = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field can have."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a step's form and of its entry's body.

    ``least``, ``most``: of a number, or of the length of a text or list. ``when``: (field, values): it is asked and
    required only where that field has one of the values. ``unit_kind``: which units can be chosen. ``books``: see
    BOOKS; the choices of a variant or value are those that the duty's kind declares.
    """

    name: str
    type: str
    zh: str
    en: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    help_zh: str = ""
    help_en: str = ""
    default: Any = None
    least: int | None = None
    most: int | None = None
    when: tuple[str, tuple[str, ...]] | None = None
    unit_kind: str = ""
    books: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of entry on duties of one kind.

    ``does``: one of DOES; ``to``: the stage that it takes the duty to. ``many`` (of a step that opens): a subject may
    owe several at once, each under an occasion of its own, else one at a time (occasion 0). ``standing``: a (name,
    value) that the subject has from then on. ``extra``: what else it says, where declarations do not reach (movements).
    """

    name: str
    zh: str
    en: str
    does: str
    to: str = ""
    fields: tuple[Field, ...] = ()
    roles: frozenset[str] = STAFF
    many: bool = False
    standing: tuple[str, str] | None = None
    extra: Callable[[Entry, Any, Key], Parts] | None = None


def problems(step: Step, kind: DutyKind) -> Iterator[tuple[str, str]]:
    """Yield (where, what is wrong) for a declaration that cannot be."""
    stages = [stage.name for stage in kind.stages]
    if step.does not in DOES:
        yield "does", f"{step.does} is none of {', '.join(DOES)}"
    if step.does in ("advances", "returns") and step.to not in stages:
        yield "to", f"{kind.name} has no stage {step.to}; it has {', '.join(stages)}"
    if step.does == "advances" and step.to == stages[0]:
        yield "to", f"{step.to} is the first stage, which nothing advances to"
    if step.does == "returns" and not kind.goes_back:
        yield "does", f"{kind.name} does not go back"
    names: set[str] = set()
    for field in step.fields:
        where = f"fields.{field.name}"
        if not field.name.isidentifier() or field.name in (*names, "campaign", "subjects", "occasion"):
            yield where, "the name is taken, or is no plain word"
        if field.when and field.when[0] not in names:
            yield where, f"its condition names {field.when[0]}, which no field before it is"
        names.add(field.name)
        if field.type not in TYPES:
            yield where, f"{field.type} is no type; types are {', '.join(TYPES)}"
        if (field.type in ("choice", "choices")) != bool(field.choices):
            yield where, "a choice has choices, and nothing else has"
        if field.books not in BOOKS:
            yield where, f"books is one of {', '.join(filter(None, BOOKS))}"
        elif field.books in ("variant", "value"):
            declared = kind.variants if field.books == "variant" else kind.values
            if field.type != "choice" or any(choice.name not in declared for choice in field.choices):
                yield where, f"its choices are not the {field.books}s that {kind.name} declares"
        elif field.books == "due" and field.type != "time":
            yield where, "what a duty is due by is a time"
        elif field.books == "given" and field.type != "unit":
            yield where, "a duty is given to a unit"


def entry_kind(step: Step, kind: DutyKind) -> EntryKind:
    """Return the kind of entry that a step declares.

    Raises:
        ValueError: the declaration cannot be (see ``problems``).
    """
    wrong = list(problems(step, kind))
    if wrong:
        raise ValueError("; ".join(f"{step.name}: {where}: {what}" for where, what in wrong))

    def lines(entry: Entry, body: Any) -> Parts:
        return _lines(step, kind, entry, body)

    return EntryKind(step.name, step.zh, step.en, body_of(step), lines, step.roles)


def body_of(step: Step) -> type[msgspec.Struct]:
    """Return the shape of the step's entry: campaign, subjects, occasion, and its fields."""
    shape: list[Any] = [
        ("campaign", Campaign),
        ("subjects", Annotated[list[Id], Meta(min_length=1, max_length=1 if step.many else 5000)]),
        ("occasion", IdOrZero, 0),
    ]
    for field in step.fields:
        optional = not field.required or field.when is not None
        shape.append((field.name, _type(field) | None, None) if optional else (field.name, _type(field)))
    name = "".join(part.title() for part in step.name.replace(".", "_").split("_"))
    return msgspec.defstruct(name, shape, frozen=True, forbid_unknown_fields=True, kw_only=True)


def _type(field: Field) -> Any:
    length = Meta(min_length=field.least, max_length=field.most or {"text": 200, "long": 2000}.get(field.type, 20))
    if field.type in ("text", "long"):
        return Annotated[str, length]
    if field.type == "int":
        return Annotated[int, Meta(ge=0 if field.least is None else field.least, le=field.most or 2**31 - 1)]
    if field.type == "photo":
        return Annotated[list[Sha256], length]
    if field.type in ("choice", "choices"):
        one = Literal[tuple(choice.name for choice in field.choices)]
        return one if field.type == "choice" else list[one]
    return {"bool": bool, "date": date, "time": datetime, "place": Place}.get(field.type, Id)


def _lines(step: Step, kind: DutyKind, entry: Entry, body: Any) -> Parts:
    taken = {field.books: getattr(body, field.name) for field in step.fields if field.books}
    _check(step, body)
    check_until(taken.get("due"))
    value = kind.values.index(taken["value"]) if taken.get("value") else None
    variant = kind.variants.index(taken["variant"]) if taken.get("variant") else None
    occasion = body.occasion or (found_id(entry.journal, entry.number) if step.does == "opens" and step.many else 0)
    for subject in distinct(body.subjects, "subjects"):
        key = Key(body.campaign, kind.code, subject, occasion)
        due = taken.get("due")
        if step.does == "opens":
            yield Line(Act.OWE, key, entry.area, variant=variant, due=due, authority=kind.words)
        elif step.does == "advances":
            rank = kind.stage(step.to)
            yield Line(Act.ADVANCE, key, entry.area, stage=rank, value=value, due=due, authority=kind.words)
        elif step.does == "returns":
            yield Line(Act.RETURN, key, entry.area, stage=kind.stage(step.to), due=due, authority=kind.words)
        else:
            yield Line(Act.REVIEW, key, entry.area, due=due, authority=kind.words)
        if taken.get("given"):
            yield Line(Act.GIVE, key, entry.area, given=(int(Subject.UNIT), taken["given"]), authority=Authority.PLACE)
        if step.standing:
            yield Statement(kind.subject, subject, *step.standing)
        if step.extra:
            yield from step.extra(entry, body, key)


def _check(step: Step, body: Any) -> None:
    """Hold conditional fields to their conditions, and times to an offset.

    Raises:
        Refused: 102, a field is missing that the others call for; 103, one is there that they exclude.
    """
    for field in step.fields:
        value = getattr(body, field.name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Refused(103, field.name, str(value))
        if field.when is None:
            continue
        chosen = getattr(body, field.when[0])
        asked = any(one in field.when[1] for one in (chosen if isinstance(chosen, list) else [str(chosen)]))
        if asked and field.required and value in (None, "", []):
            raise Refused(102, field.name)
        if not asked and value is not None:
            raise Refused(103, field.name)
