"""Which role may be given by whom, where, until when. Pure: the time is passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bulou.desk.abilities import ROLES, SIGNED_IN
from bulou.ledger.areas import area_id, is_area, level, span

#: How long a role lasts unless somebody says otherwise, and the longest that may be said.
LASTS, LONGEST = timedelta(days=90), timedelta(days=366)
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A role and the areas it is held in."""

    role: str
    areas: tuple[int, ...]

    @property
    def abilities(self) -> frozenset[str]:
        """Return what the role may do; a role that is no longer known may do nothing."""
        return ROLES[self.role].abilities if self.role in ROLES else frozenset()


@dataclass(frozen=True, slots=True)
class Principal:
    """A user's roles at one time.

    ``second``: the device of the second step, where one is set up; ``until``: when the first of the roles ends.
    """

    grants: tuple[Held, ...]
    second: int | None = None
    until: datetime | None = None

    @property
    def held(self) -> frozenset[str]:
        """Return all abilities, wherever they are held."""
        return frozenset[str]().union(*(grant.abilities for grant in self.grants))

    def may(self, need: str) -> bool:
        """Tell whether the user may open a page that asks for ``need``; nobody may when it asks for nothing."""
        return need == SIGNED_IN or bool(self.areas(need))

    def areas(self, need: str) -> tuple[int, ...]:
        """Return where the user holds an ability; of several, where he holds all of them."""
        found: tuple[int, ...] | None = None
        for one in need.split():
            own = {a for grant in self.grants if one == SIGNED_IN or one in grant.abilities for a in grant.areas}
            found = tuple(sorted(own)) if found is None else common(found, own)
        return found or ()

    def reaches(self, need: str, area: int) -> bool:
        """Tell whether the user holds an ability, or all of several, in the whole of an area."""
        return within(area, self.areas(need))

    def abilities(self, need: str, qualifiers: Iterable[str]) -> frozenset[str]:
        """Return what the user may do on a page that asks for ``need``.

        A qualifier counts only when it is held wherever the page reaches: a role with names in one street does not
        unmask those of another street that a second role shows.
        """
        reach = self.areas(need)
        short = {one for one in qualifiers if not all(within(area, self.areas(one)) for area in reach)}
        return (self.held | {SIGNED_IN}) - short


def within(area: int, areas: Iterable[int]) -> bool:
    """Tell whether a node's subtree lies in that of one of ``areas``."""
    lo, hi = span(area)
    return any(span(one)[0] <= lo and hi <= span(one)[1] for one in areas)


def common(some: Iterable[int], others: Iterable[int]) -> tuple[int, ...]:
    """Return the nodes whose subtrees lie in both: of two that lie within each other the deeper one."""
    some, others = set(some), set(others)
    return tuple(sorted({a for a in some if within(a, others)} | {a for a in others if within(a, some)}))


def usual_role(area: int) -> str:
    """Return the role of somebody of whom nothing but the area is known."""
    depth = level(area)
    return "command" if depth <= 1 else "street" if depth == 2 else "committee"


def may_give(role: str, areas: Iterable[int], giver: Principal) -> bool:
    """Tell whether an administrator may give a role in all these areas.

    Each area must lie in one of his own, and that one high enough in the tree for the role.
    """
    if role not in ROLES:
        return False
    own = [area for area in giver.areas("users") if level(area) <= ROLES[role].from_level]
    chosen = list(areas)
    return bool(chosen) and all(within(area, own) for area in chosen)


def roles_to_give(giver: Principal) -> list[str]:
    """Return the roles that an administrator may give somewhere, in the order of the table."""
    return [role for role in ROLES if any(may_give(role, [area], giver) for area in giver.areas("users"))]


def is_end(until: datetime, now: datetime) -> bool:
    """Tell whether a role may be given until then."""
    return now < until <= now + LONGEST


def area_of(text: str) -> int:
    """Return an area id from "1.3.2" (district.street.neighbourhood), or from the id itself; 0 is everywhere.

    Raises:
        ValueError: it is neither.
    """
    if text.isascii() and text.isdigit() and (text == "0" or int(text) >= 2**39):
        if text != "0" and not is_area(int(text)):
            raise ValueError(text)
        return int(text)
    parts = text.split(".")
    if not 1 <= len(parts) <= 5 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(text)
    area = area_id(*map(int, parts))
    if area == 0:  # "0.0" is no way to say everywhere
        raise ValueError(text)
    return area
