"""Telephones as lists write them: several in a cell, with spaces, extensions, remarks; each in one form. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bulou.places.documents import ROUNDED, holds_identity, says_none, unmarked
from bulou.places.keys import local_number, phone_key, visible

#: How many are kept of one person.
KEPT = 2
_EXTENSION = re.compile(r"\s*(?:转|分机号?|[Ee][Xx][Tt]\.?)\s*[:：]?\s*(\d{1,6})")
_SHORT_EXTENSION = re.compile(r"(?<=\d{7})\s*[xX#]\s*(\d{1,6})(?!\d)")
_DASHED_EXTENSION = re.compile(r"(?<=\d{7})-(\d{1,6})$")
_LABEL = re.compile(r"(?:联系)?(?:电话|手机|座机|固话|号码|本人)[:：]?|(?:tel|mobile|phone)[:：.]", re.IGNORECASE)
_BRACKET = re.compile(r"[(（]([^()（）]*[^\d()（）+\s-][^()（）]*)[)）]?")
_MARKS = re.compile(r"[/\\,;、|&\n]|和|或")
_WORDS = re.compile(r"[^\W\d_]+[:：.]?")
_NUMBER = re.compile(r"\+?[\d(][\d()\s.\-+]*")


@dataclass(frozen=True, slots=True)
class Telephones:
    """The numbers of a cell, the first one first (with 转 and an extension where it has one).

    ``codes``: what is to be told of the cell (``vocabulary.ROW_REFUSALS``): 310 a part is no telephone, 320 an identity
    number, 321 rounded, 324 none said, 325 a remark was left, 326 more than two.
    """

    numbers: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()


def read(text: str) -> Telephones:
    """Return the telephones of a cell, and what was left of it."""
    if len(text) == 11 and _PLAIN.fullmatch(text):
        return Telephones((text,))
    return _read(text)


@lru_cache(maxsize=2_000)
def _read(text: str) -> Telephones:
    plain = unmarked(text.replace("\n", ";").replace("\r", ";"))
    if not plain:
        return Telephones()
    if says_none(plain):
        return Telephones(codes=(324,))
    if holds_identity(plain):
        return Telephones(codes=(320,))
    if ROUNDED.fullmatch(plain.upper()):
        return Telephones(codes=(321,))
    codes: list[int] = []
    if _BRACKET.search(plain):
        codes.append(325)
        plain = _BRACKET.sub(" ", plain)
    numbers: list[str] = []
    for part in _MARKS.split(plain):
        found, part_codes = _part(part)
        numbers += [number for number in found if number not in numbers]
        codes += part_codes
    if len(numbers) > KEPT:
        codes.append(326)
    if not numbers:
        codes = [code for code in codes if code != 325] or [310]  # words that are no number are no remark on one
    return Telephones(tuple(numbers[:KEPT]), tuple(dict.fromkeys(codes)))


def _part(part: str) -> tuple[list[str], list[int]]:
    """Return the numbers of a part of a cell that no mark divides, and what is to be told of it."""
    part = _LABEL.sub(" ", visible(part)).strip()
    if not part:
        return [], []
    codes: list[int] = []
    extension = _EXTENSION.search(part) or _SHORT_EXTENSION.search(part)
    if not extension and not _telephone(part):
        extension = _DASHED_EXTENSION.search(part)
    behind = ""
    if extension:
        behind, part = f"转{extension[1]}", part[: extension.start()] + " " + part[extension.end() :]
    if re.search(r"\d[A-Za-z]\d|\dO|O\d", part):
        return [], [310]  # a letter among the digits: 139O0001115
    if _WORDS.search(part):
        codes.append(325)
        part = _WORDS.sub(" ", part)
    numbers: list[str] = []
    for piece in _NUMBER.findall(part):
        found = _joined(piece.split())
        if not found:
            codes.append(310)
        numbers += found
    if not numbers and 310 not in codes:
        codes.append(310)
    if numbers and behind:
        numbers[-1] += behind
    return numbers, codes


def _joined(groups: list[str]) -> list[str]:
    """Return the numbers of groups of digits between spaces: 139 0000 1112 is one, 64001104 64001105 are two."""
    whole = _telephone("".join(groups))
    if whole:
        return [whole]
    numbers: list[str] = []
    waiting = ""
    for group in groups:
        waiting += group
        if number := _telephone(waiting):
            numbers.append(number)
            waiting = ""
    if waiting:
        return []
    return numbers


#: What nearly every cell holds. Invented numbers of exercises begin with three zeros.
_PLAIN = re.compile(r"(?:1[3-9]|000)[0-9]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}|[2-9]\d{6,7}|0{2,}\d{7,11}")
_SERVICE = re.compile(r"[48]00\d{7}|1\d{4}|9\d{4,5}|1(?:10|19|20|22)|12\d{3}")


def _telephone(text: str) -> str:
    """Return a number's key when it is as long as one of its kind, else ''."""
    key = phone_key(text)
    if key.startswith("+"):
        return key if 8 <= len(key) <= 16 else ""
    return key if _MOBILE.fullmatch(key) or _LANDLINE.fullmatch(key) or _SERVICE.fullmatch(key) else ""


def merged(kept: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """Return telephones of several columns together; one of the same key only once, the fuller one."""
    if not kept:
        return new
    out = list(kept)
    for number in new:
        at = next((at for at, old in enumerate(out) if same(old, number)), None)
        if at is None:
            out.append(number)
        elif len(number) > len(out[at]):
            out[at] = number
    return tuple(out)


def same(one: str, other: str) -> bool:
    """Tell whether two kept numbers are one telephone, extensions left aside; a landline may lack its area code."""
    one, other = one.partition("转")[0], other.partition("转")[0]
    return one == other or (local_number(one) or one) == (local_number(other) or other) != ""
