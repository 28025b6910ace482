"""Which names an area may have. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bulou.places.keys import visible
from bulou.places.tree import place_key

#: So long a name may be, and so many other names an area may go by.
LONGEST, MOST = 80, 20


def clean(text: str) -> str:
    """Return a name as it is kept: without what cannot be seen, words one space apart."""
    return " ".join(visible(text.replace("\0", "")).split())


def listed(text: str) -> list[str]:
    """Return the names of a field with one a line, each once."""
    return [one for one in dict.fromkeys(clean(line) for line in text.splitlines()) if one]


def clash(
    level: int, names: Iterable[str], siblings: Iterable[tuple[int, str]], own: int = 0
) -> tuple[int, str] | None:
    """Return the first sibling that lists would take for the same area, with its name; None where there is none.

    Parameters:
        siblings: (id, name) of the open areas below the same parent, each of their names.
        own: the area itself, which is no sibling of its own.
    """
    wanted = {place_key(level, name) for name in names} - {""}
    return next(((id_, name) for id_, name in siblings if id_ != own and place_key(level, name) in wanted), None)
