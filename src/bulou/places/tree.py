"""Finds the building that an address names. Pure: the area tree is a list of rows."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from bulou.ledger.areas import span
from bulou.places.rules import Problem
from bulou.places.vocabulary import PLACE_FIELDS

_SUFFIXES = {
    2: re.compile(r"(街道办事处|街道|镇|乡|subdistrict|town)$"),
    3: re.compile(r"(社区居民委员会|居民委员会|村民委员会|居委会|村委会|居委|社区|neighbourhood|committee)$"),
    4: re.compile(r"(小区)$"),
    5: re.compile(r"(号楼|号|幢|栋|座|楼|#)$"),
}
_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


@lru_cache(maxsize=100_000)
def place_key(depth: int, name: str) -> str:
    """Return a place's name in the form it is compared in at a level: 华泾镇 as 华泾, ７号楼 and 07幢 as 7."""
    key = "".join(unicodedata.normalize("NFKC", name).lower().split())
    if depth == 5:
        key = key.removeprefix("building").removeprefix("bldg").removesuffix(".0")
        key = _SUFFIXES[5].sub("", key).translate(_DIGITS)
        return key.lstrip("0") or key
    return _SUFFIXES[depth].sub("", key) or key if depth in _SUFFIXES else key


class Tree:
    """The open areas, indexed by name. Answers are remembered: a roster names few buildings many times."""

    def __init__(self, rows: Iterable[tuple[int, int, int, str]]):
        """Take rows of (id, parent, level, name)."""
        self._named: dict[tuple[int, str], list[int]] = {}
        self._buildings: dict[tuple[int, str], list[int]] = {}
        self._compounds: dict[int, str] = {}
        self._answers: dict[tuple, int | Problem] = {}
        for area, parent, depth, name in rows:
            if depth == 5:
                self._buildings.setdefault((parent, place_key(5, name)), []).append(area)
            else:
                self._named.setdefault((depth, place_key(depth, name)), []).append(area)
            if depth == 4:
                self._compounds[area] = "".join(unicodedata.normalize("NFKC", name).split())
        self._order = sorted(self._compounds)

    def find(self, street: str, neighbourhood: str, compound: str, building: str, within: int = 0) -> int | Problem:
        """Return the building's id, or why there is none. Names may be missing where the others suffice.

        Parameters:
            within: an area that the whole list is about; 0 for anywhere.
        """
        question = (street, neighbourhood, compound, building, within)
        if question not in self._answers:
            self._answers[question] = self._find(*question)
        return self._answers[question]

    def _find(self, street: str, neighbourhood: str, compound: str, building: str, within: int) -> int | Problem:
        inside = [span(within)]
        known = False
        for depth, name in ((2, street), (3, neighbourhood), (4, compound)):
            if not name:
                continue
            field = PLACE_FIELDS[depth - 2]
            nodes = [
                node
                for node in self._named.get((depth, place_key(depth, name)), ())
                if any(lo <= node <= hi or node <= lo <= span(node)[1] for lo, hi in inside)
            ]
            if not nodes:
                return Problem(307, field, name)
            # A list within one compound may repeat the names above it: the narrower of the two counts.
            inside = [max(span(node), limit) for node in nodes for limit in inside if _meet(span(node), limit)]
            known = True
        if not building:
            return Problem(306, "building")
        if not (known or within):
            return Problem(307, "compound")
        return self._building(building, inside)

    def _building(self, building: str, inside: list[tuple[int, int]]) -> int | Problem:
        key = place_key(5, building)
        found = []
        for lo, hi in inside:
            # Compounds are closed intervals in order of id: the first that may reach into [lo, hi] is at or before lo.
            for at in range(max(0, bisect_right(self._order, lo) - 1), bisect_right(self._order, hi)):
                found += [area for area in self._buildings.get((self._order[at], key), ()) if lo <= area <= hi]
        if not found:
            return Problem(307, "building", building)
        return found[0] if len(found) == 1 else Problem(308, "compound", building)

    def compound_in(self, text: str) -> int | None:
        """Return the one compound whose name stands in a text (a list's title); the longest name wins."""
        text = "".join(unicodedata.normalize("NFKC", text).split())
        named = [(len(name), area) for area, name in self._compounds.items() if len(name) > 2 and name in text]
        longest = [area for length, area in named if length == max(named)[0]]
        return longest[0] if len(longest) == 1 else None


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
