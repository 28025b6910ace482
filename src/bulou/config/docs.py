"""Prints the manual's reference from the code: `python -m bulou.config.docs [FOLDER]`.

What is printed here is never written by hand, so it cannot differ from what runs. A house test compares the pages
that are kept in docs/reference with what this module would print now.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from bulou.config import database, docs_api, docs_door, docs_metrics, docs_roles, environment
from bulou.ledger.refusals import FLAGS, REFUSALS
from bulou.ledger.vocabulary import REGISTRY, CarrierRule, DutyKind, EntryKind, FollowUpRule, Mark, Subject

FOLDER = Path("docs/reference")
PRINTED = "<!-- Printed by `python -m bulou.config.docs`. Do not edit. -->\n"
ROOMS = ("ledger", "rounds", "cases", "zones", "relief", "forces", "oversight", "notices")


def pages() -> dict[str, str]:
    """All pages of the reference: file name and text."""
    database.setup()
    made = {
        "duties.md": duties(),
        "entries.md": entries(),
        "refusals.md": refusals(),
        "settings.md": settings(),
        "command-line.md": command_line(),
        "metrics.md": docs_metrics.page(),
        "roles.md": docs_roles.page(),
        "api.md": docs_api.page(),
    }
    if find_spec("bulou.field.openapi"):
        made["field-door.md"] = field_door()
    return {name: PRINTED + "\n" + text.rstrip() + "\n" for name, text in made.items()}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a table."""
    titles = list(head)
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield "| " + " | ".join("" if cell is None else str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


# -- duties --------------------------------------------------------------------------------------


def duties() -> str:
    """Each kind of duty: its stages, its reasons, what brings it on and what follows from it."""
    out = [
        "# Duties 应办",
        "",
        "A duty is something owed to one subject in one campaign. It moves through the stages of its kind; the last one"
        " is *done*. **Within** is the number of minutes that a duty may stay in a stage before it counts as late.",
        "",
    ]
    for kind in sorted(REGISTRY.duties.values(), key=lambda kind: kind.code):
        out += _duty(kind)
    return "\n".join(out)


def _duty(kind: DutyKind) -> Iterator[str]:
    yield f"## {kind.zh} · {kind.en} {{ #{kind.name} }}"
    yield ""
    yield f"`{kind.name}`, code {kind.code}; its subject is a {kind.subject.name.lower()}."
    took = kind.stages[kind.took_part].name
    yield f"From `{took}` on the subject has taken part, which ends an earlier excuse or refusal."
    yield ""
    yield "```text"
    yield " > ".join(stage.name for stage in kind.stages)
    yield "```"
    yield ""
    rows = ((rank, f"`{s.name}`", s.zh, s.en, s.within) for rank, s in enumerate(kind.stages))
    yield from table(("rank", "stage", "中文", "English", "within (min)"), rows)
    if kind.reasons:
        rows = (
            (f"`{r.name}`", _MARKS[r.mark], r.zh, r.en) for r in sorted(kind.reasons, key=lambda reason: reason.mark)
        )
        yield from table(("reason", "word", "中文", "English"), rows)
    for title, codes in (("Forms", kind.variants), ("Values", kind.values)):
        if any(codes):
            yield f"{title}: " + ", ".join(f"{code} `{name}`" for code, name in enumerate(codes) if name) + "."
            yield ""
    follows = [_carried(row) for row in REGISTRY.carriages if row.kind == kind.name]
    follows += [_caused(row) for row in REGISTRY.consequences if row.kind == kind.name]
    if follows:
        yield "What moves it besides its own entries:"
        yield ""
        yield from follows
        yield ""


_MARKS = {
    Mark.NONE: "",
    Mark.DEFERRED: "deferred 暂缓 (stays open)",
    Mark.REFUSED: "refused 拒绝 (stays open)",
    Mark.EXCUSED: "excused 因故未办 (closes, with evidence)",
}


def _narrowed(kind: DutyKind, variants: tuple[int, ...], values: tuple[int, ...]) -> str:
    forms = " or ".join(kind.variants[code] for code in variants)
    results = " or ".join(kind.values[code] for code in values)
    return (f" {forms}" if forms else "") + f" {kind.name}", (f" with value {results}" if results else "")


def _carried(row: CarrierRule) -> str:
    carrier, kind = REGISTRY.duties[row.carrier], REGISTRY.duties[row.kind]
    who, what = _narrowed(carrier, row.variants, row.values)
    at, to = carrier.stages[row.carrier_stage].name, kind.stages[row.stage].name
    return f"- a{who} at `{at}`{what} brings it to `{to}`."


def _caused(row: FollowUpRule) -> str:
    carrier = REGISTRY.duties[row.carrier]
    who, what = _narrowed(carrier, row.variants, row.values)
    each = f", one for each {carrier.name}" if row.per_carrier else ""
    whom = f"for each {REGISTRY.duties[row.of].name} it carries" if row.of else "for its own subject"
    stands = f" The subject then has the standing `{row.standing[0]}` = `{row.standing[1]}`." if row.standing else ""
    return f"- a{who} at `{carrier.stages[row.stage].name}`{what} opens it {whom}{each}.{stands}"


# -- entries -------------------------------------------------------------------------------------


def entries() -> str:
    """Each kind of entry: who may write it, and the fields of its body."""
    out = [
        "# Entries 事件",
        "",
        "An entry is one thing that happened, reported once by one journal and never changed. Every body is a JSON"
        " object; a field that is not listed is refused. Ids are integers from 1 to 2^53 - 1, times are RFC 3339 with a"
        " zone. **Written by** names the kinds of journal that may report it.",
        "",
    ]
    for kind in REGISTRY.entries.values():
        out += _entry(kind)
    return "\n".join(out)


def _entry(kind: EntryKind) -> Iterator[str]:
    yield f"## `{kind.name}` {kind.zh} {{ #{kind.name.replace('.', '-')} }}"
    yield ""
    yield f"{kind.en[0].upper()}{kind.en[1:]}. Version {kind.version}. Written by: {', '.join(sorted(kind.roles))}."
    yield ""
    meaning = (kind.body.__doc__ or "").strip()
    if meaning:
        yield " ".join(meaning.split())
        yield ""
    described = msgspec.inspect.type_info(kind.body)
    rows = (
        (f"`{field.encode_name}`", in_words(field.type), "yes" if field.required else _default(field.default))
        for field in described.fields  # type: ignore[union-attr]
    )
    yield from table(("field", "type", "required"), rows)


def _default(value: Any) -> str:
    return "no" if value in (None, msgspec.NODEFAULT) or value == "" else f"no; `{value}`"


def in_words(kind: Any) -> str:
    """A msgspec type as a reader of the manual would say it."""
    match kind:
        case msgspec.inspect.IntType():
            return "integer" + _bounds(kind.ge, kind.le if kind.le is not None else _below(kind.lt))
        case msgspec.inspect.FloatType():
            return "number" + _bounds(kind.ge, kind.le)
        case msgspec.inspect.StrType():
            return "text" + _length(kind.min_length, kind.max_length, "characters")
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.DateTimeType():
            return "time"
        case msgspec.inspect.DateType():
            return "date"
        case msgspec.inspect.LiteralType():
            return " or ".join(f"`{value}`" for value in kind.values)
        case msgspec.inspect.EnumType():
            if kind.cls is Subject:
                return "kind of subject: " + ", ".join(f"{s.value} {s.name.lower()}" for s in Subject)
            return "one of " + ", ".join(str(member.value) for member in kind.cls)
        case msgspec.inspect.ListType():
            return f"list of {in_words(kind.item_type)}" + _length(kind.min_length, kind.max_length, "items")
        case msgspec.inspect.DictType():
            return f"object of {in_words(kind.value_type)}"
        case msgspec.inspect.StructType():
            return "{" + ", ".join(f"`{field.encode_name}`: {in_words(field.type)}" for field in kind.fields) + "}"
        case msgspec.inspect.UnionType():
            parts = [part for part in kind.types if not isinstance(part, msgspec.inspect.NoneType)]
            return " or ".join(in_words(part) for part in parts)
        case msgspec.inspect.Metadata():
            return in_words(kind.type)
        case _:
            return type(kind).__name__.removesuffix("Type").lower()


def _below(bound: int | None) -> int | None:
    return None if bound is None else bound - 1


def _bounds(low: float | None, high: float | None) -> str:
    if high is not None and high >= 2**31 - 1:  # the id range, told once at the top of the page
        high = None
    if low in (0, 1) and high is None:
        return "" if low == 1 else ", 0 or more"
    return "" if low is None and high is None else f", {low} to {high}"


def _length(low: int | None, high: int | None, what: str) -> str:
    if not low and high is None:
        return ""
    return f", {low or 0} to {high:,} {what}" if high is not None else f", at least {low} {what}"


# -- refusals ------------------------------------------------------------------------------------


def refusals() -> str:
    """Each numbered refusal, the flags, and the refusals of a roster's rows."""
    rows = (
        (row.code, row.zh, row.en, row.expected, row.next_step)
        for row in sorted(REFUSALS.values(), key=lambda row: row.code)
    )
    out = [
        "# Refusals and flags 拒收与提示",
        "",
        "Codes from 100 refuse one entry, which is stored and acknowledged all the same. Codes from 400 refuse a whole"
        " request: nothing was taken, and the sender keeps it.",
        "",
        *table(("code", "中文", "English", "expected", "what to do next"), rows),
    ]
    places = import_module("bulou.places.vocabulary") if find_spec("bulou.places.vocabulary") else None
    if places is not None and hasattr(places, "ROW_REFUSALS"):
        rows = (
            (row.code, row.field, row.zh, row.en, f"{row.expected_zh} · {row.expected_en}")
            for row in sorted(places.ROW_REFUSALS.values(), key=lambda row: row.code)
        )
        out += ["## Rows of a roster", "", "Codes from 300 refuse one row of an imported file.", ""]
        out += table(("code", "field", "中文", "English", "expected"), rows)
    out += ["## Flags", "", "A flagged entry counts; somebody should look at it.", ""]
    out += table(("flag", "中文", "English"), ((f"`{name}`", zh, en) for name, (zh, en) in FLAGS.items()))
    return "\n".join(out)


# -- settings and commands -----------------------------------------------------------------------


def settings() -> str:
    """Each environment variable."""
    rows = (
        (
            f"`{row.name}`",
            f"`{row.default}`" if row.default else "not set",
            row.form.name,
            f"{row.en} {_sentence(row.form.en)}",
            f"{row.zh}{row.form.zh}。",
        )
        for row in environment.TABLE
    )
    return "\n".join(
        [
            "# Settings 设置",
            "",
            "Bulou is configured by environment variables alone. All of them may be left out, and one that is empty"
            " counts as left out. Every command checks all of them first: a value that is not allowed, and a name"
            " beginning with `BULOU_` that is not in this table, is told in one sentence, and nothing is done.",
            "",
            *table(("name", "default", "kind", "meaning", "含义"), rows),
        ]
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def command_line() -> str:
    """The help of `bulou` and of each of its commands."""
    from bulou.config.command import parser

    out = ["# Command line 命令行", ""]
    for title, command in _commands(parser()):
        out += [f"## {title}", "", "```text", _help(command), "```", ""]
    return "\n".join(out)


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield parser.prog, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name in sorted(action.choices):
                yield from _commands(action.choices[name])


def _help(parser: argparse.ArgumentParser) -> str:
    """The help text at one width, whatever the terminal, in the words of one Python version."""
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, max_help_position=28, width=100)
    return parser.format_help().rstrip()


# -- the field door ------------------------------------------------------------------------------


def field_door() -> str:
    """The HTTP interface of devices, from the description that the door itself gives."""
    document = import_module("bulou.field.openapi").document()
    return docs_door.page(document, {kind.body.__name__ for kind in REGISTRY.entries.values()})


def main(arguments: list[str] | None = None) -> int:
    """Write the pages; print the name of each that changed."""
    for name in environment.NAMES:  # defaults are printed, not what this shell happens to have set
        os.environ.pop(name, None)
    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(given[0]) if given else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        file = folder / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
