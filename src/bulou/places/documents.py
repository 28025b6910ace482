"""Identity numbers and other documents as lists write them: resident numbers are checked, others not. Pure.

A number is plain here and in nothing that leaves ``roster_rows``: it goes into a keyed digest at once (identity.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2

from bulou.places.keys import visible

#: Births before this are mistakes: nobody of a list is older.
OLDEST = 1900
#: Text marks that spreadsheets and exports put before a number so that it stays text.
MARKS = "'’‘`＇\"“”"
_NONE = re.compile(
    r"(?:无|没有|未知|不详|不明|暂无|未提供|未填|无证件?|n/?a|none|null|unknown|nil|0|-+|/+|\.+|—+)", re.IGNORECASE
)
#: What the column is for, said again before the number.
_LABEL = re.compile(
    r"^(?:(?:居民|公民)?身份证(?:号码?)?|证件号码?|护照(?:号码?)?|通行证(?:号码?)?)[:：\s]*(?=[A-Za-z0-9])"
)
_COUNTRY = re.compile(r"[(（]([^()（）]*[㐀-鿿][^()（）]*)[)）]?$")
_OTHER = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{7,14}(?:\([0-9A-Z]\))?")
_SERVICE = re.compile(r"[㐀-鿿]{1,4}字?第?\d{4,10}号?")
_MASKED = re.compile(r"[*＊×•●]{2,}|(?<=\d)X{3,}")
#: A masked number with the code that a rejects file puts behind it.
CODE = re.compile(r"\*+(\S{1,4}) ?\[(K\d+:[A-Z2-7]{20,60})\]")
#: Scientific notation: a spreadsheet has taken the number for one, and its last digits are lost.
ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")


@dataclass(frozen=True, slots=True)
class Document:
    """A number that somebody is known by. Of a resident number also the date and sex in it (1 male, 2 female).

    ``code``: instead of the number, what a rejects file carries of it (``identity.Keyring.carried``); the number is its
    tail then, and ``carried`` is (key version, digest, year of birth) once somebody with the key has read it.
    """

    number: str
    born: date | None = None
    sex: int = 0
    code: str = ""
    carried: tuple[int, bytes, int | None] | None = None

    @property
    def year(self) -> int | None:
        """Return the year of birth in it, None where it says none."""
        if self.carried:
            return self.carried[2]
        return self.born.year if self.born else None


def unmarked(text: str) -> str:
    """Return a number's cell without the marks that kept it text: '319..., ="319...", `319...`."""
    text = visible(text).strip()
    if text.startswith(('="', '＝"')):
        text = text[1:]
    return text.strip(MARKS + " ")


def says_none(text: str) -> bool:
    """Tell whether a cell says that there is nothing: 无, 不详, -, n/a."""
    return bool(_NONE.fullmatch(text.strip()))


def check_character(seventeen: str) -> str:
    """Return the 18th character that belongs to 17 digits (GB 11643-1999: ISO 7064 MOD 11-2)."""
    return mod_11_2.calc_check_digit(seventeen)


def read_document(text: str, today: date) -> tuple[Document | None, int]:
    """Return (document, 0), (None, 0) for an empty cell, or (None, code of ``vocabulary.ROW_REFUSALS``).

    18 characters are checked, 15 old digits become 18. Passports, permits and officers' numbers are taken as they are:
    no digit of theirs says whether they are right.
    """
    if len(text) == 18 and text.isascii() and text.isalnum() and text[:17].isdecimal():
        return _resident(text.upper(), today)  # nearly every cell
    plain = unmarked(text)
    if not plain:
        return None, 0
    if says_none(plain):
        return None, 324
    if code := CODE.fullmatch(plain.upper()):
        return Document(code[1], code=code[2]), 0
    upper = _COUNTRY.sub("", _LABEL.sub("", plain)).upper()
    if ROUNDED.fullmatch(upper.replace(" ", "")):
        return None, 321
    if _MASKED.search(upper):
        return None, 330
    number = re.sub(r"[\s-]", "", upper).removesuffix(".0")
    if len(number) == 18 and number[:17].isdecimal() and (number[17].isdecimal() or number[17] == "X"):
        return _resident(number, today)
    if len(number) == 15 and number.isdecimal():
        longer = number[:6] + "19" + number[6:]
        born = _day(longer[6:14], today)
        return (Document(longer + check_character(longer), born, _sex(longer)), 0) if born else (None, 303)
    if number.isdecimal() and (len(number) not in (7, 8, 9, 10) or number[:1] * len(number) == number):
        return None, 303  # a telephone, or an identity number with a digit too few or too many
    if _OTHER.fullmatch(number) or _SERVICE.fullmatch(number):
        return Document(number), 0
    return None, 303


def _resident(number: str, today: date) -> tuple[Document | None, int]:
    right, born = mod_11_2.is_valid(number), _day(number[6:14], today)
    if born and number.endswith("000"):
        return None, 321  # a spreadsheet keeps 15 digits, and hardly anybody has a number that ends so
    if not right:
        return None, 302
    if number[0] == "9" and born is None and number[6:14] == "00000000":
        return Document(number), 0  # a foreigner's residence card
    return (Document(number, born, _sex(number)), 0) if born else (None, 303)


def _sex(number: str) -> int:
    return 1 if int(number[16]) % 2 else 2


def _day(eight: str, today: date) -> date | None:
    try:
        born = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return None
    return born if born.year >= OLDEST and born <= today else None


#: Digits as people group them, and both lengths of an identity number; 15 digits of a longer row are none.
_EIGHTEEN = re.compile(r"(?=((?:[0-9][ -]?){17}[0-9X]))")
_FIFTEEN = re.compile(r"(?<![0-9])((?:[0-9][ -]?){14}[0-9])(?![ -]?[0-9])")
_FAR = date(2200, 12, 31)


def holds_identity(text: str) -> bool:
    """Tell whether a text has an identity number anywhere in it: 18 characters that check, or 15 old digits with a day.

    A number of another kind, of which no digit says that it is one, is left alone: two telephones, a long room number.
    """
    text = visible(text).upper()
    found = (match[1] for pattern in (_EIGHTEEN, _FIFTEEN) for match in pattern.finditer(text))
    return any(_identity(number) for number in found)


def _identity(number: str) -> bool:
    document, code = read_document(number, _FAR)
    return document is not None or (code == 321 and mod_11_2.is_valid(re.sub("[ -]", "", number)))


#: What may be an identity number, right or mistyped, in a text that somebody will read.
_LONG = re.compile(r"\d(?:[ -]?\d){10,}(?:[ -]?[\dXx]){4}")


def hidden(text: str) -> str:
    """Return a text with stars over all but the last four characters of every number as long as an identity number."""
    return _LONG.sub(lambda found: "*" * (len(found.group()) - 4) + found.group()[-4:], text)
