"""What the columns of a declared list say: of one duty, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.exchange.workbook import local
from bulou.command.reads import Name
from bulou.command.templatetags.command import door, spot
from bulou.command.words import said as word
from bulou.command.work import forms
from bulou.command.work.rules import Row, value_of, wait
from bulou.ledger.steps import Choice, Field
from bulou.ledger.vocabulary import Outcome, Reason, Subject
from bulou.places.vocabulary import NEEDS, Need
from bulou.ui.room import Column, Work

#: Columns that a page draws by themselves, and does not write as text alone.
DRAWN = ("subject", "phone", "place", "stage", "waiting", "due", "since")
#: What a sheet says in its head, so that no column says it again.
SAID = (*DRAWN, "door")


def needs_of(row: Row) -> list[Need]:
    """Return the needs of a person."""
    return [need for need in NEEDS if row.needs >> need.bit & 1]


def reason_of(row: Row) -> Reason | None:
    """Return the declared reason of the latest word on a duty."""
    return next((reason for reason in row.kind.reasons if reason.name == row.reason), None)


def field_of(work: Work, name: str) -> Field | None:
    """Return a field of a kind's steps by its name; of several the last one."""
    return next((field for step in reversed(work.steps) for field in step.fields if field.name == name), None)


def value_word(row: Row) -> str:
    """Write the value of a duty."""
    name = value_of(row)
    asks = (field for step in row.work.steps for field in step.fields if field.books == "value")
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
        "subject": lambda: (row.name if named and row.name else row.code),
        "phone": lambda: (row.phone or "") if named else "",
        "place": lambda: spot(places, row.area, 0),
        "door": lambda: door(row.stairwell, row.floor, row.door) if row.door and named else "",
        "stage": lambda: state(row),
        "since": lambda: local(row.stage_at),
        "waiting": lambda: int(waits.seconds // 60) if waits.seconds is not None else None,
        "due": lambda: local(row.due),
        "given": lambda: given_word(row),
        "variant": lambda: row.kind.variants[row.variant] if row.variant else "",
        "value": lambda: value_word(row),
        "mark": lambda: word(reason) if (reason := reason_of(row)) else "",
        "last": lambda: _said(row, name),
        "opened": lambda: _said(row, name),
    }  # fmt: skip
    return values[kind]() if kind in values else ""


def state(row: Row) -> str:
    """Write where a duty stands."""
    if row.outcome == Outcome.EXCUSED:
        reason = reason_of(row)
        return _("因故了结：%(why)s") % {"why": word(reason)} if reason else _("因故了结")
    return word(row.at)


def _said(row: Row, name: str) -> str:
    field, value = field_of(row.work, name), row.latest.get(name)
    return "" if field is None or value is None else forms.shown(field, value)


def head(work: Work, column: Column) -> str:
    """Write the head of a column in a file; of a wait in minutes."""
    return _("%(what)s（分钟）") % {"what": word(column)} if column.source == "waiting" else word(column)
