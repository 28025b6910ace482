"""Dates of birth in the styles that offices use; the year is kept, the day tells two people of one list apart. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bulou.places.documents import OLDEST
from bulou.places.keys import DASHES, numeral, visible


@dataclass(frozen=True, slots=True)
class Born:
    """A year of birth, with month and day where they are said for certain."""

    year: int
    month: int = 0
    day: int = 0


_CLOCK = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?Z?)?"
_DATE = re.compile(rf"(\d{{4}})(?:[-/.年、 ](?:(\d{{1,2}})(?:[-/.月、 ](?:(\d{{1,2}})[日号]?)?)?)?)?\.?{_CLOCK}")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_CLOCK}")
_MONTH_NAMED = re.compile(r"(?=.*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[a-z0-9,./ -]+", re.IGNORECASE)
_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号]?)?)?"
)
#: Days of a spreadsheet's calendar with five digits: 1927 to 2173.
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


@lru_cache(maxsize=50_000)
def read_birth(text: str, today: date) -> Born | None:
    """Return the date of birth in a cell; None when it is no date, lies ahead, or nobody is so old.

    1980-9-23, 1980/09/23, 1980.9.23, 1980年9月23日, 一九八〇年九月, 1980-09, 198009, 19800923, 1980, 23/09/1980
    (its year alone: which number is the month nobody knows), Sep 23 1980, and the day number of a spreadsheet
    (since 1899-12-30). A year of two digits is none.
    """
    text = DASHES.sub("-", visible(text)).strip().strip("'`’\"").removesuffix(".0")
    text = text.replace(" ", "") if "年" in text else text
    born = _read(text)
    if born is None or not OLDEST <= born.year <= today.year:
        return None
    return born if date(born.year, born.month or 1, born.day or 1) <= today else None


def _read(text: str) -> Born | None:
    if serial := _SERIAL.fullmatch(text):
        day = date(1899, 12, 30) + timedelta(days=int(serial[1]))
        return Born(day.year, day.month, day.day)
    if chinese := _CHINESE.fullmatch(text):
        return _real(*(numeral(part) if part else "" for part in chinese.groups()))
    if behind := _YEAR_LAST.fullmatch(text):
        one, other, year = (int(part) for part in behind.groups())
        return Born(year) if min(one, other) >= 1 and max(one, other) <= 31 and min(one, other) <= 12 else None
    if _MONTH_NAMED.fullmatch(text):
        years = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
        return Born(int(years[0])) if len(years) == 1 else None
    match = (_SOLID if text.isdecimal() and len(text) in (6, 8) else _DATE).fullmatch(text)
    return _real(match[1], match[2] or "", match[3] or "") if match else None


def _real(year: str, month: str, day: str) -> Born | None:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return Born(int(year), int(month or 0), int(day or 0))
