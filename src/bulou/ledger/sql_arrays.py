"""Turns plain values into columns for set-based statements, and rows back into plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from types import NoneType
from typing import Any

from msgspec.structs import astuple

from bulou.ledger.areas import NUMBER_BITS
from bulou.ledger.effects import Entry, Movement, Statement
from bulou.ledger.fast_path import Group, Plan, Told
from bulou.ledger.rules import JournalFacts

_AS_TEXT: dict[type, Callable[[Any], str]] = {
    int: str,
    NoneType: lambda _: "NULL",
    bool: lambda value: "t" if value else "f",
    datetime: lambda value: f'"{value.isoformat()}"',
    str: lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"',
    bytes: lambda value: f'"\\\\x{value.hex()}"',
}


def array(values: Collection[Any]) -> str:
    """Return the text of a PostgreSQL array, to be cast where it is used.

    The driver writes lists element by element through its adapters, which took a third of the intake's time. Most
    columns hold values of one type.
    """
    types = set(map(type, values))
    if len(types) == 1:
        return "{" + ",".join(map(_AS_TEXT[types.pop()], values)) + "}"
    return "{" + ",".join([_AS_TEXT[type(value)](value) for value in values]) + "}"


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    if not rows:
        return dict.fromkeys(names, "{}")
    return {name: array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def slot_numbers(slots: Iterable[tuple[int, int]]) -> list[int]:
    """Return entry numbers as one integer each: the journal's bits above those of the number."""
    return [journal << NUMBER_BITS | number for journal, number in slots]


def slots(keys: Iterable[tuple[int, int]]) -> dict[str, str]:
    """Return columns of entry numbers."""
    return _columns(("journals", "numbers"), list(keys))


def parse_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return the inclusive ranges of an int8multirange's text; PostgreSQL prints them half open."""
    inner = text.strip("{}")
    if not inner:
        return ()
    pairs = (part.strip("[)").split(",") for part in inner.split("),"))
    return tuple((int(lo), int(hi) - 1) for lo, hi in pairs)


def journal_facts(row: Sequence[Any]) -> JournalFacts:
    """Return a journal's facts from (id, kind, ranges as text, enrolled_at, expires_at, actor, unit_kind, unit)."""
    unit = (row[6], row[7]) if row[6] is not None else None
    return JournalFacts(row[0], row[1], parse_ranges(row[2]), row[3], row[4], row[5] or 0, unit)


def entries(slots: Iterable[Any]) -> dict[str, str]:
    """Return columns of ``ledger_entry`` from the intake's slots."""
    rows = []
    for slot in slots:
        report, entry = slot.report, slot.report.entry
        refusal = slot.refusal
        rows.append((
            report.journal,
            report.number,
            entry.kind.replace("\0", "?") if entry else "",
            entry.at if entry and entry.at.tzinfo else None,
            entry.area if entry else 0,
            report.raw,
            slot.digest,
            refusal.code if refusal else None,
            refusal.field.replace("\0", "?")[:200] if refusal else None,
            ",".join(sorted(set(slot.flags))),
        ))  # fmt: skip
    names = ("journal", "number", "kind", "at", "area", "raw", "digest", "refusal", "refused_field", "flags")
    return _columns(names, rows)


LINE = (
    "journal", "number", "line", "act", "at", "campaign", "kind", "occasion", "area", "stage", "frozen", "again",
    "variant", "value", "carrier_kind", "carrier", "mark", "reason", "until", "to_area", "ref_journal", "ref_number",
    "authority", "same_as", "corrects", "due", "given_kind", "given", "head", "tail",
)  # fmt: skip


def lines(told: Iterable[Told]) -> dict[str, str]:
    """Return columns of ``ledger_line``, one row for neighbours that differ in nothing but their subject.

    ``head`` and ``tail`` are the places of a row's subjects in ``subjects``, from 1. Lines are numbered from 0.
    """
    rows: list[tuple[Any, ...]] = []
    subjects: list[int] = []
    for (journal, number), entry, parts in told:
        group: tuple[Any, ...] | None = None
        head = place = 0
        for place, line in enumerate(parts):
            act, (campaign, kind, subject, occasion), *rest = astuple(line)
            same = (act, campaign, kind, occasion, rest)
            if same != group:
                if group is not None:
                    rows.append(_line_row(journal, number, entry, group, place, head, len(subjects)))
                group, head = same, len(subjects)
            subjects.append(subject)
        if group is not None:
            rows.append(_line_row(journal, number, entry, group, place + 1, head, len(subjects)))
    return {**_columns(LINE, rows), "subjects": array(subjects)}


def _line_row(
    journal: int, number: int, entry: Entry, group: tuple[Any, ...], place: int, head: int, tail: int
) -> tuple[Any, ...]:
    """Return a row in the order of ``LINE``; ``group`` ends with the fields of ``Line`` behind its key."""
    act, campaign, kind, occasion, rest = group
    area, stage, frozen, variant, value, by, carrier, again, mark, reason, until, to_area, ref, authority, *named = rest
    same_as, corrects, due, given = named
    return (
        journal, number, place - (tail - head), int(act), entry.at, campaign, kind, occasion, area, stage, frozen,
        again, variant, value, by, carrier, None if mark is None else int(mark), reason, until, to_area,
        *(ref or (None, None)), int(authority), same_as, array(slot_numbers(corrects)) if corrects else None,
        due, *(given or (None, None)), head + 1, tail,
    )  # fmt: skip


FIRST = (
    "first_campaign", "first_kind", "first_subject", "first_occasion", "area", "frozen", "first_stage", "stage_at",
    "opened_at", "outcome", "variant", "first_value", "first_takes",
)  # fmt: skip
AGAIN = ("again_campaign", "again_kind", "again_subject", "again_occasion")


def plan(plan: Plan) -> dict[str, str]:
    """Return columns of a batch's plan: rows of first mention, groups with their subjects, keys to fold anew."""
    subjects: list[int] = []
    groups: list[tuple[Any, ...]] = []
    for group, members in plan.groups.items():
        groups.append((*group, len(subjects) + 1, len(subjects) + len(members)))
        subjects += members
    return {
        **_columns(FIRST, [(*row.key, *row[1:]) for row in plan.first.values()]),
        **_columns((*Group._fields, "head", "tail"), groups),
        **_columns(AGAIN, sorted(plan.again)),
        "subjects": array(subjects),
    }


def movements(rows: Iterable[tuple[tuple[int, int], Entry | None, Movement]]) -> dict[str, str]:
    """Return columns of ``ledger_movement``."""
    out, place = [], {}
    for key, entry, m in rows:
        assert entry is not None
        n = place[key] = place.get(key, -1) + 1
        ends = (int(m.from_kind), m.from_id, int(m.to_kind), m.to_id)
        out.append((*key, n, entry.at, int(m.item_kind), m.item, *ends, m.quantity))
    names = (
        "journal",
        "number",
        "line",
        "at",
        "item_kind",
        "item",
        "from_kind",
        "from_id",
        "to_kind",
        "to_id",
        "quantity",
    )
    return _columns(names, out)


def held(rows: Iterable[tuple[int, int, int, int, int]]) -> dict[str, str]:
    """Return columns of changes to ``ledger_holding``: item kind, item, holder kind, holder, quantity."""
    return _columns(("item_kind", "item", "holder_kind", "holder", "quantity"), list(rows))


def statements(rows: Iterable[tuple[tuple[int, int], Entry | None, Statement]]) -> dict[str, str]:
    """Return columns of ``ledger_statement``."""
    out, place = [], {}
    for key, entry, s in rows:
        assert entry is not None
        n = place[key] = place.get(key, -1) + 1
        subject = (int(s.subject_kind), s.subject)
        out.append((*key, n, entry.at, entry.area, *subject, s.name, s.value, s.until, int(s.authority)))
    names = (
        "journal", "number", "line", "at", "area", "subject_kind", "subject", "name", "value", "until", "authority",
    )  # fmt: skip
    return _columns(names, out)


def keys(rows: Iterable[tuple[int, int, int, int]]) -> dict[str, str]:
    """Return columns of duty keys."""
    return _columns(("campaign", "kind", "subject", "occasion"), list(rows))
