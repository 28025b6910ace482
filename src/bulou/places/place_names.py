"""Names of places as lists and tables write them: with or without their ending, one above the other. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from bulou.places.keys import building_key

#: Endings that a name may go without.
ENDINGS = (
    "街道办事处", "街道", "镇", "社区居民委员会", "居民委员会", "居委会", "居委", "社区", "小区",
    "subdistrict", "street", "town",
)  # fmt: skip
#: The level of buildings, which are compared by their number.
BUILDING = 5


def key(name: str) -> str:
    """Return a name as it is compared."""
    return re.sub(r"[\s·•.'’()-]+", "", unicodedata.normalize("NFKC", name).lower())


def short(name: str) -> str:
    """Return a name's key without its ending."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def same_place(text: str, names: Collection[str], level: int) -> bool:
    """Tell whether a text names an area of these names, at this level of the tree."""
    if level == BUILDING:
        return any(building_key(text) == building_key(name) for name in names if name)
    said = key(text)
    return any(said in (key(name), short(key(name))) or short(said) == short(key(name)) for name in names if name)


def written_way(text: str, names: Mapping[int, Collection[str]]) -> bool:
    """Tell whether a text is made up of names on the way down to a door: one or several, each below the one before."""
    said = key(text)
    if not said:
        return True
    for level in sorted(names):
        below = {deeper: names[deeper] for deeper in names if deeper > level}
        for name in {form for one in names[level] if one for form in (key(one), short(key(one)))}:
            if said.startswith(name) and written_way(said[len(name) :], below):
                return True
            if re.fullmatch(r"\d+弄", said) and re.search(rf"(?<!\d){said}$", name):
                return True
    return False
