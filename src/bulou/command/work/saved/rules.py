"""What a saved view keeps, and under which name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

#: So long a name may be, and so many views one account may keep of a list.
LONGEST, MOST = 30, 20
#: What may be a number of a person, a household or a telephone.
NUMBER = re.compile(r"[\d\uff10-\uff19](?:[\s\-]*[\d\uff10-\uff19]){4,}")


@dataclass(frozen=True, slots=True)
class Filters:
    """How a list is narrowed. ``within``: an area, 0 for all; ``stage``: by its name, "" for all.

    What was typed into the search box is no part of it.
    """

    within: int = 0
    state: str = "open"
    stage: str = ""
    late: bool = False
    danger: bool = False
    refused: bool = False
    given: str = ""

    @property
    def query(self) -> dict[str, str]:
        """How an address carries it."""
        told = {
            "area": str(self.within or ""), "state": self.state if self.state != "open" else "", "stage": self.stage,
            "late": "1" if self.late else "", "danger": "1" if self.danger else "",
            "refused": "1" if self.refused else "", "given": self.given,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


class Grant(Protocol):
    """A role and the areas it is held in."""

    @property
    def role(self) -> str: ...
    @property
    def areas(self) -> Sequence[int]: ...
    @property
    def abilities(self) -> frozenset[str]: ...


def named(text: str) -> str:
    """Return a name as it is kept: what cannot be seen is left out, words stand one space apart."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def why_not(name: str, filters: Filters | None, others: Iterable[str]) -> str:
    """Return which rule a view breaks: "empty", "long", "number", "taken", "many", "all", or "" for none.

    Parameters:
        filters: None where only the name is changed.
        others: names of the views that the account keeps of the list already, without the one that is changed.
    """
    kept = list(others)
    if not name:
        return "empty"
    if len(name) > LONGEST:
        return "long"
    if NUMBER.search(name):
        return "number"
    if name in kept:
        return "taken"
    if filters is not None and len(kept) >= MOST:
        return "many"
    return "all" if filters is not None and not filters.query else ""


def roles_of(grants: Iterable[Grant], need: str, holds: Iterable[int]) -> list[str]:
    """Return the roles that open a page in one of the areas: those that a view is shared with.

    Parameters:
        need: the abilities that the page asks for, a space between them.
        holds: an area and all that it lies in.
    """
    way, asked = set(holds), need.split()
    return sorted({
        grant.role for grant in grants if way & set(grant.areas) and any(one in grant.abilities for one in asked)
    })  # fmt: skip
