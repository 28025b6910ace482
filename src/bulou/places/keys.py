"""One form in which names, doors and telephones are compared, for import, lists, finds at the door and search alike.

Pure, and stable: what is stored under a key is looked for under the same key. Show people the text as it was written,
and compare its key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

#: Code points below this take accents that a keyboard may lack: Latin, Greek, Cyrillic. Beyond it a mark is a letter.
_ACCENTED = "\u0530"
#: Latin letters that no decomposition takes apart.
_LETTERS = str.maketrans({
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n",
    "○": "〇", "◯": "〇",
})  # fmt: skip
#: What stands for a character that a font, an encoding or a form did not have.
LOST = "\ufffd□■▯◻◼◇◆"
_DIGITS = str.maketrans("〇○零一二三四五六七八九两壹贰叁肆伍陆柒捌玖", "0001234567892123456789")
_NUMERAL = re.compile(r"[〇○零一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾]+")
_UNITS = str.maketrans("拾佰", "十百")
#: Dashes of all kinds.
DASHES = re.compile(r"[‐‑‒–—―−－﹣ー~～]+")

#: GBK's private code points for characters that Unicode has taken in since: what old Windows fonts show, lists hold.
_SINCE = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip


def _gbk_private() -> dict[int, int]:
    trails = [trail for trail in range(0x50, 0xA1) if trail != 0x7F]
    taken = {0xE815 + at: ord(bytes((0xFE, trail)).decode("gb18030")) for at, trail in enumerate(trails)}
    return {old: new for old, new in taken.items() if old != new} | _SINCE


#: The Korean dot is a letter to Unicode, and a middle dot to whoever types it between two names.
_READ_AS = _gbk_private() | {0x318D: "·", 0x119E: "·"}


def visible(text: str) -> str:
    """Return a text without what nobody sees: controls, marks of direction, variation selectors; full width to half.

    Code points that old fonts drew in the private area become the characters that they stood for.
    """
    if text.isascii():
        return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    text = unicodedata.normalize("NFKC", text.translate(_READ_AS))
    if text.isalnum():
        return text
    out: list[str] = []
    for c in text:
        kind = unicodedata.category(c)
        if kind == "Cc" or kind[0] == "Z":
            out.append(" ")
        elif kind != "Cf" and not "\ufe00" <= c <= "\ufe0f" and not "\U000e0100" <= c <= "\U000e01ef":
            out.append(c)
    return unicodedata.normalize("NFKC", "".join(out))


def _settled(key: Callable[[str], str], text: str) -> str:
    """Return what ``key`` makes of a text in as many rounds as it takes: a key is its own key."""
    for _ in range(8):
        before, text = text, key(text)
        if before == text:
            break
    return text


@lru_cache(maxsize=30_000)
def name_key(name: str) -> str:
    """Return a name in the form it is compared in: one width and case, without accents, spaces and dots of any kind."""
    if not name.isascii() and name.isalnum() and min(name) >= "㐀" and max(name) < "\ue000":
        return name
    return _settled(_name_key, name)


def _name_key(name: str) -> str:
    text = unicodedata.normalize("NFKD", visible(name).casefold().translate(_LETTERS))
    kept: list[str] = []
    base = ""
    for c in text:
        kind = unicodedata.category(c)
        if kind[0] in "LN":
            base = c
            kept.append(c)
        elif kind[0] == "M":
            if base >= _ACCENTED:
                kept.append(c)
        elif kind in ("Co", "Cn") or c in LOST:
            kept.append(c)  # a character that got lost is no space between two others
    return unicodedata.normalize("NFC", "".join(kept))


def numeral(text: str) -> str:
    """Return Chinese numerals in digits: 十一 as 11, 一百零二 as 102, 一〇一 as 101; another text as it is."""
    if not _NUMERAL.fullmatch(text):
        return text
    text = text.translate(_UNITS)
    if "十" not in text and "百" not in text:
        return text.translate(_DIGITS)
    total, digit = 0, -1
    for c in text:
        if c in "十百":
            total += (1 if digit < 0 else digit) * (10 if c == "十" else 100)
            digit = -1
        else:
            digit = max(0, digit) * 10 + int(c.translate(_DIGITS)) if digit > 0 else int(c.translate(_DIGITS))
    return str(total + max(0, digit))


def _squeezed(text: str) -> str:
    """Return a text in capitals without spaces and commas, its dashes of one kind, without a spreadsheet's ".0"."""
    text = "".join(visible(text).upper().split())
    return DASHES.sub("-", text).removesuffix(".0").strip("-,.、，。;；'’`\"")


def _plain_number(text: str) -> str:
    """Return a number without leading zeros, whatever letters follow it; numerals in digits."""
    text = numeral(text)
    return text.lstrip("0") or text[-1:] if text[:1] == "0" and text[1:2].isalnum() else text


_BEFORE_DOOR = re.compile(r"^(?:ROOMNO|ROOM|RM|FLAT|APT|UNITNO|NO|#|№|第)[.:]?#?(?=.)")
_AFTER_DOOR = re.compile(r"(?<=.)(?:号房间|号房|号室|房间|室|房|号|户|#|ROOM)$")
_BUILDING = (
    r"(?:(?P<building>[A-Z]?\d{1,4}[A-Z]?|[A-Z]|[一二三四五六七八九十百〇零]{1,5})"
    r"(?:号楼|号|幢|栋|座|#楼|#|BUILDING|BLDG))"
)
_STAIRWELL = r"(?:(?P<stairwell>\d{1,2}|[A-Z]|[一二三四五六七八九十]{1,3})(?:号?单元|门洞|门栋|号门|门|梯|UNIT))"
_FLOOR = r"(?:(?P<floor>B?\d{1,2}|[一二三四五六七八九十]{1,3})(?:层|楼|F))"
_PARTS = re.compile(rf"{_BUILDING}?-?{_STAIRWELL}?-?{_FLOOR}?-?(?P<door>[^-].*)?")
_THREE = re.compile(r"(?P<building>[A-Z]?\d{1,4}[A-Z]?)[-/](?P<stairwell>\d{1,2})[-/](?P<door>\d{2,4}[A-Z]?)")
_TWO = re.compile(r"(?P<first>[A-Z]?\d{1,4}[A-Z]?|[A-Z])(?:-|(?<!\d{3})/)(?P<door>0*\d{3,4}[A-Z]?)")
#: As our own screens and files write 1号101室 and 1单元101室 in English.
_ENGLISH = re.compile(
    r"(?:NO\.?(?P<building>[A-Z]?\d{1,4}[A-Z]?|[A-Z])|UNIT(?P<stairwell>[A-Z]?\d{1,2}[A-Z]?|[A-Z])),(?:ROOM)?(?P<door>.+)"
)
#: How a flat is used, beside its number.
_USED = re.compile(r"\((?:已?出租|租|空关?|空置|自住|群租|毛坯|装修中?|无人)\)$")


@dataclass(frozen=True, slots=True)
class Door:
    """What a text about a door says, each part in the form it is compared in, '' where it says nothing.

    ``first``: of "3-502", which is building or stairwell as the list around it has it.
    """

    door: str = ""
    building: str = ""
    stairwell: str = ""
    floor: str = ""
    first: str = ""


@lru_cache(maxsize=50_000)
def door_parts(text: str) -> Door:
    """Return the parts of a door: 3号楼2单元0502室, 3-2-502, 3-502, #502, 五〇二 or 502."""
    text = _USED.sub("", _squeezed(text))
    if ours := _ENGLISH.fullmatch(text):
        inner = door_parts(ours["door"])
        return Door(inner.door, building_key(ours["building"] or ""), stairwell_key(ours["stairwell"] or ""))
    if three := _THREE.fullmatch(_bare(text)):
        return Door(_plain_number(three["door"]), building_key(three["building"]), stairwell_key(three["stairwell"]))
    if two := _TWO.fullmatch(_bare(text)):
        return Door(_plain_number(two["door"]), first=_plain_number(two["first"]))
    if "#" in text[1:-1] and (two := _TWO.fullmatch(_bare(text).replace("#", "-"))):
        return Door(_plain_number(two["door"]), building=building_key(two["first"]))
    whole = _PARTS.fullmatch(text)
    if whole and whole["door"] and (whole["building"] or whole["stairwell"] or whole["floor"]):
        rest = door_parts(whole["door"]) if whole["door"] != text else Door(_plain_number(_bare(text)))
        return Door(
            rest.door, building_key(whole["building"] or ""), stairwell_key(whole["stairwell"] or rest.first),
            numeral(whole["floor"] or ""),
        )  # fmt: skip
    return Door(_plain_number(_bare(text)))


def _bare(text: str) -> str:
    """Return a door without the words before and behind its number."""
    before = ""
    while before != text:
        before = text
        text = _AFTER_DOOR.sub("", _BEFORE_DOOR.sub("", text))
    return text


def door_key(text: str) -> str:
    """Return a door in the form it is compared in: 101室, 0101, #101, １０１ and 1单元101 as 101; 101a as 101A."""
    return _settled(lambda part: door_parts(part).door, text)


@lru_cache(maxsize=5_000)
def stairwell_key(text: str) -> str:
    """Return a stairwell in the form it is compared in: 1单元, 01, 一单元, unit 1 as 1; 东单元 as 东."""
    return _settled(_stairwell_key, text)


def _stairwell_key(text: str) -> str:
    text = _squeezed(text).removeprefix("UNIT").removeprefix("ENTRANCE").removeprefix("NO.").removeprefix("第")
    return _plain_number(re.sub(r"(?<=.)(?:号?单元|门洞|门栋|号门|门|梯|UNIT|号)$", "", text))


@lru_cache(maxsize=20_000)
def building_key(text: str) -> str:
    """Return a building in the form it is compared in: 7号楼, ７幢, 07, 七号楼, #7, building 7 as 7; A座 as a."""
    return _settled(_building_key, text)


def _building_key(text: str) -> str:
    text = re.sub(r"^(?:BUILDING|BLDG|BLOCK|BLK|NO\.|#|第)+\.?(?=.)", "", _squeezed(text))
    return _plain_number(re.sub(r"(?<=.)(?:号住宅楼|号楼|号|幢|栋|座|#楼|楼栋|楼|#)$", "", text)).lower()


def local_number(phone: str) -> str:
    """Return a landline's number without its area code, '' where there is none to take off (GB numbering plan)."""
    if phone[:1] != "0" or not 10 <= len(phone) <= 12:
        return ""
    return phone[3:] if phone[1] in "12" else phone[4:]


_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|X)\s*[:：]?\s*(\d{1,6})$", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def phone_key(text: str) -> str:
    """Return one telephone in the form it is compared in: digits, without country code, extension and signs.

    +86 139-0000-1101, 0086 13900001101 and 013900001101 as 13900001101; (021)6400 1105转8 as 02164001105; a number of
    another country as + and its digits. '' where there is no digit. Several numbers are read by ``telephones.read``.
    """
    return _settled(_phone_key, text)


def _phone_key(text: str) -> str:
    text = _EXTENSION.sub("", "".join(visible(text).split()).strip("'’`\"").removesuffix(".0"))
    digits = "".join(c for c in text if c.isdecimal())
    abroad = text.lstrip("(").startswith("+")
    if abroad or (digits.startswith("00") and digits[2:3] > "0"):
        digits = digits if abroad else digits[2:]
        if not digits.startswith("86"):
            return "+" + digits if digits else ""
        digits = digits[2:]
        digits = digits if digits[:1] in ("", "0", "1", "4", "8") or len(digits) < 9 else "0" + digits
    elif digits.startswith("86") and len(digits) >= 12:
        digits = digits[2:]
    if len(digits) == 12 and digits[0] == "0" and digits[1] == "1" and digits[2] in "3456789":
        return digits[1:]
    return digits


def same_phone(one: str, other: str) -> bool:
    """Tell whether two keys are one telephone; a landline may lack its area code in one of them."""
    return bool(one and other) and (one == other or local_number(one) == other or one == local_number(other))
