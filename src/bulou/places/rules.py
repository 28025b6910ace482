"""Cleans one row of a roster: cells as offices type them in, one record or numbered refusals out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bulou.places.names import name_key
from bulou.places.vocabulary import NEEDS

NAME_LENGTH, DOOR_LENGTH = 60, 10
#: First characters by which a spreadsheet takes a cell for a formula, half and full width.
RUNNING = tuple("=+-@＝＋－＠")
OLDEST, YOUNGEST = 1870, 2200

#: GB 11643-1999, 6: weights of the first 17 digits and check characters by the sum modulo 11 (ISO 7064 MOD 11-2).
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(slots=True)
class Record:
    """A row as understood. ``id_number`` is plain: it goes into a digest at once and nowhere else."""

    name: str
    name_key: str
    id_number: str | None
    birth_year: int | None
    phone: str | None
    needs: int
    stairwell: str
    floor: int | None
    door: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: a code of ``vocabulary.ROW_REFUSALS``, the field, and what was found ('' if private)."""

    code: int
    field: str
    found: str = ""


def plain(value: str | None) -> str:
    """Return a cell's text: full width to half, no control characters, single spaces, none at the ends.

    A leading apostrophe before =, +, - or @ is taken off: exports put it there so that no spreadsheet runs the cell.
    """
    if not value:
        return ""
    if value[0] == "'" and value[1:2] in RUNNING:
        value = value[1:]
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    if not value.isprintable() or " " in value:
        value = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return value


def clean_name(value: str | None) -> str:
    """Return a name without spaces next to Chinese characters; Latin names keep single ones. Formulas stay text."""
    name = plain(value)
    if " " in name:
        name = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", name)
    return name


def check_character(seventeen: str) -> str:
    """Return the 18th character that belongs to 17 digits (GB 11643-1999)."""
    return _CHECKS[sum(w * (ord(c) - 48) for w, c in zip(_WEIGHTS, seventeen, strict=True)) % 11]


def clean_identity(value: str | None) -> tuple[str | None, int | None]:
    """Return (number, code of the refusal or None); (None, None) for an empty cell.

    18 characters are checked, 15 old digits become 18. Passports and permits are a letter or two and 6 to 10 digits.
    """
    number = plain(value).replace(" ", "").replace("-", "").upper()
    if not number:
        return None, None
    if len(number) == 18 and number[:17].isdecimal():
        if check_character(number[:17]) != number[17]:
            return None, 302
        return (number, None) if _day(number[6:10], number[10:12], number[12:14]) else (None, 303)
    if len(number) == 15 and number.isdecimal():
        if not _day("19" + number[6:8], number[8:10], number[10:12]):
            return None, 303
        longer = number[:6] + "19" + number[6:]
        return longer + check_character(longer), None
    if re.fullmatch(r"[A-Z]{1,3}\d{6,10}[A-Z]?", number):
        return number, None
    return None, 303


#: Digits as people group them, and both lengths of an identity number; 15 digits of a longer row are none.
_EIGHTEEN = re.compile(r"(?=((?:[0-9][ -]?){17}[0-9X]))")
_FIFTEEN = re.compile(r"(?<![0-9])((?:[0-9][ -]?){14}[0-9])(?![ -]?[0-9])")


def holds_identity(text: str) -> bool:
    """Tell whether a text has an identity number anywhere in it: 18 characters that check, or 15 old digits with a day.

    A number of another kind, of which no digit says that it is one, is left alone: two telephones, a long room number.
    """
    text = plain(text).upper()
    return any(
        clean_identity(match[1])[0] is not None for pattern in (_EIGHTEEN, _FIFTEEN) for match in pattern.finditer(text)
    )


def _day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year >= OLDEST
    except ValueError:
        return False


_DATE = re.compile(r"(\d{4})(?:[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?)?(?: 0?0:00(?::00)?)?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})?")


@lru_cache(maxsize=50_000)
def birth_year(value: str) -> int | None:
    """Return the year of a cleaned date in any of the styles offices use; None when it is no date.

    1980-9-23, 1980/09/23, 1980.9.23, 1980年9月23日, 1980-09, 198009, 19800923, 1980, and the day number of a
    spreadsheet (days after 1899-12-30).
    """
    value = value.replace(" ", "") if "年" in value else value
    if len(value) == 5 and value.isdecimal():
        return (date(1899, 12, 30) + timedelta(days=int(value))).year
    match = (_SOLID if value.isdecimal() and len(value) in (6, 8) else _DATE).fullmatch(value)
    if not match:
        return None
    year, month, day = match[1], match[2] or "1", match[3] or "1"
    return int(year) if _day(year, month, day) and int(year) <= YOUNGEST else None


def clean_phone(value: str | None) -> str | None:
    """Return a phone number: digits, with a plus sign in front where it was; '' for an empty cell, None for no number.

    The first of several numbers counts.
    """
    text = plain(value)
    if text.isdecimal() and 5 <= len(text) <= 20:
        return text
    text = re.split(r"[/,;、]", text)[0].removesuffix(".0")
    digits = re.sub(r"[\s()\-.]", "", text)
    plus = digits.startswith("+")
    digits = digits[plus:]
    if not digits:
        return ""
    return ("+" if plus else "") + digits if digits.isdecimal() and 5 <= len(digits) <= 20 else None


_NEED_WORDS = {
    name_key(word).replace("_", ""): 1 << need.bit
    for need in NEEDS
    for word in (need.name, need.zh, need.en.replace(",", ""), *need.words)
}
_NOTHING = ("无", "没有", "none", "no", "否", "/", "-", "正常", "nil")


@lru_cache(maxsize=10_000)
def clean_needs(value: str, lenient: bool) -> int | None:
    """Return the bits of the needs named in a cleaned cell; None when a word is unknown.

    ``lenient``: the column holds remarks of all sorts; words that are no need are left out.
    """
    bits = 0
    for word in re.split(r"[;,、/|]", value):
        key = name_key(word).replace("_", "")
        if not key or word.strip().lower() in _NOTHING:
            continue
        bit = _NEED_WORDS.get(key, 0)
        if not bit and not lenient:
            return None
        bits |= bit
    return bits


@lru_cache(maxsize=50_000)
def clean_door(value: str) -> str:
    """Return a door as it is compared: 101室, 101 号 and 0101 become 101."""
    door = re.sub(r"(室|房|号|户|room)$", "", value.replace(" ", "").lower()).removesuffix(".0")
    return (door.lstrip("0") or door).upper()


@lru_cache(maxsize=5_000)
def clean_stairwell(value: str) -> str:
    """Return a stairwell as it is compared: 1单元, 01 and unit 1 become 1."""
    stairwell = re.sub(r"(单元|门洞|门|梯)$", "", value.replace(" ", "").lower().removeprefix("unit")).removesuffix(
        ".0"
    )
    return (stairwell.lstrip("0") or stairwell).upper()


@lru_cache(maxsize=5_000)
def clean_floor(value: str, door: str) -> int | None:
    """Return the floor, from the door (301: 3) where it is not given; None when unknown.

    Raises:
        ValueError: it is no floor.
    """
    text = re.sub(r"(楼|层|f)$", "", value.replace(" ", "").lower()).removesuffix(".0")
    if not text:
        return int(door[:-2]) if door.isdecimal() and 3 <= len(door) <= 4 else None
    floor = -int(text[1:]) if text[0] == "b" else int(text)
    if not -9 <= floor <= 200:
        raise ValueError(value)
    return floor


def clean(cells: Mapping[str, str | None], lenient_needs: bool = False) -> Record | list[Problem]:
    """Return the record of a row, or everything that is wrong with it.

    Parameters:
        cells: by field of ``vocabulary.FIELDS``; places are resolved elsewhere (``tree.py``).
        lenient_needs: see ``clean_needs``.
    """
    problems: list[Problem] = []
    name = clean_name(cells.get("name"))
    key = name_key(name)
    if not key or len(name) > NAME_LENGTH:
        problems.append(Problem(301, "name", name[:NAME_LENGTH]))
    number, code = clean_identity(cells.get("id_number"))
    if code:
        problems.append(Problem(code, "id_number"))
    year = _year(plain(cells.get("birth_date")), number, problems)
    phone = clean_phone(cells.get("phone"))
    if phone is None:
        problems.append(Problem(310, "phone", plain(cells.get("phone"))))
    words = cells.get("needs")
    needs = clean_needs(plain(words), lenient_needs) if words else 0
    if needs is None:
        problems.append(Problem(311, "needs", plain(words)))
    door = clean_door(plain(cells.get("door")))
    if not door or len(door) > DOOR_LENGTH:
        problems.append(Problem(309, "door", door))
    stairwell = clean_stairwell(plain(cells.get("stairwell")))
    if len(stairwell) > DOOR_LENGTH:
        problems.append(Problem(315, "stairwell", stairwell))
    floor = None
    try:
        floor = clean_floor(plain(cells.get("floor")), door)
    except ValueError:
        problems.append(Problem(314, "floor", plain(cells.get("floor"))))
    if problems:
        return problems
    return Record(name, key, number, year, phone or None, needs or 0, stairwell, floor, door)


def _year(text: str, number: str | None, problems: list[Problem]) -> int | None:
    """Return the year of birth from the identity number, else from the date; note where they differ."""
    inside = int(number[6:10]) if number and len(number) == 18 and number[:17].isdecimal() else None
    if not text:
        return inside
    year = birth_year(text)
    if year is None:
        problems.append(Problem(304, "birth_date", text))
    elif inside is not None and inside != year:
        problems.append(Problem(305, "birth_date", text))
    return year if inside is None else inside
