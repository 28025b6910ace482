"""Finds the building that an address names. Pure: the area tree is a list of rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from bulou.ledger.areas import ancestor, span
from bulou.places.keys import building_key, door_parts, numeral, visible
from bulou.places.rules import Problem
from bulou.places.vocabulary import PLACE_FIELDS

_SUFFIXES = {
    2: re.compile(r"(街道办事处|街道|镇|乡|subdistrict|town)$"),
    3: re.compile(r"(社区居民委员会|居民委员会|村民委员会|居委会|村委会|居委|社区|neighbourhood|committee)$"),
    4: re.compile(r"(住宅小区|小区)$"),
}
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十百]+")
_ABOVE = re.compile(r"^(?:[^省市区县]{1,8}(?:省|自治区|市|区|县))+")
_BUILDING_IN = re.compile(r"((?:\d{1,4}|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|号|幢|栋|座|#|＃))")


@lru_cache(maxsize=100_000)
def place_key(depth: int, name: str) -> str:
    """Return a place's name in the form it is compared in at a level: 华泾镇 as 华泾, ７号楼 and 07幢 as 7."""
    if depth == 5:
        return building_key(name)
    key = "".join(visible(name).lower().split())
    key = _SUFFIXES[depth].sub("", key) or key if depth in _SUFFIXES else key
    return _NUMERALS.sub(lambda found: numeral(found.group()), key)


class Tree:
    """The open areas by name, earlier names too. Answers are remembered: a roster names few buildings often."""

    def __init__(self, rows: Iterable[tuple[int, int, int, str]], earlier: Iterable[tuple[int, str]] = ()):
        """Take rows of (id, parent, level, name), and (id, name) of names that areas had before or go by besides."""
        self._named: dict[tuple[int, str], list[int]] = {}
        self._buildings: dict[tuple[int, str], list[int]] = {}
        self._compounds: dict[int, str] = {}
        self._texts: list[tuple[int, str]] = []
        self._answers: dict[tuple[str, ...], int | Problem] = {}
        placed: dict[int, tuple[int, int]] = {}
        for area, parent, depth, name in rows:
            placed[area] = (parent, depth)
            self._add(area, parent, depth, name)
            if depth == 4:
                self._compounds[area] = "".join(visible(name).split())
        for area, name in earlier:
            if area in placed:
                self._add(area, *placed[area], name)
                if placed[area][1] == 4:
                    self._texts.append((area, "".join(visible(name).split())))
        self._texts += self._compounds.items()
        self._order = sorted(self._compounds)

    def _add(self, area: int, parent: int, depth: int, name: str) -> None:
        key = place_key(depth, name)
        nodes = (
            self._buildings.setdefault((parent, key), []) if depth == 5 else self._named.setdefault((depth, key), [])
        )
        if area not in nodes:
            nodes.append(area)

    def find(self, street: str, neighbourhood: str, compound: str, building: str, within: int = 0) -> int | Problem:
        """Return the building's id, or why there is none. Names may be missing where the others suffice.

        Parameters:
            within: an area that the whole list is about; 0 for anywhere.
        """
        question = (street, neighbourhood, compound, building, str(within))
        if question not in self._answers:
            self._answers[question] = self._find(street, neighbourhood, compound, building, within)
        return self._answers[question]

    def _find(self, street: str, neighbourhood: str, compound: str, building: str, within: int) -> int | Problem:
        inside = [span(within)]
        known = False
        if neighbourhood and not compound and not self._nodes(3, neighbourhood, inside):
            # 社区 is a neighbourhood to one office and a compound to the next.
            neighbourhood, compound = "", neighbourhood
        for depth, name in ((2, street), (3, neighbourhood), (4, compound)):
            if not name:
                continue
            nodes = self._nodes(depth, name, inside)
            if not nodes:
                return Problem(307, PLACE_FIELDS[depth - 2], name)
            # A list within one compound may repeat the names above it: the narrower of the two counts.
            inside = [max(span(node), limit) for node in nodes for limit in inside if _meet(span(node), limit)]
            known = True
        if not building:
            return Problem(306, "building")
        if not (known or within):
            return Problem(334, "compound")
        return self._building(building, inside)

    def _nodes(self, depth: int, name: str, inside: list[tuple[int, int]]) -> list[int]:
        """Return the areas of a level that a name means: as it stands, or behind the names of what lies above it."""
        found = self._inside(depth, place_key(depth, name), inside)
        if not found and (bare := _ABOVE.sub("", "".join(visible(name).split()))) != name:
            found = self._inside(depth, place_key(depth, bare), inside)
        if not found:
            found = [area for area in self._behind(depth, name) if _reached(area, inside)]
        return found

    def _inside(self, depth: int, key: str, inside: list[tuple[int, int]]) -> list[int]:
        return [node for node in self._named.get((depth, key), ()) if key and _reached(node, inside)]

    def _behind(self, depth: int, name: str) -> list[int]:
        """Return the areas whose name is what is left of a text without the names of areas that they lie in."""
        text = _ABOVE.sub("", "".join(visible(name).split()))
        found: list[int] = []
        for above in range(2, depth):
            for at in range(2, len(text) - 1):
                over = self._named.get((above, place_key(above, text[:at])), ())
                below = self._named.get((depth, place_key(depth, text[at:])), ()) if over else ()
                found += [area for area in below if ancestor(area, above) in over]
        return list(dict.fromkeys(found))

    def _building(self, building: str, inside: list[tuple[int, int]]) -> int | Problem:
        key = place_key(5, building)
        found: list[int] = []
        for lo, hi in inside:
            # Compounds are closed intervals in order of id: the first that may reach into [lo, hi] is at or before lo.
            for at in range(max(0, bisect_right(self._order, lo) - 1), bisect_right(self._order, hi)):
                found += [area for area in self._buildings.get((self._order[at], key), ()) if lo <= area <= hi]
        found = list(dict.fromkeys(found))
        if not found:
            return Problem(307, "building", building)
        return found[0] if len(found) == 1 else Problem(308, "compound", building)

    def compound_in(self, text: str) -> int | None:
        """Return the one compound whose name stands in a text (a list's title); the longest name wins."""
        text = "".join(visible(text).split())
        named = {(len(name), area) for area, name in self._texts if len(name) > 2 and name in text}
        longest = [area for length, area in named if length == max(named)[0]]
        return longest[0] if len(longest) == 1 else None

    def building_in(self, text: str, within: int) -> str:
        """Return the building that a sheet's name or title means, in words that ``find`` takes; '' for none.

        Only one that there is: 3号楼, 丹桂里3号楼住户名单; a sheet named 3 means it where the compound has one.
        """
        text = "".join(visible(text).split())
        found = [one for one in dict.fromkeys(_BUILDING_IN.findall(text)) if self._is_building(one, within)]
        if len(found) == 1:
            return found[0]
        return text if not found and len(text) <= 4 and self._is_building(text, within) else ""

    def _is_building(self, text: str, within: int) -> bool:
        lo, hi = span(within)
        key = place_key(5, text)
        return any(lo <= area <= hi for (_, name), areas in self._buildings.items() if name == key for area in areas)

    def address(self, text: str, within: int = 0) -> dict[str, str]:
        """Return the parts of a whole address in one cell: street, compound, building, stairwell and door, as named.

        A part that it does not name is not there; without a compound the whole text is taken for what stands behind it.
        """
        text = "".join(visible(text).split())
        names = [name for area, name in self._texts if name in text and _meet(span(within), span(area))]
        found: dict[str, str] = {}
        if names:
            name = max(names, key=len)
            before, _, text = text.partition(name)
            found["compound"] = name
            if street := self._street_in(before):
                found["street"] = street
        parts = door_parts(text.lstrip(",，-、小区"))
        named = {
            "building": parts.building or parts.first, "stairwell": parts.stairwell, "floor": parts.floor,
            "door": parts.door,
        }  # fmt: skip
        return found | {name: value for name, value in named.items() if value}

    def _street_in(self, text: str) -> str:
        for end in range(len(text), 1, -1):
            if (2, place_key(2, text[:end])) in self._named:
                return text[:end]
        return ""


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _reached(node: int, inside: list[tuple[int, int]]) -> bool:
    return any(lo <= node <= hi or node <= lo <= span(node)[1] for lo, hi in inside)
