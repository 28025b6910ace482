"""What the text of the search box can mean, and how names and telephones are masked. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bulou.places.keys import door_key, local_number, name_key, numeral, phone_key, stairwell_key

#: Ids are below this, so that JavaScript keeps them.
MOST = 2**53
#: Behind every text that begins with a prefix, in the order of code points.
LAST = "\U0010ffff"

_CODE = re.compile(r"(?:.*/people/|[Pp]\s*[:#]?\s*)(\d{1,16})/?")
_HOUSEHOLD = re.compile(r"(?:.*/people/households/|[Hh]\s*[:#]?\s*)(\d{1,16})/?")
_DIGITS = re.compile(r"\+?\d[\d\s-]*[Xx]?")
#: A telephone with the signs that people write, and maybe an extension.
_PHONE = re.compile(r"[+(]{0,2}\d[\d\s().+-]*\d(?:\s*(?:转|分机|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_HAN = re.compile(r"[㐀-鿿豈-﫿〇\U00020000-\U0003ffff]")
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百]+(?=号楼|号|幢|栋|座|单元|室|层)")
_ADDRESS = re.compile(
    r"(?P<place>(?:\D|\d+(?=\s*(?:弄|街坊|支弄|组|村)))*?)[\s,，]*"
    r"(?:(?:(?P<building>\d{1,4})\s*(?:(?P<said>号楼|号|幢|栋|座|楼|#|-)|(?=\s))"
    r"|(?P<lettered>(?<![A-Za-z])[A-Za-z])\s*(?:号楼|幢|栋|座))[\s,，-]*)?"
    r"(?:(?P<stairwell>\d{1,2})\s*(?:单元|门|梯|-)\s*)?"
    r"(?:(?P<door>#?\d{1,5}[A-Za-z]?)\s*(?:室|房|户|号|#)?)?"
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a text can mean; a part is empty where it cannot mean that.

    ``name``: beginning or part of a name's key; ``latin``: beginning of the pinyin or the initials; ``tail``: the four
    last characters of an identity number; ``phone``: the last digits of a telephone; ``local``: all digits of one that
    was asked for with its area code, without it; ``person``, ``household``: the
    number in a code; ``place``, ``building``, ``stairwell``, ``door``: parts of an address.
    """

    name: str = ""
    latin: str = ""
    tail: str = ""
    phone: str = ""
    local: str = ""
    person: int = 0
    household: int = 0
    place: str = ""
    building: str = ""
    stairwell: str = ""
    door: str = ""

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to search for."""
        return self == SearchQuery()


def search_query(text: str) -> SearchQuery:
    """Return all that a text of the search box can mean. An identity number is cut to its tail at once."""
    plain = unicodedata.normalize("NFKC", text).strip()[:80]
    if code := _HOUSEHOLD.fullmatch(plain):
        return SearchQuery(household=_id(code[1]))
    if code := _CODE.fullmatch(plain):
        return SearchQuery(person=_id(code[1]))
    if _DIGITS.fullmatch(plain):
        return _digits(plain)
    if _PHONE.fullmatch(plain):
        return _phone(plain)
    key = name_key(plain)
    if not any(c.isdigit() for c in plain):
        if not _HAN.search(key):
            return SearchQuery(name=key, latin=_sound(plain)) if len(key) > 1 else SearchQuery()
        place = " ".join(plain.lower().split())
        return SearchQuery(name=key, place=place if len(place) > 1 else "")
    return _address(plain)


def _sound(plain: str) -> str:
    """Return a text in Latin letters as pinyin is stored: lü, lu: and lyu as lv; without tones and spaces."""
    apart = re.sub("[\u0300\u0301\u0304\u030c]", "", unicodedata.normalize("NFD", plain.lower()))
    text = re.sub(r"(?<=[lnjqxy])(?:ü|u:)", "v", unicodedata.normalize("NFC", apart))
    return "".join(c for c in name_key(re.sub(r"\b([ln])yu", r"\1v", text)) if c.isalnum())


def _digits(plain: str) -> SearchQuery:
    digits = "".join(c for c in plain if c.isalnum()).upper()
    phone = phone_key(plain)
    if len(digits) in (15, 18) and not _MOBILE.fullmatch(phone):
        return SearchQuery(tail=digits[-4:])
    if digits.endswith("X"):
        return SearchQuery(tail=digits) if len(digits) == 4 else SearchQuery()
    address = _address(plain) if "-" in plain or " " in plain else SearchQuery()
    return SearchQuery(
        tail=digits if len(digits) == 4 else "",
        phone=phone.lstrip("+") if 4 <= len(digits) <= 20 else "",
        local=local_number(phone),
        person=_id(digits),
        building=address.building,
        stairwell=address.stairwell,
        door=address.door,
    )


_MOBILE = re.compile(r"1[3-9]\d{9}")


def _phone(plain: str) -> SearchQuery:
    """Return what a text can mean that is written as nobody writes anything but a telephone."""
    phone = phone_key(plain)
    return SearchQuery(phone=phone.lstrip("+"), local=local_number(phone)) if 4 <= len(phone) <= 20 else SearchQuery()


def _address(plain: str) -> SearchQuery:
    found = _ADDRESS.fullmatch(_NUMERAL.sub(lambda part: numeral(part.group()), plain))
    if found is None:
        return SearchQuery()
    building = (found["building"] or "").lstrip("0") or (found["lettered"] or "").upper()
    door = door_key(found["door"] or "")
    place = " ".join(found["place"].lower().split()).strip(" ,，-")
    if door and not building and len(door) < 3 and door.isdigit() and not (found["door"] or "").startswith("#"):
        building, door = door, ""  # a lone small number is a building's
    if not (building or (place and door)):
        return SearchQuery(place=place)
    return SearchQuery(place=place, building=building, stairwell=stairwell_key(found["stairwell"] or ""), door=door)


def _id(digits: str) -> int:
    number = int(digits) if digits.isdecimal() else 0
    return number if number < MOST else 0


def mask_name(name: str) -> str:
    """Return a name for lists: its first character."""
    return name[:1] + "*" * max(1, min(2, len(name) - 1))


def mask_phone(phone: str | None) -> str:
    """Return a telephone for lists: its first three and last two digits; nothing of a short one but its end."""
    if not phone:
        return ""
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:] if len(phone) > 7 else "*" * (len(phone) - 2) + phone[-2:]
