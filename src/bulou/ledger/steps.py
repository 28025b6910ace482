"""Kinds of entry that are declared and not written: a step of a duty, with the fields of its form.

A step opens a duty, takes it to a stage, takes it back to one, or notes something. From its declaration come the shape
of the entry's body, what it says to the books, and the form that desk and phone show. What the books take of a field is
said with the field (``Field.books``); all else stays in the entry's content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bulou.ledger.areas import found_id
from bulou.ledger.core_entries import STAFF, Campaign, Id, IdOrZero, Parts, check_until, distinct
from bulou.ledger.effects import Entry, Key, Line, Statement
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
    required only where that field has one of the values. ``unit_kind``: which units can be chosen; ``unit_where``: an
    attribute of theirs and which values it may have. ``unless``: the field before it that says the same by a unit of
    the register: this one is asked only where the register has none, and required only where that one is empty; of
    both the one that was said last stands. ``books``: see BOOKS; the choices of a variant or value are those that the
    duty's kind declares. ``personal``: shown to those alone who may see names. ``words``: by choice the words by which
    a text from elsewhere means it; the first that fits counts.
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
    unit_where: tuple[str, tuple[str, ...]] | None = None
    unless: str = ""
    books: str = ""
    personal: bool = False
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of entry on duties of one kind.

    ``does``: one of DOES; ``to``: the stage that it takes the duty to. ``many`` (of a step that opens): a subject may
    owe several at once, each under an occasion of its own, else one at a time (occasion 0). ``within`` (of it too): by
    variant the minutes until it is due, which whoever writes it fills in where nothing else is said (``due_of``).
    ``call``: what its button says in both languages, where it opens. ``standing``: a (name, value) that the subject
    has from then on. ``extra``: what else it says, where declarations do not reach (movements).
    """

    name: str
    zh: str
    en: str
    does: str
    to: str = ""
    fields: tuple[Field, ...] = ()
    roles: frozenset[str] = STAFF
    many: bool = False
    within: Mapping[str, int] = field(default_factory=dict)
    call: tuple[str, str] = ("", "")
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
    if step.within and not {"variant", "due"} <= {one.books for one in step.fields}:
        yield "within", "it needs a field that says the variant and one that says until when"
    if strangers := set(step.within) - set(kind.variants):
        yield "within", f"{kind.name} has no variant {', '.join(sorted(strangers))}"
    names: set[str] = set()
    for one in step.fields:
        where = f"fields.{one.name}"
        if not one.name.isidentifier() or one.name in (*names, "campaign", "subjects", "occasion"):
            yield where, "the name is taken, or is no plain word"
        if one.when and one.when[0] not in names:
            yield where, f"its condition names {one.when[0]}, which no field before it is"
        if one.unless and one.unless not in names:
            yield where, f"it stands for {one.unless}, which no field before it is"
        names.add(one.name)
        if one.type not in TYPES:
            yield where, f"{one.type} is no type; types are {', '.join(TYPES)}"
        if (one.type in ("choice", "choices")) != bool(one.choices):
            yield where, "a choice has choices, and nothing else has"
        if one.books not in BOOKS:
            yield where, f"books is one of {', '.join(filter(None, BOOKS))}"
        elif one.books in ("variant", "value"):
            declared = kind.variants if one.books == "variant" else kind.values
            if one.type != "choice" or any(choice.name not in declared for choice in one.choices):
                yield where, f"its choices are not the {one.books}s that {kind.name} declares"
        elif one.books == "due" and one.type != "time":
            yield where, "what a duty is due by is a time"
        elif one.books == "given" and one.type != "unit":
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


def due_of(step: Step, said: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """Return the field that says until when, where it was left empty and the variant has a time of its own."""
    named = {one.books: one.name for one in step.fields if one.books}
    if not step.within or said.get(named["due"]):
        return {}
    minutes = step.within.get(str(said.get(named["variant"], "")))
    return {} if minutes is None else {named["due"]: (at + timedelta(minutes=minutes)).isoformat()}


def replaced(fields: Iterable[Field], body: Mapping[str, Any]) -> set[str]:
    """Return the fields whose earlier values no longer stand, because a content says the same in another field."""
    out: set[str] = set()
    for one in fields:
        if one.unless and body.get(one.name) not in (None, ""):
            out.add(one.unless)
        elif one.unless and body.get(one.unless) is not None:
            out.add(one.name)
    return out


def body_of(step: Step) -> type[msgspec.Struct]:
    """Return the shape of the step's entry: campaign, subjects, occasion, and its fields."""
    shape: list[Any] = [
        ("campaign", Campaign),
        ("subjects", Annotated[list[Id], Meta(min_length=1, max_length=1 if step.many else 5000)]),
        ("occasion", IdOrZero, 0),
    ]
    for one in step.fields:
        optional = not one.required or one.when is not None or bool(one.unless)
        shape.append((one.name, _type(one) | None, None) if optional else (one.name, _type(one)))
    name = "".join(part.title() for part in step.name.replace(".", "_").split("_"))
    return msgspec.defstruct(name, shape, frozen=True, forbid_unknown_fields=True, kw_only=True)


def _type(one: Field) -> Any:
    length = Meta(min_length=one.least, max_length=one.most or {"text": 200, "long": 2000}.get(one.type, 20))
    if one.type in ("text", "long"):
        return Annotated[str, length]
    if one.type == "int":
        return Annotated[int, Meta(ge=0 if one.least is None else one.least, le=one.most or 2**31 - 1)]
    if one.type == "photo":
        return Annotated[list[Sha256], length]
    if one.type in ("choice", "choices"):
        known = Literal[tuple(choice.name for choice in one.choices)]
        return known if one.type == "choice" else list[known]
    return {"bool": bool, "date": date, "time": datetime, "place": Place}.get(one.type, Id)


def _lines(step: Step, kind: DutyKind, entry: Entry, body: Any) -> Parts:
    taken = {one.books: getattr(body, one.name) for one in step.fields if one.books}
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
    for one in step.fields:
        value = getattr(body, one.name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Refused(103, one.name, str(value))
        if one.when is None:
            if one.unless and one.required and value in (None, "", []) and getattr(body, one.unless) is None:
                raise Refused(102, one.name)
            continue
        chosen = getattr(body, one.when[0])
        asked = any(name in one.when[1] for name in (chosen if isinstance(chosen, list) else [str(chosen)]))
        spared = bool(one.unless) and getattr(body, one.unless) is not None
        if asked and one.required and not spared and value in (None, "", []):
            raise Refused(102, one.name)
        if not asked and value is not None:
            raise Refused(103, one.name)
