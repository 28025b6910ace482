"""What a file of units means: each row a new unit or one that is known by its code; all of it, or none.

A row that cannot be is named with its number, the field and what was expected there. A column that the file does not
have leaves what is on record as it is; an empty cell clears it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.units import rules
from bulou.command.units.actions import NEED, May
from bulou.command.units.rules import AREA, NUMBER
from bulou.command.work import forms
from bulou.ledger.steps import Field
from bulou.places.units import GIVEN_OUT, Unit, differing
from bulou.ui.identity_text import GONE
from bulou.ui.room import UnitKind
from bulou.ui.words import begin
from bulou.ui.words import said as word

#: Titles of the column by which a row is known, in either language.
CODE = ("编码", "Code")
YES = ("是", "yes", "Yes", "TRUE", "1", "Y")
NO = ("否", "no", "No", "FALSE", "0", "N", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file below the titles: its number there, and its cells by title."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row cannot be taken: which field, what stands there, what was expected."""

    line: int
    field: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that can be taken: what is on record (None: a new unit), and what it is to be."""

    line: int
    old: Unit | None
    new: Unit
    changed: list[str]


@dataclass(slots=True)
class Taken:
    """What a file comes to."""

    planned: list[Planned] = field(default_factory=list)
    same: int = 0
    rejected: list[Wrong] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What the reader was shown, so that nothing else is written."""
        return sha256(repr([(one.line, one.old, one.new) for one in self.planned]).encode()).hexdigest()[:16]


def read(text: str) -> list[Line]:
    """Return the rows below the line that has the titles of code and name; none where no line has."""
    head: list[str] = []
    out = []
    for number, raw in enumerate(text.splitlines(), 1):
        row = [cell.strip() for cell in raw.split("\t")]
        if not head:
            if {"编码", "名称"} <= set(row) or {"Code", "Name"} <= set(row):
                head = row
        elif any(row):
            out.append(Line(number, dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=False))))
    return out


def paths(lines: Sequence[Line]) -> set[str]:
    """Return the names of areas that lines speak of: the last part of each path."""
    return {cell.replace("·", "/").split("/")[-1].strip() for line in lines if (cell := _cell(line, AREA))}


def plan(
    kind: UnitKind, lines: Sequence[Line], known: Mapping[str, Unit], area_of: Callable[[str], list[int]], may: May,
    now: datetime,
) -> Taken:  # fmt: skip
    """Return what a file comes to.

    Parameters:
        known: units in sight by their code.
        area_of: the areas that a path means, or a number.
    """
    out, seen = Taken(), set[str]()
    for line in lines:
        code = (_cell(line, CODE) or "").upper()
        old = known.get(code)
        wrong = _named(kind, line, code, old, seen)
        area, astray = (old.area if old else 0, None) if wrong else _area(line, old, area_of, may)
        wrong = wrong or astray
        if wrong:
            out.rejected.append(wrong)
            continue
        seen.add(code)
        form = forms.form_of(rules.fields_of(kind), _filled(kind, line, old), now)
        bad = _unread(kind, line)
        if form.is_valid() and bad is None:
            new = rules.unit_of(kind, area, form.said, old.id if old else 0)
            before = differing(old, new) if old else {}
            if old and not before:
                out.same += 1
            else:
                out.planned.append(Planned(line.number, old, new, _changed(kind, before)))
        else:
            out.rejected.append(bad or _refused(kind, line, form))
    return out


def _named(kind: UnitKind, line: Line, code: str, old: Unit | None, seen: set[str]) -> Wrong | None:
    """Return what is wrong with the code by which a row is known, or with the row as a whole."""
    title = _("编码")
    if GONE in "".join(line.cells.values()):
        return Wrong(line.number, _("整行"), GONE, _("不写身份证号"))
    if code and code in seen:
        return Wrong(line.number, title, code, _("每个编码只出现一次"))
    if old is None and GIVEN_OUT.fullmatch(code):
        return Wrong(line.number, title, code, _("U加数字是系统编号：须是已登记、您能看到的单位"))
    if rules.code_wrong(code, old.code if old else ""):
        return Wrong(line.number, title, code[:40], _("2至20位大写字母、数字和短横"))
    if old and old.kind != kind.code:
        return Wrong(line.number, title, code, _("这个编码是另一类单位的"))
    if old and not old.open:
        return Wrong(line.number, title, code, _("使用中的单位：它已停用，请先恢复使用"))
    return None


def _area(line: Line, old: Unit | None, area_of: Callable[[str], list[int]], may: May) -> tuple[int, Wrong | None]:
    """Return the area of a row, or what is wrong with it."""
    number, path = _cell(line, NUMBER), _cell(line, AREA)
    text, title = (path, _("区域")) if path else (number or "", _("区域编号"))
    found = area_of(text) if text else [old.area] if old else []
    if path and number and len(found) > 1:
        found = [area for area in found if str(area) == number]
    if len(found) != 1:
        expected = _("区域编号，或写全的路径：有几个同名区域") if found else _("登记过的区域，例：梅溪街道/梅溪一居委")
        return 0, Wrong(line.number, title, text[:60], expected)
    if not may(NEED, found[0]) or (old is not None and not may(NEED, old.area)):
        return 0, Wrong(line.number, title, text[:60], _("您可以登记单位的区域"))
    return found[0], None


def _cell(line: Line, titles: tuple[str, ...]) -> str | None:
    """Return what a line says in a column, None where the file has no such column."""
    return next((line.cells[title] for title in titles if title in line.cells), None)


def _titles(one: Field) -> tuple[str, ...]:
    return one.zh, one.en, begin(one.en)


def _filled(kind: UnitKind, line: Line, old: Unit | None) -> dict[str, Any]:
    """Return what a row fills the form in with; where the file has no column, what is on record."""
    out = rules.data_of(kind, old, forms.PREFIX) if old else {}
    for one in rules.fields_of(kind):
        text = _cell(line, _titles(one))
        if text is not None:
            out[forms.PREFIX + one.name] = _value(one, text)
    if old and not out.get(f"{forms.PREFIX}code"):
        out[f"{forms.PREFIX}code"] = old.code
    return out


def _value(one: Field, text: str) -> Any:
    if one.type in ("choice", "choices"):
        words = {name: c.name for c in one.choices for name in (c.zh, c.en, begin(c.en), c.name)}
        names = [words.get(part.strip(), part.strip()) for part in text.replace(",", "、").split("、") if part.strip()]
        return names if one.type == "choices" else words.get(text, text)
    return ("on" if text in YES else "") if one.type == "bool" else text


def _unread(kind: UnitKind, line: Line) -> Wrong | None:
    """Return the first cell that answers a question of yes or no with something else."""
    for one in kind.attributes:
        text = _cell(line, _titles(one)) if one.type == "bool" else None
        if text is not None and text not in (*YES, *NO):
            return Wrong(line.number, begin(word(one)), text[:40], _("是或否"))
    return None


def _refused(kind: UnitKind, line: Line, form: forms.ActForm) -> Wrong:
    name, errors = next(iter(form.errors.items()))
    one = next(one for one in rules.fields_of(kind) if forms.PREFIX + one.name == name)
    expected = str(errors[0])
    if one.choices:
        expected = _("其中之一：%(words)s") % {"words": _("、").join(word(choice) for choice in one.choices)}
    return Wrong(line.number, begin(word(one)), (_cell(line, _titles(one)) or "")[:40], expected)


def _changed(kind: UnitKind, before: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that a row changes."""
    own = {one.name: begin(word(one)) for one in rules.fields_of(kind)} | {"area": _("区域")}
    names = [*before, *before.get("attributes", {})]
    return [own[name] for name in names if name in own]
