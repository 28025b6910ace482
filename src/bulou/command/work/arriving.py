"""What a list from elsewhere asks for, such as the city hotline's: for each row a household and what it wants.

A list without our own mark opens duties: its columns are matched with the fields of the step that opens one, its
addresses with doors of the register. What is not sure is asked and never written by itself. Pure, but for the doors
and for what is open already, which are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from bulou.command.work import forms
from bulou.ledger.steps import Choice, Field, Step, due_of
from bulou.places.titles import title_key
from bulou.ui.words import said as word

#: The parts of an address, as columns of a list.
ADDRESS = (
    Choice("address", "地址", "address"),
    Choice("compound", "小区", "compound"),
    Choice("building", "楼栋", "building"),
    Choice("stairwell", "单元", "stairwell"),
    Choice("door", "室号", "door"),
)
#: What such columns are called elsewhere, by the name of the field; the first that a list has is taken.
TITLES: Mapping[str, tuple[str, ...]] = {
    "address": ("详细地址", "诉求地址", "求助地址", "事发地址", "发生地址", "住址", "居住地址", "家庭住址", "地址"),
    "compound": ("小区名称", "小区"),
    "building": ("楼栋", "楼号", "幢号"),
    "stairwell": ("单元", "门洞"),
    "door": ("室号", "房号", "门牌"),
    "asker": ("求助人", "诉求人", "来电人", "来电人姓名", "市民姓名", "联系人", "反映人", "姓名"),
    "telephone": ("联系电话", "来电号码", "联系方式", "手机号", "手机", "电话"),
    "what": ("诉求内容", "求助内容", "工单内容", "问题描述", "反映内容", "具体要什么", "内容"),
    "need": ("求助类别", "诉求类别", "诉求类型", "事项类别", "工单类别", "分类", "类别"),
    "number": ("工单编号", "工单号", "诉求编号", "受理编号", "编号"),
    "due": ("办理期限", "办结期限", "截止时间", "限期"),
}
#: The titles stand within so many lines.
HEAD_ROWS = 30
#: Types of field that a list can fill.
TYPES = ("text", "long", "int", "bool", "choice", "date", "time")
_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2}):(\d{2})(?::\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A list as read: its titles, and its rows by their number."""

    head: list[str]
    rows: Mapping[int, list[str]]


@dataclass(frozen=True, slots=True)
class Door:
    """A household that a row may mean."""

    household: int
    area: int
    stairwell: str
    floor: int | None
    door: str


@dataclass(frozen=True, slots=True)
class Match:
    """What an address leads to. ``sure``: the one household; else ``doors`` that it may be; ``why`` it is none."""

    sure: Door | None = None
    doors: tuple[Door, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class There:
    """Something that a household owes already. ``variant``: its form; ``number``: that of the list it came with."""

    household: int
    occasion: int
    open: bool
    variant: str
    due: datetime | None
    number: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A row that will be written: where, what, as people read it, and to which open duty it is joined (0: none)."""

    line: int
    door: Door
    body: dict[str, Any]
    told: list[tuple[str, str]]
    joined: int
    guessed: bool
    chosen: bool


@dataclass(slots=True)
class Found:
    """What a list comes to: what will be written, what is asked, what is there already, what is given back."""

    planned: list[Planned] = field(default_factory=list[Planned])
    asked: list[tuple[int, tuple[Door, ...], str]] = field(default_factory=list)
    same: list[int] = field(default_factory=list[int])
    rejected: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    @property
    def digest(self) -> str:
        """What the reader was shown, so that nothing else is written."""
        told = [(one.line, one.door.household, one.joined, sorted(map(repr, one.told))) for one in self.planned]
        return sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def left(self) -> list[tuple[int, str]]:
        """The rows that are given back, those that nobody has decided among them."""
        return sorted([*self.rejected, *((line, why) for line, _doors, why in self.asked)])


def fields_of(step: Step) -> list[Choice | Field]:
    """Return what columns of a list can be: the parts of an address, and the fields of the step."""
    return [*ADDRESS, *(one for one in step.fields if one.type in TYPES)]


def _names(one: Choice | Field) -> list[str]:
    return [*TITLES.get(one.name, ()), one.zh, one.en, one.name]


def read(text: str, step: Step) -> Arrived | None:
    """Return the rows below the titles: the first line of which two columns are understood, an address or a telephone
    among them; None where no line is such.
    """
    lines = [[cell.strip() for cell in raw.split("\t")] for raw in text.splitlines()]
    for at, head in enumerate(lines[:HEAD_ROWS]):
        found = columns(head, step)
        if len(found) > 1 and {"address", "compound", "door", "telephone"} & set(found):
            rows = {n: row for n, row in enumerate(lines[at + 1 :], at + 2) if any(row) and not row[0].startswith("# ")}
            return Arrived(head, rows)
    return None


def columns(head: Sequence[str], step: Step, said: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return which column holds each field. ``said``: the title that a person chose for a field, "" for none."""
    keys = {title_key(title): at for at, title in reversed([*enumerate(head)]) if title}
    out: dict[str, int] = {}
    for one in fields_of(step):
        if said is not None and one.name in said:
            if said[one.name] in head:
                out[one.name] = head.index(said[one.name])
            continue
        at = next((keys[key] for name in _names(one) if (key := title_key(name)) in keys), None)
        if at is not None and at not in out.values():
            out[one.name] = at
    return out


def cells(arrived: Arrived, at: Mapping[str, int]) -> dict[int, dict[str, str]]:
    """Return each row's cells by field, those that say something."""
    return {
        line: {name: row[n] for name, n in at.items() if n < len(row) and row[n]} for line, row in arrived.rows.items()
    }


def plan(
    step: Step, rows: Mapping[int, Mapping[str, str]], match: Callable[[Mapping[str, str]], Match],
    there: Mapping[int, Sequence[There]], chosen: Mapping[int, int], may: Callable[[int], bool], now: datetime,
) -> Found:  # fmt: skip
    """Return what a list comes to.

    Parameters:
        match: leads from a row's address to the households that it may mean.
        there: what each household owes already, by household.
        chosen: the household that a person has chosen for a row, 0 for none of them.
        may: whether the reader may open one in an area.
    """
    out, seen = Found(), dict[tuple[int, str], int]()
    numbers = {one.number for own in there.values() for one in own if one.number}
    for line, said in rows.items():
        if said.get("number") and said["number"] in numbers:
            out.same.append(line)
            continue
        found = match(said)
        door, picked = found.sure, False
        if door is None and chosen.get(line):
            door, picked = next((one for one in found.doors if one.household == chosen[line]), None), True
        if door is None and found.doors:
            out.asked.append((line, found.doors, found.why))
            continue
        if door is None:
            out.rejected.append((line, found.why))
            continue
        if not may(door.area):
            out.rejected.append((line, _("您的角色在这一区域不能办理“%(what)s”。") % {"what": word(step)}))
            continue
        values, guessed, unknown = _values(step, said)
        if unknown:
            out.rejected.append((line, unknown))
            continue
        form = forms.form_of(step.fields, values, now)
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            label = form.fields[name].label if name in form.fields else name
            out.rejected.append((line, f"{label}: {errors[0]}"))
            continue
        joined = _joined(step, form.said, door, there.get(door.household, ()), seen, line)
        if joined is None:
            out.rejected.append((line, _("这里已经登记过同样的事项：请打开原来的记录办理。")))
            continue
        if said.get("number"):
            numbers.add(said["number"])
        occasion, due = joined
        body = form.said | (due_of(step, form.said, now) if not due else {_due(step): due.isoformat()})
        out.planned.append(Planned(line, door, body, form.told, occasion, guessed, picked))
    return out


def _due(step: Step) -> str:
    return next(one.name for one in step.fields if one.books == "due")


def _joined(
    step: Step, said: Mapping[str, Any], door: Door, there: Sequence[There], seen: dict[tuple[int, str], int], line: int
) -> tuple[int, datetime | None] | None:  # fmt: skip
    """Return the open duty that a row says again, with its time limit: the ledger's, or that of a row above (negative:
    its line); (0, None) for none. None where it is owed but once and is owed already.
    """
    name = next((one.name for one in step.fields if one.books == "variant"), "")
    variant = str(said.get(name, ""))
    open_ = [one for one in there if one.open and (one.variant == variant or not step.many)]
    if not step.many:
        owed = open_ or (door.household, "") in seen
        seen[door.household, ""] = line
        return None if owed else (0, None)
    if open_:
        return open_[0].occasion, open_[0].due
    first = seen.setdefault((door.household, variant), line)
    return (0, None) if first == line else (-first, None)


def _values(step: Step, said: Mapping[str, str]) -> tuple[dict[str, Any], bool, str]:
    """Return what a form is filled in with, whether a choice was guessed by its words, and what is not understood."""
    out: dict[str, Any] = {}
    guessed = False
    for one in step.fields:
        if one.type not in TYPES:
            continue
        text = said.get(one.name, "")
        value: Any = text or (str(one.default) if one.default is not None else "")
        if one.name == "channel" and not text and any(choice.name == "hotline" for choice in one.choices):
            value = "hotline"
        elif one.type == "choice":
            value, by_words = _choice(one, text, said)
            guessed = guessed or by_words
            if text and not value:
                known = _("、").join(word(choice) for choice in one.choices)
                told = {"what": word(one), "said": text[:40], "known": known}
                return {}, False, _("%(what)s不认识“%(said)s”：请改成%(known)s之一。") % told
        elif one.type in ("date", "time") and (when := _TIME.search(text)):
            day = f"{when[1]}-{int(when[2]):02}-{int(when[3]):02}"
            value = day if one.type == "date" else f"{day} {int(when[4] or 23):02}:{when[5] or '59'}"
        elif one.type == "bool":
            value = "on" if text in ("是", "yes", "Yes", "TRUE", "1") else ""
        elif one.type in ("text", "long") and one.most and len(text) > one.most and one.type == "long":
            value = text[: one.most - 1] + "…"
        out[forms.PREFIX + one.name] = value
    return out, guessed, ""


def _choice(one: Field, text: str, said: Mapping[str, str]) -> tuple[str, bool]:
    """Return the choice that a text means, by its name or by its words, else by those of all that the row says."""
    for choice in one.choices:
        if text and text in (choice.zh, choice.en, choice.name):
            return choice.name, False
    if one.words:
        for told in (text, " ".join(said.get(name, "") for name in ("what", "asker"))):
            found = next((name for name, words in one.words if any(part in told for part in words)), "")
            if told and found:
                return found, True
        if not text and any(choice.name == "other" for choice in one.choices):
            return "other", True
    return ("" if text else str(one.default or "")), False


def occasion_of(door: Door, digest: str, line: int) -> int:
    """Return the occasion of what a row opens, so that a row below can say the same thing again."""
    told = sha256(f"{door.household}/{digest}/{line}".encode()).digest()
    return int.from_bytes(told[:6], "big") or 1
