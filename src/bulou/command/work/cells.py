"""What the columns of a declared list say: of one duty, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.work import forms, unit_field
from bulou.command.work.rules import Row, value_of, wait
from bulou.ledger.steps import Choice, Field
from bulou.ledger.vocabulary import Outcome, Reason, StandingKind, Subject
from bulou.places.vocabulary import NEEDS, Need
from bulou.ui.export.workbook import local
from bulou.ui.figures import Name
from bulou.ui.room import Column, Work
from bulou.ui.templatetags.naming import door, spot
from bulou.ui.words import said as word

#: Columns that a page draws by themselves, and does not write as text alone.
DRAWN = ("subject", "phone", "place", "stage", "waiting", "due", "since")
#: What a sheet says in its head, so that no column says it again.
SAID = (*DRAWN, "door")


def needs_of(row: Row) -> list[Need | StandingKind]:
    """Return the needs of a person as the register has them, and what was said beside."""
    known = [need for need in NEEDS if row.needs >> need.bit & 1]
    names = {need.name for need in known}
    return [*known, *(one for one in row.circumstances if one.name.rpartition(".")[2] not in names)]


def reason_of(row: Row) -> Reason | None:
    """Return the declared reason of the latest word on a duty."""
    return next((reason for reason in row.kind.reasons if reason.name == row.reason), None)


def field_of(work: Work, name: str) -> Field | None:
    """Return a field of a kind's steps by its name; of several the last one."""
    return next((field for step in reversed(work.steps) for field in step.fields if field.name == name), None)


def value_word(row: Row) -> str:
    """Write the value of a duty."""
    return _chosen(row, "value", value_of(row))


def variant_word(row: Row) -> str:
    """Write the form of a duty."""
    known = row.kind.variants
    return _chosen(row, "variant", known[row.variant] if row.variant and row.variant < len(known) else "")


def _chosen(row: Row, books: str, name: str) -> str:
    asks = (field for step in row.work.steps for field in step.fields if field.books == books)
    known: dict[str, Choice] = {choice.name: choice for field in asks for choice in field.choices}
    return word(known[name]) if name in known else name


def given_word(row: Row) -> str:
    """Write to whom a duty is given."""
    if not row.given:
        return ""
    kinds = {
        Subject.UNIT: _("单位或车辆"),
        Subject.TEAM: _("班组"),
        Subject.JOURNAL: _("设备"),
        Subject.COURIER: _("转运员"),
    }
    return row.given_name or f"{kinds.get(Subject(row.given_kind or 0), '')} {row.given}".strip()


def text(row: Row, column: Column, places: dict[int, Name], named: bool, now: datetime) -> str | int | None:
    """Write one cell as text or number. ``named``: whether names and telephones may stand there."""
    kind, _dot, name = column.source.partition(".")
    waits = wait(row, now)
    values: dict[str, Any] = {
        "subject": lambda: _subject(row, places, named),
        "phone": lambda: (row.phone or "") if named else "",
        "place": lambda: spot(places, row.area, 0),
        "door": lambda: door(row.stairwell, row.floor, row.door) if row.door and named else "",
        "stage": lambda: state(row),
        "since": lambda: local(row.stage_at),
        "waiting": lambda: int(waits.seconds // 60) if waits.seconds is not None else None,
        "due": lambda: local(row.due),
        "given": lambda: given_word(row),
        "variant": lambda: variant_word(row),
        "value": lambda: value_word(row),
        "mark": lambda: word(reason) if (reason := reason_of(row)) else "",
        "last": lambda: _said(row, name, named),
        "opened": lambda: _said(row, name, named),
    }  # fmt: skip
    return values[kind]() if kind in values else ""


def _subject(row: Row, places: dict[int, Name], named: bool) -> str:
    if row.kind.subject is Subject.AREA:
        return spot(places, row.area, 0)
    return row.name if named and row.name else row.code


def state(row: Row) -> str:
    """Write where a duty stands."""
    if row.outcome == Outcome.EXCUSED:
        reason = reason_of(row)
        return _("因故了结：%(why)s") % {"why": word(reason)} if reason else _("因故了结")
    return word(row.at)


def _said(row: Row, name: str, named: bool) -> str:
    field, value = field_of(row.work, name), row.latest.get(name)
    if value is None:  # said as a text, because the register had no such unit
        other = next((one for step in row.work.steps for one in step.fields if one.unless == name), None)
        field, value = (other, row.latest.get(other.name)) if other else (field, None)
    if field is None or value is None or (field.personal and not named):
        return ""
    return forms.shown(field, value, unit_field.narrowed(field, row.latest, row.named))


def head(work: Work, column: Column) -> str:
    """Write the head of a column in a file; of a wait in minutes."""
    return _("%(what)s（分钟）") % {"what": word(column)} if column.source == "waiting" else word(column)
