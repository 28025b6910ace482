"""Lists pasted from a chat group (接龙): each line a number, a door, a name and a word. Pure: text in, rows out.

Numbering is messy (1. 2、3）④, none at all), digits may be full width, spaces may stand anywhere. A line that is no row
says what was expected; a line without a digit before the first row is a title and is left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

EXPECTED = ("序号、楼号-室号或楼号与室号、姓名，例如：3. 3-502 张三", "number, door and name, such as: 3. 3-502 张三")
_CIRCLED = re.compile("[①-⑳]")
_NUMBERED = re.compile(r"\d{1,3}\s*(?:[.、):：]|,)\s*|\d{1,3}\s+(?=\d)")
_DOOR = re.compile(
    r"(?P<building>\d{1,4})\s*(?:号楼|号|幢|栋|座|楼|#|-)\s*"
    r"(?:(?P<stairwell>\d{1,2})\s*(?:单元|门|梯|-)\s*)?"
    r"(?P<door>\d{2,4}[A-Za-z]?)\s*(?:室|房|户)?"
)
_NAME = re.compile(r"\s*[,:、-]?\s*(?P<name>[^\W\d_]+(?:[·•][^\W\d_]+)*)\s*[,:、]?\s*(?P<word>.*)")


@dataclass(frozen=True, slots=True)
class Said:
    """One line understood: its number in the pasted text (from 1), the place, the name, and what else it says."""

    line: int
    building: str
    stairwell: str
    door: str
    name: str
    word: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """One line that is no row; ``text`` is as it was pasted."""

    line: int
    text: str


def read(text: str) -> list[Said | Malformed]:
    """Return each line of a pasted list as understood, or as malformed; blank lines and titles are left out."""
    out: list[Said | Malformed] = []
    for line, raw in enumerate(text.splitlines(), 1):
        plain = unicodedata.normalize("NFKC", _CIRCLED.sub("", raw)).strip()
        if not plain or (not out and not any(c.isdigit() for c in plain)):
            continue
        out.append(_read(line, plain) or Malformed(line, raw))
    return out


def _read(line: int, plain: str) -> Said | None:
    numbered = _NUMBERED.match(plain)
    door = _DOOR.match(plain, numbered.end() if numbered else 0)
    named = door and _NAME.fullmatch(plain, door.end())
    if not (door and named):
        return None
    building, flat = (door[part].lstrip("0") or "0" for part in ("building", "door"))
    return Said(line, building, door["stairwell"] or "", flat.upper(), named["name"], named["word"].strip())
