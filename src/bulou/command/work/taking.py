"""What a list that comes back in Excel means: for each row the act that takes its duty to the stage written there.

A row is known by the mark that the export wrote beside it, which also tells whether the duty has changed since. One
sure meaning, or the row is given back with the reason. Pure, but for the duties themselves, which are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.work import cells, forms
from bulou.command.work.actions import Ticked, sentence
from bulou.command.work.rules import Key, Row, why_not
from bulou.command.worklist.chosen import Refusal
from bulou.ledger.steps import Field
from bulou.ui.room import Act, Column, Facts, Work

#: Heads of the column with the mark, as our own files write it in either language.
MARKS = ("校验", "Check")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: its number, its cells by the column's head, and the mark that names its duty."""

    number: int
    cells: Mapping[str, str]
    mark: str


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read. ``head``: the titles; ``rows``: their cells as they came, to be given back."""

    head: list[str]
    lines: list[Line]
    rows: Mapping[int, list[str]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that is sure: the act, with what its form says, as people read it and as the entry has it."""

    line: int
    row: Row
    act: Act
    said: dict[str, Any]
    told: list[tuple[str, str]]


@dataclass(slots=True)
class Taken:
    """What a file comes to: what will be done, what stays as it is, and what is given back with the reason."""

    planned: list[Planned] = field(default_factory=list)
    same: int = 0
    rejected: list[tuple[Line, str]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What the reader was shown, so that nothing else is written."""
        told = [(one.line, one.row.token, one.act.name, sorted(one.said.items())) for one in self.planned]
        return sha256(repr(told).encode()).hexdigest()[:16]


def read(text: str) -> Read | None:
    """Return the rows below the titles, or None where no line has the mark's title."""
    head: list[str] = []
    found = Read([], [], {})
    for number, raw in enumerate(text.splitlines(), 1):
        row = [cell.strip() for cell in raw.split("\t")]
        if not head:
            if any(mark in row for mark in MARKS):
                head = row
            continue
        if not any(row):
            continue
        told = dict(zip(head, row, strict=False))
        mark = next((told[title] for title in MARKS if told.get(title)), "")
        found.lines.append(Line(number, told, mark))
        found.rows[number] = row
    return Read(head, found.lines, found.rows) if head else None


def ticked(lines: Sequence[Line]) -> dict[int, Ticked]:
    """Return which duty each line names, by its number; of lines that name none, nothing."""
    out: dict[int, Ticked] = {}
    for line in lines:
        try:
            out[line.number] = Ticked.read(line.mark)
        except Refusal:
            continue
    return out


def cell(line: Line, column: Column) -> str:
    """Return what a line says in a column, under its title in either language."""
    titles = (column.zh, column.en, column.en[:1].upper() + column.en[1:])
    return next((line.cells[title] for title in titles if line.cells.get(title)), "")


def plan(
    work: Work, read: Read, rows: Mapping[Key, Row], known: Callable[[Row], Facts], may: Callable[[str, int], bool],
    now: datetime,
) -> Taken:  # fmt: skip
    """Return what a file comes to. ``rows``: the duties that its lines name, as far as they are the reader's."""
    out, names, seen = Taken(), ticked(read.lines), set[Key]()
    for line in read.lines:
        tick = names.get(line.number)
        row = rows.get(tick.key) if tick else None
        if tick is None:
            out.rejected.append((line, _("校验码缺失或被改动：请用导出的文件填写。")))
        elif row is None:
            out.rejected.append((line, _("不在您的区域内。")))
        elif tick.key in seen:
            out.rejected.append((line, _("同一条出现两次。")))
        else:
            seen.add(tick.key)
            _one(work, line, row, tick, known, may, now, out)
    return out


def _one(
    work: Work, line: Line, row: Row, tick: Ticked, known: Callable[[Row], Facts], may: Callable[[str, int], bool],
    now: datetime, out: Taken,
) -> None:  # fmt: skip
    column = next(column for column in work.columns if column.source == "stage")
    said = cell(line, column)
    if said in ("", cells.state(row), row.at.zh, row.at.en):
        out.same += 1
        return
    to = _rank(work, said)
    if to is None:
        return out.rejected.append((line, _("没有“%(said)s”这一步。") % {"said": said[:40]}))
    if tick.stamp != row.stamp:
        return out.rejected.append((line, _("导出后已有变化，现在是“%(now)s”。") % {"now": cells.state(row)}))
    act = _act(work, row, to)
    if act is None:
        return out.rejected.append((line, _("不能从“%(now)s”到“%(said)s”。") % {"now": cells.state(row), "said": said}))
    if not may(act.ability, row.area):
        return out.rejected.append((line, _("您的角色在这一区域不能办理“%(what)s”。") % {"what": cells.word(act)}))
    if (why := why_not(act, row, known(row))) is not None:
        return out.rejected.append((line, sentence(why)))
    asked = next(step.fields for step in work.steps if step.name == act.step)
    form = forms.form_of(asked, _filled(work, line, asked), now)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else name
        return out.rejected.append((line, f"{label}: {errors[0]}"))
    out.planned.append(Planned(line.number, row, act, form.said, form.told))


def _rank(work: Work, said: str) -> int | None:
    words = {name: rank for rank, stage in enumerate(work.duty.stages) for name in (stage.zh, stage.en, stage.name)}
    return words.get(said)


def _act(work: Work, row: Row, to: int) -> Act | None:
    """Return the act that takes a duty from where it stands to a stage; one of several at once first."""
    steps = {s.name for s in work.steps if s.does == "advances" and work.duty.stage(s.to) == to}
    able = [act for act in work.acts if act.step in steps and (not act.stages or row.at.name in act.stages)]
    return next(iter(sorted(able, key=lambda act: not act.bulk)), None)


def _filled(work: Work, line: Line, asked: tuple[Field, ...]) -> dict[str, Any]:
    """Return what the other columns of a line say for the fields of a form."""
    out: dict[str, Any] = {}
    for one in asked:
        stands_for = {f"last.{one.unless}"} if one.unless else set[str]()
        sources = {*stands_for, f"last.{one.name}", f"opened.{one.name}", *((one.books,) if one.books else ())}
        said = next((text for c in work.columns if c.source in sources and (text := cell(line, c))), "")
        value: Any = said or (str(one.default) if one.default is not None else "")
        if one.type in ("choice", "choices"):
            words = {name: choice.name for choice in one.choices for name in (choice.zh, choice.en, choice.name)}
            names = [
                words.get(part.strip(), part.strip()) for part in value.replace(",", "、").split("、") if part.strip()
            ]
            value = names if one.type == "choices" else next(iter(names), "")
        elif one.type == "bool":
            value = "on" if value in ("是", "yes", "Yes", "TRUE", "1") else ""
        out[forms.PREFIX + one.name] = value
    return out
