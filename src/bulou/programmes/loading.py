"""From a file to a room: read, checked piece by piece, made of the declarations that rooms in code are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from bulou.ledger import steps
from bulou.ledger.vocabulary import REGISTRY, DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.programmes import shapes
from bulou.programmes.lines import Path, line_at, lines_of
from bulou.ui import room

#: A file is no longer than this.
MOST_BYTES = 500_000
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file: on which line, of which field, what was found and what was expected."""

    line: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.field}" if self.field else "")
        return f"{where}: {self.found}; expected {self.expected}" if self.found else f"{where}: {self.expected}"


class Wrong(ValueError):
    """A file that cannot be used: which one, and the problems."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        super().__init__(f"{file}: {problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""))


class _Reader:
    """Reads one file and gathers what is wrong with it."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.problems: list[Problem] = []

    def say(self, path: Path, expected: str, found: object = "") -> None:
        """Note a problem at a place."""
        name = ".".join(str(part) if isinstance(part, str) else f"[{part + 1}]" for part in path)
        self.problems.append(Problem(line_at(self.lines, path), name.replace(".[", "["), str(found), expected))

    def take(self, value: Any, shape: type[Shape], path: Path) -> Shape | None:
        """Return a table in its shape; None and a problem where it has another."""
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            said = str(error)
            at = re.search(r" - at `\$(.*)`$", said)
            inner = tuple(int(n) if n else name for n, name in re.findall(r"\[(\d+)\]|\.?([\w]+)", at[1])) if at else ()
            text = said[: at.start()] if at else said
            missing = re.match(r"Object missing required field `(\w+)`", text)
            unknown = re.match(r"Object contains unknown field `(\w+)`", text)
            if missing:
                self.say((*path, *inner), f"a value for {missing[1]}", "nothing")
            elif unknown:
                known = ", ".join(getattr(shape, "__struct_fields__", ()))
                self.say((*path, *inner, unknown[1]), f"one of {known}", unknown[1])
            else:
                self.say((*path, *inner), _expected(text, shape, inner), _found(value, inner))
            return None

    def each(self, given: list[Any], shape: type[Shape], path: Path) -> list[Shape | None]:
        """Return the tables of a list in their shape."""
        return [self.take(one, shape, (*path, n)) for n, one in enumerate(given)]


#: What the library calls a type, and what somebody who writes a file calls it.
PLAIN = {
    "`int`": "a whole number", "`float`": "a number", "`str`": "a text", "`bool`": "true or false",
    "`array`": "a list", "`object`": "a table",
}  # fmt: skip


def _expected(text: str, shape: type, path: Path) -> str:
    """Write what was expected: of one of a few values all of them."""
    if text.startswith("Invalid enum value") and path:
        known = get_args(get_type_hints(shape, include_extras=True).get(str(path[0])))
        return f"one of {', '.join(filter(None, map(str, known)))}"
    said = text.removeprefix("Expected ").split(", got ")[0]
    if "matching regex" in said:
        return "a name in small Latin letters, digits and _, beginning with a letter (of a step: kind.step)"
    for name, plain in PLAIN.items():
        said = said.replace(name, plain)
    return said


def _found(value: Any, path: Path) -> str:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return repr(value)[:60]


def read(text: str) -> tuple[room.Room | None, list[Problem]]:
    """Return the room that a text declares, or None, and what is wrong with it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())
        return None, [Problem(line, "", str(error).split(" (at")[0], "valid TOML (https://toml.io)")]
    reader = _Reader(text)
    head = reader.take(given, shapes.File, ())
    if head is None:
        return None, reader.problems
    works = [_work(reader, one, ("kind", n)) for n, one in enumerate(head.kind)]
    if not head.kind:
        reader.say(("kind",), "at least one table [[kind]]", "none")
    whole = [work for work in works if work is not None]
    _distinct(reader, [(work.name, ("kind", n, "name")) for n, work in enumerate(works) if work], "name of a kind")
    _distinct(reader, [(str(w.duty.code), ("kind", n, "code")) for n, w in enumerate(works) if w], "code of a kind")
    if reader.problems:
        return None, reader.problems
    return room.Room(head.name, head.zh, head.en, duties=tuple(w.duty for w in whole), works=tuple(whole)), []


def _distinct(reader: _Reader, named: Iterable[tuple[str, Path]], what: str) -> None:
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            reader.say(path, f"each {what} once", name)
        seen.add(name)


def _work(reader: _Reader, given: Any, path: Path) -> room.Work | None:
    kind = reader.take(given, shapes.Kind, path)
    if kind is None:
        return None
    before = len(reader.problems)
    duty = _duty(reader, kind, path)
    made = [_step(reader, one, (*path, "step", n)) for n, one in enumerate(kind.step)]
    acts = [_act(one) for one in reader.each(kind.act, shapes.Act, (*path, "act")) if one]
    columns = [
        room.Column(one.name, one.zh, one.en, one.source, file=one.file)
        for one in reader.each(kind.column, shapes.Column, (*path, "column"))
        if one
    ]
    more = {
        name: reader.take(value, shape, (*path, name)) if (value := getattr(kind, name)) is not None else None
        for name, shape in (("programme", shapes.Programme), ("cover", shapes.Cover), ("menu", shapes.Menu),
                            ("play", shapes.Play))
    }  # fmt: skip
    if duty is None or len(reader.problems) > before:
        return None
    own = [step for step in made if step is not None]
    for n, step in enumerate(own):
        for where, what in steps.problems(step, duty):
            reader.say((*path, "step", n, *_inner(where, step)), what)
    if kind.covered != (more["cover"] is not None):
        reader.say((*path, "covered"), "a table [kind.cover] where a kind is covered, and none elsewhere")
    if (programme := more["programme"]) is not None and programme.id not in shapes.PROGRAMMES:
        reader.say(
            (*path, "programme", "id"), f"{shapes.PROGRAMMES.start} to {shapes.PROGRAMMES.stop - 1}", programme.id
        )
    if programme is None and any(step.does == "opens" for step in own):
        reader.say((*path, "step"), "a table [kind.programme] where a step opens duties")
    _known_stages(reader, kind, acts, path)
    work = room.Work(
        duty, Programme(programme.id, programme.zh, programme.en) if programme else None, tuple(own), tuple(acts),
        tuple(columns), covered=kind.covered, owners=kind.owners, dangers=tuple(kind.dangers), sees=kind.sees,
        words=kind.words, opens=kind.opens, phones=tuple(kind.phones), where=kind.where,
        cover=room.Cover(more["cover"].zh, more["cover"].en, more["cover"].ability) if more["cover"] else None,
        play=room.Play(**msgspec.structs.asdict(more["play"])) if more["play"] else None,
        menu=room.Menu(more["menu"].zh, more["menu"].en, more["menu"].icon, "", more["menu"].order)
        if more["menu"] else room.Menu(kind.zh, kind.en, "clipboard-list", "", 70),
        zh_help=kind.help_zh, en_help=kind.help_en,
    )  # fmt: skip
    for wrong in work.problems():
        reader.say(path, wrong)
    return work if len(reader.problems) == before else None


def _inner(where: str, step: steps.Step) -> Path:
    kind, _dot, name = where.partition(".")
    if kind != "fields":
        return (kind,)
    return ("field", next((n for n, one in enumerate(step.fields) if one.name == name), 0))


def _known_stages(reader: _Reader, kind: shapes.Kind, acts: list[room.Act], path: Path) -> None:
    """Hold what names stages and variants to those that there are."""
    stages = [one["name"] for one in kind.stage if isinstance(one, dict) and "name" in one]
    for name in kind.owners:
        if name not in stages:
            reader.say((*path, "owners"), f"one of {', '.join(stages)}", name)
    for name in kind.dangers:
        if name not in kind.variants:
            reader.say((*path, "dangers"), f"one of {', '.join(kind.variants) or 'no variant'}", name)
    for n, act in enumerate(acts):
        for name in act.stages:
            if name not in stages:
                reader.say((*path, "act", n, "stages"), f"one of {', '.join(stages)}", name)


def _duty(reader: _Reader, kind: shapes.Kind, path: Path) -> DutyKind | None:
    stages = reader.each(kind.stage, shapes.Stage, (*path, "stage"))
    reasons = reader.each(kind.reason, shapes.Reason, (*path, "reason"))
    names = [one.name for one in stages if one]
    if len(stages) < 2:
        reader.say((*path, "stage"), "at least two tables [[kind.stage]], the last of which is done", len(stages))
        return None
    if kind.code not in shapes.CODES:
        reader.say((*path, "code"), f"{shapes.CODES.start} to {shapes.CODES.stop - 1}", kind.code)
    if kind.took_part not in names[1:]:
        reader.say((*path, "took_part"), f"one of {', '.join(names[1:])}", kind.took_part)
    for n, one in enumerate(stages):
        if one and one.not_by and one.not_by not in names[:n]:
            reader.say((*path, "stage", n, "not_by"), f"an earlier stage: {', '.join(names[:n]) or 'none'}", one.not_by)
    _distinct(reader, [(name, (*path, "stage", n)) for n, name in enumerate(names)], "stage")
    _distinct(reader, [(r.name, (*path, "reason", n)) for n, r in enumerate(reasons) if r], "reason")
    if kind.took_part not in names or any(one is None for one in (*stages, *reasons)):
        return None
    return DutyKind(
        kind.code, kind.name, Subject[kind.subject.upper()], kind.zh, kind.en,
        tuple(Stage(one.name, one.zh, one.en, one.within, one.not_by) for one in stages if one),
        took_part=names.index(kind.took_part),
        reasons=tuple(Reason(one.name, Mark[one.mark.upper()], one.zh, one.en) for one in reasons if one),
        variants=("", *kind.variants) if kind.variants else (), values=("", *kind.values) if kind.values else (),
        goes_back=kind.goes_back,
    )  # fmt: skip


def _step(reader: _Reader, given: Any, path: Path) -> steps.Step | None:
    step = reader.take(given, shapes.Step, path)
    if step is None:
        return None
    fields = [_field(reader, one, (*path, "field", n)) for n, one in enumerate(step.field)]
    if any(one is None for one in fields):
        return None
    return steps.Step(
        step.name, step.zh, step.en, step.does, step.to, tuple(one for one in fields if one), many=step.many,
        within=step.within, call=(step.call.zh, step.call.en) if step.call else ("", ""),
    )  # fmt: skip


def _field(reader: _Reader, given: Any, path: Path) -> steps.Field | None:
    one = reader.take(given, shapes.Field, path)
    if one is None:
        return None
    choices = reader.each(one.choice, shapes.Choice, (*path, "choice"))
    if any(choice is None for choice in choices):
        return None
    if len(one.when) > 1:
        reader.say((*path, "when"), "one field with its values", ", ".join(one.when))
        return None
    return steps.Field(
        one.name, one.type, one.zh, one.en, one.required,
        tuple(steps.Choice(choice.name, choice.zh, choice.en) for choice in choices if choice),
        one.help_zh, one.help_en, one.default, one.least, one.most,
        next(((name, tuple(values)) for name, values in one.when.items()), None), books=one.books,
        personal=one.personal,
    )  # fmt: skip


def _act(one: shapes.Act) -> room.Act:
    return room.Act(
        one.name, one.zh, one.en, one.step, tuple(one.stages), one.ability, one.bulk, one.closed, one.phone,
        confirm=(one.confirm.zh, one.confirm.en) if one.confirm else None,
    )  # fmt: skip


def taken(made: room.Room, lines: dict[Path, int]) -> list[Problem]:
    """Return what stands in the way of a room in this house: names and codes that others have."""
    out: list[Problem] = []

    def say(path: Path, expected: str, found: object) -> None:
        out.append(Problem(line_at(lines, path), str(path[-1]), str(found), expected))

    if made.name in room.ROOMS:
        say(("name",), "a name that no other room has", made.name)
    for n, work in enumerate(made.works):
        if work.name in REGISTRY.duties:
            say(("kind", n, "name"), "a name that no other kind has", work.name)
        if work.duty.code in REGISTRY.by_code:
            say(("kind", n, "code"), "a code that no other kind has", work.duty.code)
        if work.programme and work.programme.id in REGISTRY.programmes:
            say(("kind", n, "programme", "id"), "a number that no other programme has", work.programme.id)
        for m, step in enumerate(work.steps):
            if step.name in REGISTRY.entries:
                say(("kind", n, "step", m, "name"), "a name that no other kind of entry has", step.name)
    return out


def check(file: File, known: Callable[[room.Room], Iterable[tuple[Path, str, str]]] | None = None) -> list[Problem]:
    """Return what is wrong with a file in this house. ``known``: what else is held to what only the house knows."""
    made, problems, lines = _read(file)
    if made is None:
        return problems
    if room.ROOMS.get(made.name) != made:  # else it is this very file, which was loaded at the start
        problems = taken(made, lines)
    for path, found, expected in known(made) if known else ():
        problems.append(Problem(line_at(lines, path), str(path[-1]), found, expected))
    return problems


def _read(file: File) -> tuple[room.Room | None, list[Problem], dict[Path, int]]:
    try:
        raw = file.read_bytes()
        if len(raw) > MOST_BYTES:
            return None, [Problem(1, "", f"{len(raw)} bytes", f"at most {MOST_BYTES}")], {}
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(line, "", "bytes that are not UTF-8", "a file in UTF-8")], {}
    made, problems = read(text)
    return made, problems, lines_of(text)


def load(folder: File) -> list[room.Room]:
    """Register the rooms of all files of a folder, in the order of their names; none where there is no folder.

    Raises:
        Wrong: a file cannot be used.
    """
    found = []
    for file in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
        made, problems, lines = _read(file)
        if made is not None and room.ROOMS.get(made.name) != made:
            problems = taken(made, lines)
        if made is None or problems:
            raise Wrong(str(file), problems)
        room.register(made)
        found.append(made)
    return found
