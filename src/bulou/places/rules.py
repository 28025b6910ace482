"""Cleans one row of a roster: cells as offices type them in, one record or numbered refusals out. Pure.

One bad cell costs the cell, not the person: it is left and told (``Record.flags``). A row is refused only where it does
not say who it is about, or where that person lives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from bulou.places.births import Born, read_birth
from bulou.places.cells import why
from bulou.places.documents import Document, check_character, hidden, holds_identity, read_document, says_none
from bulou.places.keys import Door, building_key, door_key, door_parts, name_key, numeral, stairwell_key, visible
from bulou.places.names import AWAY, GONE, Name, read_name
from bulou.places.telephones import KEPT, merged
from bulou.places.telephones import read as read_phones
from bulou.places.vocabulary import NEEDS

__all__ = ["Problem", "Record", "check_character", "clean", "holds_identity", "plain"]

DOOR_LENGTH = 10
#: How a spoiled cell is told (``cells.WHYS``).
SPOILED = {"digits": 321, "date": 322, "error": 323, "formula": 323, "struck": 319, "long": 332}
_FAULTS = {
    "none": 301, "long": 301, "masked": 316, "cut": 317, "gone": 318, "identity": 320, "several": 331,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: a code of ``vocabulary.ROW_REFUSALS``, the field, what was found ('' if private).

    ``at``: which of the field's columns, where it has several.
    """

    code: int
    field: str
    found: str = ""
    at: int = 0


@dataclass(slots=True)
class Record:
    """A row as understood. ``document`` is plain: it goes into a digest at once and nowhere else.

    ``doubt``: why the name may be somebody else's (``names.Name``); ``remark``: what stood behind it. ``building``: as
    named with the door, '' mostly. ``own_year`` and ``own_sex`` are said by the list itself and not by the number.
    ``flags``: cells that were left.
    """

    name: str
    name_key: str
    document: Document | None
    birth_year: int | None
    phones: tuple[str, ...]
    needs: int
    stairwell: str
    floor: int | None
    door: str
    doubt: str = ""
    remark: str = ""
    born: Born | None = None
    sex: int = 0
    bed: str = ""
    building: str = ""
    own_year: int | None = None
    own_sex: int = 0
    flags: list[Problem] = field(default_factory=list[Problem])

    @property
    def phone(self) -> str | None:
        """Return the first telephone."""
        return self.phones[0] if self.phones else None


#: Reads what a rejects file says instead of a number.
Reveal = Callable[[Document], Document | None]
#: A field's cell, or its cells where it has several columns.
Cells = Mapping[str, str | Sequence[str] | None]


@lru_cache(maxsize=50_000)
def plain(value: str | None) -> str:
    """Return a cell's text: full width to half, nothing unseen, single spaces, none at the ends.

    A leading apostrophe before =, +, - or @ is taken off: exports put it there so that no spreadsheet runs the cell.
    """
    if not value:
        return ""
    if value[0] == "'" and value[1:2] in _RUNNING:
        value = value[1:]
    if value.isalnum() and value.isascii():
        return value
    return " ".join(visible(value).split())


_RUNNING = tuple("=+-@＝＋－＠")
_NEED_WORDS = {
    name_key(word).replace("_", ""): 1 << need.bit
    for need in NEEDS
    for word in (need.name, need.zh, need.en.replace(",", ""), *need.words)
}
_NOTHING = ("无", "没有", "none", "no", "否", "/", "-", "正常", "nil")


@lru_cache(maxsize=10_000)
def clean_needs(value: str) -> tuple[int, bool]:
    """Return the bits of the needs named in a cleaned cell, and whether it holds other words."""
    bits, others = 0, False
    for word in re.split(r"[;,、/|。]", value):
        key = name_key(word)
        if not key or word.strip().lower() in _NOTHING:
            continue
        bit = _NEED_WORDS.get(key, 0)
        bits, others = bits | bit, others or not bit
    return bits, others


@lru_cache(maxsize=5_000)
def clean_floor(value: str, door: str) -> int | None:
    """Return the floor, from the door (301: 3) where it is not given; None when unknown.

    Raises:
        ValueError: it is no floor.
    """
    text = re.sub(r"(楼|层|f)$", "", value.replace(" ", "").lower().removeprefix("第")).removesuffix(".0")
    if not text:
        return int(door[:-2]) if door.isdecimal() and 3 <= len(door) <= 4 else None
    text = numeral(text)
    floor = -int(text[1:]) if text[0] == "b" else int(text.removeprefix("f"))
    if not -9 <= floor <= 200:
        raise ValueError(value)
    return floor


_SEXES = {"男": 1, "男性": 1, "m": 1, "male": 1, "1": 1, "女": 2, "女性": 2, "f": 2, "female": 2, "2": 2}
#: What a spreadsheet makes of 3-5, when it is saved as text again.
_DATE_LIKE = re.compile(
    r"\d{1,2}月\d{1,2}日?|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)-\d{1,2}|(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}(?: .*)?",
    re.IGNORECASE,
)


class _Row:
    """One row on its way: its cells, and what was found wrong so far."""

    def __init__(self, cells: Cells, today: date, reveal: Reveal | None):
        self.cells, self.today, self.reveal = cells, today, reveal
        self.problems: list[Problem] = []
        self.flags: list[Problem] = []

    def each(self, name: str) -> Sequence[str]:
        value = self.cells.get(name)
        return (value,) if isinstance(value, str) else value or ()

    def text(self, name: str, needed: bool = False, dates: bool = False) -> str:
        """Return the text of a field's first cell, '' for a spoiled one, which is told."""
        value = self.cells.get(name)
        if type(value) is str and value[:1] != "#":
            return value  # nearly every cell
        for at, cell in enumerate(self.each(name)):
            return self.one(name, cell, at, needed, dates)
        return ""

    def one(self, name: str, cell: str, at: int, needed: bool = False, dates: bool = False) -> str:
        reason = why(cell)
        if not reason or (dates and reason == "date"):
            return cell
        found = Problem(SPOILED[reason], name, at=at)
        (self.problems if needed else self.flags).append(found)
        return ""

    def flag(self, code: int, name: str, found: str = "", at: int = 0) -> None:
        self.flags.append(Problem(code, name, hidden(found), at))


def clean(
    cells: Cells, today: date, lenient_needs: Sequence[bool] = (False,), reveal: Reveal | None = None
) -> Record | list[Problem]:
    """Return the record of a row, or everything that keeps it from being one.

    Parameters:
        cells: by field of ``vocabulary.FIELDS``; places are resolved elsewhere (``tree.py``).
        today: no birth is later.
        lenient_needs: for each column of needs whether it holds remarks of all sorts, of which only needs are read.
        reveal: reads the code of a rejects file; None for a code that was not given out here.
    """
    row = _Row(cells, today, reveal)
    name = _name(row)
    document = _document(row)
    born = _born(row, document)
    door, stairwell, floor = _door(row)
    phones = _phones(row)
    needs = _needs(row, lenient_needs)
    own_sex = _sex(row, document)
    sex = (document.sex if document else 0) or own_sex
    bed = _bed(row)
    if row.problems:
        return row.problems
    year = (document.year if document else None) or (born.year if born else None)
    return Record(
        name.name, name.key, document, year, phones, needs, stairwell, floor, door.door, name.doubt, name.remark, born,
        sex, bed, door.building, born.year if born else None, own_sex, row.flags,
    )  # fmt: skip


def _name(row: _Row) -> Name:
    name = read_name(row.text("name", needed=True))
    if name.fault:
        if not row.problems:
            shown = "" if name.fault == "identity" else hidden(name.name)[:60]
            row.problems.append(Problem(_FAULTS[name.fault], "name", shown))
        return name
    if name.remark:
        row.flag(325, "name", name.remark[:60])
    if name.doubt:
        row.flag(329, "name", name.name)
    return name


def _document(row: _Row) -> Document | None:
    document, code = read_document(row.text("id_number"), row.today)
    if document and document.code and row.reveal:
        document = row.reveal(document)
        code = 0 if document else 330
    if code:
        row.flag(code, "id_number")
    return document


def _born(row: _Row, document: Document | None) -> Born | None:
    """Return the date of birth as the list says it; refuse the row where the number is of another year."""
    text = plain(row.text("birth_date", dates=True))
    if not text:
        return None
    if says_none(text):
        row.flag(324, "birth_date")
        return None
    born = read_birth(text, row.today)
    inside = document.born if document else None
    if born is None:
        row.flag(304, "birth_date", text)
    elif document and document.year and born.year != document.year:
        row.problems.append(Problem(305, "birth_date", text))
    elif inside and born.month and (born.month, born.day or inside.day) != (inside.month, inside.day):
        row.flag(305, "birth_date", text)
    return born


def _door(row: _Row) -> tuple[Door, str, int | None]:
    problems = len(row.problems)
    text = plain(row.text("door", needed=True))
    if len(row.problems) == problems and _DATE_LIKE.fullmatch(text):
        row.problems.append(Problem(322, "door", text))
    parts = Door() if says_none(text) else door_parts(text)
    said = plain(row.text("stairwell", needed=True))
    building = building_key(plain(next(iter(row.each("building")), "")))
    stairwell = stairwell_key(said) or parts.stairwell
    if parts.first and not building:
        parts = replace(parts, building=building_key(parts.first))
    elif parts.first and building != building_key(parts.first):
        if len(parts.first) > 2:
            parts = replace(parts, door="".join(text.upper().split()))  # two flats made one: 101-102
        elif stairwell and stairwell != stairwell_key(parts.first):
            row.problems.append(Problem(335, "stairwell", hidden(text)))
        else:
            stairwell = stairwell_key(parts.first)
    door = parts.door if parts.first else door_key(parts.door)
    if (not door or len(door) > DOOR_LENGTH) and len(row.problems) == problems:
        row.problems.append(Problem(309, "door", hidden(door)))
    if len(stairwell) > DOOR_LENGTH:
        row.problems.append(Problem(315, "stairwell", hidden(stairwell)))
    return Door(door, parts.building), stairwell, _floor(row, parts, door)


def _floor(row: _Row, parts: Door, door: str) -> int | None:
    text = plain(row.text("floor")) or parts.floor
    try:
        return clean_floor(text, door)
    except ValueError:
        row.flag(314, "floor", text)
        return clean_floor("", door)


def _phones(row: _Row) -> tuple[str, ...]:
    numbers: tuple[str, ...] = ()
    for at, cell in enumerate(row.each("phone")):
        if not cell and not why(cell):
            continue
        found = read_phones(row.one("phone", cell, at))
        numbers = merged(numbers, found.numbers)
        for code in found.codes:
            row.flag(code, "phone", at=at)
    if len(numbers) > KEPT:
        row.flag(326, "phone")
    return numbers[:KEPT]


def _needs(row: _Row, lenient: Sequence[bool]) -> int:
    bits = 0
    for at, cell in enumerate(row.each("needs")):
        text = plain(row.one("needs", cell, at))
        if not text:
            continue
        found, others = clean_needs(text)
        bits |= found
        if GONE.search(text) or AWAY.search(text):
            row.flag(327, "needs", text[:60], at)
        elif others and not (lenient[at] if at < len(lenient) else False):
            row.flag(311, "needs", text[:60], at)
    return bits


def _sex(row: _Row, document: Document | None) -> int:
    text = plain(row.text("sex")).lower().removesuffix(".0")
    sex = _SEXES.get(text, 0)
    inside = document.sex if document else 0
    if (text and not sex and not says_none(text)) or (sex and inside and sex != inside):
        row.flag(333, "sex", text[:20])
    return sex


def _bed(row: _Row) -> str:
    text = re.sub(r"(号?床位?|床号|号|铺)$", "", plain(row.text("bed")).replace(" ", "").upper()).removesuffix(".0")
    if len(text) > DOOR_LENGTH:
        row.flag(332, "bed")
        return ""
    return text.lstrip("0") or text
