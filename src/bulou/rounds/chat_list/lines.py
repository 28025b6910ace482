"""Lists pasted from a chat group (接龙): each line a number, a door, names and a word. Pure: text in, rows out.

Numbering is messy (1. 2、3）④, none at all), digits may be full width, spaces may stand anywhere, the name may stand
before the door. A line that says no door with its building is no row and is given back. What stands beside the door is
cut into parts; who lives there decides which of them are names (``settling``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bulou.places.keys import building_key, door_key, numeral, stairwell_key
from bulou.ui.identity_text import GONE, holds_identity, without

EXPECTED = ("序号、楼号-室号或楼号与室号、姓名，例如：3. 3-502 张三", "number, door and name, such as: 3. 3-502 张三")


@dataclass(frozen=True, slots=True)
class Said:
    """One line understood as a row.

    Parameters:
        line: its number in the pasted text, from 1.
        text: as it was pasted, without identity numbers.
        building, stairwell, door: in the form they are compared in; "" where the line does not say.
        before, after: parts beside the door: names, words, and before it a place too. Of a table the name column alone.
        count: how many people the line says it is about; None where it does not.
        table: whether it is a row of a table, whose name column holds nothing but names.
        places: what its columns of places say, by level (2 street ... 5 building; 0: somewhere above the door).
        home: its column of the door, as our own files write it.
        code, check: of a list that was exported, whom the row is about, and what its state was then.
        word: its column of remarks. own: of a list that was exported, its columns of state and reason.
    """

    line: int
    text: str
    building: str = ""
    stairwell: str = ""
    door: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    count: int | None = None
    table: bool = False
    places: dict[int, str] = field(default_factory=dict)
    home: str = ""
    code: int = 0
    check: str = ""
    word: str = ""
    own: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Malformed:
    """One line that is no row; ``text`` without identity numbers. ``why``: unreadable, number, building or columns."""

    line: int
    text: str
    why: str = "unreadable"


#: Marks that stand for a number before a line: ① ⑴ ⒈ ❶ 1️⃣.
_MARKED = re.compile(r"\s*(?:[①-⓿❶-➓㉑-㊿㊀-㊉]+|\d{1,3}\ufe0f?\u20e3)\s*[.、:：]?\s*")
_NUMBERED = re.compile(r"\s*#?\d{1,4}\s*[.、):,;]\s*")
_SPACED = re.compile(r"\s*\d{1,3}\s+(?=\S)")
_DASHES = re.compile(r"\s*[‐‑‒–—―−~～]+\s*")
_NUM = r"(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百〇零]{1,5})"
_DOOR = r"(?P<door>(?:地下|负|[Bb])?(?:\d{2,4}[A-Za-z]?|\d[A-Za-z]|\d(?=\s*室)))(?![\dA-Za-z])\s*(?:号?室|房间|房|户)?"
_SPOT = re.compile(
    rf"(?<![\dA-Za-z])(?P<building>{_NUM})\s*(?:号楼|号|幢|栋|座|楼|#|-|/)\s*"
    rf"(?:(?P<stairwell>\d{{1,2}}|[A-Za-z]|[一二三四五六七八九十]{{1,3}})\s*(?:号?单元|门洞|门|梯|-|/)\s*)?{_DOOR}"
)
_SPACED_SPOT = re.compile(rf"(?P<building>\d{{1,3}})\s+(?P<stairwell>(?!))?{_DOOR}")
_COUNT = re.compile(r"(?:共|等)?([0-9一二两三四五六七八九十]{1,2})(?:个?人|口人?|位|名)")
_PHONE = re.compile(r"(?<![\d])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)\d{7,12}(?!\d)")
_CUT = re.compile(
    r"[\s,，、;；:：/&|()（）\[\]【】<>\-。]+|(?=[\U0001f300-\U0001faff✅✔])|(?<=[\U0001f300-\U0001faff✅✔])"
)


def half_width(raw: str) -> str:
    """Return a line with its signs and digits of one kind, and nothing in it that nobody sees."""
    text = "".join(c for c in unicodedata.normalize("NFKC", raw) if unicodedata.category(c) not in ("Cf", "Cc"))
    return _DASHES.sub("-", text).replace("\ufe0f", "").strip()


def parts(text: str) -> tuple[str, ...]:
    """Return what stands beside a door, cut at spaces and signs; a dot within a name cuts nothing."""
    return tuple(part for part in (one.strip(".·'’") for one in _CUT.split(text)) if part)


def line_of(number: int, raw: str) -> Said | Malformed | None:
    """Return a line as a row, as malformed, or None for a blank one."""
    shown = without(raw).strip()
    if not raw.strip():
        return None
    if holds_identity(raw) or GONE in raw:
        return Malformed(number, shown, "number")
    marked = _MARKED.match(raw)
    plain = half_width(raw[marked.end() :] if marked else raw)
    numbered = None if marked else _NUMBERED.match(plain)
    rest = plain[numbered.end() :] if numbered else plain
    rest = _PHONE.sub(" ", rest)
    found = _SPACED_SPOT.match(rest) if marked or numbered else None
    begins = 0
    if found is None:
        spaced = _SPACED.match(rest)
        begins = spaced.end() if spaced and _SPOT.match(rest, spaced.end()) else 0  # a number of the line's own
        found = _SPOT.search(rest, begins)
    if found is None:
        return Malformed(number, shown, "building" if re.search(r"\d{3}", rest) else "unreadable")
    before, after = rest[begins : found.start()], rest[found.end() :]
    count = _COUNT.search(after)
    if count:
        after = after[: count.start()] + " " + after[count.end() :]
    building, stairwell = building_key(found["building"]), stairwell_key(found["stairwell"] or "")
    said = int(numeral(count[1])) if count else None
    return Said(number, shown, building, stairwell, door_key(found["door"]), parts(before), parts(after), said)


def is_title(raw: str) -> bool:
    """Tell whether a line above all rows is a heading of the list: no door, no number of three digits in it."""
    return not re.search(r"\d", half_width(raw)) or (
        _SPOT.search(half_width(raw)) is None and raw.lstrip().startswith("#")
    )
