"""A cell of a list: a text, or a text that a spreadsheet has spoiled and that says how."""

from __future__ import annotations

import re

#: digits: a number so long that a spreadsheet has lost its last digits; date: a spreadsheet has made a date of it;
#: error: #N/A and the like; formula: nobody has stored what it gives; struck: crossed out; long: cut to ``LONGEST``.
WHYS = ("digits", "date", "error", "formula", "struck", "long")
LONGEST = 2_000
#: A number from here on has more digits than a spreadsheet keeps (IEEE 754: 15 for certain).
INEXACT = 10**15
_ERROR = re.compile(
    r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|BLOCKED!|CONNECT!|FIELD!|UNKNOWN!)"
)


class Spoiled(str):
    """What is left of a cell's text, and ``why`` it may not be what was typed in."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, text: str, why: str) -> Spoiled:
        made = super().__new__(cls, text)
        made.why = why
        return made


def why(cell: str) -> str:
    """Return how a cell was spoiled, '' for a text as it was typed in. Errors are known by their text as well."""
    if type(cell) is str:
        return "error" if cell[:1] == "#" and _ERROR.fullmatch(cell.strip()) else ""
    return cell.why if isinstance(cell, Spoiled) else ""


def kept(text: str) -> str:
    """Return a cell's text, cut where nobody could have typed so much."""
    return text if len(text) <= LONGEST else Spoiled(text[:LONGEST], "long")
